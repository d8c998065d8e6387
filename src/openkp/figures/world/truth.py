"""What was seeded: the truth file, which no test may read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Unit = tuple[str, ...]
"""What a detector answers for: the class of the unit first, then its names, such as ``("certificate", "AO000123")``."""


class Kind(StrEnum):
    """The kinds of fraud that a world is seeded with."""

    SMUGGLING = "smuggling"
    ROUND_TRIPPING = "round_tripping"
    UNDER_VALUATION = "under_valuation"
    FAKES = "fakes"
    DOUBLE_FILING = "double_filing"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True)
class Fraud:
    """One instance. ``unit`` is what has to be found; ``touches`` are other units it disturbs, honest or not judged.

    ``period`` is written as periods are; ``certificates`` are numbers; ``size`` says how large it is.
    """

    kind: Kind
    variant: str
    participant: str
    partner: str = ""
    period: str
    unit: Unit
    touches: tuple[Unit, ...] = ()
    certificates: tuple[str, ...] = ()
    size: str = ""

    def as_json(self) -> dict[str, Any]:
        """The record of the truth file."""
        return {
            "kind": self.kind.value,
            "variant": self.variant,
            "participant": self.participant,
            "partner": self.partner,
            "period": self.period,
            "unit": list(self.unit),
            "touches": [list(each) for each in self.touches],
            "certificates": list(self.certificates),
            "size": self.size,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Fraud":
        """Read a record of the truth file."""
        tuples = {
            "kind": Kind(record["kind"]),
            "unit": tuple(record["unit"]),
            "touches": tuple(tuple(each) for each in record["touches"]),
            "certificates": tuple(record["certificates"]),
        }
        return cls(**{**record, **tuples})
