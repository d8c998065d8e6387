"""The desk of statistics shortly after the day on which the factories file."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from tests.factories import FILING_DAY, node, statistics
from tests.portal.counter import at_counter


@pytest.fixture
def in_july(monkeypatch):
    """The counter's clock stands two hours after the factories' filing day."""
    ahead = FILING_DAY + timedelta(hours=2) - datetime.now(UTC)
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", str(ahead.total_seconds()))
    cache.clear()


@pytest.fixture
def here(db, in_july):
    """The node with its people."""
    return node()


@pytest.fixture
def desk(here):
    """Two statisticians at Freetown, two analysts at the Secretariat."""
    return statistics(here)


@pytest.fixture
def writer(desk):
    return at_counter(desk.writer)


@pytest.fixture
def filer(desk):
    return at_counter(desk.filer)


@pytest.fixture
def analyst(desk):
    return at_counter(desk.analyst)


@pytest.fixture
def publisher(desk):
    return at_counter(desk.publisher)
