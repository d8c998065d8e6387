"""A database that threads can share, on either engine."""

import contextlib
import itertools
import os
import shutil
from copy import deepcopy

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests.registry.stage import Stage

_COUNT = itertools.count()


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
    with django_db_blocker.unblock(), copy_of(migrated, tmp_path) as name:
        yield name


@pytest.fixture(scope="module")
def module_database(migrated, django_db_blocker, tmp_path_factory):
    """The same for a file of tests."""
    with django_db_blocker.unblock(), copy_of(migrated, tmp_path_factory.mktemp("module")) as name:
        yield name


@pytest.fixture(scope="module")
def module_stage(module_database):
    """The stage, set once for a file of tests."""
    return Stage()


@pytest.fixture
def stage(module_stage, django_db_blocker):
    """The stage as it was set, in a transaction that is taken back: whatever other tests did with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield deepcopy(module_stage)
        transaction.set_rollback(True)


@contextlib.contextmanager
def copy_of(template, folder):
    """A copy of the database ``template``, used while this lasts."""
    with contextlib.ExitStack() as stack:
        if connection.vendor == "postgresql":
            name = f"{template}_{next(_COUNT)}"
            stack.enter_context(_created(name, template=template))
        else:
            name = str(shutil.copy(template, folder / "node.sqlite3"))
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
