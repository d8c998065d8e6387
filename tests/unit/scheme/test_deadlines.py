"""When returns are due, who owes them, and what follows."""

from datetime import date

import pytest

from openkp.scheme.deadlines import (
    StatisticsParameters,
    Step,
    due_on,
    late_returns,
    public_from,
    statistics_parameters,
    step_after,
)
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period
from openkp.scheme.readings import ReadingRule
from openkp.scheme.returns import ReturnKind

PARTICIPATION = load_participation()


@pytest.mark.parametrize(
    ("kind", "period", "due"),
    [
        ("trade", "2024-Q1", "2024-05-31"),
        ("trade", "2024-Q2", "2024-08-31"),
        ("trade", "2024-Q3", "2024-11-30"),
        ("trade", "2023-Q4", "2024-02-29"),
        ("trade", "2022-Q4", "2023-02-28"),
        ("production", "2024-H1", "2024-08-31"),
        ("production", "2024-H2", "2025-02-28"),
        ("trade", "2999-Q4", "3000-02-28"),
    ],
)
def test_two_months_after_the_period(kind, period, due):
    assert due_on(ReturnKind(kind), Period.parse(period)) == date.fromisoformat(due)


def test_steps_follow_one_another():
    due = date(2024, 5, 31)
    days = {date(2024, 5, 31): Step.DUE, date(2024, 6, 1): Step.REMINDER, date(2024, 6, 30): Step.ESCALATED}
    assert {day: step_after(due, day) for day in days} == days
    assert step_after(due, date(2024, 8, 29)) is Step.LISTED


def test_the_release_delay_came_with_gaborone():
    assert public_from(date(2005, 3, 1), date(2005, 3, 1)) == date(2005, 3, 1)
    assert public_from(date(2024, 3, 1), date(2024, 3, 1)) == date(2024, 9, 1)
    assert "Gaborone" in statistics_parameters(date(2024, 1, 1)).sources


def test_every_value_is_in_the_data_and_before_the_first_day_the_first_holds(monkeypatch):
    first = statistics_parameters(date(2003, 1, 1))
    assert statistics_parameters(date(1999, 1, 1)) == first and first.release_delay_months == 0
    with pytest.raises(TypeError):
        StatisticsParameters(due_months=2)
    short = {"general": [{"from": "2003-01-01", "source": "", "set": {"due_months": 3}}]}
    monkeypatch.setattr("openkp.scheme.deadlines.read_data", lambda name: short)
    with pytest.raises(ValueError, match="list_after_days"):
        statistics_parameters(date(2024, 1, 1))


def test_a_reading_chooses_nothing_that_the_data_do_not_say():
    with pytest.raises(TypeError):
        ReadingRule(id="none", text="", source="", first=date(2003, 1, 1))


def late(filed, **other):
    found = late_returns(filed, since=date(2024, 1, 1), on=date(2024, 7, 15), participation=PARTICIPATION, **other)
    return {(each.participant, str(each.period)) for each in found}


def test_everybody_owes_trade_the_trading_entity_too():
    found = late(set())
    assert {("SL", "2024-Q1"), ("TW", "2024-Q1"), ("EU", "2024-Q1")} <= found
    assert ("BE", "2024-Q1") not in found
    assert ("KE", "2024-Q1") not in found
    assert {period for _, period in found} == {"2024-Q1"}


def test_what_was_filed_is_not_late():
    filed = {("SL", ReturnKind.TRADE, Period.parse("2024-Q1"))}
    assert late(set()) - late(filed) == {("SL", "2024-Q1")}


def test_production_is_owed_by_producers_where_they_are_named():
    found = late_returns(
        set(),
        since=date(2023, 7, 1),
        on=date(2024, 3, 1),
        participation=PARTICIPATION,
        producers={"SL"},
        kinds=[ReturnKind.PRODUCTION],
    )
    assert [(each.participant, each.days, each.step) for each in found] == [("SL", 1, Step.REMINDER)]
