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
    found: list[tuple[str, int, int, Decimal | None]] = []
    for row in rows(text, required=COLUMNS, amounts=("carats",), notes=notes):
        year, mine = row.year(), row.text("mine_fac")
        if not year or not mine:
            row.lost("year" if not year else "mine_fac")
            continue
        row.needs("carats")
        carats = row.amount("carats")
        _add(row, year, carats, table, participant=reporters.code(row, "iso2", "country"), source=source)
        found.append((mine, year, row.number, carats))
    reporters.tell()
    for (mine, year), group in grouped(found, lambda each: each[:2]).items():
        if len(group) > 1:
            sentence = N_("%(mine)s is there %(count)s times for %(year)s.")
            code = "filed-twice-equal" if len({each[3] for each in group}) == 1 else "filed-twice-different"
            notes.add(code, [each[2] for each in group], sentence, mine=mine, count=len(group), year=year)
    return {"mines": table.table()}


def _add(row: Row, year: int, carats: Decimal | None, table: Batches, **known: str) -> None:
    share = row.amount("production_share", places=4, below=_LARGEST_SHARE)
    table.add(
        **known,
        mine=row.text("mine_fac"),
        year=year,
        carats=carats,
        share=Decimal(1) if share is None else share,
        period=row.text("reporting_period"),
        address=row.text("source_url"),
        record=row.number,
    )
