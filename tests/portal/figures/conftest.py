"""Published figures: real history since 2003, and a small synthetic world with trade beside it."""

import pytest

from openkp.registry.statistics import editions
from tests.portal.figures import factory


@pytest.fixture
def history(db, at_noon):
    """A few years of the real file, published."""
    return factory.real_history(years=[2019, 2022, 2023, 2024])


@pytest.fixture
def synthetic(db, at_noon):
    """The year made by hand."""
    return factory.published(factory.by_hand(), world="synthetic")


@pytest.fixture(autouse=True)
def nothing_kept():
    """Each test reads its contents itself."""
    editions._kept.clear()
