"""The records behind a synthetic year, whose lake a new run of the generator replaces."""

import pytest
from django.test import Client

from openkp.figures.world.making import make_world, write_world
from openkp.registry.statistics.facts import lake
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.operations.release import build_release, publish_release
from tests.factories import statistics
from tests.portal.counter import at_counter, words
from tests.portal.figures.factory import AT

pytestmark = pytest.mark.django_db
CELL = "/figures/2024/AO/production.json?world=synthetic"


@pytest.fixture
def desk(here, settings, tmp_path, at_noon):
    settings.OPENKP_HOME = str(tmp_path)
    return statistics(here, at=AT)


def world_of(seed, desk):
    """A year of this seed, published; what the records of Angola's production say."""
    write_world(make_world(seed, certificates=200), lake())
    row = build_release(2024, world="synthetic", actor=desk.actor("analyst"), at=AT)
    publish_release(row.pk, actor=desk.actor("publisher"), at=AT)
    return [line["carats"] for line in Client().get(CELL).json()["rows"]]


def test_a_new_world_shows_its_own_records(desk):
    first = world_of(1, desk)
    second = world_of(2, desk)
    assert first and second and first != second
    assert "not to what was published" not in words(Client().get("/figures/2024/AO/production/?world=synthetic"))


def test_an_edition_whose_world_is_gone_says_that_it_cannot_be_made_again(desk):
    world_of(1, desk)
    for file in lake().rglob("*.parquet"):
        file.unlink()
    answer = at_counter(desk.analyst).get(f"/statistics/releases/{Release.objects.get().pk}/check/")
    assert answer.status_code == 200 and "cannot be made again" in words(answer)
