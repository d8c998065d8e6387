"""What a country can have: its stock, what its mines yield, what its trade earns. Source: scheme-rules A.6, 5-7."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from openkp.figures.anomalies import found
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import CENT, ZERO, Total, by_year, price, production_series, trade_series
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence


@dataclass
class Year:
    """A Participant's year: what it dug, took in, sent out, held and polished; None where nobody filed."""

    participant: str
    period: Period
    flows: dict[str, Total] = field(default_factory=dict)
    opening: Decimal | None = None
    polished: Decimal | None = None
    carried: Decimal = ZERO
    parts: dict[str, set[int]] = field(default_factory=lambda: {"H": set(), "Q": set()})

    def carats(self, flow: str) -> Decimal:
        return self.flows[flow].carats if flow in self.flows else ZERO

    def assumed(self, flow: str) -> Decimal:
        """The carats of a flow; where returns of the year are missing, as if they said what the others say."""
        kind, whole = ("H", 2) if flow == "production" else ("Q", 4)
        filed = len(self.parts[kind]) or whole
        return (self.carats(flow) * whole / filed).quantize(CENT)

    @property
    def whole(self) -> bool:
        """Whether no return of the year is missing, of the kinds that came at all."""
        return len(self.parts["H"]) in (0, 2) and len(self.parts["Q"]) in (0, 4)

    @property
    def there(self) -> Decimal:
        """What there was to send out: the opening stock as filed, else what earlier years left."""
        opening = self.carried if self.opening is None else self.opening
        return opening + self.assumed("production") + self.assumed("import")

    @property
    def out(self) -> Decimal:
        return self.carats("export") + (self.polished or ZERO)

    @property
    def closing(self) -> Decimal:
        return self.there - self.out

    @property
    def records(self) -> tuple[str, ...]:
        return tuple(sorted(record for total in self.flows.values() for record in total.records))


def years(engine: Engine, scope: Scope) -> list[Year]:
    """Every Participant's whole years in the scope. Years filed whole and in parts come together here."""
    known = _filed(engine)
    for row in engine.rows(engine.tables["stocks"]):
        if filed := known.get((row["participant"], row["year"])):
            filed.opening, filed.polished = row["opening"], row["polished"]
    ordered = [known[key] for key in sorted(known)]
    for before, now in pairwise(ordered):
        follows = before.participant == now.participant and before.period.next == now.period
        if follows and "export" in before.flows:  # what was dug and not seen leaving is no stock
            now.carried = max(before.closing, ZERO)
    return [year for year in ordered if scope.holds(year.period)]


def _filed(engine: Engine) -> dict[tuple[str, int], Year]:
    """Production and trade by Participant and year, with the halves and quarters that were filed."""
    known: dict[tuple[str, int], Year] = {}
    for series in (*production_series(engine), *trade_series(engine)):
        for total in by_year(series.totals):
            key = (total.participant, total.period.year)
            known.setdefault(key, Year(total.participant, total.period)).flows[total.flow] = total
        for total in series.totals:
            if total.period.kind:
                known[total.participant, total.period.year].parts[total.period.kind].add(total.period.part)
    return known


@anomaly_test(
    "balance",
    N_("Did more go out than can have been there?"),
    source="Congo 2004, United States 2011 (scheme-rules A.6 test 5)",
)
def balance(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Opening stock and production and imports, less exports and what was polished: never below nothing."""
    for year in years(engine, scope):
        there, out = year.there, year.out
        missing = out - there
        if "export" in year.flows and missing >= limits["least_carats"] and missing > limits["share"] * out:
            yield _negative(year, there, out, missing / (limits["share"] * out))


def _negative(year: Year, there: Decimal, out: Decimal, times: Decimal) -> Anomaly:
    words = {
        "participant": found.called(year.participant),
        "year": year.period,
        "out": found.amount(out),
        "there": found.amount(there),
        "missing": found.amount(out - there),
    }
    template = N_(
        "%(participant)s %(year)s: %(out)s carats were exported or polished, but opening stock, production and imports "
        "come to %(there)s; %(missing)s carats are unexplained."
    )
    lacking = Sentence(N_("returns of the year are missing; as much was assumed for them as the others say"))
    unknown = Sentence(N_("the opening stock was not filed; only what earlier years left was counted"))
    parts = [("opening", year.carried if year.opening is None else year.opening), ("polished", year.polished)]
    parts += [(flow, year.assumed(flow)) for flow in ("production", "import")] + [("export", year.carats("export"))]
    return Anomaly(
        test=balance.code,
        participant=year.participant,
        period=year.period,
        measure="stock_carats",
        observed=there - out,
        expected=ZERO,
        severity=found.severity(times),
        what=Sentence(template, words),
        innocent=(
            unknown if year.opening is None else found.STOCKS,
            found.NOT_YET if year.whole else lacking,
            found.TYPING,
        ),
        records=year.records,
        series=tuple(Point(label=name, observed=value) for name, value in parts if value is not None),
    )


@anomaly_test(
    "capacity",
    N_("Do production and exports fit what the mines can yield?"),
    source="Congo 2004, Venezuela, Guinea 2012 (scheme-rules A.6 test 6)",
)
def capacity(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Production, and exports beyond imports and stock, against the band's upper end; production against its lower."""
    estimates = engine.tables["capacity"]
    sums = {name: estimates[name].sum() for name in ("low", "likely", "high")}  # mines and zones add up
    bands = {
        (row["participant"], row["year"]): row
        for row in engine.rows(estimates.group_by(["participant", "year"]).agg(**sums))
    }
    for year in years(engine, scope):
        band = bands.get((year.participant, year.period.year))
        if band is None:
            continue
        high = band["high"] if band["high"] is not None else band["likely"]
        low = band["low"] if band["low"] is not None else band["likely"]
        own = year.carats("export") - year.carats("import") - (year.carried if year.opening is None else year.opening)
        for flow, carats in (("production", year.carats("production")), ("export", own)):
            if high is not None and carats > limits["above"] * high and carats - high >= limits["least_carats"]:
                yield _too_much(year, flow, carats, high, limits)
        dug = year.assumed("production")
        short = low is not None and "production" in year.flows and dug < limits["below"] * low
        if short and low - dug >= limits["least_carats"]:
            yield _too_little(year, dug, low, limits)


def _too_much(year: Year, flow: str, carats: Decimal, high: Decimal, limits: Thresholds) -> Anomaly:
    words = _band_words(year, carats, high)
    production = N_(
        "%(participant)s %(year)s: production of %(carats)s carats was filed; its mines and diggers can yield at most "
        "%(bound)s by the estimate."
    )
    exports = N_(
        "%(participant)s %(year)s: exports beyond imports and stock are %(carats)s carats; its mines and diggers can "
        "yield at most %(bound)s by the estimate."
    )
    times = (carats / high - 1) / (limits["above"] - 1) if high else found.MOST
    return Anomaly(
        test=capacity.code,
        participant=year.participant,
        period=year.period,
        measure=f"{flow}_capacity",
        observed=carats,
        expected=high,
        severity=found.severity(times),
        what=Sentence(production if flow == "production" else exports, words),
        innocent=(
            Sentence(N_("a new mine or a new field is not in the estimate yet")),
            found.STOCKS,
            found.TYPING,
        ),
        records=year.records,
        series=(Point(label=flow, observed=carats, expected=high),),
    )


def _too_little(year: Year, carats: Decimal, low: Decimal, limits: Thresholds) -> Anomaly:
    template = N_(
        "%(participant)s %(year)s: production of %(carats)s carats was filed; its mines and diggers yield at least "
        "%(bound)s by the estimate. The rest may leave by other ways."
    )
    times = (1 - carats / low) / (1 - limits["below"])
    return Anomaly(
        test=capacity.code,
        participant=year.participant,
        period=year.period,
        measure="production_shortfall",
        observed=carats,
        expected=low,
        severity=found.severity(times),
        what=Sentence(template, _band_words(year, carats, low)),
        innocent=(
            Sentence(N_("mines open, close, or stand still for a season")),
            Sentence(N_("the return of one half-year is still missing")),
        ),
        records=year.records,
        series=(Point(label="production", observed=carats, expected=low),),
    )


def _band_words(year: Year, carats: Decimal, bound: Decimal) -> dict[str, object]:
    return {
        "participant": found.called(year.participant),
        "year": year.period,
        "carats": found.amount(carats),
        "bound": found.amount(bound),
    }


@anomaly_test(
    "revaluation",
    N_("Does a trading centre without mines sell far dearer than it buys?"),
    source="debate on values declared at re-export (scheme-rules A.6 test 7)",
)
def revaluation(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """The price a carat of a year's exports over that of its imports."""
    dug: dict[str, list[Year]] = defaultdict(list)
    for year in years(engine, scope):
        dug[year.participant].append(year)
    for group in dug.values():
        if any(year.carats("production") for year in group):
            continue
        for year in group:
            yield from _revalued(year, limits)


def _revalued(year: Year, limits: Thresholds) -> Iterator[Anomaly]:
    bought, sold = year.flows.get("import"), year.flows.get("export")
    if bought is None or sold is None or min(bought.carats, sold.carats) < limits["least_carats"]:
        return
    paid, got = price(bought.usd, bought.carats), price(sold.usd, sold.carats)
    if not paid or not got or got / paid <= limits["ratio"]:
        return
    words: dict[str, Any] = {
        "participant": found.called(year.participant),
        "year": year.period,
        "paid": found.amount(paid),
        "got": found.amount(got),
        "ratio": found.amount(got / paid),
    }
    template = N_(
        "%(participant)s %(year)s, without production: exports at %(got)s US dollars a carat, imports at %(paid)s: "
        "%(ratio)s times as much."
    )
    yield Anomaly(
        test=revaluation.code,
        participant=year.participant,
        period=year.period,
        measure="usd_per_carat",
        observed=got,
        expected=paid,
        severity=found.severity((got / paid - 1) / (limits["ratio"] - 1)),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("cheap stones stay to be polished or used in industry, and better ones are sold on")),
            found.ASSORTMENT,
            found.STOCKS,
        ),
        records=year.records,
        series=(Point(label="import", observed=paid), Point(label="export", observed=got, expected=paid)),
    )


STOCK = (balance, capacity, revaluation)
