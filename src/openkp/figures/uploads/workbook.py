"""A workbook as rows of cells, read as a stream: a small file can say that it has a thousand million cells.

Nothing here grows with what the file claims (its dimensions, its merged ranges, empty rows), only with cells that are
there; and of these no more than a return can have.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.xml.functions import iterparse

from openkp.scheme.filings import MOST_LINES

LARGEST_UNPACKED = 40_000_000
"""Bytes of its sheets and texts together: a return of the most lines has a quarter of that."""
LARGEST_SETTINGS = 4_000_000
"""Bytes of styles and everything else, which is held as a whole."""
MOST_IN_BOOK = 20_000
"""Rows with anything in them: a workbook takes ten times as long to read as text, and so many a few seconds."""
HEADROOM = 100
"""Rows for titles and totals beside the lines."""
MOST_COLUMNS = 64
NOTES = "columns"
"""The sheet of our own template that explains its columns."""
_MOST_CELLS = 30 * MOST_IN_BOOK
_MOST_TAGS = 4 * _MOST_CELLS
"""Of all sheets and texts together, opening and closing: a return of the most rows has half as many."""
_MOST_ROWS = 4 * MOST_LINES
_MOST_MERGED = 100
_VALUES = ("v", "t", "f")
_STREAMED = ("xl/worksheets/", "xl/sharedstrings")


class TooLarge(ValueError):
    """The workbook holds more than a return can."""


class TooManyRows(ValueError):
    """The workbook holds more rows than one may."""


@dataclass(frozen=True)
class Book:
    """The first sheet that is not empty: its merged ranges, its rows with their numbers; ``far`` says that
    something stands beyond the columns that are read, ``others`` are the names of further sheets that hold something.
    """

    merged: tuple[str, ...]
    far: bool
    others: tuple[str, ...]
    page: Any

    def rows(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The rows from 1, empty ones too, up to the last that a return could need."""
        return enumerate(self.page.iter_rows(max_row=_MOST_ROWS, max_col=MOST_COLUMNS), 1)


def open_book(data: bytes) -> Book | None:
    """The first sheet with anything in it, None where all are empty.

    Raises ``TooLarge``, ``TooManyRows``, and what damaged archives raise.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_sizes(archive)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        room = iter(range(_MOST_CELLS))
        full = [page for page in book.worksheets if page.title != NOTES and _holds(archive, page, room)]
        if not full:
            return None
        with archive.open(full[0]._worksheet_path) as part:
            return Book(*_merged(part), tuple(page.title for page in full[1:]), full[0])


def _holds(archive: zipfile.ZipFile, page: Any, room: Iterator[int]) -> bool:
    """Whether anything stands in a sheet; it is read no further than its first value, and nothing before is kept.

    ``room`` has an item for each cell that all sheets together may have before.
    """
    with archive.open(page._worksheet_path) as part:
        for _event, element in iterparse(part, events=("end",)):
            if _is_value(element):
                return True
            if element.tag.rpartition("}")[2] == "c" and next(room, None) is None:
                raise TooLarge
            element.clear()
    return False


def _is_value(element: Any) -> bool:
    return element.tag.rpartition("}")[2] in _VALUES and bool(element.text)


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
    tags = 0
    for each in archive.infolist():
        if each.filename.lower().startswith(_STREAMED):
            with archive.open(each) as part:
                tags += sum(chunk.count(b"<") for chunk in iter(partial(part.read, 1 << 20), b""))
        if tags > _MOST_TAGS:
            raise TooLarge


def _merged(part: Any) -> tuple[tuple[str, ...], bool]:
    """The merged ranges as they are written, and whether anything stands beyond the columns that are read.

    The cells are counted on the way, before any row of them is held.
    """
    ranges: list[str] = []
    cells = rows = place = 0
    in_cell = in_row = far = False
    for _event, element in iterparse(part, events=("end",)):
        name = element.tag.rpartition("}")[2]
        in_cell = in_cell or _is_value(element)
        if name == "c":
            cells, place = cells + 1, _column(element.get("r", "")) or place + 1
            far = far or (in_cell and place > MOST_COLUMNS)
            in_cell, in_row = False, in_row or in_cell
        elif name == "mergeCell" and len(ranges) < _MOST_MERGED:
            ranges.append(str(element.get("ref", ""))[:40])
        elif name == "row":
            _check_row(element.get("r", ""), filled=in_row)
            rows, in_row, place = rows + in_row, False, 0
        if rows > MOST_IN_BOOK + HEADROOM:
            raise TooManyRows
        if cells > _MOST_CELLS:
            raise TooLarge
        element.clear()
    return tuple(ranges), far


def _column(ref: str) -> int:
    """The number of the column of a cell such as ``BM7``, 0 where the cell does not say where it stands."""
    letters = ref.rstrip("0123456789")
    return column_index_from_string(letters) if letters else 0


def _check_row(number: str, *, filled: bool) -> None:
    """Rows far below may be formatted, as spreadsheets leave them; something in one would be lost."""
    if filled and number.isascii() and number.isdigit() and (len(number) > 9 or int(number) > _MOST_ROWS):
        raise TooLarge
