"""Cases of the Scheme's history as facts, each with its source, to be found again by the tests of today."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pyarrow as pa

from openkp.figures.anomalies.base import Scope
from openkp.figures.tables import TABLES, Facts, table
from openkp.scheme.dated import parse_data, plain_day

_FOLDER = files("openkp.figures.anomalies").joinpath("cases")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: its facts, whom it is about, the day of the thresholds, and what a run looks at."""

    name: str
    title: str
    subject: str
    on: date
    scope: Scope
    facts: Facts


def case_names() -> tuple[str, ...]:
    """The cases there are."""
    return tuple(sorted(each.name.removesuffix(".yaml") for each in _FOLDER.iterdir() if each.name.endswith(".yaml")))


def read_case(name: str) -> Case:
    """The case with this name. Raises ``KeyError``."""
    if name not in case_names():
        raise KeyError(name)
    data = parse_data(_FOLDER.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return Case(
        name=name,
        title=data["title"],
        subject=data["subject"],
        on=plain_day(data["day"]),
        scope=Scope(until=data["until"], year=data.get("year")),
        facts={
            fact: table(fact, [_row(fact, row, place) for place, row in enumerate(rows, start=1)])
            for fact, rows in data["facts"].items()
        },
    )


def _row(fact: str, row: dict[str, Any], place: int) -> dict[str, Any]:
    """A row with exact amounts and its place in the file; what is not printed stays unknown."""
    schema = TABLES[fact]
    typed = {name: Decimal(v) if pa.types.is_decimal(schema.field(name).type) else v for name, v in row.items()}
    own = {"record": place, "version": 1} if "record" in schema.names else {}
    return own | typed
