"""A node at the counter: its people, and pages opened by them at a fixed time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from tests.factories import NOW
from tests.factories import node as make_node


@pytest.fixture
def at_noon(monkeypatch):
    """The counter's clock stands shortly after what the factories did."""
    ahead = NOW + timedelta(hours=2) - datetime.now(UTC)
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", str(ahead.total_seconds()))
    cache.clear()


@pytest.fixture
def here(db, at_noon):
    """The node with its people."""
    return make_node()
