"""When a return is due, what follows when it does not come, when figures become public.

Source: Core Document Annex III(a), (c); scheme-rules A.2, A.3, L. The values are dated data (``data/statistics.yaml``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from openkp.scheme.dated import ONE_DAY, first_day, in_months, read_data
from openkp.scheme.participation import Participation
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind


class Step(StrEnum):
    """What follows a return that did not come: nothing yet, a reminder, the Chair, the public list."""

    DUE = "due"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    LISTED = "listed"


@dataclass(frozen=True, kw_only=True)
class StatisticsParameters:
    """What holds on a day. Months and days are counted from the end of the period or from the due date."""

    due_months: int
    reminder_after_days: int
    escalate_after_days: int
    list_after_days: int
    release_delay_months: int
    questionnaire_answer_days: int
    questionnaire_escalate_after_days: int
    questionnaire_list_after_days: int
    sources: str


@dataclass(frozen=True, kw_only=True)
class Late:
    """A return that was due on ``due_on`` and did not come; ``days`` is how long ago that was."""

    participant: str
    kind: ReturnKind
    period: Period
    due_on: date
    days: int
    step: Step


def statistics_parameters(on: date) -> StatisticsParameters:
    """The parameters on a day, with the sources of each; before the first of them, the first.

    Raises ``ValueError`` for a name that the data should not have, or that they lack.
    """
    settings: dict[str, int] = {}
    sources = []
    for place, entry in enumerate(sorted(read_data("statistics.yaml")["general"], key=_since)):
        if place == 0 or _since(entry) <= on:
            settings |= entry["set"]
            sources.append(entry["source"])
    known = {field.name for field in fields(StatisticsParameters)} - {"sources"}
    if wrong := set(settings) ^ known:
        raise ValueError(f"no such parameter, or none given: {sorted(wrong)}")
    return StatisticsParameters(**settings, sources="; ".join(sources))


def _since(entry: Mapping[str, Any]) -> date:
    return first_day(entry["from"])


def due_on(kind: ReturnKind, period: Period) -> date:
    """The last day on which a return is in time: first quarter 31 May, second half end of February (STAT-01, 04)."""
    months = statistics_parameters(period.last_day).due_months
    return in_months(period.last_day + ONE_DAY, months) - ONE_DAY


def public_from(filed_on: date, on: date) -> date:
    """The first day on which a Participant's figures, filed on a day, may be public (scheme-rules A.3)."""
    return in_months(filed_on, statistics_parameters(on).release_delay_months)


def steps_from(due: date, on: date) -> tuple[tuple[Step, date], ...]:
    """What follows a return that was due on a day, each step with its first day, by the parameters of another day."""
    parameters = statistics_parameters(on)
    days = {
        Step.REMINDER: parameters.reminder_after_days,
        Step.ESCALATED: parameters.escalate_after_days,
        Step.LISTED: parameters.list_after_days,
    }
    return tuple((step, due + timedelta(days=after)) for step, after in days.items())


def step_after(due: date, on: date) -> Step:
    """What is due on a day, when a return was due on another."""
    return next((step for step, day in reversed(steps_from(due, on)) if on >= day), Step.DUE)


def ended_periods(kind: ReturnKind, since: date, on: date) -> Iterator[Period]:
    """The periods of a return from the one with ``since`` in it to the last that ended before ``on``."""
    period = Period.of(since, kind.period_kind)
    while period.last_day < on:
        yield period
        period = period.next


def late_returns(
    filed: Collection[tuple[str, ReturnKind, Period]],
    *,
    since: date,
    on: date,
    participation: Participation,
    producers: Collection[str] | None = None,
    kinds: Iterable[ReturnKind] = ReturnKind,
) -> tuple[Late, ...]:
    """Every return that was due before ``on`` and is not in ``filed``, the oldest first.

    Whoever took part on the last day of the period owes it, a trading entity too (AD 02/2013). Production is owed by
    ``producers``, or by everybody, nil returns included, where None are named.
    """
    known = set(filed)
    found = (
        Late(participant=code, kind=kind, period=period, due_on=due, days=(on - due).days, step=step_after(due, on))
        for kind in kinds
        for period, due in _due_before(kind, since, on)
        for code in reporters_on(participation, period.last_day)
        if _owes(code, kind, producers) and (code, kind, period) not in known
    )
    return tuple(sorted(found, key=lambda late: (late.due_on, late.participant, late.kind)))


def _due_before(kind: ReturnKind, since: date, on: date) -> Iterator[tuple[Period, date]]:
    """The periods whose return was due before a day, with that due date."""
    for period in ended_periods(kind, since, on):
        due = due_on(kind, period)
        if due < on:
            yield period, due


def _owes(code: str, kind: ReturnKind, producers: Collection[str] | None) -> bool:
    return kind is ReturnKind.TRADE or producers is None or code in producers


def reporters_on(participation: Participation, day: date) -> tuple[str, ...]:
    """Who files statistics on a day: the Participants, and a trading entity that is treated as one."""
    codes = (participation.participant_of(row.code, day) for row in participation.rows_on(day))
    return tuple(sorted({each.code for each in codes if each}))
