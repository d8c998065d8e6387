"""Certificates one by one: never confirmed, never issued, changed on the way, left out of the row."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import scipy

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import CENT, ZERO, period_of
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence


def known_numbers(engine: Engine) -> Any:
    """Every number that an issuer told of, by issuing it or by its notice, whatever became of it."""
    issued, notified = engine.tables["issued"], engine.tables["notified"]
    return issued.select("number", "issuer").union(notified.select("number", "issuer"), distinct=True)


@anomaly_test(
    "unconfirmed",
    N_("Are certificates never confirmed by the one who got the goods?"),
    source="certificates not handed in, 2009-10 (scheme-rules A.6); certificate-rules 3.3",
)
def unconfirmed(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """By receiver and quarter of issue, where more stay unconfirmed than elsewhere by a binomial test."""
    old = scope.last_day - timedelta(days=int(limits["days"]))
    rows = relations.lines(engine, scope)
    rows = rows.filter(rows.issued_on <= old).select("number", "issuer", "destination", "year", "quarter").distinct()
    told = engine.tables["confirmed"].select(confirmed="number").distinct()
    both = rows.left_join(told, rows.number == told.confirmed)
    open_ones = both.confirmed.isnull()
    counted = both.group_by(["destination", "year", "quarter"]).agg(
        count=both.count(), open=open_ones.sum(), rows=open_ones.ifelse(both.number, "").collect()
    )
    quarters = sorted(engine.rows(counted), key=lambda row: (row["year"], row["quarter"], row["destination"]))
    count, missing = sum(row["count"] for row in quarters), sum(row["open"] for row in quarters)
    if not count or missing == count:
        return  # no confirmation is among the facts at all
    usual = min(missing / count, float(limits["share"]))
    for row in quarters:
        if scope.holds(period_of(row, "Q", "quarter")):
            yield from _silent(row, usual, limits)


def _silent(row: Any, usual: float, limits: Thresholds) -> Iterator[Anomaly]:
    share = Decimal(row["open"]) / Decimal(row["count"])
    if row["open"] < limits["least"] or share <= limits["share"]:
        return
    test = scipy.stats.binomtest(int(row["open"]), int(row["count"]), usual, alternative="greater")
    if test.pvalue >= limits["alpha"]:
        return
    period = period_of(row, "Q", "quarter")
    words = {
        "participant": found.called(row["destination"]),
        "period": period.words,
        "open": row["open"],
        "count": row["count"],
        "days": limits["days"],
    }
    template = N_(
        "%(open)s of %(count)s certificates that were issued for %(participant)s in %(period)s are not confirmed after "
        "%(days)s days."
    )
    yield Anomaly(
        test=unconfirmed.code,
        participant=row["destination"],
        period=period,
        measure="unconfirmed",
        observed=Decimal(int(row["open"])),
        expected=Decimal(str(usual * row["count"])).quantize(CENT),
        severity=found.severity(share / limits["share"]),
        what=Sentence(template, words),
        innocent=(
            found.UPLOAD,
            Sentence(N_("the goods never left, and the certificate was not reported as unused")),
            Sentence(N_("parcels were delivered without the certificate being handed to customs")),
        ),
        records=tuple(sorted({f"certificate:{number}" for number in row["rows"] if number})),
        series=(
            Point(
                label=str(period),
                observed=Decimal(int(row["open"])),
                expected=Decimal(str(usual * row["count"])).quantize(CENT),
            ),
        ),
    )


@anomaly_test(
    "unknown-number",
    N_("Was a certificate presented that its issuer never issued?"),
    source="fraudulent certificates (scheme-rules E.1)",
)
def unknown_number(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Confirmed numbers that no issuer told of; only issuers whose certificates are among the facts are asked."""
    known = known_numbers(engine)
    issuers = known.select("issuer").distinct()
    rows = relations.confirmations(engine)
    rows = rows.semi_join(issuers, rows.issuer == issuers.issuer)
    rows = rows.anti_join(known, rows.number == known.number)
    for row in engine.rows(rows.order_by(["number", "source"])):
        period = Period.of(row["on"], "Q") if row["on"] else None
        if period and scope.holds(period):
            yield _unknown(row, period)


def _unknown(row: Any, period: Period) -> Anomaly:
    words = {
        "number": row["number"],
        "receiver": found.called(row["receiver"]),
        "issuer": found.called(row["issuer"]),
        "carats": found.amount(row["carats"] or ZERO),
        "usd": found.amount(row["usd"] or ZERO),
    }
    template = N_(
        "%(receiver)s confirmed certificate %(number)s of %(carats)s carats for %(usd)s US dollars; %(issuer)s never "
        "issued or announced that number."
    )
    return Anomaly(
        test=unknown_number.code,
        participant=row["issuer"],
        partner=row["receiver"],
        period=period,
        measure="carats",
        observed=row["carats"] or ZERO,
        expected=ZERO,
        severity=found.severity(10),
        what=Sentence(template, words),
        innocent=(
            Sentence(
                N_("the number was typed wrongly at arrival; look for a certificate not confirmed of like weight")
            ),
            found.UPLOAD,
        ),
        records=(f"certificate:{row['number']}",),
        series=(Point(label=row["number"], observed=row["carats"] or ZERO, expected=ZERO),),
        subject=row["number"],
    )


@anomaly_test(
    "altered",
    N_("Did something else arrive than the certificate says?"),
    source="mirror of one certificate (scheme-rules A.6 test 4)",
)
def altered(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Weight and value as issued against as found, certificate by certificate."""
    issued = relations.certificates(engine, scope)
    arrived = relations.confirmations(engine)
    arrived = arrived.select("number", "on", "receiver", found_carats="carats", found_usd="usd", by="source")
    both = issued.join(arrived, "number").filter(lambda t: t.found_carats.notnull() & t.found_usd.notnull())
    away = (both.found_carats - both.carats).abs()
    dear = (both.found_usd - both.usd).abs()
    heavy = (away > limits["carats_share"] * both.carats) & (away >= limits["least_carats"])
    both = both.filter(heavy | (dear > limits["usd_share"] * both.usd))
    for row in engine.rows(both.order_by(["number", "by"])):
        period = Period.of(row["on"] or row["issued_on"], "Q")
        if scope.holds(period):
            yield _altered(row, period, limits)


def _altered(row: Any, period: Period, limits: Thresholds) -> Anomaly:
    sides = {"carats": (row["carats"], row["found_carats"]), "usd": (row["usd"], row["found_usd"])}
    times = {name: abs(found.change(came, said)) / limits[f"{name}_share"] for name, (said, came) in sides.items()}
    measure = max(times, key=lambda name: times[name])
    said, came = sides[measure]
    words = {
        "number": row["number"],
        "issuer": found.called(row["issuer"]),
        "receiver": found.called(row["receiver"]),
        "carats": found.amount(row["carats"]),
        "usd": found.amount(row["usd"]),
        "found_carats": found.amount(row["found_carats"]),
        "found_usd": found.amount(row["found_usd"]),
    }
    template = N_(
        "Certificate %(number)s of %(issuer)s says %(carats)s carats and %(usd)s US dollars; %(receiver)s found "
        "%(found_carats)s carats and %(found_usd)s US dollars."
    )
    return Anomaly(
        test=altered.code,
        participant=row["issuer"],
        partner=row["receiver"],
        period=period,
        measure=measure,
        observed=came,
        expected=said,
        severity=found.severity(times[measure]),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("a parcel of the shipment came later, or was weighed without its packing")),
            found.BASIS,
            found.TYPING,
        ),
        records=(f"certificate:{row['number']}",),
        series=(Point(label=row["number"], observed=came, expected=said),),
        subject=row["number"],
    )


@anomaly_test(
    "gaps",
    N_("Are numbers left out of an issuer's row?"),
    source="blank certificates are accounted for (Core Document Annex II)",
)
def gaps(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Numbers between the first and the last of a year that no document explains, void ones included in the row."""
    rows = engine.tables["issued"]
    rows = rows.filter(rows.issued_on <= scope.last_day).mutate(year=rows.issued_on.year())
    years = rows.group_by(["issuer", "year"]).agg(numbers=rows.number.collect()).order_by(["issuer", "year"])
    for row in engine.rows(years):
        if scope.year in (None, row["year"]):
            yield from _gaps(row, limits)


def _gaps(row: Any, limits: Thresholds) -> Iterator[Anomaly]:
    serials: dict[str, set[int]] = defaultdict(set)
    for number in row["numbers"]:
        digits = number[len(number.rstrip("0123456789")) :]
        if digits:
            serials[number[: -len(digits)] + f"|{len(digits)}"].add(int(digits))
    for series, numbers in sorted(serials.items()):
        ordered = sorted(numbers)
        span = ordered[-1] - ordered[0] + 1
        holes = [(one + 1, two - 1) for one, two in pairwise(ordered) if 1 < two - one <= limits["largest"]]
        dense = Decimal(len(ordered)) / span >= limits["dense"]
        if holes and dense and len(ordered) >= limits["least"]:
            yield _left_out(row, series, holes, len(ordered))


def _left_out(row: Any, series: str, holes: list[tuple[int, int]], count: int) -> Anomaly:
    prefix, width = series.split("|")
    missing = sum(last - first + 1 for first, last in holes)
    named = [f"{prefix}{number:0{int(width)}}" for first, last in holes for number in range(first, last + 1)]
    words = {
        "issuer": found.called(row["issuer"]),
        "year": row["year"],
        "missing": missing,
        "count": count,
        "first": named[0],
    }
    template = N_(
        "%(issuer)s %(year)s: %(missing)s numbers between the first and the last of %(count)s certificates are not "
        "accounted for, the first is %(first)s."
    )
    return Anomaly(
        test=gaps.code,
        participant=row["issuer"],
        period=Period(row["year"]),
        measure="numbers",
        observed=Decimal(missing),
        expected=Decimal(0),
        severity=found.severity(1 + Decimal(missing) / count * 20),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("blanks were spoiled, or numbers given to another office, and not reported")),
            found.UPLOAD,
        ),
        records=tuple(f"certificate:{number}" for number in named),
        series=tuple(
            Point(label=f"{prefix}{first:0{int(width)}}", observed=Decimal(last - first + 1))
            for first, last in holes[:12]
        ),
        subject=series,
    )


PAPERS = (unconfirmed, unknown_number, altered, gaps)
