"""Customs trade by reporter, HS subheading and year, as a publisher of trade statistics gives it.

Layout: ``hs6, flow, iso2, reporter_as_published, year, value_usd_thousand``. A reporter without a code is ``ZZ``, the
source's own sum ``WORLD``. Amounts are whole thousands of US dollars.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from openkp.figures.reading.batches import Batches
from openkp.figures.reading.names import UNKNOWN, WORLD, Reporters
from openkp.figures.reading.repeats import grouped
from openkp.figures.reading.sheet import Row, rows
from openkp.figures.reading.types import Notes
from openkp.figures.tables import Facts
from openkp.scheme.returns import Flow
from openkp.scheme.words import N_

COLUMNS = ("hs6", "flow", "iso2", "reporter_as_published", "year", "value_usd_thousand")
_SUBHEADING = re.compile(r"([0-9]{4})\.?([0-9]{2})", re.ASCII)
Line = tuple[tuple[str, str, str, int], int, Decimal | None]


def read_customs(text: Iterator[str], notes: Notes, source: str) -> Facts:
    """Every line as a row of ``customs``."""
    reporters, table = Reporters(notes), Batches("customs")
    lines = []
    for row in rows(text, required=COLUMNS, amounts=("value_usd_thousand",), notes=notes):
        line = _line(row, reporters)
        if line:
            (reporter, flow, hs, year), record, value = line
            thousands = None if value is None else int(value)
            table.add(
                reporter=reporter, flow=flow, hs=hs, year=year, usd_thousand=thousands, source=source, record=record
            )
            lines.append(line)
    reporters.tell(names=False)  # names of customs areas are the publisher's own, and not those of Participants
    _tell_repeats(lines, notes)
    return {"customs": table.table()}


def _line(row: Row, reporters: Reporters) -> Line | None:
    hs, flow, year = _SUBHEADING.fullmatch(row.text("hs6")), row.text("flow").lower(), row.year()
    readable = {"hs6": bool(hs), "flow": flow in list(Flow), "year": bool(year)}
    if not hs or not year or not all(readable.values()):
        row.lost(next(column for column, good in readable.items() if not good))
        return None
    row.needs("value_usd_thousand")
    reporter = reporters.code(row, "iso2", "reporter_as_published", also=(WORLD,))
    return (reporter, flow, f"{hs[1]}.{hs[2]}", year), row.number, row.amount("value_usd_thousand", places=0)


def _tell_repeats(lines: list[Line], notes: Notes) -> None:
    for key, group in grouped(lines, lambda line: line[0]).items():
        if len(group) < 2 or key[0] == UNKNOWN:
            continue
        numbers, values = [line[1] for line in group], {line[2] for line in group}
        code = "filed-twice-equal" if len(values) == 1 else "filed-twice-different"
        sentence = N_("%(key)s is there %(count)s times: %(values)s thousand dollars.")
        shown = ", ".join(sorted("–" if value is None else str(value) for value in values))
        notes.add(code, numbers, sentence, key=" ".join(map(str, key)), count=len(group), values=shown)
