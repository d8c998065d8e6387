"""The clock, and that nothing shifts it on a live node."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from openkp.project import clock

NOON = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("profile", "offset", "hours"),
    [("specimen", "3600", 1), ("specimen", None, 0), ("live", "3600", 0), (None, "3600", 0)],
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
