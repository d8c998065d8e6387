"""What stands there twice: numbers, parcels, lines of returns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import ibis

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import period_of
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence


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
    rows = relations.certificates(engine, scope)
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
    template = N_("%(participant)s, %(flow)s of %(period)s: lines of the return that stand there again: %(count)s.")
    words = {
        "participant": found.called(who[0]),
        "count": count,
        "period": who[2].words,
        "flow": found.flow(flow),
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
            words = {"participant": found.called(row["participant"]), "period": period.words, "count": row["count"]}
            who, what = (row["participant"], "", period), Sentence(other if row["values"] > 1 else same, words)
            yield _twice(who, f"production_{row['mining']}".rstrip("_"), what, row["rows"], count=row["count"])


REPEATS = (duplicate,)
