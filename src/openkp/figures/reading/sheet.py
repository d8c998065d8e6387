"""A table of text: its header, its rows with their numbers, its cells as years, amounts and instants."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice

from openkp.figures.reading.types import Notes, UnreadableSource
from openkp.scheme.amounts import shown
from openkp.scheme.rules.base import Problem
from openkp.scheme.typed_amounts import DOLLARS, decimal_mark, read_amount
from openkp.scheme.words import N_, Sentence

DELIMITERS = (",", ";", "\t", "|")
LARGEST = Decimal(10) ** 15
FIRST_YEAR, LAST_YEAR = 1900, 2998  # the year after must be one that a period can have
_IN_NUMBER = re.compile(r"(?<=[0-9]),(?=[0-9])", re.ASCII)
_PLAIN = re.compile(r"[0-9]{1,18}(\.[0-9]{1,12})?", re.ASCII)
_COMMA = re.compile(r"[0-9]{1,18},[0-9]{1,12}", re.ASCII)
_WHOLE = re.compile(r"([0-9]{1,4})(\.0+)?", re.ASCII)
_FRACTION = re.compile(r"[.,]([0-9]{1,2})[^0-9]*$", re.ASCII)
_STROKES = re.compile(r"^([0-9]{4})/([0-9]{2})/([0-9]{2})", re.ASCII)
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?![0-9])", re.ASCII)
_SAMPLE = 2000


@dataclass
class Row:
    """One row: its number in the file (the header is 1) and its cells by column."""

    number: int
    cells: dict[str, str]
    notes: Notes
    decimal: str = ""

    def text(self, column: str) -> str:
        """The cell without the spaces around it; a column that the file does not have is empty."""
        return self.cells.get(column, "").strip()

    def whole(self, column: str) -> int | None:
        """A year or a half; None for anything else."""
        found = _WHOLE.fullmatch(self.text(column).upper().removeprefix("H"))
        return int(found[1]) if found else None

    def year(self) -> int | None:
        """The year of the row; None for one that nobody writes but by a slip."""
        found = self.whole("year")
        return found if found and FIRST_YEAR <= found <= LAST_YEAR else None

    def amount(self, column: str, *, places: int = 2, below: Decimal = LARGEST) -> Decimal | None:
        """An exact amount, None where the cell is empty or cannot be read; what is odd about it is noted."""
        typed = self.text(column)
        if not typed:
            return None
        value = self._number(typed)
        if value is None or abs(value) >= below:
            self._unreadable(column, typed)
            return None
        exact = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
        if exact != value:
            sentence = N_("Row %(row)s, %(column)s: %(typed)s has more than %(places)s decimals; %(kept)s is kept.")
            values = {"row": self.number, "column": column, "typed": shown(typed), "places": places, "kept": exact}
            self.notes.add("extra-decimals", self.number, sentence, **values)
        if value < 0:
            sentence = N_("Row %(row)s, %(column)s: %(typed)s is below zero. It is counted as it was filed.")
            values = {"row": self.number, "column": column, "typed": shown(typed)}
            self.notes.add("negative-amount", self.number, sentence, **values)
        return exact

    def digits(self, column: str) -> str:
        """The amount in plain digits with the decimals that it has; what cannot be read as it stands."""
        typed = self.text(column)
        value = self._number(typed)
        return typed if value is None else f"{value:f}"

    def _number(self, typed: str) -> Decimal | None:
        """A number with as many decimals as the cell has."""
        minus, digits = (True, typed[1:].strip()) if typed.startswith(("-", "−")) else (False, typed)
        if self.decimal != "," and _PLAIN.fullmatch(digits):
            value = Decimal(digits)
        elif self.decimal == "," and _COMMA.fullmatch(digits):
            value = Decimal(digits.replace(",", "."))
        else:
            read = read_amount("amount", "", Sentence(""), digits, unit=DOLLARS, decimal=self.decimal or ".")
            if isinstance(read, Problem):
                return None
            fraction = _FRACTION.search(digits)
            value = read.quantize(Decimal(1).scaleb(-len(fraction[1]) if fraction else 0))
        return -value if minus else value

    def moment(self, column: str) -> datetime | None:
        """An instant, taken as UTC where no zone is stated; None where there is none or it cannot be read."""
        typed = self.text(column)
        if not typed:
            return None
        try:
            found = datetime.fromisoformat(_iso(typed))
        except ValueError:
            found = None
        if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
            self._unreadable(column, typed)
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

    def needs(self, column: str) -> None:
        """Say that the row has no figure where it should have one."""
        if not self.text(column):
            sentence = N_("Row %(row)s has no %(column)s.")
            self.notes.add("quantities-missing", self.number, sentence, row=self.number, column=column)

    def _unreadable(self, column: str, typed: str) -> None:
        sentence = N_("Row %(row)s, %(column)s: %(typed)s cannot be read and is left out; the rest of the row is kept.")
        self.notes.add("unreadable-cell", self.number, sentence, row=self.number, column=column, typed=shown(typed))

    def lost(self, column: str) -> None:
        """The row cannot be read at all, because of this cell: it is in no sum, and that is said."""
        sentence = N_("Row %(row)s is not counted: its %(column)s is %(typed)s, so it has no place.")
        typed = shown(self.text(column)) or "–"
        self.notes.add("unreadable-row", self.number, sentence, row=self.number, column=column, typed=typed)


def _iso(typed: str) -> str:
    """``2024/03/01 …`` and ``01.03.2024 …`` as ISO 8601 has them; what ``01/03/2024`` means nobody knows."""
    if found := _DOTTED.match(typed):
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}{typed[found.end() :]}"
    return _STROKES.sub(r"\1-\2-\3", typed)


def rows(text: Iterator[str], *, required: Sequence[str], amounts: Sequence[str], notes: Notes) -> Iterator[Row]:
    """The rows under the header. Raises ``UnreadableSource`` for a header that is not of the layout."""
    first = next(text)
    while not first.strip():
        first = next(text, "header")
    reader = csv.reader(_with(first, text), delimiter=delimiter_of([first]), strict=True)
    try:
        header = [name.strip().strip("\ufeff").lower() for name in next(reader)]
        _check_header(header, required)
        yield from _marked(_bodies(reader, header, notes), amounts)
    except csv.Error as error:
        sentence = N_("Row %(row)s cannot be taken apart: a quotation mark is missing or a cell is too long.")
        raise UnreadableSource(
            Sentence(sentence, {"row": reader.line_num}), code="not-a-table", row=reader.line_num
        ) from error


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def delimiter_of(lines: Iterable[str]) -> str:
    """What separates the cells of these lines; a comma between digits may be a mark of the number."""
    text = _IN_NUMBER.sub("", "".join(lines))
    return max(DELIMITERS, key=text.count)


def _check_header(header: list[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        sentence = N_("Row 1 has no column %(columns)s. The columns are: %(found)s.")
        values = {"columns": ", ".join(missing), "found": shown(", ".join(header))}
        raise UnreadableSource(Sentence(sentence, values), code="column-missing", column=missing[0])
    twice = [name for name, count in Counter(filter(None, header)).items() if count > 1]
    if twice:
        sentence = N_("Row 1 has the column %(columns)s more than once.")
        raise UnreadableSource(Sentence(sentence, {"columns": ", ".join(twice)}), code="column-twice", column=twice[0])


def _bodies(reader: Iterator[list[str]], header: list[str], notes: Notes) -> Iterator[Row]:
    for number, cells in enumerate(reader, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            sentence = N_("Row %(row)s is not counted: it has %(cells)s cells under %(columns)s columns.")
            notes.add("unreadable-row", number, sentence, row=number, cells=len(cells), columns=len(header))
            continue
        yield Row(number, dict(zip(header, cells, strict=False)), notes)


def _marked(found: Iterator[Row], amounts: Sequence[str]) -> Iterator[Row]:
    """The rows, each told which mark the file's first rows use for decimals."""
    sample = list(islice(found, _SAMPLE))
    # A point is the layout's own mark; only a file that cannot be read so is read with a comma.
    decimal = decimal_mark(row.text(name) for row in sample for name in amounts)
    for row in sample:
        row.decimal = decimal
        yield row
    for row in found:
        row.decimal = decimal
        yield row
