"""Returns as files: CSV in any of its spellings, XLSX, SDMX-CSV. Everything wrong is told at once, by row and column,
and a corrected template goes back in which each finding stands beside its cell.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openkp.figures.uploads import sdmx
from openkp.figures.uploads.columns import Line, find_header, lines_of
from openkp.figures.uploads.sheets import Sheet, read_sheet
from openkp.figures.uploads.template import template
from openkp.figures.uploads.workbook import MOST_IN_BOOK
from openkp.scheme.errors import Finding
from openkp.scheme.filings import read_return
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_, Sentence, Translate, as_written

_ANY_PERIOD = {ReturnKind.PRODUCTION: Period(2003, "H", 1), ReturnKind.TRADE: Period(2003, "Q", 1)}
_COUNTS = ("certificates_issued", "certificates_received")


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What a file holds. ``fields`` is what ``scheme.filings.read_return`` reads; ``translate`` is for the template."""

    kind: ReturnKind
    fields: dict[str, Any]
    findings: tuple[Finding, ...] = ()
    lines: tuple[Line, ...] = field(default=(), repr=False)
    translate: Translate = as_written

    @cached_property
    def template(self) -> bytes:
        """An XLSX to correct and send again; empty where a workbook of so many lines would not be read."""
        if len(self.lines) > MOST_IN_BOOK:
            return b""
        return template(self.kind, self.lines, by_cell(self.findings), self.translate)


def read_upload(
    data: bytes, name: str, *, kind: ReturnKind, period: Period | None = None, translate: Translate = as_written
) -> Upload:
    """Read a file as the lines of a return, of ``period`` where it is known which.

    Nothing in the file makes this stumble: what is wrong is a finding.
    """
    sheet = read_sheet(data, name)
    findings = list(sheet.findings)
    if period and sheet.rows:
        findings += sdmx.of_another_period(sheet, period)
    header = find_header(sheet, kind, findings) if not sheet.unreadable else None
    if header is None:
        return Upload(kind=kind, fields={}, findings=tuple(findings), translate=translate)
    lines = lines_of(sheet, header, findings)
    fields: dict[str, Any] = {"nature": "figures", kind.value: [line.fields for line in lines]}
    if not lines:
        sentence = Sentence(N_("There is no line under the header. Where there was nothing, file a nil return."))
        findings.append(Finding("STAT-01", "lines_missing", "", sentence))
    _value, judged = read_return(
        fields, kind=kind, period=period or _ANY_PERIOD[kind], participant="ZZ", authority="", decimal=header.decimal
    )
    placed = {f"{kind.value}.{place}": line.row for place, line in enumerate(lines)}
    findings += [_placed(each, placed, header.columns) for each in judged if each.field not in _COUNTS]
    plain = header.plain(fields, kind)
    return Upload(kind=kind, fields=plain, findings=tuple(findings), lines=tuple(lines), translate=translate)


def empty_template(kind: ReturnKind, translate: Translate = as_written) -> bytes:
    """An XLSX with the header and a sheet that explains each column."""
    return template(kind, [], {}, translate)


def by_cell(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings by the field that they stand at."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        found.setdefault(each.field, []).append(each)
    return found


def _placed(found: Finding, rows: dict[str, int], columns: dict[str, str]) -> Finding:
    """The finding in the words of the file: its row and its column before what is wrong."""
    line, _, name = found.field.rpartition(".")
    row = rows.get(line) or rows.get(found.field)
    if row is None:
        return found
    values = {"row": row, "column": columns.get(name, name), "said": found.sentence}
    sentence = Sentence(N_("Row %(row)s, column %(column)s: %(said)s"), values)
    return Finding(found.rule, found.code, found.field, sentence)


__all__ = ["Sheet", "Upload", "empty_template", "read_upload"]
