"""A database that threads can share, on either engine."""

import contextlib
import itertools
import os
import shutil

import pytest
from django.core.management import call_command
from django.db import connection

from tests.registry.stage import Stage

_COUNT = itertools.count()


@pytest.fixture
def stage(db):
    """The stage, in a transaction that is rolled back."""
    return Stage()


@pytest.fixture(scope="session")
def migrated(django_test_environment, django_db_blocker, tmp_path_factory):
    """The name of a migrated, empty database to make copies of."""
    name = str(tmp_path_factory.mktemp("migrated") / "node.sqlite3")
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:
        if connection.vendor == "postgresql":
            name = f"openkp_{os.getpid()}"
            stack.enter_context(_created(name))
        with pointed_at(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture
def own_database(migrated, django_db_blocker, tmp_path):
    """A real database of the test's own, migrated and empty, that commits for good; gone afterwards.

    The journal refuses to be deleted, so the tables of the shared test database could not be emptied again.
    """
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:
        if connection.vendor == "postgresql":
            name = f"{migrated}_{next(_COUNT)}"
            stack.enter_context(_created(name, template=migrated))
        else:
            name = str(shutil.copy(migrated, tmp_path / "node.sqlite3"))
        with pointed_at(name):
            yield name


@contextlib.contextmanager
def pointed_at(name):
    """Django's connections, this thread's and new ones, lead to the database ``name``."""
    kept, before = connection.connection, connection.settings_dict["NAME"]
    connection.connection, connection.settings_dict["NAME"] = None, name
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = kept, before


@contextlib.contextmanager
def _created(name, template="template1"):
    _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield
    finally:
        _maintain(f'DROP DATABASE "{name}" WITH (FORCE)')


def _maintain(statement):
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
