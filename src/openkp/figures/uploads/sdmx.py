"""SDMX-CSV (2.0): one row an observation. Its rows become the lines of a return, as the template has them.

Dimensions are those of ``figures.writing``: ``FLOW, COUNTERPART_AREA, ORIGIN, PRODUCT, MINING, INDICATOR`` with
``OBS_VALUE``; ``INDICATOR`` is ``CARATS``, ``USD`` or ``CERTIFICATES``.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from openkp.figures.uploads.sheets import Sheet
from openkp.scheme.amounts import shown
from openkp.scheme.errors import Finding
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_, Sentence

DIMENSIONS = {
    ReturnKind.PRODUCTION: {"mining": "MINING"},
    ReturnKind.TRADE: {"flow": "FLOW", "partner": "COUNTERPART_AREA", "origin": "ORIGIN", "hs": "PRODUCT"},
}
INDICATORS = {"CARATS": "carats", "USD": "value_usd", "CERTIFICATES": "certificates"}
_FIRST = ("STRUCTURE", "DATAFLOW")
ONE_EACH = ("REF_AREA", "TIME_PERIOD", "READING")
PLAIN = {"UNIT_MULT": ("", "0"), "ACTION": ("", "I", "A", "M", "R")}
TOTAL = "_T"
NOT_STATED = ("_Z", "_U", TOTAL)


def is_sdmx(sheet: Sheet) -> bool:
    """Whether the header is that of SDMX-CSV."""
    header = [cell.upper() for cell in sheet.rows[0][1]] if sheet.rows else []
    return bool(header) and header[0].split("[")[0] in _FIRST and "OBS_VALUE" in header


def as_lines(sheet: Sheet, kind: ReturnKind, findings: list[Finding]) -> list[tuple[int, list[str]]]:
    """The observations put together: one row a line of the return, under the header of the template."""
    header = [cell.upper() for cell in sheet.rows[0][1]]
    dimensions = DIMENSIONS[kind]
    findings += [*_several(sheet, header), *_scaled(sheet, header), *_totals(sheet, header, dimensions.values())]
    measures = [name for name in INDICATORS.values() if kind is ReturnKind.TRADE or name != "certificates"]
    found: dict[tuple[str, ...], dict[str, str]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for row, cells in sheet.rows[1:]:
        said = dict(zip(header, cells, strict=False))
        indicator = INDICATORS.get(said.get("INDICATOR", "").upper(), "")
        if indicator not in measures:
            sentence = N_("Row %(row)s: INDICATOR is %(typed)s. It is one of CARATS, USD and CERTIFICATES.")
            values = {"row": row, "typed": shown(said.get("INDICATOR") or "–")}
            findings.append(Finding("STAT-03", "indicator-unknown", "", Sentence(sentence, values)))
            continue
        key = tuple(_code(name, said.get(dimension, "")) for name, dimension in dimensions.items())
        if indicator in found.setdefault(key, {}):
            sentence = N_("Row %(row)s repeats an observation that row %(first)s has already.")
            values = {"row": row, "first": rows[key]}
            findings.append(Finding("STAT-03", "observation-repeated", "", Sentence(sentence, values)))
        found[key][indicator] = said.get("OBS_VALUE", "")
        rows.setdefault(key, row)
    lines = [(rows[key], [*key, *(values.get(name, "") for name in measures)]) for key, values in found.items()]
    return [(sheet.rows[0][0], [*dimensions, *measures]), *lines]


def _several(sheet: Sheet, header: list[str]) -> Iterator[Finding]:
    """Observations of several periods or areas, which are several returns."""
    for name in (name for name in ONE_EACH if name in header):
        at = header.index(name)
        said = dict.fromkeys(cells[at] for _row, cells in sheet.rows[1:] if at < len(cells))
        if len(said) > 1:
            sentence = N_("%(name)s is %(values)s: a return has one. Send a file for each.")
            values = {"name": name, "values": shown(", ".join(islice(said, 5)))}
            yield Finding("STAT-03", "several-returns", "", Sentence(sentence, values))


def of_another_period(sheet: Sheet, period: Period) -> Iterator[Finding]:
    """Observations of a period that the return is not of; SDMX writes halves as ``2024-S1``."""
    header = [cell.upper() for cell in sheet.rows[0][1]]
    if not is_sdmx(sheet) or "TIME_PERIOD" not in header:
        return
    at = header.index("TIME_PERIOD")
    for row, cells in sheet.rows[1:]:
        typed = cells[at] if at < len(cells) else ""
        if typed.upper().replace("-S", "-H") != str(period):
            sentence = N_("Row %(row)s: TIME_PERIOD is %(typed)s, and this return is of %(period)s.")
            values = {"row": row, "typed": shown(typed or "–"), "period": str(period)}
            yield Finding("STAT-03", "period-other", "", Sentence(sentence, values))


def _scaled(sheet: Sheet, header: list[str]) -> Iterator[Finding]:
    """Observations that are not plain amounts to be taken over: in thousands, or there to be deleted."""
    for row, cells in sheet.rows[1:]:
        said = dict(zip(header, cells, strict=False))
        for name, plain in PLAIN.items():
            if said.get(name, "").upper() not in plain:
                sentence = N_("Row %(row)s: %(name)s is %(typed)s. Give whole carats and US dollars, to be taken over.")
                values = {"row": row, "name": name, "typed": shown(said[name])}
                yield Finding("STAT-03", "observation-unfit", "", Sentence(sentence, values))


def _totals(sheet: Sheet, header: list[str], dimensions: Iterable[str]) -> Iterator[Finding]:
    """Sums beside what they are sums of: both would be counted."""
    for name in (name for name in dimensions if name in header):
        at = header.index(name)
        rows = {row: cells[at] for row, cells in sheet.rows[1:] if at < len(cells)}
        if set(rows.values()) == {TOTAL}:
            continue
        for row in (row for row, typed in rows.items() if typed == TOTAL):
            sentence = N_("Row %(row)s: %(name)s is _T, the total of other rows. Leave it out.")
            yield Finding("STAT-03", "total-row", "", Sentence(sentence, {"row": row, "name": name}))


def _code(name: str, value: str) -> str:
    """A code of the structure as we write it: not stated is empty, flows are small."""
    plain = "" if value in NOT_STATED else value
    return plain.lower() if name == "flow" else plain
