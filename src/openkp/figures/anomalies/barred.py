"""Trade with those who may not trade, and figures beside those of customs. Source: scheme-rules A.6 tests 9, 10."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import ZERO, period_of, said
from openkp.figures.engines import Engine
from openkp.scheme.members import Flow, MeasureKind, first_list
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

KP_HS = ("7102.10", "7102.21", "7102.31")
SAMPLES = 12
"""At how many steps of a period the bar is asked for."""
_OPEN = (MeasureKind.SUPERVISED, MeasureKind.ZONE_LIMITED)
WAYS = {"import": N_("imports from"), "export": N_("exports to")}


@dataclass(frozen=True, kw_only=True)
class Move:
    """Goods that went between two countries: a line of a return, or certificates of one quarter."""

    reporter: str
    flow: str
    partner: str
    period: Period
    first: date
    last: date
    carats: Decimal
    usd: Decimal
    records: tuple[str, ...]

    @property
    def exporter(self) -> str:
        return self.reporter if self.flow == "export" else self.partner

    @property
    def importer(self) -> str:
        return self.partner if self.flow == "export" else self.reporter


def moves(engine: Engine, scope: Scope) -> Iterator[Move]:
    """Trade as filed, and as certificates say; a return names only the period, certificates the days."""
    for row in engine.rows(relations.trade_totals(engine, "partner")):
        period = period_of(row, "Q", "quarter")
        if row["partner"] and scope.holds(period):
            yield _move(
                row, period, (row["reporter"], row["flow"], row["partner"]), (period.first_day, period.last_day)
            )
    rows = relations.lines(engine, scope)
    rows = rows.group_by(["issuer", "destination", "year", "quarter"]).agg(
        carats=rows.carats.sum(),
        usd=rows.usd.sum(),
        first=rows.issued_on.min(),
        last=rows.issued_on.max(),
        rows=(rows.issued_on.cast("string") + " " + rows.number).collect(),
    )
    for row in engine.rows(rows):
        period = period_of(row, "Q", "quarter")
        if scope.holds(period):
            yield _move(row, period, (row["issuer"], "export", row["destination"]), (row["first"], row["last"]))


def _move(row: Any, period: Period, who: tuple[str, str, str], days: tuple[date, date]) -> Move:
    return Move(
        reporter=who[0],
        flow=who[1],
        partner=who[2],
        period=period,
        first=days[0],
        last=days[1],
        carats=row["carats"] or ZERO,
        usd=row["usd"] or ZERO,
        records=tuple(sorted(set(row["rows"]))),
    )


@cache
def barred(code: str, flow: Flow, day: date) -> str:
    """Why a country may not trade on a day: ``measure``, ``off`` the list, ``never`` on it; empty if it may."""
    participation = load_participation()
    if day < first_list():
        return ""  # nobody was on a list yet
    trader = participation.trader_of(code, day)
    if trader is None:
        return "off" if participation.has_issued(code, day) else "never"
    measures = (m for each in dict.fromkeys((code, trader)) for m in participation.measures_on(each, day, flow))
    return "measure" if any(measure.kind not in _OPEN for measure in measures) else ""


@anomaly_test(
    "suspended",
    N_("Did goods move with somebody who was suspended, embargoed or off the list?"),
    source="Lebanon and Congo 2005 (scheme-rules A.6 test 10)",
)
def suspended(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Any flow: on the day of issue of a certificate; of a return, where the bar held for a good part of its period."""
    for move in moves(engine, scope):
        for code, flow in ((move.exporter, Flow.EXPORT), (move.importer, Flow.IMPORT)):
            days, records = _barred_days(move, code, flow, limits["part"])
            if records and move.carats + move.usd >= limits["least_carats"]:
                yield _suspended(move, code, (days, records), limits)


def _barred_days(move: Move, code: str, flow: Flow, least: Decimal) -> tuple[date, tuple[str, ...]]:
    """The first barred day and the records under the bar."""
    if not move.records[0].startswith("trade:"):
        named = [record.split(" ") for record in move.records]
        under = [(d, n) for d, n in named if barred(code, flow, date.fromisoformat(d)) in ("measure", "off")]
        first = date.fromisoformat(under[0][0]) if under else move.first
        return first, tuple(f"certificate:{number}" for _day, number in under)
    days = [move.first + (move.last - move.first) * part / SAMPLES for part in range(SAMPLES + 1)]
    barred_days = [day for day in days if barred(code, flow, day) in ("measure", "off")]
    return min(barred_days, default=move.first), move.records if len(barred_days) >= least * len(days) else ()


def _suspended(move: Move, code: str, under: tuple[date, tuple[str, ...]], limits: Thresholds) -> Anomaly:
    day, records = under
    words = _words(move) | {"barred": found.called(code), "day": day, "count": len(records)}
    template = N_(
        "%(participant)s: %(way)s %(partner)s, %(goods)s, in %(period)s, while %(barred)s could not trade (on %(day)s)."
    )
    documents = records[0].startswith("certificate:")
    return Anomaly(
        test=suspended.code,
        participant=move.reporter,
        partner=move.partner,
        period=move.period,
        measure=f"{move.flow}_{'papers' if documents else 'usd'}",
        observed=Decimal(len(records)) if documents else move.usd,
        expected=ZERO,
        severity=found.severity(found.MOST if documents else max(Decimal(2), move.usd / limits["step_usd"])),
        what=Sentence(template, words),
        innocent=(
            *(() if documents else (Sentence(N_("the goods moved on days of the period on which trade was allowed")),)),
            Sentence(N_("the goods were on their way before the measure began")),
            Sentence(N_("the partner was typed wrongly: the country of origin instead of where the goods came from")),
        ),
        records=records,
        series=(Point(label=str(move.period), observed=move.usd, expected=ZERO),),
        subject=code,
    )


def _words(move: Move) -> dict[str, object]:
    return {
        "participant": found.called(move.reporter),
        "partner": found.called(move.partner),
        "way": Sentence(WAYS[move.flow]),
        "period": move.period.words,
        "goods": _goods(move),
    }


def _goods(move: Move) -> Sentence:
    """Weight and value; a return may state one of them alone."""
    names = {"carats": found.amount(move.carats), "usd": found.amount(move.usd)}
    if not move.carats:
        return Sentence(N_("%(usd)s US dollars, weight not stated"), names)
    if not move.usd:
        return Sentence(N_("%(carats)s carats, value not stated"), names)
    return Sentence(N_("%(carats)s carats for %(usd)s US dollars"), names)


@anomaly_test(
    "customs",
    N_("Do the figures agree with customs, and is every partner a Participant?"),
    source="Global Witness 2007: trade between Participants and outsiders (scheme-rules A.6 test 9)",
)
def customs(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Any flow with a country that never was on the list; then a year's dollars against those of customs."""
    for move in moves(engine, scope):
        if barred(move.partner, Flow.BOTH, move.last) == "never" and move.carats + move.usd > 0:
            yield _outsider(move, limits)
    yield from _beside_customs(engine, limits, scope)


def _outsider(move: Move, limits: Thresholds) -> Anomaly:
    template = N_(
        "%(participant)s: %(way)s %(partner)s, %(goods)s, in %(period)s; "
        "%(partner)s is no Participant, and no certificate can cover it."
    )
    documents = not move.records[0].startswith("trade:")
    records = tuple(f"certificate:{r.split(' ')[1]}" for r in move.records) if documents else move.records
    return Anomaly(
        test=customs.code,
        participant=move.reporter,
        partner=move.partner,
        period=move.period,
        measure=f"{move.flow}_{'papers' if documents else 'outsider'}",
        observed=move.usd,
        expected=ZERO,
        severity=found.severity(max(Decimal(2), move.usd / limits["step_usd"])),
        what=Sentence(template, _words(move)),
        innocent=(
            Sentence(N_("the partner was typed wrongly: the country of origin instead of where the goods came from")),
            Sentence(N_("the goods were polished, or industrial dust, and are outside the Scheme")),
        ),
        records=tuple(sorted(records)),
        series=(Point(label=str(move.period), observed=move.usd, expected=ZERO),),
    )


def _beside_customs(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    declared = engine.tables["customs"]
    declared = declared.filter(declared.hs.isin(KP_HS))
    declared = declared.group_by(["reporter", "flow", "year"]).agg(thousand=declared.usd_thousand.sum())
    told: dict[tuple[str, str, int], list[Any]] = {}
    for row in engine.rows(relations.trade_totals(engine)):
        told.setdefault((row["reporter"], row["flow"], row["year"]), []).append(row)
    heard = said(engine)
    for row in engine.rows(declared.order_by(["reporter", "flow", "year"])):
        who, whole = (row["reporter"], row["flow"]), Period(row["year"])
        quarters = [Period(row["year"], "Q", quarter) for quarter in (1, 2, 3, 4)]
        parts = [period for period in (whole, *quarters) if (*who, period) in heard]
        nils = [record for period in parts for record in heard[*who, period]]
        if (whole in parts or len(parts) == 4) and scope.holds(whole):
            yield from _differs(row, told.get((*who, row["year"]), []), nils, limits)


def _differs(row: Any, filed: list[Any], nils: list[str], limits: Thresholds) -> Iterator[Anomaly]:
    ours = sum((each["usd"] or ZERO for each in filed), ZERO)
    theirs = Decimal(row["thousand"] or 0) * 1000
    largest = max(ours, theirs)
    if abs(ours - theirs) < limits["least_usd"] or abs(ours - theirs) <= limits["share"] * largest:
        return
    words = {
        "participant": found.called(row["reporter"]),
        "way": found.flow(row["flow"]),
        "year": row["year"],
        "ours": found.amount(ours),
        "theirs": found.amount(theirs),
    }
    template = N_(
        "%(participant)s, %(way)s of %(year)s: %(ours)s US dollars in the returns, %(theirs)s in the "
        "figures of customs."
    )
    yield Anomaly(
        test=customs.code,
        participant=row["reporter"],
        period=Period(row["year"]),
        measure=f"{row['flow']}_customs",
        observed=ours,
        expected=theirs,
        severity=found.severity(abs(ours - theirs) / (limits["share"] * largest)),
        what=Sentence(template, words),
        innocent=(
            found.BASIS,
            Sentence(N_("customs leaves out free zones, or counts goods only when they enter the market")),
            Sentence(N_("the figure of customs is an estimate made from the partner's")),
        ),
        records=tuple(sorted([*nils, *(record for each in filed for record in each["rows"])])),
        series=(Point(label=str(row["year"]), observed=ours, expected=theirs),),
    )


BARRED = (suspended, customs)
