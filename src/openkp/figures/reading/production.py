"""The public production figures, record by record, and their defects.

Layout: ``iso2, participant_as_published, year, half, trade_type, production_type, carats, value_usd`` and, where
the file has them, ``usd_per_carat, created, last_modified``. The file's own flags and days are not read: they are
computed here. Source of the rules: scheme-rules A.2, A.3; Core Document Annex III(c).
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from openkp.figures.reading.batches import Batches
from openkp.figures.reading.names import Reporters
from openkp.figures.reading.repeats import Filed, tell_returns
from openkp.figures.reading.sheet import Row, rows
from openkp.figures.reading.stamps import tell_stamps
from openkp.figures.reading.types import Notes
from openkp.figures.tables import Facts
from openkp.scheme.amounts import shown
from openkp.scheme.periods import Period
from openkp.scheme.returns import Mining
from openkp.scheme.words import N_

COLUMNS = (
    "iso2",
    "participant_as_published",
    "year",
    "half",
    "trade_type",
    "production_type",
    "carats",
    "value_usd",
)
_MINING = {
    "": Mining.ALL,
    "production": Mining.ALL,
    "no production": Mining.ALL,
    "asm": Mining.ARTISANAL,
    "lsm": Mining.LARGE_SCALE,
}
_NIL = {"production": False, "no production": True}
_HALF_A_CENT = Decimal("0.005")
_ZERO = Decimal(0)


class _Place(NamedTuple):
    participant: str
    period: Period
    nil: bool


def read_production(text: Iterator[str], notes: Notes, source: str) -> Facts:
    """Every record as a row of ``production``."""
    reporters, batches = Reporters(notes), Batches("production")
    for row in rows(text, required=COLUMNS, amounts=("carats", "value_usd"), notes=notes):
        place = _place(row, reporters)
        if place:
            _record(row, place, batches, source)
    reporters.tell()
    table = batches.table()
    tell_returns(table, notes)
    return {"production": table}


def _place(row: Row, reporters: Reporters) -> _Place | None:
    """Where the row belongs, or None: without a period and a kind it can be in no sum."""
    year, half = row.year(), row.whole("half")
    if not year or half not in (1, 2):
        row.lost("half" if year else "year")
        return None
    nil = _NIL.get(row.text("trade_type").lower())
    if nil is None:
        row.lost("trade_type")
        return None
    return _Place(reporters.code(row, "iso2", "participant_as_published"), _half(year, half), nil)


@lru_cache(maxsize=1024)
def _half(year: int, half: int) -> Period:
    """The same period for every row of it: a million rows have a few hundred."""
    return Period(year, "H", half)


def _record(row: Row, place: _Place, table: Batches, source: str) -> None:
    carats, usd = row.amount("carats"), row.amount("value_usd")
    created, modified = row.moment("created"), row.moment("last_modified")
    mining = _mining(row)
    table.add(
        participant=place.participant,
        year=place.period.year,
        half=place.period.part,
        mining=mining,
        nil=place.nil,
        carats=carats,
        usd=usd,
        created=created,
        modified=modified,
        version=1,
        source=source,
        record=row.number,
    )
    filed = Filed(row.number, place.participant, place.period, mining, place.nil, carats, usd)
    _tell_quantities(row, filed)
    tell_stamps(filed, created, modified, row.notes)


def _mining(row: Row) -> str:
    typed = row.text("production_type")
    if typed.lower() not in _MINING:
        sentence = N_("Row %(row)s: %(typed)s is no way of mining that is known. It is kept as “not stated”.")
        row.notes.add("unreadable-cell", row.number, sentence, row=row.number, typed=shown(typed))
    return _MINING.get(typed.lower(), Mining.ALL).value


def _tell_quantities(row: Row, filed: Filed) -> None:
    """What does not fit within one record: a weight without a value, a nil return with figures, a wrong price."""
    values: dict[str, object] = {"row": row.number, "who": filed.who, "carats": filed.carats, "usd": filed.usd}
    if filed.nil and (filed.carats or filed.usd):
        sentence = N_("Row %(row)s: %(who)s says “no production” and writes %(carats)s carats, %(usd)s dollars.")
        row.notes.add("nil-and-figures", row.number, sentence, **values)
    elif filed.carats is None and filed.usd is None and not filed.nil:
        sentence = N_("Row %(row)s: %(who)s filed figures, and both cells are empty.")
        row.notes.add("quantities-missing", row.number, sentence, **values)
    elif filed.carats and not filed.usd:
        sentence = N_("Row %(row)s: %(who)s filed %(carats)s carats without a value.")
        row.notes.add("carats-without-value", row.number, sentence, **values)
    elif filed.usd and not filed.carats:
        sentence = N_("Row %(row)s: %(who)s filed %(usd)s dollars without carats.")
        row.notes.add("value-without-carats", row.number, sentence, **values)
    elif filed.carats and filed.usd and row.text("usd_per_carat"):
        _tell_triangle(row, filed.carats, filed.usd)


def _tell_triangle(row: Row, carats: Decimal, usd: Decimal) -> None:
    """The printed price against value ÷ weight; half a cent may hide in each of the three."""
    printed = row.amount("usd_per_carat")
    if printed is None:
        return
    allowed = _HALF_A_CENT + (_HALF_A_CENT + abs(printed) * _HALF_A_CENT) / abs(carats)
    if abs(usd / carats - printed) > allowed:
        sentence = N_(
            "Row %(row)s: %(usd)s dollars by %(carats)s carats are %(price)s a carat; %(printed)s is printed."
        )
        values = {"usd": usd, "carats": carats, "price": round(usd / carats, 2), "printed": printed}
        row.notes.add("price-triangle", row.number, sentence, row=row.number, **values)
