"""When a year's production counts as complete, so that it may be compared with other years."""

from datetime import date
from decimal import Decimal

from openkp.scheme.dated import first_day, in_force, read_data


def whole_share(on: date) -> Decimal:
    """Which share of a year's carats must come from Participants that filed both halves; the rule of a day.

    Source: ours, see ``data/whole_years.yaml``.
    """
    found: dict[str, int] = {}
    for entry in read_data("whole_years.yaml")["general"]:
        if in_force(first_day(entry["from"]), None, on):
            found |= entry["set"]
    return Decimal(found["percent_with_both_halves"]) / 100
