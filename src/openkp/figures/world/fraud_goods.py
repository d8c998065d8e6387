"""Frauds that move goods: smuggling, round trips, under-valuation, one parcel under two certificates."""

from typing import Any

import numpy as np

from openkp.figures.world.building import Building
from openkp.figures.world.parameters import Flags, Whole, between, read_world_data
from openkp.figures.world.shipments import MIXED_ORIGIN, NONE, TRADERS, Shipments
from openkp.figures.world.trade import transit
from openkp.figures.world.truth import Fraud, Kind, Unit

SMALLEST_PRODUCER, LARGEST_PRODUCER = 2_500, 1_500_000
"""Carats a year: stones are passed off as those of Participants where they could be believed."""


def how_many(settings: dict[str, Any], certificates: int) -> int:
    """The number of instances that grows with the world, with a floor."""
    return max(int(settings["least"]), round(float(settings["per_thousand"]) * certificates / 1000))


def year_unit(building: Building, place: int) -> Unit:
    """A Participant's year."""
    return ("participant_year", building.levels.codes[place], str(building.frame.year))


def spread_log(generator: np.random.Generator, low: float, high: float) -> float:
    """A factor between two, small ones as likely as large ones."""
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


def seed_smuggling(building: Building) -> None:
    """Stones leave as another Participant's: its production is inflated, or its exports have none behind them."""
    settings = read_world_data("noise")["frauds"]["smuggling"]
    generator = building.random("smuggling")
    levels, ships = building.levels, building.shipments
    year = ships.take(ships.day >= building.frame.turn)
    out = np.bincount(year.issuer, minlength=len(levels))
    came = np.bincount(year.destination, year.all_carats / 100, len(levels))
    mined = (levels.carats >= SMALLEST_PRODUCER) & (levels.carats <= LARGEST_PRODUCER) & (out > 0)
    volume = levels.carats + came
    moved = (volume >= SMALLEST_PRODUCER / 2) & (volume <= 2 * LARGEST_PRODUCER) & (out > 0)
    chosen = generator.permutation(np.flatnonzero(mined))[: settings["inflated"]]
    others = generator.permutation(np.setdiff1d(np.flatnonzero(moved), chosen))[: settings["unproduced"]]
    for place in chosen:
        share = spread_log(generator, *settings["inflated_by"])
        building.inflated[place] += levels.carats[place] * share
        _smuggle(building, place, "inflated_production", levels.carats[place] * share, share, generator)
    for place in others:
        share = spread_log(generator, *settings["unproduced_by"])
        carats = volume[place] * share
        building.unproduced[place] += round(carats * 100)
        _smuggle(building, place, "exports_without_production", carats, share, generator)


def _smuggle(
    building: Building, place: int, variant: str, carats: float, share: float, generator: np.random.Generator
) -> None:
    """Exports of ``carats`` more than there were, like the Participant's other shipments, at another's price."""
    levels, ships = building.levels, building.shipments
    producers = np.flatnonzero((levels.carats >= SMALLEST_PRODUCER) & (np.arange(len(levels)) != place))
    source = int(generator.choice(producers))
    like = np.flatnonzero((ships.issuer == place) & (ships.day >= building.frame.turn) & (ships.mark == NONE))
    count = int(np.clip(round(len(like) * share), 2, 40))
    rows = ships.take(generator.choice(like, count))
    part = generator.dirichlet(np.full(count, 3.0))
    weight = np.maximum(np.rint(carats * part * 100), 2)
    price = levels.price[source] * np.exp(generator.normal(0, 0.3, count))
    day = building.frame.turn + generator.integers(5, 350, count)
    fraud = Fraud(
        kind=Kind.SMUGGLING,
        variant=variant,
        participant=levels.codes[place],
        partner=levels.codes[source],
        period=str(building.frame.year),
        unit=year_unit(building, place),
        size=f"{carats:.2f} ct, {share:.2f} of a year",
    )
    extra = rows.changed(
        day=day,
        arrival=day + transit(count, generator),
        origin=place if levels.carats[place] else MIXED_ORIGIN,
        predecessor=NONE,
        carats=weight,
        usd=np.maximum(np.rint(weight * price), 2),
        carats2=0,
        usd2=0,
        mark=building.seed(fraud),
    )
    building.add(extra)


def seed_round_trips(building: Building) -> None:
    """The same goods go round three trading centres, dearer at each."""
    settings = read_world_data("noise")["frauds"]["round_tripping"]
    generator = building.random("round_tripping")
    for number in range(settings["loops"]):
        _round_trip(building, settings, number, generator)


def _round_trip(building: Building, settings: dict[str, Any], number: int, generator: np.random.Generator) -> None:
    hubs = generator.permutation(np.flatnonzero(_hubs(building)))[:3]
    traders = [_related(building, int(hub), generator) for hub in hubs]
    hops = 3 * int(generator.integers(settings["rounds"][0], settings["rounds"][1] + 1))
    like = building.honest_rows()
    first = building.shipments.take(generator.choice(like, 1))
    steps = generator.integers(8, 26, hops)
    days = np.minimum(building.frame.turn + generator.integers(0, 60) + np.cumsum(steps), building.frame.end - 1)
    rise = np.cumprod(between(generator, settings["rise"], hops))
    weight = np.rint(first.all_carats * np.cumprod(generator.uniform(0.985, 1.0, hops)))
    at = np.arange(hops) % 3
    onward = (at + 1) % 3
    buyers = np.array(traders)[onward]
    fronts = generator.random() < settings["front_share"]
    sellers = _fronts(hubs[at], generator) if fronts else np.array(traders)[at]
    fraud = Fraud(
        kind=Kind.ROUND_TRIPPING,
        variant="behind_fronts" if fronts else "three_centres",
        participant=building.levels.codes[hubs[0]],
        partner=building.levels.codes[hubs[1]],
        period=str(building.frame.year),
        unit=("loop", str(number)),
        size=f"{hops} hops, {float(first.all_carats[0]) / 100:.2f} ct, value × {rise[-1]:.2f}",
    )
    base = len(building.shipments)
    stated = generator.random(hops) < settings["stated_share"]
    predecessor = np.where(stated & (np.arange(hops) > 0), base + np.arange(hops) - 1, NONE)
    rows = first.take(np.zeros(hops, dtype=np.int64)).changed(
        issuer=hubs[at],
        destination=hubs[onward],
        day=days,
        arrival=days + np.minimum(transit(hops, generator), 6),
        origin=MIXED_ORIGIN,
        exporter=sellers,
        importer=buyers,
        predecessor=predecessor,
        carats=np.maximum(weight, 2),
        usd=np.maximum(np.rint(first.all_usd * rise), 2),
        carats2=0,
        usd2=0,
        mark=building.seed(fraud),
    )
    building.add(rows)


def _hubs(building: Building) -> Flags:
    """Participants that import for more than USD 1 m and export some of it again."""
    levels, plan = building.levels, building.plan
    onward = np.bincount(plan.exporter[~plan.mined], minlength=len(levels)) > 0
    return np.asarray(onward & (levels.imports >= 1_000_000) & ~levels.imports_barred)


def _related(building: Building, hub: int, generator: np.random.Generator) -> int:
    """A trader who is in it: one that trades honestly too, or one that was founded for it."""
    known = int(building.market.traders[hub])
    rank = generator.integers(known) if generator.random() < 0.5 else known + generator.integers(1, 10_000)
    return hub * TRADERS + int(rank)


def _fronts(hubs: Whole, generator: np.random.Generator) -> Whole:
    """Companies founded for one shipment each, so that no trader sends on what it received."""
    return hubs * TRADERS + 50_000 + generator.integers(1, 100_000, len(hubs))


def seed_under_valuation(building: Building) -> None:
    """A producer's exporter sells to a related importer far below the price; the importer sells on at the market."""
    settings = read_world_data("noise")["frauds"]["under_valuation"]
    generator = building.random("under_valuation")
    hubs = _hubs(building)
    for _number in range(settings["pairs"]):
        ships, free = building.shipments, building.honest_rows()
        free = free[(ships.origin[free] == ships.issuer[free]) & hubs[ships.destination[free]]]
        free = free[ships.arrival[free] < building.frame.end - 20]
        wanted = int(generator.integers(settings["shipments"][0], settings["shipments"][1] + 1))
        route = ships.issuer[free] * len(building.levels) + ships.destination[free]
        routes, counts = np.unique(route, return_counts=True)
        if not (counts >= settings["shipments"][0]).any():
            return  # too small a world for another pair
        chosen = generator.choice(routes[counts >= settings["shipments"][0]])
        rows = np.sort(generator.permutation(free[route == chosen])[:wanted])
        _under_value(building, settings, rows, generator)


def _under_value(building: Building, settings: dict[str, Any], rows: Whole, generator: np.random.Generator) -> None:
    sold = building.shipments.take(rows)
    seller, buyer = int(sold.exporter[0]), _related(building, int(sold.destination[0]), generator)
    factor = float(generator.uniform(*settings["factor"]))
    declared = factor * np.exp(generator.normal(0, 0.05, len(rows)))
    fraud = Fraud(
        kind=Kind.UNDER_VALUATION,
        variant="related_importer",
        participant=building.levels.codes[sold.issuer[0]],
        partner=building.levels.codes[sold.destination[0]],
        period=str(building.frame.year),
        unit=("pair", str(seller), str(buyer)),
        size=f"{len(rows)} shipments at {factor:.2f} of the price",
    )
    mark = building.seed(fraud)
    onward = np.flatnonzero(generator.random(len(rows)) < settings["re_exported_share"])
    stated = generator.random(len(onward)) < settings["stated_share"]
    _sell_on(building, rows[onward], buyer, stated, generator)
    cheap = {
        name: np.maximum(np.rint(sold.columns[name] * declared), sold.columns[name] > 0) for name in ("usd", "usd2")
    }
    building.put(rows, exporter=seller, importer=buyer, mark=mark, **cheap)


def _sell_on(building: Building, rows: Whole, trader: int, stated: Flags, generator: np.random.Generator) -> None:
    """The importer sends the goods on at their price, to where the others of its country send theirs."""
    ships = building.shipments
    hub = trader // TRADERS
    others = np.flatnonzero((ships.issuer == hub) & (ships.mark == NONE))
    sold = ships.take(rows)
    like = ships.take(generator.choice(others, len(rows)))
    day = sold.arrival + generator.integers(5, 40, len(rows))
    left = generator.uniform(0.97, 1.0, len(rows))  # sorting takes something out
    dearer = left * np.exp(generator.normal(0.05, 0.08, len(rows)))
    resold = sold.changed(
        issuer=hub,
        destination=like.destination,
        day=day,
        arrival=day + transit(len(rows), generator),
        exporter=trader,
        importer=like.importer,
        predecessor=np.where(stated, rows, NONE),
        carats=np.maximum(np.rint(sold.carats * left), 1),
        carats2=np.rint(sold.carats2 * left),
        usd=np.maximum(np.rint(sold.usd * dearer), 1),
        usd2=np.rint(sold.usd2 * dearer),
        mark=NONE,
    )
    keep = (resold.day < building.frame.end) & (resold.destination != sold.issuer)
    building.add(resold.take(keep))


def seed_twins(building: Building) -> None:
    """One parcel under two certificates, so that other stones can travel under the second."""
    settings = read_world_data("noise")["frauds"]["double_filing"]["certificates"]
    generator = building.random("twins")
    free = building.honest_rows()
    rows = np.sort(generator.permutation(free)[: how_many(settings, building.frame.certificates)])
    twins = _second_papers(building.shipments.take(rows), generator)
    marks = [building.seed(_twin(building, int(row))) for row in rows]
    keep = twins.day < building.frame.end
    building.put(rows, mark=marks)
    building.add(twins.changed(mark=marks).take(keep))


def _second_papers(first: Shipments, generator: np.random.Generator) -> Shipments:
    day = first.day + generator.integers(0, 7, len(first))
    part = np.where(generator.random(len(first)) < 0.6, 1.0, generator.uniform(0.995, 1.0, len(first)))
    return first.changed(
        day=day,
        arrival=day + transit(len(first), generator),
        carats=np.maximum(np.rint(first.carats * part), 1),
        usd=np.maximum(np.rint(first.usd * part), 1),
    )


def _twin(building: Building, row: int) -> Fraud:
    ships, codes = building.shipments, building.levels.codes
    return Fraud(
        kind=Kind.DOUBLE_FILING,
        variant="two_certificates",
        participant=codes[ships.issuer[row]],
        partner=codes[ships.destination[row]],
        period=str(building.frame.year),
        unit=("parcel", str(row)),
        size=f"{ships.all_carats[row] / 100:.2f} ct",
    )
