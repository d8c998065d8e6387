"""Which column is which: the names of the template, and those that filers use instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openkp.figures.reading.names import code_of
from openkp.figures.uploads import sdmx
from openkp.figures.uploads.sheets import LOOKED_AT, Sheet
from openkp.scheme.amounts import shown
from openkp.scheme.errors import Finding
from openkp.scheme.returns import ReturnKind
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
    "carats": {"carat", "cts", "ct", "volume", "volume (carats)", "weight (ct)", "weight (carats)"},
    "value_usd": {"usd", "value", "value (usd)", "us$", "value (us$)", "valeur (usd)", "valeur usd"},
    "certificates": {"kpc", "kpcs", "kp_certificates", "certificats", "number of certificates"},
}
WRONG_UNITS = {
    "carats": (" kg", " kilo", "gram", " g ", "tonne", "ounce"),
    "value_usd": (" eur", "€", "gbp", "£", "inr", "zar", " rub", "aed", "thousand", "million", " 000 "),
}
IGNORED = ("finding", "findings", "to correct", "")
FLOWS = {"imports": "import", "exports": "export", "i": "import", "x": "export", "m": "import", "e": "export"}
_WORD = re.compile(r"[^\W_]+|[€£]")


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
    findings += [*_strangers(cells, places, row), *_units(columns, row)]
    body = [cells for _, cells in sheet.rows[place + 1 :]]
    marks = (cells[places[name]] for cells in body for name in UNITS if name in places and places[name] < len(cells))
    return Header(row, places, columns, decimal_mark(marks))


def lines_of(sheet: Sheet, header: Header, findings: list[Finding]) -> list[Line]:
    """The lines under the header; a row of sums at the end is left out, and that is said."""
    found = []
    for row, cells in sheet.rows:
        if row <= header.row:
            continue
        fields = {name: cells[at] if at < len(cells) else "" for name, at in header.places.items()}
        if not any(fields.values()):
            continue
        if any(cell.casefold().startswith(("total", "somme", "sum")) for cell in cells):
            sentence = N_("Row %(row)s is a row of totals and is left out: the lines are added up here.")
            findings.append(Finding("STAT-03", "total-row", "", Sentence(sentence, {"row": row})))
            continue
        found.append(Line(row, {name: _spoken(name, value) for name, value in fields.items()}))
    return found


def _spoken(name: str, value: str) -> str:
    """Names of countries as their codes and words of flows as ours; anything else as it stands."""
    if name in ("partner", "origin") and len(value) > 3:
        return code_of(value) or value
    if name == "flow":
        return FLOWS.get(value.casefold(), value.casefold())
    return value.upper() if name == "mining" else value


def _named(cells: list[str], kind: ReturnKind) -> dict[str, int]:
    """The columns that this row names, by their place."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        for name in COLUMNS[kind]:
            if name not in found and _means(cell, name):
                found[name] = at
                break
    return found


def _means(cell: str, name: str) -> bool:
    plain = " ".join(cell.casefold().replace("\n", " ").split())
    spelt = {name, name.replace("_", " "), *NAMES[name]}
    wrong = name in WRONG_UNITS and plain.startswith(("value", "weight", "valeur", "poids"))
    return plain in spelt or plain.replace(" ", "_") in spelt or wrong


def _strangers(cells: list[str], places: dict[str, int], row: int) -> Iterator[Finding]:
    """Columns that nothing here reads: what stands in them would be lost."""
    for at, cell in enumerate(cells):
        if at not in places.values() and cell.casefold() not in IGNORED:
            sentence = N_(
                "Row %(row)s: nothing here reads the column %(column)s. Remove it, or give it a name of ours."
            )
            yield Finding("STAT-03", "column-unknown", "", Sentence(sentence, {"row": row, "column": shown(cell)}))


def _units(columns: dict[str, str], row: int) -> Iterator[Finding]:
    """A header that names another unit than carats and whole US dollars."""
    for name, marks in WRONG_UNITS.items():
        said = " ".join(_WORD.findall(columns.get(name, "").casefold()))
        if any(mark in f" {said} " for mark in marks):
            sentence = N_("Row %(row)s: the column %(column)s is in another unit. Give metric carats and US dollars.")
            values = {"row": row, "column": shown(columns[name])}
            yield Finding("STAT-03", "column-unit", "", Sentence(sentence, values))
