"""The template: a workbook with the header, what was sent, and each finding beside its cell."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from openkp.figures.uploads import columns as layout
from openkp.figures.uploads.workbook import NOTES
from openkp.scheme.errors import Finding
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_, Translate

TITLE = "return"
FINDINGS = "Findings"
_WRONG = PatternFill("solid", start_color="FFF3CD")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
EXPLAINED = {
    "mining": N_("ASM for artisanal, LSM for large-scale mining, or empty for all together"),
    "flow": N_("import or export"),
    "partner": N_("two letters: destination of exports, provenance of imports"),
    "origin": N_("two letters where it is known, *** where it is mixed, or empty"),
    "hs": N_("7102.10, 7102.21 or 7102.31"),
    "carats": N_("metric carats, at most two decimals"),
    "value_usd": N_("US dollars, at most two decimals"),
    "certificates": N_("how many certificates the line was on"),
}


def template(
    kind: ReturnKind, lines: Sequence[Any], findings: Mapping[str, Sequence[Finding]], translate: Translate
) -> bytes:
    """An XLSX with ``lines``; every cell with a finding is marked, and the words stand at the end of its row."""
    book = Workbook()
    page = book.active
    page.title = TITLE
    names = layout.COLUMNS[kind]
    for at, name in enumerate((*names, FINDINGS), 1):
        page.cell(1, at, name).font = Font(bold=True)
        page.column_dimensions[page.cell(1, at).column_letter].width = 60 if name == FINDINGS else 16
    page.freeze_panes = "A2"
    for number, line in enumerate(lines):
        field = f"{kind.value}.{number}"
        said = list(findings.get(field, ()))
        for at, name in enumerate(names, 1):
            cell = page.cell(number + 2, at, harmless(line.fields.get(name, "")))
            cell.number_format = "@"
            wrong = findings.get(f"{field}.{name}", ())
            if wrong:
                cell.fill = _WRONG
                cell.comment = Comment("\n".join(each.text(translate) for each in wrong), "OpenKP")
                said += wrong
        page.cell(number + 2, len(names) + 1, harmless(" ".join(each.text(translate) for each in said)))
    _explain(book, names, translate)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def harmless(text: str) -> str:
    """A text that a workbook can hold and that no spreadsheet runs as a formula."""
    plain = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{plain}" if plain.startswith(_RISKY) else plain


def _explain(book: Workbook, names: Sequence[str], translate: Translate) -> None:
    """A second sheet that says what each column holds."""
    page = book.create_sheet(NOTES)
    for row, name in enumerate(names, 1):
        page.cell(row, 1, name).font = Font(bold=True)
        page.cell(row, 2, translate(EXPLAINED[name]))
    page.column_dimensions["B"].width = 70
