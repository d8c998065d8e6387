"""A world while it is being made: honest trade first, then what is seeded into it, then the papers and filings."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from openkp.figures.world.parameters import Frame, Levels, Numbers, Whole
from openkp.figures.world.plan import Plan
from openkp.figures.world.shipments import Shipments, joined
from openkp.figures.world.trade import Market
from openkp.figures.world.truth import Fraud


@dataclass
class Building:
    """What the steps hand on. ``frauds[k]`` is the fraud that rows with ``mark`` k belong to.

    By Participant: ``inflated`` is production of ``year`` that was never mined (carats), ``unproduced`` exports of
    ``year`` that nothing stands behind (hundredths of a carat).
    """

    frame: Frame
    levels: Levels
    plan: Plan
    market: Market
    shipments: Shipments
    frauds: list[Fraud] = field(default_factory=list)
    inflated: Numbers = field(init=False)
    unproduced: Whole = field(init=False)

    def __post_init__(self) -> None:
        self.inflated = np.zeros(len(self.levels))
        self.unproduced = np.zeros(len(self.levels), dtype=np.int64)

    def random(self, stage: str) -> np.random.Generator:
        """The generator of one step: its numbers do not change when another step draws more."""
        return np.random.default_rng([self.frame.seed, *stage.encode()])

    def seed(self, fraud: Fraud) -> int:
        """Remember a fraud; gives its mark."""
        self.frauds.append(fraud)
        return len(self.frauds) - 1

    def amend(self, mark: int, **what: Any) -> None:
        """Say more of a fraud."""
        self.frauds[mark] = replace(self.frauds[mark], **what)

    def add(self, rows: Shipments) -> Whole:
        """Add shipments; gives their row numbers."""
        first = len(self.shipments)
        self.shipments = joined(self.shipments, rows)
        return np.arange(first, len(self.shipments))

    def put(self, rows: Whole, **columns: Any) -> None:
        """Write over columns of some shipments."""
        whole = {name: column.copy() for name, column in self.shipments.columns.items()}
        for name, values in columns.items():
            whole[name][rows] = values
        self.shipments = Shipments(**whole)

    def occupied(self) -> set[str]:
        """Participants whose year of production and returns is already part of a fraud."""
        return {fraud.participant for fraud in self.frauds if fraud.unit[0] in ("participant_year", "return")}

    def honest_rows(self) -> Whole:
        """Shipments of ``year`` that no fraud has touched and that nothing else names as where it came from."""
        ships = self.shipments
        free = (ships.mark < 0) & (ships.day >= self.frame.turn) & (ships.predecessor < 0)
        free[ships.predecessor[ships.predecessor >= 0]] = False
        return np.flatnonzero(free)

    def codes(self, places: Sequence[int]) -> tuple[str, ...]:
        """The codes of Participants by their places."""
        return tuple(self.levels.codes[int(place)] for place in places)
