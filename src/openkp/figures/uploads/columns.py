"""Which column is which: the names of the template, and those that filers use instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from openkp.figures.reading.names import code_of
from openkp.figures.uploads import sdmx
from openkp.figures.uploads.sheets import LOOKED_AT, Sheet, foreign_signs
from openkp.scheme.amounts import shown
from openkp.scheme.errors import Finding
from openkp.scheme.returns import Mining, ReturnKind
from openkp.scheme.rules.base import Problem
from openkp.scheme.typed_amounts import CARATS, COUNT, DOLLARS, decimal_mark, read_amount
from openkp.scheme.words import N_, Sentence

COLUMNS = {
    ReturnKind.PRODUCTION: ("mining", "carats", "value_usd"),
    ReturnKind.TRADE: ("flow", "partner", "origin", "hs", "carats", "value_usd", "certificates"),
}
OPTIONAL = {"mining", "origin"}
UNITS = {"carats": CARATS, "value_usd": DOLLARS, "certificates": COUNT}
NAMES = {
    "mining": {"type", "production_type", "asm/lsm"},
    "flow": {"direction", "trade_flow", "import/export"},
    "partner": {"country", "partner_country", "destination", "provenance", "pays partenaire", "partenaire"},
    "origin": {"country_of_origin", "origine"},
    "hs": {"hs6", "hs_code", "hs_subheading", "product", "sh"},
    "carats": {"carat", "cts", "ct", "volume"},
    "value_usd": {"usd", "value"},
    "certificates": {"kpc", "kpcs", "kp_certificates", "certificats", "number of certificates"},
}
STEMS = {"carats": ("weight", "poids", "carat", "volume"), "value_usd": ("value", "valeur", "us")}
"""How the header of an amount begins whose whole name we do not know; what else it says must be in ``PLAIN_WORDS``."""
_WORDS_OF_BOTH = {
    *("rough", "diamond", "diamonds", "total", "production", "diamants", "bruts"),
    *("in", "of", "the", "en", "de", "des"),
}
PLAIN_WORDS = {
    "carats": _WORDS_OF_BOTH | {"metric", "carat", "carats", "ct", "cts", "volume", "weight", "poids"},
    "value_usd": _WORDS_OF_BOTH | {"value", "valeur", "us", "usd", "dollar", "dollars", "current", "fob", "cif"},
}
"""What the header of weights may say, and that of values: a value in carats, or for each carat, is none."""
IGNORED = ("finding", "findings", "to correct", "")
FLOWS = {"imports": "import", "exports": "export", "i": "import", "x": "export", "m": "import", "e": "export"}
_WORD = re.compile(r"[^\W_]+")
_TOTAL = re.compile(r"(grand |sub-?)?(totals?|totaux|somme|sum)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """Where the table begins: ``places`` of the columns, ``columns`` as the file calls them, the ``decimal`` mark."""

    row: int
    places: dict[str, int]
    columns: dict[str, str]
    decimal: str

    def plain(self, fields: dict[str, Any], kind: ReturnKind) -> dict[str, Any]:
        """The fields with every amount that can be read in its one plain spelling."""
        lines = [{name: self._spelt(name, value) for name, value in line.items()} for line in fields[kind.value]]
        return fields | {kind.value: lines}

    def _spelt(self, name: str, typed: str) -> str:
        if name not in UNITS:
            return typed
        read = read_amount(name, name, Sentence(""), typed, unit=UNITS[name], decimal=self.decimal)
        return typed if isinstance(read, Problem) else f"{read:f}"


@dataclass(frozen=True)
class Line:
    """One line of the return and the row of the file that it came from."""

    row: int
    fields: dict[str, str]


def find_header(sheet: Sheet, kind: ReturnKind, findings: list[Finding]) -> Header | None:
    """The row with the names of the columns; a title above it does no harm. None, and why, where there is none."""
    if sdmx.is_sdmx(sheet):
        sheet.rows = sdmx.as_lines(sheet, kind, findings)
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for place, (_, cells) in enumerate(sheet.rows[:LOOKED_AT]):
        found = _named(cells, kind)
        if len(found) > best[0]:
            best = (len(found), place, found)
    _, place, places = best
    needed = [name for name in COLUMNS[kind] if name not in OPTIONAL]
    missing = [name for name in needed if name not in places]
    if missing:
        sentence = N_("The file has no column %(missing)s. A return of this kind has the columns %(columns)s.")
        values = {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS[kind])}
        findings.append(Finding("STAT-03", "column-missing", "", Sentence(sentence, values)))
        return None
    row, cells = sheet.rows[place]
    columns = {name: cells[at] for name, at in places.items()}
    findings += [*_strangers(cells, columns, row), *_units(columns, row)]
    body = [cells for _, cells in sheet.rows[place + 1 :]]
    marks = (cells[places[name]] for cells in body for name in UNITS if name in places and places[name] < len(cells))
    return Header(row, places, columns, decimal_mark(marks))


def lines_of(sheet: Sheet, header: Header, findings: list[Finding]) -> list[Line]:
    """The lines under the header; what is left out (a row of sums, a cell that no column names) is said."""
    found, nameless = [], _nameless(sheet, header)
    for row, cells in sheet.rows:
        if row <= header.row:
            continue
        fields = {name: cells[at] if at < len(cells) else "" for name, at in header.places.items()}
        stray = next((at for at in nameless if at < len(cells) and cells[at]), None)
        if stray is not None:
            sentence = N_("Row %(row)s, column %(column)s: %(typed)s stands under no name and would be lost.")
            values = {"row": row, "column": get_column_letter(stray + 1), "typed": shown(cells[stray])}
            findings.append(Finding("STAT-03", "cell-nameless", "", Sentence(sentence, values)))
        if not any(fields.values()):
            continue
        if any(_TOTAL.match(cell) for cell in cells):
            sentence = N_("Row %(row)s is a row of totals and is left out: the lines are added up here.")
            findings.append(Finding("STAT-03", "total-row", "", Sentence(sentence, {"row": row})))
            continue
        found.append(Line(row, {name: _spoken(name, value) for name, value in fields.items()}))
    return found


def _nameless(sheet: Sheet, header: Header) -> list[int]:
    """The places of columns without a name, those beyond the header among them."""
    names = next(cells for row, cells in sheet.rows if row == header.row)
    widest = max(len(cells) for _row, cells in sheet.rows)
    return [at for at in range(widest) if at >= len(names) or not names[at]]


def _spoken(name: str, value: str) -> str:
    """Names of countries as their codes and words of flows as ours; anything else as it stands."""
    if name in ("partner", "origin") and len(value) > 3:
        return code_of(value) or value
    if name == "flow":
        return FLOWS.get(value.casefold(), value.casefold())
    return value.upper() if name == "mining" and value.upper() in list(Mining) else value


def _named(cells: list[str], kind: ReturnKind) -> dict[str, int]:
    """The columns that this row names, by their place: first by their whole names, then by how they begin."""
    found: dict[str, int] = {}
    for means in (_is, _begins_as):
        for at, cell in enumerate(cells):
            name = next((name for name in COLUMNS[kind] if name not in found and means(cell, name)), "")
            if name and at not in found.values():
                found[name] = at
    return {name: found[name] for name in COLUMNS[kind] if name in found}


def _plain(cell: str) -> str:
    return " ".join(cell.casefold().split())


def _is(cell: str, name: str) -> bool:
    plain, spelt = _plain(cell), {name, name.replace("_", " "), *NAMES[name]}
    return plain in spelt or plain.replace(" ", "_") in spelt


def _begins_as(cell: str, name: str) -> bool:
    return name in STEMS and _plain(cell).startswith(STEMS[name])


def _strangers(cells: list[str], columns: dict[str, str], row: int) -> Iterator[Finding]:
    """Columns that nothing here reads: what stands in them would be lost."""
    read = list(columns.values())
    for cell in cells:
        if cell in read:
            read.remove(cell)
        elif same := next((typed for name, typed in columns.items() if _is(cell, name)), ""):
            sentence = N_("Row %(row)s: the column %(column)s says the same as %(first)s. Leave one of the two.")
            values = {"row": row, "column": shown(cell), "first": shown(same)}
            yield Finding("STAT-03", "column-twice", "", Sentence(sentence, values))
        elif cell.casefold() not in IGNORED:
            sentence = N_(
                "Row %(row)s: nothing here reads the column %(column)s. Remove it, or give it a name of ours."
            )
            yield Finding("STAT-03", "column-unknown", "", Sentence(sentence, {"row": row, "column": shown(cell)}))


def _units(columns: dict[str, str], row: int) -> Iterator[Finding]:
    """A header with a word that may name another unit than metric carats and whole US dollars."""
    for name in (name for name in STEMS if name in columns):
        said = columns[name].casefold()
        if not PLAIN_WORDS[name].issuperset([*_WORD.findall(said), *foreign_signs(said)]):
            sentence = N_(
                "Row %(row)s: the column %(column)s may be in another unit. Give metric carats and US dollars under "
                "the names of the template."
            )
            values = {"row": row, "column": shown(columns[name])}
            yield Finding("STAT-03", "column-unit", "", Sentence(sentence, values))
