"""Single figures as press and trade bodies printed them.

Layout: ``year, participant, flow, measure, value, precision, note, publisher, published, source_url``. The digits are
kept as many as were printed: they say how exact the figure is.
"""

from collections.abc import Iterator

from openkp.figures.reading.batches import Batches
from openkp.figures.reading.names import WORLD, Reporters
from openkp.figures.reading.sheet import Row, rows
from openkp.figures.reading.types import Notes
from openkp.figures.tables import Facts

COLUMNS = ("year", "participant", "flow", "measure", "value", "precision", "publisher", "published")
OTHERS = "OTHERS"
"""What a table of the largest calls the rest."""


def read_published(text: Iterator[str], notes: Notes, source: str) -> Facts:
    """Every figure as a row of ``published``."""
    reporters, table = Reporters(notes), Batches("published")
    for row in rows(text, required=COLUMNS, amounts=("value",), notes=notes):
        year = row.year()
        if not year or not row.text("flow") or not row.text("measure"):
            row.lost("year" if not year else "flow" if not row.text("flow") else "measure")
            continue
        row.needs("value")
        _add(row, year, reporters.code(row, "participant", "", also=(WORLD, OTHERS)), table, source)
    reporters.tell()
    return {"published": table.table()}


def _add(row: Row, year: int, participant: str, table: Batches, source: str) -> None:
    table.add(
        year=year,
        participant=participant,
        flow=row.text("flow"),
        measure=row.text("measure"),
        value=row.amount("value", places=6),
        digits=row.digits("value"),
        precision=row.text("precision"),
        note=row.text("note"),
        publisher=row.text("publisher"),
        released=row.text("published"),
        address=row.text("source_url"),
        source=source,
        record=row.number,
    )
