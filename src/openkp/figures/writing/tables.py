"""One long table in the forms that people and programs ask for; amounts are text here, numbers where a form has them.

Rows are mappings with the same columns in the same order. ``SDMX`` needs the columns of the whole table of published
figures (``participant, year, half, flow, reading`` and the measures).
"""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from openkp.figures.uploads.template import harmless
from openkp.figures.writing.sdmx import as_sdmx

Rows = Sequence[Mapping[str, Any]]
NUMBERS = {"carats", "usd", "usd_per_carat", "value_usd", "share_carats", "share_usd"}
WHOLE = {"year", "edition", "quarter", "certificates", "issued", "received", "records"}
_AMOUNT = pa.decimal128(18, 2)
_INSERT = 10_000


def write_table(rows: Rows, form: str) -> bytes:
    """The table as ``csv``, ``json``, ``xlsx``, ``parquet``, ``sqlite`` or ``sdmx``. Raises ``KeyError`` for others."""
    return FORMS[form](rows)


def columns_of(rows: Rows) -> list[str]:
    """The names of the columns: those of the first row, and what later rows have beyond them."""
    return list(dict.fromkeys(name for row in rows for name in row))


def as_csv(rows: Rows) -> bytes:
    """UTF-8 with its mark, for spreadsheets; no cell runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = columns_of(rows)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(name, row.get(name)) for name in names])
    return text.getvalue().encode("utf-8-sig")


def as_json(rows: Rows) -> bytes:
    """A list of objects, amounts as text so that no digit is lost."""
    return (json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, default=str) + "\n").encode()


def as_xlsx(rows: Rows) -> bytes:
    """A workbook with numbers as numbers, written row by row."""
    book = Workbook(write_only=True)
    page = book.create_sheet("figures")
    page.freeze_panes = "A2"
    names = columns_of(rows)
    head = [WriteOnlyCell(page, name) for name in names]
    for cell in head:
        cell.font = Font(bold=True)
    page.append(head)
    for row in rows:
        page.append([_typed(name, row.get(name)) for name in names])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_parquet(rows: Rows) -> bytes:
    """Columns with their types: exact decimals, whole numbers, text."""
    written = io.BytesIO()
    parquet.write_table(as_arrow(rows), written, compression="zstd")
    return written.getvalue()


def as_arrow(rows: Rows) -> pa.Table:
    """The same as an Arrow table."""
    names = columns_of(rows)
    values = {name: [_typed(name, row.get(name)) for row in rows] for name in names}
    return pa.table({name: pa.array(values[name], type=_type(name)) for name in names})


def as_sqlite(rows: Rows) -> bytes:
    """A database in one file with one table, ``figures``; amounts are text, as SQLite has no decimals."""
    names = columns_of(rows)
    base = sqlite3.connect(":memory:")
    try:
        if not names:
            base.execute('CREATE TABLE figures ("nothing" TEXT)')  # a word of SQLite's own, so in quotes
        else:
            declared = ", ".join(f'"{_quoted(name)}" {"INTEGER" if name in WHOLE else "TEXT"}' for name in names)
            base.execute(f"CREATE TABLE figures ({declared})")
            marks = ", ".join("?" * len(names))
            for start in range(0, len(rows), _INSERT):
                part = ([_stored(name, row.get(name)) for name in names] for row in rows[start : start + _INSERT])
                base.executemany(f"INSERT INTO figures VALUES ({marks})", part)  # noqa: S608  (marks only)
            base.commit()
        return base.serialize()
    finally:
        base.close()


def _type(name: str) -> pa.DataType:
    return pa.int64() if name in WHOLE else _AMOUNT if name in NUMBERS else pa.string()


def _typed(name: str, value: Any) -> Any:
    """A value as a number where its column holds numbers; nothing where there is none."""
    if value is None or value == "":
        return None
    if name in WHOLE:
        return int(value) if str(value).isascii() and str(value).isdigit() else None
    if name in NUMBERS:
        try:
            return Decimal(str(value)).quantize(Decimal("0.01"))
        except InvalidOperation:
            return None
    return harmless(str(value))


def _cell(name: str, value: Any) -> str:
    text = "" if value is None else str(value)
    return text if name in NUMBERS or name in WHOLE else harmless(text)


def _stored(name: str, value: Any) -> Any:
    return _typed(name, value) if name in WHOLE else None if value is None else str(value)


def _quoted(name: str) -> str:
    return name.replace('"', '""')


FORMS: dict[str, Callable[[Rows], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "xlsx": as_xlsx,
    "parquet": as_parquet,
    "sqlite": as_sqlite,
    "sdmx": as_sdmx,
}
