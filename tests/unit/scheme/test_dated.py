"""Days, months, years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.dated import first_day, in_force, in_months, parse_data, plain_day


@given(st.dates())
def test_days_round_trip(day):
    """One spelling of a day."""
    assert plain_day(day.isoformat()) == day
    assert first_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["", "2013", "2013-12", "20131218", "2013-W51-3", "18.12.2013", "2013-02-30", "2013-12-18 ", "٢٠١٣-١٢-١٨"]
)
def test_what_is_no_day(text):
    """Other spellings are refused."""
    with pytest.raises(ValueError):
        plain_day(text)


def test_reduced_precision():
    """A year counts from the middle, a month from its first day."""
    assert first_day("2004") == date(2004, 6, 30)
    assert first_day("2013-06") == date(2013, 6, 1)
    with pytest.raises(ValueError):
        first_day("June 2013")


def test_months_end():
    """Two months after New Year's Eve is the last day of February."""
    assert in_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert in_months(date(2026, 3, 2), 2) == date(2026, 5, 2)
    assert in_months(date(2026, 3, 2), 12) == date(2027, 3, 2)


def test_in_force():
    """First and last day are included."""
    first, last = date(2020, 1, 1), date(2020, 1, 2)
    assert [in_force(first, last, date(2020, 1, day)) for day in (1, 2, 3)] == [True, True, False]
    assert in_force(first, None, date(2030, 1, 1))
    assert not in_force(first, None, date(2019, 12, 31))


def test_yaml_is_read_safely():
    """A file of data cannot run code."""
    with pytest.raises(Exception, match="constructor"):
        parse_data("!!python/object/apply:os.system ['true']")
