"""Prices of goods by origin and subheading, and of the same goods followed from certificate to certificate."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import exp, sqrt
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import scipy
from numpy.typing import NDArray

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import CENT
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

Floats = NDArray[np.float64]
OF_MEDIAN = 1.2533
"""The error of a median over that of a mean: the square root of half pi."""


@dataclass(frozen=True)
class Group:
    """Goods that should cost about the same: logarithms of their prices, and who traded them."""

    issuer: str
    name: str
    year: int
    rows: list[dict[str, Any]]
    logs: Floats

    @property
    def centre(self) -> float:
        return float(np.median(self.logs))

    @property
    def spread(self) -> float:
        """The median absolute deviation, as a standard deviation."""
        return float(scipy.stats.median_abs_deviation(self.logs, scale="normal"))


@anomaly_test(
    "origin-price",
    N_("Is the price a carat far from that of like goods of the same origin?"),
    source="our proposal; transfer pricing (scheme-rules E.2, features N3)",
)
def origin_price(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Pairs of traders whose prices lie low or high in their group again and again; then single certificates."""
    for group in groups(engine, scope, limits["least_goods"]):
        centre, spread = group.centre, group.spread
        if not spread:
            continue
        pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, row in enumerate(group.rows):
            pairs[row["exporter"], row["importer"]].append(place)
        for (exporter, importer), places in sorted(pairs.items()):
            if not exporter or not importer or len(places) < limits["least_certificates"]:
                continue
            middle = float(np.median(group.logs[places]))
            z = (middle - centre) / (spread * OF_MEDIAN / sqrt(len(places)))
            if abs(z) > limits["z"] and abs(exp(middle - centre) - 1) > limits["share"]:
                yield _pair(group, places, middle, z, limits)
        for far in np.flatnonzero(np.abs(group.logs - centre) > float(limits["z_single"]) * spread):
            z = (float(group.logs[far]) - centre) / spread
            yield _single(group, int(far), z, limits)


def groups(engine: Engine, scope: Scope, least: int) -> Iterator[Group]:
    """Lines of certificates by issuer, origin, subheading and year."""
    rows = relations.lines(engine, scope)
    rows = rows.filter((rows.carats > 0) & (rows.usd > 0))
    wanted = ["number", "issuer", "destination", "year", "hs", "origin", "exporter", "importer", "carats", "usd"]
    chosen = rows.select(*wanted).order_by(["issuer", "origin", "hs", "year", "number"])
    found_groups: dict[tuple[str, str, str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in engine.rows(chosen):
        if scope.year in (None, row["year"]):
            found_groups[row["issuer"], row["origin"], row["hs"], row["year"]].append(row)
    for (issuer, origin, hs, year), members in sorted(found_groups.items()):
        if len(members) >= least:
            logs = np.log([float(row["usd"]) / float(row["carats"]) for row in members])
            yield Group(issuer, f"{origin or '–'} / HS {hs or '–'}", year, members, logs)


def _pair(group: Group, places: list[int], middle: float, z: float, limits: Thresholds) -> Anomaly:
    first = group.rows[places[0]]
    template = N_(
        "%(issuer)s, %(goods)s: %(count)s lines of %(year)s from one exporter to one importer in %(destination)s cost "
        "%(price)s US dollars a carat in the middle, like goods %(usual)s (robust z %(z)s)."
    )
    words = {"count": len(places), "price": found.amount(exp(middle))}
    return _anomaly(group, places, first, (middle, z, float(limits["z"])), template, words)


def _single(group: Group, place: int, z: float, limits: Thresholds) -> Anomaly:
    row = group.rows[place]
    template = N_(
        "%(issuer)s, %(goods)s: certificate %(number)s to %(destination)s of %(year)s says %(price)s US dollars a "
        "carat, like goods cost %(usual)s (robust z %(z)s)."
    )
    middle = float(group.logs[place])
    words = {"number": row["number"], "price": found.amount(exp(middle))}
    return _anomaly(group, [place], row, (middle, z, float(limits["z_single"])), template, words)


def _anomaly(
    group: Group,
    places: list[int],
    row: dict[str, Any],
    measured: tuple[float, float, float],
    template: str,
    words: dict[str, object],
) -> Anomaly:
    middle, z, limit = measured
    usual = Decimal(str(exp(group.centre))).quantize(CENT)
    words |= {
        "issuer": found.called(group.issuer),
        "goods": group.name,
        "destination": found.called(row["destination"]),
        "year": group.year,
        "usual": found.amount(usual),
        "z": f"{z:+.1f}",
    }
    numbers = sorted({group.rows[place]["number"] for place in places})
    single = len(places) == 1
    shown = sorted(places, key=lambda place: str(group.rows[place]["number"]))[:12]
    return Anomaly(
        test=origin_price.code,
        participant=group.issuer,
        partner=row["destination"],
        period=Period(group.year),
        measure="usd_per_carat",
        observed=Decimal(str(exp(middle))).quantize(CENT),
        expected=usual,
        severity=found.severity(abs(z) / limit),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("exceptional stones, or boart and rejections, in one parcel")),
            Sentence(N_("the buyer always takes one sort of goods; compare size and quality")),
            found.TYPING,
        ),
        records=tuple(f"certificate:{number}" for number in numbers),
        series=tuple(
            Point(
                label=group.rows[place]["number"],
                observed=Decimal(str(exp(group.logs[place]))).quantize(CENT),
                expected=usual,
            )
            for place in shown
        ),
        subject=row["number"] if single else f"{row['exporter']}>{row['importer']} {group.name}",
    )


@anomaly_test(
    "resale-price",
    N_("Were the same goods sold on far dearer than they were bought?"),
    source="debate on values declared at re-export (scheme-rules A.6 test 7), followed by certificate",
)
def resale_price(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Certificates and those under which the same goods were sold on: pairs of traders whose goods always rise."""
    links = _sold_on(relations.certificates(engine, scope), limits)
    links = links.filter((links.usd > 0) & (links.usd_on > 0)).order_by(["number", "onward"])
    chains = [row for row in engine.rows(links) if scope.year in (None, row["issued_on"].year)]
    if len(chains) < limits["least_certificates"]:
        return
    rises = np.log([float(r["usd_on"]) / float(r["carats_on"]) * float(r["carats"]) / float(r["usd"]) for r in chains])
    centre, spread = float(np.median(rises)), float(scipy.stats.median_abs_deviation(rises, scale="normal"))
    traders: dict[tuple[str, str, str, str, int], list[int]] = defaultdict(list)
    for place, row in enumerate(chains):
        who = (row["issuer"], row["destination"], row["exporter"], row["importer"], row["issued_on"].year)
        traders[who].append(place)
    for who, places in sorted(traders.items()):
        middle = float(np.median(rises[places]))
        z = (middle - centre) / max(spread * OF_MEDIAN / sqrt(len(places)), 0.01)
        dear = exp(middle) > limits["ratio"] and z > limits["z"]
        if dear and len(places) >= limits["least_certificates"]:
            yield _resold(who, [chains[place] for place in places], (exp(middle), exp(centre), z), limits)


def _sold_on(rows: ir.Table, limits: Thresholds) -> ir.Table:
    """Certificates and those under which their goods went on: by name, or by trader, weight and time.

    One that names several before it has goods of all of them, so its price is that of none.
    """
    first = rows.select(*_BOUGHT, "hs")
    second = rows.select(
        source=rows.predecessor,
        onward=rows.number,
        sender=rows.exporter,
        sent_from=rows.issuer,
        hs_on=rows.hs,
        sent_on=rows.issued_on,
        carats_on=rows.carats,
        usd_on=rows.usd,
    )
    first, second = first.filter(first.carats > 0), second.filter(second.carats_on > 0)
    named = first.join(second.filter(second.source != ""), first.number == second.source).select(*_LINK)
    bought, sold = first.filter(first.importer != ""), second.filter(second.source == "")
    likely = bought.join(sold, [bought.importer == sold.sender, bought.destination == sold.sent_from])
    likely = likely.filter(
        likely.hs == likely.hs_on,
        (likely.carats_on - likely.carats).abs() <= limits["carats_share"] * likely.carats,
        likely.sent_on > likely.issued_on,
        likely.sent_on <= likely.issued_on + ibis.interval(days=int(limits["days"])),
    )
    return named.union(likely.select(*_LINK), distinct=True)


_BOUGHT = ("number", "issuer", "destination", "exporter", "importer", "issued_on", "carats", "usd")
_LINK = (*_BOUGHT, "onward", "carats_on", "usd_on")


def _resold(
    who: tuple[str, str, str, str, int],
    links: list[dict[str, Any]],
    measured: tuple[float, float, float],
    limits: Thresholds,
) -> Anomaly:
    issuer, destination, exporter, importer, year = who
    rise, usual, z = measured
    words = {
        "issuer": found.called(issuer),
        "destination": found.called(destination),
        "year": year,
        "count": len(links),
        "rise": found.amount(rise),
        "usual": found.amount(usual),
    }
    template = N_(
        "%(count)s parcels of %(year)s from %(issuer)s were sold on from %(destination)s at %(rise)s times the price a "
        "carat at which one exporter had sold them to one importer; %(usual)s times is usual."
    )
    return Anomaly(
        test=resale_price.code,
        participant=issuer,
        partner=destination,
        period=Period(year),
        measure="resale_ratio",
        observed=Decimal(str(rise)).quantize(CENT),
        expected=Decimal(str(usual)).quantize(CENT),
        severity=found.severity(z / float(limits["z"])),
        what=Sentence(template, words),
        innocent=(
            Sentence(N_("the goods were sorted, and only the better part was sold on")),
            Sentence(N_("the market rose between the two sales")),
        ),
        records=tuple(sorted({f"certificate:{row[name]}" for row in links for name in ("number", "onward")})),
        series=tuple(
            Point(
                label=row["onward"],
                observed=(row["usd_on"] / row["carats_on"]).quantize(CENT),
                expected=(row["usd"] / row["carats"]).quantize(CENT),
            )
            for row in links[:12]
        ),
        subject=f"{exporter}>{importer}",
    )


PRICES = (origin_price, resale_price)
