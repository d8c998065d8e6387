"""Certificates as columns: one row a certificate, amounts as whole hundredths. What is drawn here is honest."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from openkp.figures.world.parameters import Flags, Numbers, Whole

UNSORTED, INDUSTRIAL, GEM = 0, 1, 2
HS_CODES = ("7102.10", "7102.21", "7102.31")
MIXED_ORIGIN = -1
NONE = -1
TRADERS = 1_000_000
"""Trader ``k`` of Participant ``p`` is the number ``p * TRADERS + k``."""

VALID, VOID, UNUSED = 0, 1, 2


@dataclass(frozen=True)
class Shipments:
    """Columns of equal length. Participants are places in ``Levels.codes``, days are those of ``Frame``.

    ``hs`` is the first line's; a second line, where ``carats2`` is above zero, is always industrial. ``predecessor`` is
    a row of the same columns, ``origin`` a Participant or ``MIXED_ORIGIN``. ``mark`` numbers the fraud that the row
    belongs to, ``NONE`` where it is honest.
    """

    issuer: Whole
    destination: Whole
    day: Whole
    arrival: Whole
    origin: Whole
    exporter: Whole
    importer: Whole
    predecessor: Whole
    hs: Whole
    carats: Whole
    usd: Whole
    carats2: Whole
    usd2: Whole
    state: Whole
    mark: Whole

    def __len__(self) -> int:
        return len(self.issuer)

    def take(self, rows: Whole | Flags) -> Self:
        """Some rows, in the order asked for. Predecessors keep their numbers."""
        return replace(self, **{name: column[rows] for name, column in self.columns.items()})

    def changed(self, **columns: Any) -> Self:
        """The same rows with other columns; a single number fills its column."""
        whole = {name: np.broadcast_to(np.asarray(v, dtype=np.int64), len(self)).copy() for name, v in columns.items()}
        return replace(self, **whole)

    @property
    def columns(self) -> dict[str, Whole]:
        """The columns by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def all_carats(self) -> Whole:
        """Hundredths of a carat of both lines."""
        return self.carats + self.carats2

    @property
    def all_usd(self) -> Whole:
        """Cents of both lines."""
        return self.usd + self.usd2


def joined(first: Shipments, second: Shipments) -> Shipments:
    """The rows of both; predecessors of ``second`` must already be numbered as rows of ``first``, or of the whole."""
    return Shipments(**{name: np.concatenate([column, second.columns[name]]) for name, column in first.columns.items()})


@dataclass(frozen=True)
class Goods:
    """What lies in each parcel: the total carats, US dollars a carat, and what divides it into lines."""

    carats: Numbers
    price: Numbers
    unsorted: Flags
    two_lines: Flags
    industrial_part: Numbers


def lines_of(goods: Goods) -> dict[str, Whole]:
    """The columns ``hs``, ``carats``, ``usd``, ``carats2``, ``usd2``. Industrial stones are cheap."""
    total = np.maximum(np.rint(goods.carats * 100), 2).astype(np.int64)
    value = np.maximum(np.rint(total * goods.price), 2).astype(np.int64)
    two = goods.two_lines & ~goods.unsorted & (total > 100)
    second = np.where(two, np.rint(total * goods.industrial_part), 0).astype(np.int64)
    second_value = np.where(two, np.maximum(np.rint(second * goods.price * 0.15), 1), 0).astype(np.int64)
    return {
        "hs": np.where(goods.unsorted, UNSORTED, GEM).astype(np.int64),
        "carats": total - second,
        "usd": value - second_value,
        "carats2": second,
        "usd2": second_value,
    }
