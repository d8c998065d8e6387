"""Certificates one by one: never confirmed, never issued, changed on the way, used twice, left out of the row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ibis
from scipy.stats import binomtest

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
    rows = relations.lines(engine)
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
    test = binomtest(int(row["open"]), int(row["count"]), usual, alternative="greater")
    if test.pvalue >= limits["alpha"]:
        return
    period = period_of(row, "Q", "quarter")
    words = {
        "participant": found.called(row["destination"]),
        "period": period,
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
    issued = relations.certificates(engine)
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
    "duplicate",
    N_("Was a number used twice, or were the same goods stated twice?"),
    source="a number is used once (certificate-rules 2.1); returns filed twice (the public production file)",
)
def duplicate(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Numbers confirmed or issued twice, two certificates for one parcel, return lines that repeat."""
    yield from _confirmed_twice(engine, scope)
    yield from _issued_twice(engine, scope)
    yield from _one_parcel(engine, limits, scope)
    yield from _lines_twice(engine, limits, scope)
    yield from _production_twice(engine, scope)


INNOCENT = (
    Sentence(N_("a correction was sent without withdrawing what it corrects")),
    Sentence(N_("the same message was kept twice")),
)


def _twice(
    who: tuple[str, str, Period], measure: str, what: Sentence, records: Iterable[str], *, count: int, subject: str = ""
) -> Anomaly:
    return Anomaly(
        test=duplicate.code,
        participant=who[0],
        partner=who[1],
        period=who[2],
        measure=measure,
        observed=Decimal(count),
        expected=Decimal(1),
        severity=found.severity(5 if subject else 2),
        what=what,
        innocent=INNOCENT,
        records=tuple(sorted(set(records))),
        series=(Point(label=subject or str(who[2]), observed=Decimal(count), expected=Decimal(1)),),
        subject=subject,
    )


def _confirmed_twice(engine: Engine, scope: Scope) -> Iterator[Anomaly]:
    """A line of one number confirmed more than once: two presentations of one certificate."""
    rows = engine.tables["confirmed"]
    on = rows.confirmed_on.fill_null(rows.arrived_on)
    lines = rows.group_by(["number", "line"]).agg(
        count=rows.count(), issuer=rows.issuer.max(), receiver=rows.receiver.max(), on=on.max()
    )
    twice = (
        lines.filter(lines["count"] > 1)
        .group_by("number")
        .agg(count=lines["count"].max(), issuer=lines.issuer.max(), receiver=lines.receiver.max(), on=lines.on.max())
    )
    template = N_("Certificate %(number)s of %(issuer)s was confirmed %(count)s times, at last by %(receiver)s.")
    for row in engine.rows(twice.order_by("number")):
        if row["on"] and scope.holds(period := Period.of(row["on"], "Q")):
            words = {
                "number": row["number"],
                "issuer": found.called(row["issuer"]),
                "receiver": found.called(row["receiver"]),
                "count": row["count"],
            }
            who = (row["issuer"], row["receiver"], period)
            records = [f"certificate:{row['number']}"]
            what = Sentence(template, words)
            yield _twice(who, "confirmed", what, records, count=row["count"], subject=row["number"])


def _issued_twice(engine: Engine, scope: Scope) -> Iterator[Anomaly]:
    """One number for two certificates."""
    rows = engine.tables["issued"]
    lines = rows.group_by(["number", "line"]).agg(
        count=rows.count(), issuer=rows.issuer.max(), destination=rows.destination.max(), on=rows.issued_on.max()
    )
    template = N_("%(issuer)s issued number %(number)s %(count)s times.")
    for row in engine.rows(lines.filter(lines["count"] > 1).order_by(["number", "line"])):
        period = Period.of(row["on"], "Q")
        if scope.holds(period):
            words = {"issuer": found.called(row["issuer"]), "number": row["number"], "count": row["count"]}
            who, records = (row["issuer"], row["destination"], period), [f"certificate:{row['number']}"]
            what = Sentence(template, words)
            yield _twice(who, f"issued_line_{row['line']}", what, records, count=row["count"], subject=row["number"])


def _one_parcel(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Two certificates of one exporter (or issuer, where none is stated) for the same goods, soon after each other."""
    rows = relations.certificates(engine)
    rows = rows.filter(rows.carats >= limits["least_carats"])
    alike = ibis.window(group_by=["issuer", "exporter", "hs", "origin"], order_by=["carats", "number"])
    before, after = rows.carats.lag().over(alike), rows.carats.lead().over(alike)
    rows = rows.mutate(lighter=before, heavier=after)
    near = 1 + limits["carats_share"]  # a pair that is near is near to what lies between them too
    rows = rows.filter((rows.carats <= rows.lighter * near) | (rows.heavier <= rows.carats * near))
    stocks: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in engine.rows(rows.order_by(["carats", "number"])):
        stocks[row["issuer"], row["exporter"], row["hs"], row["origin"]].append(row)
    for _goods, stock in sorted(stocks.items()):
        for one, two in _neighbours(stock, limits["carats_share"]):
            one, two = sorted((one, two), key=lambda each: (each["issued_on"], each["number"]))
            if _same_goods(one, two, limits) and scope.holds(period := Period.of(two["issued_on"], "Q")):
                yield _parcel_twice(one, two, period)


def _neighbours(stock: list[Any], share: Decimal) -> Iterator[tuple[Any, Any]]:
    """Pairs of nearly the same weight; ``stock`` is in the order of weight."""
    for place, one in enumerate(stock):
        for two in stock[place + 1 :]:
            if two["carats"] - one["carats"] > share * one["carats"]:
                break
            yield one, two


def _same_goods(one: Any, two: Any, limits: Thresholds) -> bool:
    """The same weight to the hundredth, or weight and value as near as two weighings and two valuers come."""
    if two["issued_on"] - one["issued_on"] > timedelta(days=int(limits["days"])):
        return False
    if one["carats"] == two["carats"]:
        return bool(one["exporter"]) or bool(one["usd"] == two["usd"])
    return bool(one["exporter"]) and abs(two["usd"] - one["usd"]) <= limits["usd_share"] * one["usd"]


def _parcel_twice(one: Any, two: Any, period: Period) -> Anomaly:
    words = {
        "issuer": found.called(one["issuer"]),
        "one": one["number"],
        "two": two["number"],
        "carats": found.amount(one["carats"]),
        "first": one["issued_on"],
        "second": two["issued_on"],
    }
    template = N_(
        "%(issuer)s issued %(one)s on %(first)s and %(two)s on %(second)s for the same goods of %(carats)s carats."
    )
    records = [f"certificate:{each['number']}" for each in (one, two)]
    who = (one["issuer"], two["destination"], period)
    subject = f"{one['number']} {two['number']}"
    return _twice(who, "one_parcel", Sentence(template, words), records, count=2, subject=subject)


def _lines_twice(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Lines of a return that repeat: the same in everything, or most of a return again with other amounts."""
    rows = relations.trade_now(engine)
    rows = rows.filter((rows.carats > 0) | (rows.usd > 0))
    key = ["reporter", "authority", "flow", "partner", "year", "quarter", "hs", "origin"]
    lines = rows.group_by(key).agg(
        count=rows.count(), kinds=rows.carats.nunique(), again=rows.usd.nunique(), rows=rows.row.collect()
    )
    returns: dict[tuple[str, str, Period], list[Any]] = defaultdict(list)
    for row in engine.rows(lines.order_by(key)):
        returns[row["reporter"], row["flow"], period_of(row, "Q", "quarter")].append(row)
    for (reporter, flow, period), keys in sorted(returns.items()):
        repeated = [row for row in keys if row["count"] > 1]
        same = [row for row in repeated if max(row["kinds"], row["again"]) < row["count"]]
        told = repeated if len(repeated) > limits["repeated"] * len(keys) else same
        if told and scope.holds(period):
            yield _return_twice((reporter, "", period), flow, [name for row in told for name in row["rows"]], len(told))


def _return_twice(who: tuple[str, str, Period], flow: str, records: list[str], count: int) -> Anomaly:
    template = N_("%(participant)s: %(count)s lines of the trade return of %(period)s stand there again (%(flow)s).")
    flows = {"import": N_("imports"), "export": N_("exports")}
    words = {
        "participant": found.called(who[0]),
        "count": count,
        "period": who[2],
        "flow": Sentence(flows.get(flow, flow)),
    }
    return _twice(who, f"{flow}_lines", Sentence(template, words), records, count=len(records))


def _production_twice(engine: Engine, scope: Scope) -> Iterator[Anomaly]:
    """Production of one period and kind of mining filed more than once in one version."""
    rows = relations.production_filed(engine)
    keyed = rows.group_by(["participant", "year", "half", "mining", "version"]).agg(
        count=rows.count(),
        values=rows.carats.nunique(),
        rows=rows.row.collect(),
    )
    same = N_("%(participant)s filed its production of %(period)s %(count)s times, with the same quantity.")
    other = N_("%(participant)s filed its production of %(period)s %(count)s times, with different quantities.")
    order = ["year", "half", "participant", "mining", "version"]
    for row in engine.rows(keyed.filter(keyed["count"] > 1).order_by(order)):
        period = period_of(row, "H", "half")
        if scope.holds(period):
            words = {"participant": found.called(row["participant"]), "period": period, "count": row["count"]}
            who, what = (row["participant"], "", period), Sentence(other if row["values"] > 1 else same, words)
            yield _twice(who, f"production_{row['mining']}".rstrip("_"), what, row["rows"], count=row["count"])


@anomaly_test(
    "gaps",
    N_("Are numbers left out of an issuer's row?"),
    source="blank certificates are accounted for (Core Document Annex II)",
)
def gaps(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Numbers between the first and the last of a year that no document explains, void ones included in the row."""
    rows = engine.tables["issued"]
    rows = rows.mutate(year=rows.issued_on.year())
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


PAPERS = (unconfirmed, unknown_number, altered, duplicate, gaps)
