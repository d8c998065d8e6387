"""Returns that came late or did not come. Source: Core Document Annex III, scheme-rules A.2, A.6 test 1."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import period_of, production_series
from openkp.figures.engines import Engine
from openkp.scheme.deadlines import Step, due_on, reporters_on, step_after
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_, Sentence

Filed = dict[tuple[str, Period], dict[str, Any]]

ENTERED = Sentence(N_("the return came in time and was entered late, or entered again after a correction"))
TOLD = Sentence(N_("the Participant told the Chair in time that it cannot publish (Core Document Annex III)"))
STEPS = {Step.DUE: 1, Step.REMINDER: 1, Step.ESCALATED: 2, Step.LISTED: 3}
"""The severity is the step that follows: a reminder, the Chair, the public list."""

KINDS = {ReturnKind.PRODUCTION: N_("production return"), ReturnKind.TRADE: N_("trade return")}


@anomaly_test(
    "late",
    N_("Is a return missing, or did it come after its day?"),
    source="publication of who does not file; chasing by the Chair (scheme-rules A.6 test 1)",
)
def late(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Per return. Where hardly anybody's is among the facts, they were not gathered, and say nothing of others."""
    for kind, filed in ((ReturnKind.PRODUCTION, production(engine)), (ReturnKind.TRADE, trade(engine))):
        periods = sorted({period for _participant, period in filed if period.kind == kind.period_kind})
        debts = producers(engine, limits["producer_years"]) if kind is ReturnKind.PRODUCTION else None
        for period in (each for each in periods if scope.holds(each)):
            owed = list(owing(period, debts))
            gathered = sum((each, period) in filed for each in owed) >= limits["gathered"] * len(owed)
            for participant in owed if gathered else ():
                row = filed.get((participant, period)) or filed.get((participant, Period(period.year)))
                yield from _late(kind, participant, period, row, limits, scope)


def production(engine: Engine) -> Filed:
    """When the first record of each production return was made."""
    rows = relations.production_filed(engine)
    rows = rows.group_by(["participant", "year", "half"]).agg(first=rows.created.min(), rows=rows.row.collect())
    return {(row["participant"], period_of(row, "H", "half")): row for row in engine.rows(rows)}


def trade(engine: Engine) -> Filed:
    """When the first line of each trade return was made, in its first version."""
    rows = engine.tables["trade"]
    rows = rows.mutate(quarter=rows.quarter.fill_null(0), row=relations.named_row("trade", rows))
    rows = rows.group_by(["reporter", "year", "quarter"]).agg(first=rows.created.min(), rows=rows.row.collect())
    return {(row["reporter"], period_of(row, "Q", "quarter")): row for row in engine.rows(rows)}


def producers(engine: Engine, years: int) -> dict[str, set[int]]:
    """Who owes production returns, in which years: known to have mines, or having dug within the ``years`` before."""
    debts: dict[str, set[int]] = defaultdict(set)
    for total in (total for series in production_series(engine) for total in series.totals):
        if total.carats or total.usd:
            debts[total.participant].update(range(total.period.year, total.period.year + years + 1))
    for row in engine.rows(engine.tables["capacity"]):
        if (row["high"] or row["likely"] or 0) > 0:
            debts[row["participant"]].add(row["year"])
    return debts


def owing(period: Period, debts: dict[str, set[int]] | None) -> Iterator[str]:
    """Who owes a return for a period: Participants on its last day; of production, those who dig."""
    for code in reporters_on(load_participation(), period.last_day):
        if debts is None or period.year in debts.get(code, ()):
            yield code


def _late(
    kind: ReturnKind, participant: str, period: Period, row: Any, limits: Thresholds, scope: Scope
) -> Iterator[Anomaly]:
    due = due_on(kind, period)
    if row is not None and row["first"] is None:
        return  # filed, nobody knows when
    came: date = row["first"].date() if row else scope.last_day
    days = (came - due).days
    if days < limits["flag_days"]:
        return
    words = {
        "participant": found.called(participant),
        "kind": Sentence(KINDS[kind]),
        "period": period.words,
        "due": due,
        "days": days,
        "until": scope.until,
    }
    if row:
        template = N_("%(participant)s: the %(kind)s of %(period)s was due on %(due)s and came %(days)s days late.")
    else:
        template = N_(
            "%(participant)s: the %(kind)s of %(period)s was due on %(due)s and is missing on %(until)s, "
            "%(days)s days later."
        )
    yield Anomaly(
        test=late.code,
        participant=participant,
        period=period,
        measure=f"{kind.value}_{'days' if row else 'missing'}",
        observed=Decimal(days),
        expected=Decimal(0),
        severity=found.severity(STEPS[step_after(due, came)]),
        what=Sentence(template, words),
        innocent=(ENTERED if row else found.UPLOAD, TOLD),
        records=tuple(sorted(row["rows"])) if row else (),
    )


LATENESS = (late,)
