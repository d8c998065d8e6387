"""The thresholds of the tests for anomalies on a day: dated data, because the Scheme has published none.

The kinds of test are attested by the Scheme's practice, the numbers are proposals. Source: scheme-rules A.6.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from openkp.scheme.dated import first_day, in_force, read_data

_FILE = "anomalies.yaml"


def thresholds(code: str, on: date) -> Mapping[str, Any]:
    """The settings of the test ``code`` on a day: numbers as ``int``, amounts and shares as ``Decimal``.

    ``from`` (an ISO day) and ``source`` (the sources of every entry in force, and that no threshold is public) are
    among them. Raises ``KeyError`` for a test that has none on that day.
    """
    data = read_data(_FILE)
    entries = [entry for entry in data["tests"][code] if in_force(first_day(entry["from"]), None, on)]
    if not entries:
        raise KeyError(f"{code} has no thresholds on {on}")
    settings = {name: _typed(value) for entry in entries for name, value in entry["set"].items()}
    sources = dict.fromkeys([data["source"], *(entry["source"] for entry in entries)])
    return settings | {"from": first_day(entries[-1]["from"]).isoformat(), "source": "; ".join(sources)}


def codes() -> tuple[str, ...]:
    """Every test that has thresholds."""
    return tuple(read_data(_FILE)["tests"])


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_typed(each) for each in value)
    return Decimal(value) if isinstance(value, str) else value
