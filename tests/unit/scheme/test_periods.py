"""Years, halves and quarters: their days, their neighbours, their spelling."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.periods import Period

periods = st.builds(
    lambda year, kind, part: Period(year, kind, {"": 0, "H": part % 2 + 1, "Q": part % 4 + 1}[kind]),
    st.integers(1901, 2998),
    st.sampled_from(["", "H", "Q"]),
    st.integers(0, 3),
)


@given(periods)
def test_periods_follow_each_other_without_a_gap(period):
    assert Period.parse(str(period)) == period
    assert period.next.previous == period
    assert period.next.first_day == period.last_day + timedelta(days=1)
    assert Period.of(period.first_day, period.kind) == period == Period.of(period.last_day, period.kind)
    assert period.holds(period.first_day) and period.holds(period.last_day) and not period.holds(period.next.first_day)
    assert period.first_day.year == period.last_day.year == period.year == period.year_before.year + 1


@pytest.mark.parametrize(
    "text", ["", "24", "2024-H3", "2024-Q0", "2024-Q5", "2024-q1", "2024 H1", "2024-H", "٢٠٢٤", "1800", "1899", "3000"]
)
def test_what_is_no_period(text):
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["1900", "1900-H1", "1900-Q1", "2999", "2999-H2", "2999-Q4"])
def test_the_first_and_the_last_that_can_be_read_have_neighbours_too(text):
    period = Period.parse(text)
    assert period.previous.last_day < period.first_day < period.last_day < period.next.first_day


def test_days():
    assert Period.parse("2024-H1").last_day == date(2024, 6, 30)
    assert Period.parse("2024-Q4").first_day == date(2024, 10, 1)
    assert Period.parse("2024").last_day == date(2024, 12, 31)
    assert Period.parse("2999-Q4").last_day == date(2999, 12, 31)
