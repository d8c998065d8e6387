"""One world for all tests of the outer surface; each test takes back what it did."""

from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import transaction

from openkp.project import clock
from tests.portal.matrix.world import build


@pytest.fixture(scope="module")
def made_world(django_db_setup, django_db_blocker):
    """Built once for a file of tests, then taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(clock.now())
        transaction.set_rollback(True)


@pytest.fixture
def world(made_world, django_db_blocker):
    """The world as it was built."""
    cache.clear()
    with django_db_blocker.unblock(), transaction.atomic():
        yield replace(made_world, tokens=dict(made_world.tokens))
        transaction.set_rollback(True)
