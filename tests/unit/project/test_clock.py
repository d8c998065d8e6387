"""The clock, and that nothing shifts it on a live node."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from openkp.project import clock
from openkp.project.errors import BadSetting

NOON = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("profile", "offset", "hours"),
    [("specimen", "3600", 1), ("specimen", None, 0), ("specimen", "", 0), ("live", "3600", 0), (None, "3600", 0)],
)
def test_only_a_specimen_node_may_be_shifted(profile, offset, hours, monkeypatch):
    for name, value in (("OPENKP_PROFILE", profile), ("OPENKP_CLOCK_OFFSET", offset)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert clock.now() == NOON + timedelta(hours=hours)


def test_instants_are_utc():
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("offset", ["abc", "nan", "inf", "1e12", "-3155760001"])
def test_a_shift_that_cannot_be_meant_is_refused(offset, monkeypatch):
    monkeypatch.setenv("OPENKP_PROFILE", "specimen")
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", offset)
    with pytest.raises(BadSetting, match="OPENKP_CLOCK_OFFSET"):
        clock.now()


def test_a_century_may_be_looked_ahead(monkeypatch):
    monkeypatch.setenv("OPENKP_PROFILE", "specimen")
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", "3155760000")
    assert clock.offset() == timedelta(days=36_525)
