"""The periods of the scheme's statistics: a year, a half-year, a quarter. Source: Core Document Annex III(a), (c)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from openkp.scheme.dated import ONE_DAY, in_months
from openkp.scheme.words import N_, Sentence

_PERIOD = re.compile(r"([0-9]{4})(?:-(?:(H)([12])|(Q)([1-4])))?", re.ASCII)
_MONTHS = {"": 12, "H": 6, "Q": 3}
_WORDS = {
    "H1": N_("%(year)s (first half)"),
    "H2": N_("%(year)s (second half)"),
    "Q1": N_("%(year)s (first quarter)"),
    "Q2": N_("%(year)s (second quarter)"),
    "Q3": N_("%(year)s (third quarter)"),
    "Q4": N_("%(year)s (fourth quarter)"),
}  # the year comes first, so that a sentence that takes a year takes its parts too, in every language
_FIRST, _LAST = 1900, 2999  # the years that anybody writes; others are slips of the keyboard


@dataclass(frozen=True, order=True)
class Period:
    """``Period.parse("2024-H1")``: ``kind`` is "" (a year), "H" (a half) or "Q" (a quarter); ``part`` counts from 1.

    Raises ``ValueError`` for a period that does not exist. One that can be read (``parse``) has both its neighbours.
    """

    year: int
    kind: str = ""
    part: int = 0

    def __post_init__(self) -> None:
        parts = {"": (0,), "H": (1, 2), "Q": (1, 2, 3, 4)}
        if not _FIRST - 1 <= self.year <= _LAST + 1 or self.part not in parts.get(self.kind, ()):
            raise ValueError("no such period")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024``, ``2024-H1`` or ``2024-Q3``. Raises ``ValueError``."""
        found = _PERIOD.fullmatch(text)
        if not found or not _FIRST <= int(found[1]) <= _LAST:
            raise ValueError("write a period as 2024, 2024-H1 or 2024-Q3")
        kind = found[2] or found[4] or ""
        return cls(int(found[1]), kind, int(found[3] or found[5] or 0))

    @property
    def months(self) -> int:
        """How many months the period has."""
        return _MONTHS[self.kind]

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 1 + max(self.part - 1, 0) * self.months, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return in_months(self.first_day, self.months) - ONE_DAY

    @property
    def next(self) -> Self:
        """The period of the same kind that follows."""
        return self._moved(1)

    @property
    def previous(self) -> Self:
        """The period of the same kind before."""
        return self._moved(-1)

    @property
    def year_before(self) -> Self:
        """The same part of the year before."""
        return type(self)(self.year - 1, self.kind, self.part)

    @property
    def words(self) -> Sentence:
        """``2024 (first half)``; of a whole year the year."""
        return Sentence(_WORDS.get(f"{self.kind}{self.part}", "%(year)s"), {"year": self.year})

    def _moved(self, by: int) -> Self:
        if not self.kind:
            return type(self)(self.year + by)
        a_year = 12 // self.months
        years, part = divmod(self.part - 1 + by, a_year)
        return type(self)(self.year + years, self.kind, part + 1)

    @classmethod
    def of(cls, day: date, kind: str) -> Self:
        """The year, half or quarter in which ``day`` lies."""
        return cls(day.year, kind, (day.month - 1) // _MONTHS[kind] + 1 if kind else 0)

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in the period."""
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year:04}-{self.kind}{self.part}" if self.kind else f"{self.year:04}"
