"""A workbook as rows of cells, read as a stream: a small file can say that it has a thousand million cells.

Nothing here grows with what the file claims (its dimensions, its merged ranges, empty rows), only with cells that are
there; and of these no more than a return can have.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.xml.functions import iterparse

from openkp.scheme.filings import MOST_LINES

LARGEST_UNPACKED = 60_000_000
"""Bytes of its sheets and texts together: a return of the most lines has a quarter of that."""
LARGEST_SETTINGS = 4_000_000
"""Bytes of styles and everything else, which is held as a whole."""
MOST_COLUMNS = 64
_MOST_CELLS = 12 * MOST_LINES
_MOST_ROWS = 4 * MOST_LINES
_MOST_MERGED = 100
_VALUES = ("v", "t", "f")
_STREAMED = ("xl/worksheets/", "xl/sharedstrings")


class TooLarge(ValueError):
    """The workbook holds more than a return can."""


@dataclass(frozen=True)
class Book:
    """The first sheet of a workbook: its merged ranges, and its rows with their numbers."""

    merged: tuple[str, ...]
    page: Any

    def rows(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The rows from 1, empty ones too, up to the last that a return could need."""
        return enumerate(self.page.iter_rows(max_row=_MOST_ROWS, max_col=MOST_COLUMNS), 1)


def open_book(data: bytes) -> Book | None:
    """The first sheet, None where there is none. Raises ``TooLarge``, and what damaged archives raise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_sizes(archive)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    if not book.worksheets:
        return None
    page = book.worksheets[0]
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(page._worksheet_path) as part:
        merged = _merged(part)
    return Book(merged, page)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    streamed = settings = 0
    for each in archive.infolist():
        name = each.filename.lower()
        if name.startswith(_STREAMED):
            streamed += each.file_size
        elif name.endswith((".xml", ".rels")):
            settings += each.file_size
    if streamed > LARGEST_UNPACKED or settings > LARGEST_SETTINGS:
        raise TooLarge


def _merged(part: Any) -> tuple[str, ...]:
    """The merged ranges as they are written; the cells are counted on the way, before any row of them is held."""
    ranges: list[str] = []
    cells, filled = 0, False
    for _event, element in iterparse(part, events=("end",)):
        name = element.tag.rpartition("}")[2]
        cells += name == "c"
        filled = filled or (name in _VALUES and bool(element.text))
        if name == "mergeCell" and len(ranges) < _MOST_MERGED:
            ranges.append(str(element.get("ref", ""))[:40])
        elif name == "row":
            _check_row(element.get("r", ""), filled=filled)
            filled = False
        if cells > _MOST_CELLS:
            raise TooLarge
        element.clear()
    return tuple(ranges)


def _check_row(number: str, *, filled: bool) -> None:
    """Rows far below may be formatted, as spreadsheets leave them; something in one would be lost."""
    if filled and number.isascii() and number.isdigit() and (len(number) > 9 or int(number) > _MOST_ROWS):
        raise TooLarge
