"""Two clicks from a cell to what it is made of: cell, records, documents. Source: issue of features, aim 1; S5.

A cell is a table with a year and any of its keys fixed. Its records are the rows of the fact table that were added up,
each with its ``source`` (the hash of a document or of a file) and place in it, and they add up exactly to the cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from openkp.figures import mirror
from openkp.figures.engines import Engine
from openkp.figures.standing import standing_production, standing_trade
from openkp.figures.tables import TABLES
from openkp.scheme.reconciliation import reconciliation

AMOUNTS = ("carats", "usd", "certificates", "repeated", "usd_thousand", "low", "likely", "high", "opening", "polished")
DAYS = {"issued": "issued_on", "notified": "notified_on", "confirmed": "arrived_on"}


@dataclass(frozen=True)
class OpenedCell:
    """``records`` in order of source and place; ``totals`` what they add up to; ``sources`` each document or file."""

    records: tuple[dict[str, Any], ...]
    totals: dict[str, Decimal | int]
    sources: tuple[str, ...]


def open_cell(engine: Engine, *, table: str, year: int, reading: str = "resolved", **keys: str | int) -> OpenedCell:
    """The records behind one cell: ``open_cell(engine, table="trade", year=2024, reporter="SL", flow="export")``.

    ``reading`` "resolved" opens what stands and counts, "as_filed" every record. Raises ``KeyError`` for a table or
    key that is not there.
    """
    rows = _of_year(_rows(engine, table, reading, year), table, year)
    unknown = sorted(set(keys) - {name for name in TABLES[table].names if name not in AMOUNTS})
    if unknown:
        raise KeyError(f"{table} has no such key: {', '.join(unknown)}")
    for name, value in sorted(keys.items()):
        column = rows[name]
        rows = rows.filter((column.fill_null("") if isinstance(value, str) else column) == value)
    order = [name for name in ("source", "record", "number", "line") if name in rows.columns]
    records = tuple(engine.rows(rows.select(*TABLES[table].names).order_by(order)))
    return OpenedCell(records, totals(records), tuple(sorted({row["source"] for row in records if row["source"]})))


def totals(records: tuple[Mapping[str, Any], ...]) -> dict[str, Decimal | int]:
    """What the records add up to, exactly; an amount that none of them states is left out."""
    sums: dict[str, Decimal | int] = {}
    for name in AMOUNTS:
        stated = [record[name] for record in records if record.get(name) is not None]
        if stated:
            sums[name] = sum(stated)
    return sums


def _rows(engine: Engine, table: str, reading: str, year: int) -> ir.Table:
    if table not in TABLES or reading not in ("resolved", "as_filed"):
        raise KeyError(f"no such table or reading: {table}, {reading}")
    if reading == "as_filed":
        return engine.tables[table]
    rule = reconciliation(date(min(max(year, MINYEAR), MAXYEAR), 12, 31))
    resolved = {
        "trade": lambda: standing_trade(engine),
        "production": lambda: standing_production(engine),
        "issued": lambda: mirror.counted(engine, rule),
        "confirmed": lambda: mirror.imported(engine, rule),
    }
    return resolved.get(table, lambda: engine.tables[table])()


def _of_year(rows: ir.Table, table: str, year: int) -> ir.Table:
    return rows.filter((rows[DAYS[table]].year() if table in DAYS else rows.year) == year)
