"""Which cells of a public table are withheld, so that no trader's business can be read from them (STAT-09)."""

from dataclasses import dataclass
from datetime import date

from openkp.scheme.dated import first_day, in_force, read_data


@dataclass(frozen=True, kw_only=True)
class SuppressionRule:
    """A cell of fewer than ``smallest_count`` certificates is withheld, and others with it until nobody can
    calculate it to within ``protection_percent`` of its carats or dollars.
    """

    smallest_count: int
    protection_percent: int
    source: str


def suppression_rule(on: date) -> SuppressionRule:
    """The rule on a day. Source: Core Document Annex III, preamble; the numbers are configurable."""
    found: dict[str, int] = {}
    source = ""
    for entry in read_data("suppression.yaml")["general"]:
        if in_force(first_day(entry["from"]), None, on):
            found |= entry["set"]
            source = entry["source"]
    return SuppressionRule(**found, source=source)
