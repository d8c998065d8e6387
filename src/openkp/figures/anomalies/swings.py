"""From one period to the next: quantities, prices, the mix of HS subheadings. Source: scheme-rules A.5, A.6."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import scipy

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import (
    CENT,
    Series,
    Total,
    period_of,
    production_series,
    trade_series,
)
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

MEASURES = {
    "carats": N_("carats"),
    "usd": N_("US dollars"),
    "certificates": N_("certificates"),
    "usd_per_carat": N_("US dollars a carat"),
}
_LEAST = {"carats": "least_carats", "usd": "least_usd", "certificates": "least_certificates"}


def every_series(engine: Engine) -> Iterator[Series]:
    """Production and trade."""
    yield from production_series(engine)
    yield from trade_series(engine)


@anomaly_test(
    "swing",
    N_("Did carats, value or certificates rise or fall sharply from one period to the next?"),
    source="Data Anomaly Questionnaire (scheme-rules A.5, A.6 test 2)",
)
def swing(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """One anomaly a return: of the measures past both thresholds, the one furthest past."""
    for series in every_series(engine):
        for before, now in series.pairs():
            if scope.holds(now.period) and (passed := _passed(before, now, limits)):
                measure, times = max(passed.items(), key=lambda item: item[1])
                yield _swing(series, before, now, measure, times)


def _passed(before: Total, now: Total, limits: Thresholds) -> dict[str, Decimal]:
    """How many times each measure passed its threshold."""
    passed = {}
    for measure, least in _LEAST.items():
        old, new = before.measure(measure), now.measure(measure)
        if old is None or new is None:
            continue
        # Both thresholds have to be passed, so the one passed less counts: a rise from nearly nothing is not endless.
        times = min(abs(found.change(new, old)) / limits["share"], abs(new - old) / limits[least])
        if times >= 1:
            passed[measure] = times
    return passed


def _swing(series: Series, before: Total, now: Total, measure: str, times: Decimal) -> Anomaly:
    old, new = before.measure(measure) or Decimal(0), now.measure(measure) or Decimal(0)
    words = _words(now, measure) | {
        "before": before.period.words,
        "old": found.measured(old, measure),
        "new": found.measured(new, measure),
        "change": found.percent(found.change(new, old)) if old else "–",
    }
    template = N_(
        "%(participant)s, %(flow)s of %(period)s in %(measure)s: %(new)s after %(old)s in %(before)s (%(change)s)."
    )
    return Anomaly(
        test=swing.code,
        participant=now.participant,
        period=now.period,
        measure=f"{now.flow}_{measure}",
        observed=new,
        expected=old,
        severity=found.severity(times),
        what=Sentence(template, words),
        innocent=(found.CONTRACT, found.TYPING, Sentence(N_("mines open, close, or stand still for a season"))),
        records=before.records + now.records,
        series=series.points(now, measure, old),
    )


def _words(now: Total, measure: str) -> dict[str, object]:
    return {
        "participant": found.called(now.participant),
        "flow": found.flow(now.flow),
        "period": now.period.words,
        "measure": Sentence(MEASURES[measure]),
    }


@anomaly_test(
    "price-swing",
    N_("Did the price a carat leave the level of the periods before?"),
    source="South Africa 2017 (scheme-rules A.6 test 3)",
)
def price_swing(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """The price of a period against the trimmed mean of those before it."""
    for series in every_series(engine):
        for now in series.totals:
            large = now.carats >= limits["least_carats"] or now.usd >= limits["least_usd"]
            if now.period in series.judged and scope.holds(now.period) and large and now.price is not None:
                yield from _dearer(series, now, limits)


def _dearer(series: Series, now: Total, limits: Thresholds) -> Iterator[Anomaly]:
    earlier = [each for each in series.before(now, limits["periods"]) if each.price]
    if len(earlier) < limits["least_periods"] or now.price is None:
        return
    middle = scipy.stats.trim_mean([float(each.price or 0) for each in earlier], float(limits["trim"]))
    centre = Decimal(str(middle)).quantize(CENT)
    share = found.change(now.price, centre)
    if abs(share) <= limits["share"]:
        return
    words = _words(now, "usd_per_carat") | {
        "new": found.amount(now.price),
        "centre": found.amount(centre),
        "change": found.percent(share),
        "count": len(earlier),
    }
    template = N_(
        "%(participant)s, %(flow)s of %(period)s: %(new)s US dollars a carat, against %(centre)s in the middle of the "
        "%(count)s periods before (%(change)s)."
    )
    yield Anomaly(
        test=price_swing.code,
        participant=now.participant,
        period=now.period,
        measure=f"{now.flow}_price",
        observed=now.price,
        expected=centre,
        severity=found.severity(abs(share) / limits["share"]),
        what=Sentence(template, words),
        innocent=(found.ASSORTMENT, found.CONTRACT, found.TYPING),
        records=now.records,
        series=series.points(now, "usd_per_carat", centre),
    )


@anomaly_test(
    "hs-drift",
    N_("Did goods move from one HS subheading to another?"),
    source="dispute on coding in the United States, 2011 (scheme-rules A.6 test 11)",
)
def hs_drift(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Shares of the subheadings in carats, period against period; one anomaly a flow and period."""
    rows = engine.rows(relations.trade_totals(engine, "hs"))
    mixes: dict[tuple[str, str], dict[Period, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for row in sorted(rows, key=lambda row: (row["reporter"], row["flow"], row["year"], row["quarter"], row["hs"])):
        mixes[row["reporter"], row["flow"]][period_of(row, "Q", "quarter")][row["hs"]] = row
    for (reporter, flow), periods in mixes.items():
        for period, mix in periods.items():
            if scope.holds(period) and period.previous in periods:
                yield from _drift(reporter, flow, period, (periods[period.previous], mix), limits)


def _drift(
    reporter: str, flow: str, period: Period, mixes: tuple[dict[str, Any], dict[str, Any]], limits: Thresholds
) -> Iterator[Anomaly]:
    before, now = (_shares(mix) for mix in mixes)
    nothing = Decimal(0)
    carats = [sum(row["carats"] or 0 for row in mix.values()) for mix in mixes]
    if min(carats) < limits["least_carats"]:
        return
    codes = sorted(before.keys() | now.keys())
    hs = max(codes, key=lambda hs: abs(now.get(hs, nothing) - before.get(hs, nothing)))
    old, new = before.get(hs, nothing), now.get(hs, nothing)
    if abs(new - old) <= limits["points"]:
        return
    words = {
        "participant": found.called(reporter),
        "flow": found.flow(flow),
        "period": period.words,
        "before": period.previous.words,
        "hs": hs or "–",
        "new": found.percent(new).lstrip("+"),
        "old": found.percent(old).lstrip("+"),
    }
    template = N_(
        "%(participant)s, %(flow)s of %(period)s: %(new)s of the carats stand under HS %(hs)s, %(old)s in %(before)s."
    )
    yield Anomaly(
        test=hs_drift.code,
        participant=reporter,
        period=period,
        measure=f"{flow}_hs_share",
        observed=(new * 100).quantize(CENT),
        expected=(old * 100).quantize(CENT),
        severity=found.severity(abs(new - old) / limits["points"]),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("customs changed how it codes the same goods")),
            Sentence(N_("sorted goods were traded instead of unsorted ones")),
        ),
        records=tuple(sorted(record for mix in mixes for row in mix.values() for record in row["rows"])),
        series=tuple(
            Point(
                label=code or "–",
                observed=(now.get(code, nothing) * 100).quantize(CENT),
                expected=(before.get(code, nothing) * 100).quantize(CENT),
            )
            for code in codes
        ),
    )


def _shares(mix: dict[str, Any]) -> dict[str, Decimal]:
    carats = sum((row["carats"] or Decimal(0) for row in mix.values()), Decimal(0))
    return {hs: (row["carats"] or Decimal(0)) / carats for hs, row in mix.items()} if carats else {}


SWINGS = (swing, price_swing, hs_drift)
