"""Totals of periods as plain values, and the series that they make: what is compared with what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from openkp.figures.anomalies import relations
from openkp.figures.anomalies.base import Point
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
FLOWS = ("import", "export")
Said = dict[tuple[str, str, Period], tuple[str, ...]]
SHOWN = 12
"""How many periods a picture shows."""


@dataclass(frozen=True, kw_only=True)
class Total:
    """What one Participant filed for one flow and period; ``records`` name the rows behind it."""

    participant: str
    flow: str
    period: Period
    carats: Decimal
    usd: Decimal
    certificates: int | None
    records: tuple[str, ...]

    @property
    def price(self) -> Decimal | None:
        """Dollars a carat, None where there is nothing to divide."""
        return price(self.usd, self.carats)

    def measure(self, name: str) -> Decimal | None:
        """Carats, usd, certificates or usd_per_carat."""
        values = {"carats": self.carats, "usd": self.usd, "usd_per_carat": self.price}
        if name == "certificates":
            return None if self.certificates is None else Decimal(self.certificates)
        return values[name]


@dataclass(frozen=True)
class Series:
    """Totals in order of time; ``judged`` are the periods that were filed as such, not only added up here."""

    totals: tuple[Total, ...]
    judged: frozenset[Period]

    def pairs(self) -> Iterator[tuple[Total, Total]]:
        """Each judged period with the one just before it; a period that is missing breaks the row."""
        for before, now in pairwise(self.totals):
            if now.period in self.judged and before.period.next == now.period:
                yield before, now

    def before(self, now: Total, count: int) -> list[Total]:
        """The totals of the ``count`` periods before one."""
        first = now.period
        for _each in range(count):
            first = first.previous
        return [total for total in self.totals if first <= total.period < now.period]

    def points(self, now: Total, measure: str, expected: Decimal | None = None) -> tuple[Point, ...]:
        """The picture of a measure up to a period, with what was expected of the last."""
        shown = [total for total in self.totals if total.period <= now.period][-SHOWN:]
        pairs = [(total, total.measure(measure)) for total in shown]
        return tuple(
            Point(label=str(total.period), observed=value, expected=expected if total is now else None)
            for total, value in pairs
            if value is not None
        )


def price(usd: Decimal | None, carats: Decimal | None) -> Decimal | None:
    """Dollars a carat with two places, None where there is nothing to divide."""
    return (usd / carats).quantize(CENT) if usd is not None and carats else None


def trade_series(engine: Engine) -> list[Series]:
    """The series of every Participant's imports and exports; what a return has nothing of is nothing in it."""
    rows = [row for row in engine.rows(relations.trade_totals(engine)) if row["flow"] in FLOWS]
    totals = [_total(row, row["reporter"], row["flow"], period_of(row, "Q", "quarter")) for row in rows]
    told = {(total.participant, total.flow, total.period) for total in totals}
    traded = {key[:2] for key in told}
    nothing = {"carats": ZERO, "usd": ZERO, "certificates": 0}
    nils = (
        _total(nothing | {"rows": records}, reporter, flow, period)
        for (reporter, flow, period), records in said(engine).items()
        if (reporter, flow, period) not in told and (reporter, flow) in traded
    )
    return _series([*totals, *nils])


def said(engine: Engine) -> Said:
    """The flows and periods of which each reporter said something, if only by a return that has nothing of them.

    The values are the rows of nil returns. Who filed a flow for a whole year said nothing of its quarters, and the
    other way round.
    """
    rows = [(row, period_of(row, "Q", "quarter")) for row in engine.rows(relations.trade_totals(engine))]
    kinds: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for row, period in rows:
        kinds[row["reporter"], row["flow"], period.year].add(period.kind)
    found: Said = {}
    for row, period in rows:
        for flow in FLOWS:
            if period.kind in kinds.get((row["reporter"], flow, period.year), {period.kind}):
                key = (row["reporter"], flow, period)
                found[key] = found.get(key, ()) + (() if row["flow"] else tuple(row["rows"]))
    return found


def production_series(engine: Engine) -> list[Series]:
    """The series of every Participant's production."""
    rows = engine.rows(relations.production_totals(engine))
    return _series(_total(row, row["participant"], "production", period_of(row, "H", "half")) for row in rows)


def period_of(row: Mapping[str, Any], kind: str, column: str) -> Period:
    """The period of a row: a year where its part is 0."""
    return Period(row["year"], kind, row[column]) if row[column] else Period(row["year"])


def by_year(totals: Iterable[Total]) -> list[Total]:
    """The years of some totals, added up."""
    years: dict[int, list[Total]] = defaultdict(list)
    for total in totals:
        years[total.period.year].append(total)
    return [_sum(Period(year), parts) for year, parts in sorted(years.items())]


def _sum(period: Period, parts: list[Total]) -> Total:
    counts = [part.certificates for part in parts if part.certificates is not None]
    return Total(
        participant=parts[0].participant,
        flow=parts[0].flow,
        period=period,
        carats=sum((part.carats for part in parts), ZERO),
        usd=sum((part.usd for part in parts), ZERO),
        certificates=sum(counts) if counts else None,
        records=tuple(record for part in parts for record in part.records),
    )


def _total(row: Mapping[str, Any], participant: str, flow: str, period: Period) -> Total:
    return Total(
        participant=participant,
        flow=flow,
        period=period,
        carats=row["carats"] or ZERO,
        usd=row["usd"] or ZERO,
        certificates=row.get("certificates"),
        records=tuple(sorted(row["rows"])),
    )


def _series(totals: Iterable[Total]) -> list[Series]:
    """Series in order. Where whole years were filed, they are compared with whole years."""
    found: dict[tuple[str, str], list[Total]] = defaultdict(list)
    for total in totals:
        found[total.participant, total.flow].append(total)
    made = []
    for _key, group in sorted(found.items()):
        parts = sorted((total for total in group if total.period.kind), key=lambda total: total.period)
        made.append(Series(tuple(parts), frozenset(total.period for total in parts)))
        if years := frozenset(total.period for total in group if not total.period.kind):
            made.append(Series(tuple(by_year(group)), years))
    return made
