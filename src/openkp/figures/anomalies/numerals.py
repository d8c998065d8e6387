"""What the digits say: price against value and weight, distributions of digits, round figures."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from math import log10, sqrt
from typing import Any

import ibis
import numpy as np
import scipy

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import CENT
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

FIRST = tuple(log10(1 + 1 / digit) for digit in range(1, 10))
LAST = (0.1,) * 10
WORLD = "WORLD"
"""How a table of published figures names the sum of all; as a Participant it is nobody."""
_MEASURES = ("carats", "value_usd", "usd_per_carat")


@anomaly_test(
    "triangle",
    N_("Does value divided by weight give the price that stands beside them?"),
    source="production of 2007 misprinted by a million carats (scheme-rules A.3)",
)
def triangle(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Figures that one publisher printed together; each may be off by its last printed digit."""
    groups: dict[tuple[Any, ...], dict[str, Any]] = defaultdict(dict)
    rows = engine.tables["published"].order_by(["year", "participant", "flow", "source", "record"])
    for row in engine.rows(rows):
        if row["measure"] in _MEASURES and row["value"] is not None:
            key = (row["year"], row["participant"], row["flow"], row["publisher"], row["address"])
            groups[key].setdefault(row["measure"], row)
    for (year, participant, flow, *_who), rows_of in groups.items():
        if len(rows_of) == len(_MEASURES) and scope.holds(Period(year)):
            yield from _broken(participant or "", flow or "", Period(year), rows_of, limits)


def _broken(participant: str, flow: str, period: Period, rows: dict[str, Any], limits: Thresholds) -> Iterator[Anomaly]:
    carats, usd, stated = (Decimal(rows[measure]["value"]) for measure in ("carats", "value_usd", "usd_per_carat"))
    if not carats or not stated:
        return
    computed = usd / carats
    slack = sum(_last_digit(rows[m]) / abs(Decimal(rows[m]["value"])) for m in _MEASURES if rows[m]["value"])
    allowed = limits["units"] * slack * stated
    if abs(computed - stated) <= allowed:
        return
    words = {
        "participant": found.called(participant) if participant != WORLD else Sentence(N_("the world")),
        "flow": found.flow(flow),
        "period": period,
        "stated": found.amount(stated),
        "computed": found.amount(computed),
        "publisher": rows["carats"]["publisher"],
    }
    template = N_(
        "%(participant)s, %(flow)s of %(period)s as %(publisher)s printed it: value divided by weight gives "
        "%(computed)s US dollars a carat, the price beside it is %(stated)s."
    )
    yield Anomaly(
        test=triangle.code,
        participant=participant if participant != WORLD else "",
        period=period,
        measure=f"{flow}_price",
        observed=computed.quantize(CENT),
        expected=stated.quantize(CENT),
        severity=found.severity(abs(computed - stated) / allowed if allowed else found.MOST),
        what=Sentence(template, words),
        innocent=(Sentence(N_("a figure was misprinted, or the three come from different editions")), found.TYPING),
        records=tuple(f"published:{rows[m]['source'] or ''}#{rows[m]['record'] or 0}" for m in _MEASURES),
        series=(Point(label=str(period), observed=computed.quantize(CENT), expected=stated.quantize(CENT)),),
        subject=rows["carats"]["address"] or rows["carats"]["publisher"] or "",
    )


def _last_digit(row: Any) -> Decimal:
    """What one unit of the last digit that was printed is worth: 151 million is good to a million."""
    text = (row["digits"] or "").strip().replace(",", "")
    try:
        value = Decimal(text) if text else Decimal(row["value"]).normalize()
    except ArithmeticError:
        value = Decimal(row["value"]).normalize()
    parts = (value if "." in text else value.normalize()).as_tuple()
    return Decimal(1).scaleb(int(parts.exponent)) if isinstance(parts.exponent, int) else Decimal(1)


@anomaly_test(
    "digits",
    N_("Are first and last digits spread as those of weighed goods are?"),
    source="our proposal; a common test for invented figures",
)
def digits(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Chi-square over a year's carats: first digits where they span enough, last digits (hundredths) always."""
    for table, participant, year, values in samples(engine, scope):
        if len(values) < limits["least"]:
            continue
        numbers = np.array([int(value * 100) for value in values])
        low, high = np.percentile(numbers, [1, 99])
        if low > 0 and log10(high / low) >= limits["decades"]:
            first = np.array([int(str(number)[0]) for number in numbers])
            yield from _uneven((table, participant, year), "first", np.bincount(first, minlength=10)[1:], limits)
        yield from _uneven((table, participant, year), "last", np.bincount(numbers % 10, minlength=10), limits)


def samples(engine: Engine, scope: Scope) -> Iterator[tuple[str, str, int, list[Decimal]]]:
    """The carats of a year's lines, by who stated them: certificates and returns apart."""
    issued = relations.lines(engine, scope).select("issuer", "year", "carats")
    trade = relations.ended(relations.trade_now(engine), "quarter", scope)
    trade = trade.select(issuer="reporter", year="year", carats="carats")
    for table, rows in (("issued", issued), ("trade", trade)):
        rows = rows.filter(rows.carats > 0)
        grouped = rows.group_by(["issuer", "year"]).agg(values=rows.carats.collect()).order_by(["issuer", "year"])
        for row in engine.rows(grouped):
            if scope.year in (None, row["year"]):
                yield table, row["issuer"], row["year"], row["values"]


def _uneven(who: tuple[str, str, int], place: str, counted: Any, limits: Thresholds) -> Iterator[Anomaly]:
    table, participant, year = who
    shares = FIRST if place == "first" else LAST
    total = int(counted.sum())
    expected = np.array(shares) * total
    test = scipy.stats.chisquare(counted, expected * (total / expected.sum()))
    effect = sqrt(float(test.statistic) / (total * (len(shares) - 1)))
    if test.pvalue >= limits["alpha"] or effect <= limits["effect"]:
        return
    words = {
        "participant": found.called(participant),
        "year": year,
        "count": found.amount(total),
        "effect": f"{effect:.2f}",
    }
    first = N_(
        "%(participant)s %(year)s: the first digits of %(count)s weights are not spread as those of weighed goods are "
        "(Cramér's V %(effect)s)."
    )
    last = N_(
        "%(participant)s %(year)s: the last digits of %(count)s weights are not spread evenly (Cramér's V %(effect)s)."
    )
    start = 1 if place == "first" else 0
    yield Anomaly(
        test=digits.code,
        participant=participant,
        period=Period(year),
        measure=f"{table}_{place}",
        observed=Decimal(str(effect)).quantize(CENT),
        expected=Decimal("0.00"),
        severity=found.severity(effect / float(limits["effect"])),
        what=Sentence(first if place == "first" else last, words),
        innocent=(
            Sentence(N_("the authority weighs to a tenth of a carat, or rounds")),
            Sentence(N_("one kind of parcel makes up most of the trade")),
        ),
        records=(),
        series=tuple(
            Point(
                label=str(digit + start),
                observed=Decimal(int(count)),
                expected=Decimal(str(float(expected[digit]))).quantize(CENT),
            )
            for digit, count in enumerate(counted)
        ),
    )


@anomaly_test(
    "rounding",
    N_("Are figures suspiciously round?"),
    source="our proposal; estimates filed as weights",
)
def rounding(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Whole thousands among large amounts, by who stated them and year."""
    for table, rows in _amounts(engine, scope):
        whole = rows.amount % ibis.literal(int(limits["multiple"])) == 0
        rows = rows.filter(rows.amount >= ibis.literal(int(limits["least_amount"])))
        counted = rows.group_by(["who", "year", "measure"]).agg(
            whole=whole.sum(), count=rows.count(), rows=ibis.ifelse(whole, rows.row, "").collect()
        )
        for row in engine.rows(counted.order_by(["who", "year", "measure"])):
            if scope.year in (None, row["year"]):
                yield from _round(table, row, limits)


def _amounts(engine: Engine, scope: Scope) -> Iterator[tuple[str, Any]]:
    issued = relations.lines(engine, scope)
    made = relations.ended(relations.production_now(engine), "half", scope)
    traded = relations.ended(relations.trade_now(engine), "quarter", scope)
    tables = (
        ("production", made, "participant", None),
        ("trade", traded, "reporter", None),
        ("issued", issued, "issuer", ibis.literal("certificate:") + issued.number),
    )
    for table, rows, who, named in tables:
        parts = [
            rows.select(
                who=rows[who],
                year=rows.year,
                measure=ibis.literal(measure),
                amount=rows[measure],
                row=rows.row if named is None else named,
            )
            for measure in ("carats", "usd")
        ]
        yield table, parts[0].union(parts[1])


def _round(table: str, row: Any, limits: Thresholds) -> Iterator[Anomaly]:
    share = Decimal(row["whole"]) / Decimal(row["count"])
    if row["whole"] < limits["least"] or share <= limits["share"]:
        return
    by_chance = float(limits["by_chance"])
    test = scipy.stats.binomtest(int(row["whole"]), int(row["count"]), by_chance, alternative="greater")
    if test.pvalue >= limits["alpha"]:
        return
    words = {
        "participant": found.called(row["who"]),
        "year": row["year"],
        "whole": row["whole"],
        "count": row["count"],
        "multiple": found.amount(int(limits["multiple"])),
    }
    template = N_(
        "%(participant)s %(year)s: %(whole)s of %(count)s large amounts are whole multiples of %(multiple)s, "
        "which weighed and invoiced goods hardly ever are."
    )
    yield Anomaly(
        test=rounding.code,
        participant=row["who"],
        period=Period(row["year"]),
        measure=f"{table}_{row['measure']}",
        observed=(share * 100).quantize(CENT),
        expected=Decimal("0.00"),
        severity=found.severity(share / limits["share"]),
        what=Sentence(template, words),
        innocent=(Sentence(N_("the figures were rounded for printing, or are estimates and say so")),),
        records=tuple(sorted({record for record in row["rows"] if record})),
    )


NUMERALS = (triangle, digits, rounding)
