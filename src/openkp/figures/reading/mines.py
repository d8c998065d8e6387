"""What companies say their mines gave. Layout: ``mine_fac, country, year, carats`` and, where there, the share."""

from collections.abc import Iterator
from decimal import Decimal

from openkp.figures.reading.batches import Batches
from openkp.figures.reading.names import Reporters
from openkp.figures.reading.repeats import grouped
from openkp.figures.reading.sheet import Row, rows
from openkp.figures.reading.types import Notes
from openkp.figures.tables import Facts
from openkp.scheme.words import N_

_LARGEST_SHARE = Decimal(100)
COLUMNS = ("mine_fac", "country", "year", "carats")


def read_mines(text: Iterator[str], notes: Notes, source: str) -> Facts:
    """Every year of every mine as a row of ``mines``."""
    reporters, table = Reporters(notes), Batches("mines")
    found: list[tuple[str, int, int]] = []
    for row in rows(text, required=COLUMNS, amounts=("carats",), notes=notes):
        year, mine = row.whole("year"), row.text("mine_fac")
        if not year or not mine:
            row.lost("year" if not year else "mine_fac")
            continue
        _add(row, year, reporters.code(row, "iso2", "country"), table, source)
        found.append((mine, year, row.number))
    reporters.tell()
    for (mine, year), group in grouped(found, lambda each: each[:2]).items():
        if len(group) > 1:
            sentence = N_("%(mine)s is there %(count)s times for %(year)s.")
            notes.add(
                "filed-twice-different", [each[2] for each in group], sentence, mine=mine, count=len(group), year=year
            )
    return {"mines": table.table()}


def _add(row: Row, year: int, participant: str, table: Batches, source: str) -> None:
    share = row.amount("production_share", places=4, below=_LARGEST_SHARE)
    table.add(
        participant=participant,
        mine=row.text("mine_fac"),
        year=year,
        carats=row.amount("carats"),
        share=Decimal(1) if share is None else share,
        period=row.text("reporting_period"),
        address=row.text("source_url"),
        source=source,
        record=row.number,
    )
