"""An honest year of trade: the shipments of every stream, what was re-exported from what, what came back unsold."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openkp.figures.world.parameters import Flags, Frame, Levels, Numbers, Whole, between, read_world_data
from openkp.figures.world.plan import Plan
from openkp.figures.world.shipments import (
    MIXED_ORIGIN,
    NONE,
    TRADERS,
    VALID,
    Goods,
    Shipments,
    joined,
    lines_of,
)

_CHRISTMAS = 357  # after this day of the year few parcels leave


@dataclass(frozen=True)
class Market:
    """What stays the same all year: how many traders each Participant has, and how dear each trader's goods are."""

    traders: Whole
    dearness: Numbers  # by Participant and trader (up to 1,000 of them), a factor near 1
    taste: Numbers  # the same of what a trader buys


def make_market(plan: Plan, frame: Frame, levels: Levels, generator: np.random.Generator) -> Market:
    """One trader for every fifteen certificates that a Participant writes or receives, two at least."""
    both = np.bincount(plan.exporter, plan.share, len(levels)) + np.bincount(plan.importer, plan.share, len(levels))
    spread = read_world_data("noise")["trade"]["trader_price_spread"]
    return Market(
        np.clip(both * frame.certificates / 15, 2, 1000).astype(np.int64),
        np.exp(generator.normal(0, spread, (len(levels), 1000))),
        np.exp(generator.normal(0, spread, (len(levels), 1000))),
    )


def honest_trade(frame: Frame, levels: Levels, plan: Plan, market: Market, generator: np.random.Generator) -> Shipments:
    """Two years of shipments, in the order of their days."""
    noise = read_world_data("noise")["trade"]
    wanted = round(frame.certificates * (1 - noise["returned_share"]))
    years = [_year(first, wanted, levels, plan, market, generator) for first in (0, frame.turn)]
    drawn = joined(*years)
    drawn = drawn.take(np.argsort(drawn.day, kind="stable"))
    drawn = _linked(drawn, levels, noise, generator)
    back = _returned(drawn, levels, noise, generator)
    return joined(drawn, back.take(back.day < frame.end))


def _year(
    first: int, wanted: int, levels: Levels, plan: Plan, market: Market, generator: np.random.Generator
) -> Shipments:
    counts = generator.multinomial(wanted, plan.share)
    stream = np.repeat(np.arange(len(counts)), counts)
    goods = _parcels(stream, levels, plan, generator)
    issuer, destination = plan.exporter[stream], plan.importer[stream]
    exporter = _traders(issuer, market, generator)
    importer = _buyers(exporter, destination, market, generator)
    dear = market.dearness[issuer, exporter % TRADERS] * market.taste[destination, importer % TRADERS]
    goods = Goods(goods.carats, goods.price * dear, goods.unsorted, goods.two_lines, goods.industrial_part)
    day = first + _days(len(stream), generator)
    return Shipments(
        issuer=issuer,
        destination=destination,
        day=day,
        arrival=day + transit(len(day), generator),
        origin=np.where(plan.mined[stream], issuer, MIXED_ORIGIN),
        exporter=exporter,
        importer=importer,
        predecessor=np.full(len(day), NONE),
        state=np.full(len(day), VALID),
        mark=np.full(len(day), NONE),
        **lines_of(goods),
    )


def _parcels(stream: Whole, levels: Levels, plan: Plan, generator: np.random.Generator) -> Goods:
    """The streams' carats divided into parcels of very different sizes."""
    noise = read_world_data("noise")
    trade = noise["trade"]
    count, streams = len(stream), len(plan.share)
    size = np.exp(generator.normal(0, trade["shipment_spread"], count))
    whole = np.bincount(stream, size, streams)
    year = plan.carats * np.exp(generator.normal(0, trade["year_spread"], streams))
    price = plan.value / plan.carats * np.exp(generator.normal(0, trade["sorting_spread"], streams))
    exporter = plan.exporter[stream]
    unsorted = np.where(plan.mined[stream], levels.unsorted[exporter], 0.03)
    return Goods(
        carats=year[stream] * size / whole[stream],
        price=price[stream] * np.exp(generator.normal(0, trade["shipment_price_spread"], count)),
        unsorted=generator.random(count) < unsorted,
        two_lines=generator.random(count) < 0.35,
        industrial_part=generator.uniform(0.1, 0.5, count),
    )


def _days(count: int, generator: np.random.Generator) -> Whole:
    """Days of a year, with a quiet end of December."""
    days = generator.integers(0, 365, count)
    moved = (days >= _CHRISTMAS) & (generator.random(count) < 0.8)
    return np.where(moved, generator.integers(0, _CHRISTMAS, count), days)


def transit(count: int, generator: np.random.Generator) -> Whole:
    """Days on the way."""
    law = read_world_data("noise")["certificates"]["transit"]
    days = np.exp(generator.normal(np.log(law["median"]), law["spread"], count))
    return np.clip(np.rint(days), 1, 60).astype(np.int64)


def _traders(participant: Whole, market: Market, generator: np.random.Generator) -> Whole:
    """A trader of each Participant: few do much, many do little."""
    rank = generator.random(len(participant)) ** 1.8
    return np.asarray(participant * TRADERS + (rank * market.traders[participant]).astype(np.int64))


def _buyers(exporter: Whole, destination: Whole, market: Market, generator: np.random.Generator) -> Whole:
    """The importers: mostly one of the two whom the exporter knows in that country."""
    noise = read_world_data("noise")["trade"]
    one_of_two = generator.integers(0, 2, len(exporter))
    mixed = (exporter * 2_654_435_761 + destination * 40_503 + one_of_two * 7_919) % 4_294_967_291
    rank = (mixed / 4_294_967_291) ** 1.8
    known = destination * TRADERS + (rank * market.traders[destination]).astype(np.int64)
    usual = generator.random(len(exporter)) < noise["usual_partner_share"]
    return np.where(usual, known, _traders(destination, market, generator))


def _linked(drawn: Shipments, levels: Levels, noise: dict[str, Any], generator: np.random.Generator) -> Shipments:
    """Some re-exports name the certificate under which the goods came in: a part of them, sorted, a little dearer."""
    after, before = _paired(drawn, levels, noise["linked_share"], generator)
    part = generator.uniform(0.4, 1.0, len(after))
    dearer = np.exp(generator.normal(0.04, noise["sorting_spread"], len(after)))
    dearer *= _windfall(len(after), noise["windfall"], generator)
    source = drawn.take(before)
    columns = {name: column.copy() for name, column in drawn.columns.items()}
    for carats, usd in (("carats", "usd"), ("carats2", "usd2")):
        weight, value = source.columns[carats], source.columns[usd]
        columns[carats][after] = np.maximum(np.floor(weight * part), np.minimum(weight, 1))
        columns[usd][after] = np.maximum(np.rint(value * part * dearer), np.minimum(value, 1))
    columns["hs"][after] = source.hs
    columns["origin"][after] = source.origin
    columns["exporter"][after] = source.importer
    columns["predecessor"][after] = before
    return Shipments(**columns)


def _windfall(count: int, law: dict[str, Any], generator: np.random.Generator) -> Numbers:
    """What some parcels are suddenly worth more, or less, for honest reasons: a tender, a cleaved stone, sorting."""
    return np.where(generator.random(count) < law["share"], between(generator, law["by"], count), 1.0)


def _paired(drawn: Shipments, levels: Levels, share: float, generator: np.random.Generator) -> tuple[Whole, Whole]:
    """Pairs of a re-export and an earlier import of the same Participant; each import is used once."""
    pairs: list[tuple[Whole, Whole]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for participant in range(len(levels)):
        out = np.flatnonzero((drawn.issuer == participant) & (drawn.origin == MIXED_ORIGIN))
        out = out[generator.random(len(out)) < share]
        came = np.flatnonzero(drawn.destination == participant)
        came = came[np.argsort(drawn.arrival[came], kind="stable")]
        last = np.searchsorted(drawn.arrival[came], drawn.day[out])  # those before it arrived earlier
        first = np.searchsorted(drawn.arrival[came], drawn.day[out] - 120)
        usable = last > first
        out, first, last = out[usable], first[usable], last[usable]
        chosen = came[generator.integers(first, last)] if len(out) else out
        chosen, once = np.unique(chosen, return_index=True)
        pairs.append((out[once], chosen))
    after, before = (np.concatenate(side) for side in zip(*pairs, strict=True))
    # A chain is rewritten from its oldest link on; one whose import is itself rewritten would not fit its new weight.
    keep = ~np.isin(before, after)
    return after[keep], before[keep]


def _returned(drawn: Shipments, levels: Levels, noise: dict[str, Any], generator: np.random.Generator) -> Shipments:
    """Goods that nobody bought go home under a new certificate."""
    between: Flags = (levels.imports[drawn.issuer] > 0) & ~levels.imports_barred[drawn.issuer]
    rows = np.flatnonzero(between & ~np.isin(np.arange(len(drawn)), drawn.predecessor))
    rows = rows[generator.random(len(rows)) < noise["returned_share"]]
    sent = drawn.take(rows)
    day = sent.arrival + generator.integers(15, 75, len(rows))
    reappraised = np.exp(generator.normal(0, 0.02, len(rows))) * _windfall(len(rows), noise["reappraisal"], generator)
    return sent.changed(
        issuer=sent.destination,
        destination=sent.issuer,
        day=day,
        arrival=day + transit(len(day), generator),
        exporter=sent.importer,
        importer=sent.exporter,
        predecessor=rows,
        usd=np.maximum(np.rint(sent.usd * reappraised), 1),
        usd2=np.rint(sent.usd2 * reappraised),
    )
