"""The papers of the goods: numbers, notices, arrivals, confirmations, and the small honest differences."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from openkp.figures.world.building import Building
from openkp.figures.world.parameters import Numbers, Whole, between, read_world_data
from openkp.figures.world.shipments import NONE, UNUSED, VALID, VOID, Shipments

Texts = npt.NDArray[np.str_]
AS_DECLARED, DISCREPANCY = 0, 1


@dataclass(frozen=True)
class Confirmations:
    """One row an arrival: what the receiver found. ``sent`` is 0 where the issuer never heard of it.

    ``issuer`` is whom the certificate names, ``row`` the shipment (``NONE`` for a certificate that was never issued).
    """

    number: Texts
    row: Whole
    issuer: Whole
    receiver: Whole
    arrived: Whole
    confirmed: Whole
    outcome: Whole
    hs: Whole
    carats: Whole
    usd: Whole
    carats2: Whole
    usd2: Whole
    sent: Whole

    def __len__(self) -> int:
        return len(self.number)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def take(self, rows: Any) -> Self:
        """Some rows."""
        return replace(self, **{name: column[rows] for name, column in self.columns.items()})

    def joined(self, other: "Confirmations") -> "Confirmations":
        """The rows of both."""
        return Confirmations(
            **{name: np.concatenate([column, other.columns[name]]) for name, column in self.columns.items()}
        )


@dataclass
class Papers:
    """All papers of a world. ``numbers`` and ``notified`` (a day, or ``NONE``) stand beside ``shipments``."""

    shipments: Shipments
    numbers: Texts
    notified: Whole
    confirmations: Confirmations


def spoil(building: Building) -> None:
    """Some certificates are void and written again; some are never used."""
    noise = read_world_data("noise")["certificates"]
    generator = building.random("spoil")
    free = building.honest_rows()
    drawn = generator.random(len(free))
    spoiled = free[drawn < noise["void_share"]]
    unused = free[drawn > 1 - noise["unused_share"]]
    building.put(unused, state=UNUSED)
    rows = building.shipments.take(spoiled)
    building.add(
        rows.changed(state=VOID, day=np.maximum(rows.day - generator.integers(0, 3, len(rows)), building.frame.turn))
    )


def write_papers(building: Building) -> Papers:
    """Number the certificates of both years in the order of issue, tell the destinations, and let the goods arrive."""
    noise = read_world_data("noise")["certificates"]
    generator = building.random("papers")
    ships = building.shipments
    numbers = numbered(building, generator)
    told = generator.random(len(ships)) >= noise["notice_missing_share"]
    notified = np.where(told & (ships.state == VALID), ships.day + generator.integers(0, 3, len(ships)), NONE)
    return Papers(ships, numbers, notified, _arrivals(building, numbers, noise, generator))


def numbered(building: Building, generator: np.random.Generator) -> Texts:
    """``AO004711``: the issuer's code and its own running number."""
    ships, codes = building.shipments, building.levels.codes
    order = np.lexsort((ships.day, ships.issuer))
    counts = np.bincount(ships.issuer, minlength=len(codes))
    first = generator.integers(1_000, 400_000, len(codes))
    serial = np.zeros(len(ships), dtype=np.int64)
    starts = np.cumsum(counts) - counts
    serial[order] = np.arange(len(ships)) - np.repeat(starts, counts) + np.repeat(first, counts)
    prefix = np.array(codes)[ships.issuer]
    return np.char.add(prefix, np.char.zfill(serial.astype("U6"), 6))


def _arrivals(
    building: Building, numbers: Texts, noise: dict[str, Any], generator: np.random.Generator
) -> Confirmations:
    """What was found at the end of the way, shipment by shipment."""
    ships = building.shipments
    rows = np.flatnonzero(ships.state == VALID)
    sent = ships.take(rows)
    count = len(rows)
    law = noise["confirmation"]
    delay = np.clip(np.rint(np.exp(generator.normal(np.log(law["median"]), law["spread"], count))), 0, 200)
    lost = between(generator, noise["lost_share"], len(building.levels))[sent.destination]
    heavier, dearer, outcome = _found(count, noise, generator)
    return Confirmations(
        number=numbers[rows],
        row=rows,
        issuer=sent.issuer,
        receiver=sent.destination,
        arrived=sent.arrival,
        confirmed=sent.arrival + delay.astype(np.int64),
        outcome=outcome,
        hs=sent.hs,
        carats=_times(sent.carats, heavier),
        usd=_times(sent.usd, dearer),
        carats2=_times(sent.carats2, heavier),
        usd2=_times(sent.usd2, dearer),
        sent=(generator.random(count) >= lost).astype(np.int64),
    )


def _found(count: int, noise: dict[str, Any], generator: np.random.Generator) -> tuple[Numbers, Numbers, Whole]:
    """By what the receiver's weights and values differ: mostly by nothing."""
    drawn = generator.random(count)
    little = drawn < noise["weighed_differently_share"]
    more = drawn > 1 - noise["discrepancy_share"]
    heavier = np.where(little, generator.uniform(0.997, 1.003, count), 1.0)
    heavier = np.where(more, generator.uniform(0.98, 1.005, count), heavier)
    typed = generator.random(count) < noise["typing_error_share"]
    heavier = np.where(typed, generator.choice([0.1, 0.9, 1.09, 1.9, 10.0], count), heavier)
    revalued = generator.random(count) < noise["revalued_share"]
    dearer = np.where(revalued, generator.uniform(0.9, 1.1, count), 1.0)
    return heavier, np.where(little | more, heavier * dearer, dearer), np.where(more, DISCREPANCY, AS_DECLARED)


def _times(amount: Whole, factor: Numbers) -> Whole:
    """An amount times a factor; what was there stays above zero."""
    return np.maximum(np.rint(amount * factor), np.minimum(amount, 1)).astype(np.int64)
