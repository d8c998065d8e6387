"""What a world is made of: the real levels of each Participant, and the noise of honest ones. See ``data/*.yaml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from openkp.scheme.dated import parse_data
from openkp.scheme.deadlines import reporters_on
from openkp.scheme.members import Flow
from openkp.scheme.participation import load_participation

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@cache
def read_world_data(name: str) -> Any:
    """What ``data/<name>.yaml`` of the world holds. It is shared: nobody may change it."""
    return parse_data(files("openkp.figures.world").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8"))


def between(generator: np.random.Generator, bounds: Sequence[float], count: int) -> Numbers:
    """Numbers from a range, all equally likely."""
    low, high = bounds
    return generator.uniform(low, high, count)


@dataclass(frozen=True)
class Frame:
    """The two years of a world: ``year`` with certificates, the year before as filings only.

    Days are counted from 1 January of the year before. ``until`` is the day on which the world is looked at.
    """

    seed: int
    year: int
    certificates: int
    looked_at: date | None = None

    @property
    def first_day(self) -> date:
        """Day 0."""
        return date(self.year - 1, 1, 1)

    @property
    def until(self) -> date:
        """The day on which the world is looked at: else the end of the next year, in which it is analysed (A.4)."""
        return self.looked_at or date(self.year + 1, 12, 31)

    def day(self, on: date) -> int:
        """The number of a day."""
        return (on - self.first_day).days

    @property
    def turn(self) -> int:
        """The number of 1 January of ``year``."""
        return self.day(date(self.year, 1, 1))

    @property
    def end(self) -> int:
        """The number of the day after 31 December of ``year``."""
        return self.day(date(self.year + 1, 1, 1))

    @property
    def quarter_starts(self) -> Whole:
        """The numbers of the first days of the eight quarters, and of the day after the last."""
        days = [date(year, month, 1) for year in (self.year - 1, self.year) for month in (1, 4, 7, 10)]
        return np.array([*(self.day(each) for each in days), self.end], dtype=np.int64)

    def date_of(self, day: int) -> date:
        """The date of a numbered day."""
        return self.first_day + timedelta(days=int(day))


@dataclass(frozen=True)
class Levels:
    """The Participants of the year in the order of their codes, and a number of each kind for each of them.

    ``imports`` and ``exports`` are US dollars a year, ``carats`` those mined in a year, ``price`` US dollars a carat.
    """

    codes: tuple[str, ...]
    imports: Numbers
    exports: Numbers
    carats: Numbers
    price: Numbers
    artisanal: Numbers
    unsorted: Numbers
    trades: Flags
    imports_barred: Flags

    def __len__(self) -> int:
        return len(self.codes)

    def place(self, code: str) -> int:
        """Where a Participant stands in the arrays."""
        return self.codes.index(code)


def levels_for(year: int) -> Levels:
    """Everybody who files on the last day of ``year``: the Participants, and a trading entity treated as one.

    Who was none on 1 January of the year before does not trade in this world.
    """
    participation = load_participation()
    first, last = date(year - 1, 1, 1), date(year, 12, 31)
    codes = reporters_on(participation, last)
    known = read_world_data("participants")["participants"]
    old = set(reporters_on(participation, first))
    barred = [[participation.measures_on(code, day, Flow.IMPORT) for day in (first, last)] for code in codes]

    def column(name: str) -> Numbers:
        return np.array([float(known.get(code, {}).get(name, 0)) for code in codes])

    return Levels(
        codes,
        column("imports"),
        column("exports"),
        column("carats"),
        column("price"),
        column("artisanal"),
        column("unsorted"),
        np.array([code in old for code in codes]),
        np.array([any(days) for days in barred]),
    )
