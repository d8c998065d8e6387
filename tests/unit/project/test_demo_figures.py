"""The returns of the demonstration's past, whatever day it is started on."""

from datetime import UTC, datetime

import pytest

from openkp.project.demo.cast import ANTWERP, SIERRA_LEONE
from openkp.project.demo.figures import returns
from openkp.scheme.periods import Period

DAYS = {
    datetime(2026, 11, 23, 9, tzinfo=UTC): "2026-Q3",
    datetime(2026, 12, 5, 9, tzinfo=UTC): "2026-Q3",  # its return was due on 30 November
    datetime(2027, 1, 1, 9, tzinfo=UTC): "2026-Q4",  # over since nine hours
    datetime(2027, 4, 1, 0, tzinfo=UTC): "2027-Q1",
}


class NotingHand:
    """A node's hand that notes what it is asked."""

    def __init__(self):
        self.asked = []

    def ask(self, deed, **named):
        self.asked.append((deed, named))


@pytest.mark.parametrize(("now", "last"), DAYS.items(), ids=lambda each: str(each)[:10])
def test_the_return_of_the_quarter_that_ended_last_waits_for_the_second_person(now, last):
    hands = {part.code: NotingHand() for part in (SIERRA_LEONE, ANTWERP)}
    told = returns(hands, now)
    for _, deed in told:
        deed()
    assert all(at <= now for at, _ in told)
    for hand in hands.values():
        written = {named["period"]: named["at"] for deed, named in hand.asked if deed == "write_return"}
        filed = {named["period"] for deed, named in hand.asked if deed == "file_return"}
        assert set(written) - filed == {last}
        assert all(at.date() > Period.parse(period).last_day for period, at in written.items())
