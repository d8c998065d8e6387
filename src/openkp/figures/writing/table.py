"""The figures of a summary as one flat table, the same for CSV and for workbooks."""

import csv
import io
from collections.abc import Iterator
from typing import Any

COLUMNS = (
    "year",
    "reading",
    "participant",
    "name",
    "flow",
    "period",
    "carats",
    "usd",
    "usd_per_carat",
    "certificates",
    "nil",
)
WORLD = "WORLD"
_COUNTED = {"imports": "received", "exports": "issued"}
_FLOWS = ("production", "imports", "exports")
Cells = dict[str, str]


def rows(summary: dict[str, Any]) -> Iterator[Cells]:
    """One row per reading, Participant (``WORLD`` first), flow and period; what there is no figure of is empty."""
    for reading in ("as_filed", "resolved"):
        figures = summary[reading]
        yield from _of_one(summary["year"], reading, WORLD, {"name": "World"} | figures["world"])
        for code, each in figures["participants"].items():
            yield from _of_one(summary["year"], reading, code, each)


def _of_one(year: int, reading: str, code: str, figures: dict[str, Any]) -> Iterator[Cells]:
    whose = {"year": str(year), "reading": reading, "participant": code, "name": str(figures["name"])}
    counts = figures.get("certificates", {})
    for flow in _FLOWS:
        amounts = figures.get(flow)
        if amounts is None:
            continue
        nil = {"nil": "yes"} if amounts.get("nil") else {}
        count = {"certificates": str(counts[_COUNTED[flow]])} if _COUNTED.get(flow) in counts else {}
        yield _row(whose | {"flow": flow, "period": str(year)} | nil | count, amounts)
        for half, part in amounts.get("halves", {}).items():
            yield _row(whose | {"flow": flow, "period": f"{year}-H{half}"}, part)


def _row(known: Cells, amounts: dict[str, Any]) -> Cells:
    known |= {name: str(amounts[name]) for name in ("carats", "usd", "usd_per_carat") if name in amounts}
    return {column: known.get(column, "") for column in COLUMNS}


def as_csv(summary: dict[str, Any]) -> bytes:
    """The table as CSV in UTF-8, lines ended as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows(summary))
    return out.getvalue().encode()
