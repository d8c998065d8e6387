"""A file as rows of text, with what its format alone has wrong: merged cells, formulas, other currencies."""

import csv
import io
import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from unicodedata import category

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from openkp.figures.reading.decoding import lines
from openkp.figures.reading.sheet import delimiter_of
from openkp.figures.reading.types import Notes, UnreadableSource
from openkp.figures.uploads.workbook import (
    HEADROOM,
    MOST_COLUMNS,
    MOST_IN_BOOK,
    Book,
    TooLarge,
    TooManyRows,
    open_book,
)
from openkp.scheme.errors import Finding
from openkp.scheme.filings import MOST_LINES
from openkp.scheme.words import N_, Sentence

LARGEST_FILE = 20_000_000
LOOKED_AT = 20
"""Within how many rows the names of the columns stand: a title may be above them."""
_SIGNIFICANT = 15
_OUR_UNITS = {"US", "USD", "DOLLAR", "DOLLARS", "METRIC", "CT", "CTS", "CARAT", "CARATS"}
_FORMAT_PART = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|GENERAL|E(?=[+-])', re.IGNORECASE | re.DOTALL
)
"""What is shown of the parts of a number format stands in groups: quoted, escaped, a currency without its locale."""
_LONGEST_FORMAT = 255
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass
class Sheet:
    """The rows as text, numbered from 1; ``unreadable`` where there is no table at all."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False

    def add(self, code: str, template: str, **values: object) -> None:
        """One thing that is wrong with the file."""
        self.findings.append(Finding("STAT-07", code, "", Sentence(template, values)))

    def refuse(self, code: str, template: str, **values: object) -> "Sheet":
        """The file cannot be read any further."""
        self.add(code, template, **values)
        self.unreadable = True
        return self


def read_sheet(data: bytes, name: str) -> Sheet:
    """The first sheet of a workbook, or a text of separated values."""
    sheet = Sheet()
    if len(data) > LARGEST_FILE:
        sentence = N_(
            "The file has %(size)s MB. A return is smaller than %(most)s MB: this may be a list of shipments."
        )
        return sheet.refuse("file-too-large", sentence, size=len(data) // 10**6, most=LARGEST_FILE // 10**6)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, sheet)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        sentence = N_("%(name)s is a workbook of the old format. Save it as XLSX or CSV and send that.")
        return sheet.refuse("old-workbook", sentence, name=name)
    if data.lstrip().startswith(b"<"):
        sentence = N_("%(name)s is XML. Of SDMX, the CSV form is read here: save it as SDMX-CSV and send that.")
        return sheet.refuse("xml", sentence, name=name)
    return _text(data, sheet)


def _text(data: bytes, sheet: Sheet) -> Sheet:
    try:
        text = io.StringIO("".join(lines(data, Notes())), newline="")
    except UnreadableSource as error:
        sheet.findings.append(Finding("STAT-07", error.code, "", error.sentence))
        sheet.unreadable = True
        return sheet
    delimiter = delimiter_of(islice(text, LOOKED_AT))
    text.seek(0)
    reader, far = csv.reader(text, delimiter=delimiter, strict=True), False
    try:
        for row in reader:
            cells = [cell.strip() for cell in row[:MOST_COLUMNS]]
            if any(cells):
                sheet.rows.append((reader.line_num, cells))
            far = far or any(map(str.strip, row[MOST_COLUMNS:]))
            if _too_many(sheet):
                break
    except csv.Error:
        sentence = N_("Row %(row)s cannot be taken apart: a quotation mark is missing or a cell is too long.")
        return sheet.refuse("not-a-table", sentence, row=reader.line_num)
    _tell_far(sheet, far=far)
    return sheet


def _tell_far(sheet: Sheet, *, far: bool) -> None:
    if far:
        sentence = N_(
            "Something stands to the right of column %(column)s, the last that is read: move it or remove it."
        )
        sheet.add("cells-beyond", sentence, column=get_column_letter(MOST_COLUMNS))


def _too_many(sheet: Sheet) -> bool:
    if len(sheet.rows) <= MOST_LINES + HEADROOM:
        return False
    sentence = N_(
        "The file has more than %(most)s rows. A return adds shipments up by partner, origin and HS subheading."
    )
    sheet.refuse("too-many-rows", sentence, most=f"{MOST_LINES:,}")
    return True


def _workbook(data: bytes, sheet: Sheet) -> Sheet:
    try:
        book = open_book(data)
        if book is None:
            return sheet.refuse("file-empty", N_("The file is empty."))
        for merged in book.merged:
            sheet.add(
                "merged-cells", N_("Cells %(cells)s are merged: write each value into its own cell."), cells=merged
            )
        _tell_far(sheet, far=book.far)
        for other in book.others:
            sentence = N_("The sheet “%(other)s” is not read, only “%(read)s”: put the return on one sheet.")
            sheet.add("other-sheet", sentence, other=other, read=book.page.title)
        _take_rows(book, sheet)
    except TooManyRows:
        sentence = N_("The workbook has more than %(most)s rows. Save it as CSV and send that, which is read faster.")
        return sheet.refuse("too-many-rows", sentence, most=f"{MOST_IN_BOOK:,}")
    except TooLarge:
        return sheet.refuse("file-too-large", N_("The workbook unpacks to more than a return can have."))
    except Exception as error:  # whatever a damaged or foreign archive makes the library stumble over
        sentence = N_("The workbook cannot be opened (%(why)s). Save it again as XLSX, or send CSV.")
        return sheet.refuse("not-a-workbook", sentence, why=type(error).__name__)
    return sheet


def _take_rows(book: Book, sheet: Sheet) -> None:
    for number, row in book.rows():
        cells = [_cell(each, sheet) for each in row]
        if any(cells):
            sheet.rows.append((number, cells))


def _cell(cell: Any, sheet: Sheet) -> str:
    """A cell as the text that a person sees, as near as the file tells."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        _check_format(cell, sheet)
        return _digits(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, ArrayFormula | DataTableFormula):
        return f"={str(getattr(value, 'text', '') or '').removeprefix('=')}"
    return str(value).strip()


def _check_format(cell: Any, sheet: Sheet) -> None:
    """A number shown as euros or kilograms is that, whatever the header says."""
    typed = str(cell.number_format or "")[:_LONGEST_FORMAT]
    shown = _FORMAT_PART.sub(lambda part: "".join(filter(None, part.groups())), typed).upper()
    named = [*(word for word in _LETTERS.findall(shown) if word not in _OUR_UNITS), *foreign_signs(shown)]
    if foreign := next(iter(named), ""):
        place = f"{get_column_letter(cell.column)}{cell.row}"
        sentence = N_(
            "Cell %(cell)s is formatted as %(currency)s. Give metric carats and US dollars, and say in the method how "
            "they were converted."
        )
        sheet.add("other-currency", sentence, cell=place, currency=foreign)


def foreign_signs(text: str) -> list[str]:
    """The signs in a text of other currencies than the dollar."""
    return [sign for sign in text if category(sign) == "Sc" and sign != "$"]


def _digits(value: int | float) -> str:
    """The number as a spreadsheet knows it: fifteen digits, no exponent, and none of the noise of halves and thirds."""
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 10**_SIGNIFICANT:
        return str(int(value))
    text = f"{value:.{_SIGNIFICANT}g}"
    return f"{value:f}" if "e" in text else text
