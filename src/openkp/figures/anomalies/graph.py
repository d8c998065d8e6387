"""Goods that go in circles, and certificates that stay just below a limit."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from math import log
from operator import or_
from typing import Any

import ibis
import networkx as nx
import scipy

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import CENT, ZERO, price
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

Certificate = dict[str, Any]


@anomaly_test(
    "circles",
    N_("Did the same goods come back to where they started, dearer?"),
    source="our proposal; round-tripping (features N5)",
)
def circles(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Chains of certificates for the same goods that end where they began; one anomaly a loop."""
    loops: dict[tuple[Any, ...], list[list[Certificate]]] = defaultdict(list)
    for chain in closed_chains(engine, limits, scope):
        if scope.year in (None, chain[0]["issued_on"].year) and _dearer(chain, limits):
            loops[chain[0]["issued_on"].year, _loop(chain)].append(chain)
    for (year, loop), chains in sorted(loops.items(), key=lambda each: each[0]):
        yield _circle(year, loop, chains, limits)


def _loop(chain: list[Certificate]) -> tuple[tuple[str, str], ...]:
    """Who sent the goods on, from the first in the alphabet on: a loop is one, wherever one begins to follow it."""
    senders = [(each["issuer"], each["exporter"]) for each in chain]
    return min(tuple(senders[place:] + senders[:place]) for place in range(len(senders)))


def closed_chains(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[list[Certificate]]:
    """Every chain of at most ``length`` certificates that comes home, in the order of time."""
    certificates = _certificates(engine, scope)
    by_number: dict[str, Certificate] = {}
    graph = nx.DiGraph()
    for row in engine.rows(_links(certificates, limits)):
        one = {name: row[name] for name in ("number", *_KEPT)}
        two = {name: row[f"{name}_then"] for name in ("number", *_KEPT)}
        by_number |= {one["number"]: one, two["number"]: two}
        graph.add_edge(one["number"], two["number"], named=row["named"])
    for start in sorted(by_number):
        yield from _home(graph, by_number, start, limits)


def _home(
    graph: "nx.DiGraph", by_number: dict[str, Certificate], start: str, limits: Thresholds
) -> Iterator[list[Certificate]]:
    first = by_number[start]
    reach = nx.single_source_shortest_path_length(graph, start, cutoff=int(limits["length"]) - 1)
    ends = sorted(n for n in reach if n != start and by_number[n]["destination"] == first["issuer"])
    seen: set[str] = set()
    for path in nx.all_simple_paths(graph, start, ends, cutoff=int(limits["length"]) - 1) if ends else ():
        chain = [by_number[number] for number in path]
        home = _same_trader(chain) or _all_named(graph, path)
        if home and len({each["issuer"] for each in chain}) == len(chain) and path[-1] not in seen:
            seen.add(path[-1])
            yield chain


def _same_trader(chain: list[Certificate]) -> bool:
    """Whether the goods came back to the trader who sent them, where both ends name one."""
    sender, receiver = chain[0]["exporter"], chain[-1]["importer"]
    return not sender or not receiver or bool(sender == receiver)


def _all_named(graph: "nx.DiGraph", path: list[str]) -> bool:
    """Whether each certificate of a round of three or more names the one before: then the traders may differ."""
    return len(path) > 2 and all(graph.edges[edge]["named"] for edge in pairwise(path))


_KEPT = ("issuer", "destination", "issued_on", "carats", "usd", "exporter", "importer")


def _certificates(engine: Engine, scope: Scope) -> Any:
    rows = relations.certificates(engine, scope)
    return rows.filter((rows.carats > 0) & (rows.usd > 0)).select(*("number", *_KEPT), "predecessor", "hs")


def _links(rows: Any, limits: Thresholds) -> Any:
    """Certificates and the next ones for the same goods: named as predecessor, or same trader and weight soon after."""
    large = rows.filter((rows.carats >= limits["least_carats"]) | (rows.usd >= limits["least_usd"]))
    then = large.select(**{f"{name}_then": large[name] for name in ("number", *_KEPT, "predecessor", "hs")})
    wanted = ("number", *_KEPT, *(f"{name}_then" for name in ("number", *_KEPT)))
    # A certificate for goods that came in under several names them all, with spaces between.
    after = then.mutate(predecessor_then=then.predecessor_then.split(" ").unnest())
    named = large.join(after, large.number == after.predecessor_then).select(*wanted, named=True)
    # The same trader sends on what it got: the join is on the trader's token, so that it stays small.
    traded = large.filter(large.importer != "")
    likely = traded.join(then, [traded.importer == then.exporter_then, traded.destination == then.issuer_then])
    near = limits["carats_share"] * likely.carats
    soon = likely.issued_on + ibis.interval(days=int(limits["days"]))
    likely = likely.filter(
        (likely.carats_then - likely.carats).abs() <= near,
        likely.hs == likely.hs_then,
        likely.issued_on_then >= likely.issued_on,
        likely.issued_on_then <= soon,
        likely.number != likely.number_then,
    ).select(*wanted, named=False)
    # Where both hold, the row that names comes last, and its edge stays.
    return named.union(likely, distinct=True).order_by(["number", "number_then", "named"])


def _dearer(chain: list[Certificate], limits: Thresholds) -> bool:
    """Whether the goods rose on their way, all of them came, and it did not take too long."""
    first, last = chain[0], chain[-1]
    rise = (last["usd"] / last["carats"]) / (first["usd"] / first["carats"]) - 1
    whole = abs(last["carats"] - first["carats"]) <= 2 * limits["carats_share"] * first["carats"]
    soon = last["issued_on"] - first["issued_on"] <= timedelta(days=int(limits["days"]))
    return bool(rise >= limits["rise"] and whole and soon)


def _circle(year: int, loop: tuple[Any, ...], chains: list[list[Certificate]], limits: Thresholds) -> Anomaly:
    """The loop as it was first closed; the pictures and prices are those of its largest round."""
    start = min(chains, key=lambda each: (each[0]["issued_on"], each[0]["number"]))
    chain = max(chains, key=lambda each: (each[0]["usd"], each[0]["number"]))
    numbers = sorted({each["number"] for every in chains for each in every})
    paid, got = (price(each["usd"], each["carats"]) or ZERO for each in (chain[0], chain[-1]))
    words = {
        "participant": found.called(start[0]["issuer"]),
        "route": " → ".join([*(each["issuer"] for each in start), start[0]["issuer"]]),
        "count": len(numbers),
        "carats": found.amount(chain[0]["carats"]),
        "paid": found.amount(paid),
        "got": found.amount(got),
        "year": year,
    }
    template = N_(
        "%(year)s: goods from %(participant)s went %(route)s and came home, under %(count)s certificates; the largest "
        "parcel had %(carats)s carats and left at %(paid)s US dollars a carat, came back at %(got)s."
    )
    rise = got / paid - 1 if paid else found.MOST
    return Anomaly(
        test=circles.code,
        participant=start[0]["issuer"],
        partner=start[0]["destination"],
        period=Period(year),
        measure="usd_per_carat",
        observed=got,
        expected=paid,
        severity=found.severity(rise / limits["rise"] * len(numbers) / len(chain)),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("goods were sent to tenders abroad, not sold, and valued anew there")),
            Sentence(N_("another parcel has the same weight by chance; compare the sorting lists")),
        ),
        records=tuple(f"certificate:{number}" for number in numbers),
        series=tuple(
            Point(
                label=f"{each['issuer']} → {each['destination']}",
                observed=price(each["usd"], each["carats"]) or ZERO,
                expected=paid,
            )
            for each in chain
        ),
        subject=">".join(f"{issuer} {exporter}".strip() for issuer, exporter in loop),
    )


@anomaly_test(
    "splitting",
    N_("Do certificates crowd just below a limit?"),
    source="our proposal; splitting to stay below a limit of control",
)
def splitting(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """By exporter and limit: values just below it against values just above it, by a binomial test."""
    band = limits["band"]
    rows = relations.certificates(engine, scope)
    near = [(rows.usd >= limit * (1 - band)) & (rows.usd < limit * (1 + band)) for limit in limits["limits_usd"]]
    wanted = rows.filter(reduce(or_, near)).select("number", "issuer", "exporter", "issued_on", "usd")
    crowds: dict[tuple[str, str, int, Decimal], list[Certificate]] = defaultdict(list)
    for row in engine.rows(wanted.order_by("number")):
        for limit in limits["limits_usd"]:
            if limit * (1 - band) <= row["usd"] < limit * (1 + band):
                crowds[row["issuer"], row["exporter"], row["issued_on"].year, limit].append(row)
    for (issuer, exporter, year, limit), crowd in sorted(crowds.items()):
        if scope.year in (None, year) and len(crowd) >= limits["least"]:
            below = [row["number"] for row in crowd if row["usd"] < limit]
            row = {"issuer": issuer, "exporter": exporter, "year": year, "count": len(crowd), "rows": below}
            yield from _crowded(row | {"below": len(below)}, limit, limits)


def _crowded(row: Any, limit: Decimal, limits: Thresholds) -> Iterator[Anomaly]:
    band = float(limits["band"])
    lower, upper = -log(1 - band), log(1 + band)
    expected = lower / (lower + upper)  # values spread evenly over their logarithm
    pvalue = scipy.stats.binomtest(int(row["below"]), int(row["count"]), expected, alternative="greater").pvalue
    if pvalue >= limits["alpha"]:
        return
    words = {
        "participant": found.called(row["issuer"]),
        "year": row["year"],
        "below": row["below"],
        "above": row["count"] - row["below"],
        "limit": found.amount(limit),
    }
    template = N_(
        "%(participant)s %(year)s: one exporter has %(below)s certificates just below %(limit)s US dollars and "
        "%(above)s just above."
    )
    usual = Decimal(str(expected * row["count"])).quantize(CENT)
    yield Anomaly(
        test=splitting.code,
        participant=row["issuer"],
        period=Period(row["year"]),
        measure=f"below_{int(limit)}",
        observed=Decimal(int(row["below"])),
        expected=usual,
        severity=found.severity(log(max(pvalue, 1e-300)) / log(float(limits["alpha"]))),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("a buyer orders parcels of one size")),
            Sentence(N_("insurance or transport is cheaper up to this value")),
        ),
        records=tuple(sorted({f"certificate:{number}" for number in row["rows"] if number})),
        series=(
            Point(label=f"< {int(limit)}", observed=Decimal(int(row["below"])), expected=usual),
            Point(
                label=f"≥ {int(limit)}",
                observed=Decimal(int(row["count"] - row["below"])),
                expected=Decimal(int(row["count"])) - usual,
            ),
        ),
        subject=row["exporter"],
    )


GRAPH = (circles, splitting)
