"""The columns of a world as fact tables."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from openkp.figures.tables import AMOUNT, TABLES, Facts, table
from openkp.figures.world.building import Building
from openkp.figures.world.filing import Filings, Return
from openkp.figures.world.papers import DISCREPANCY, Papers, Texts
from openkp.figures.world.parameters import Whole
from openkp.figures.world.shipments import HS_CODES, INDUSTRIAL, MIXED_ORIGIN, NONE, UNUSED, VOID
from openkp.scheme.returns import MIXED

VALIDITY_DAYS = 60
_EPOCH = np.datetime64("1970-01-01", "D")


def specimen(building: Building, *parts: str) -> str:
    """The source of a row: it says that it is a specimen, and of which world."""
    return ":".join(("specimen", f"world-{building.frame.seed}", *parts))


def amounts(whole: Whole) -> pa.Array:
    """Hundredths as exact decimals."""
    wide = np.empty((len(whole), 2), dtype="<i8")
    wide[:, 0] = whole
    wide[:, 1] = whole >> 63
    return pa.Array.from_buffers(AMOUNT, len(whole), [None, pa.py_buffer(wide.tobytes())])


def chosen(names: Sequence[str], places: Whole) -> pa.Array:
    """Texts by their places."""
    return pa.array(list(names), pa.string()).take(pa.array(places))


def days(building: Building, numbers: Whole, *, none: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Dates by their numbers."""
    first = int((np.datetime64(building.frame.first_day, "D") - _EPOCH).astype(np.int64))
    return pa.array((numbers + first).astype(np.int32), pa.int32(), mask=none).cast(pa.date32())


def made(name: str, **columns: Any) -> pa.Table:
    """A fact table of columns."""
    return pa.table([columns[field.name] for field in TABLES[name]], schema=TABLES[name])


def paper_tables(building: Building, papers: Papers) -> Facts:
    """Certificates of ``year`` as issued, as notified, as found until the day the world is looked at."""
    year = np.flatnonzero(papers.shipments.day >= building.frame.turn)
    year = year[np.argsort(papers.numbers[year], kind="stable")]
    return {
        "issued": _issued(building, papers, year),
        "notified": _notified(building, papers, year[papers.notified[year] != NONE]),
        "confirmed": _confirmed(building, papers),
    }


def _two(rows: Any, at: Whole) -> tuple[Whole, Whole, dict[str, Any]]:
    """For each paper its one or two lines: the paper, the number of the line, and the columns of the goods."""
    count = np.where(rows.carats2[at] > 0, 2, 1)
    paper = np.repeat(at, count)
    line = np.ones(len(paper), dtype=np.int64)
    line[1:] += paper[1:] == paper[:-1]
    second = line == 2
    goods = {
        "line": pa.array(line.astype(np.int32)),
        "hs": chosen(HS_CODES, np.where(second, INDUSTRIAL, rows.hs[paper])),
        "carats": amounts(np.where(second, rows.carats2[paper], rows.carats[paper])),
        "usd": amounts(np.where(second, rows.usd2[paper], rows.usd[paper])),
    }
    return paper, line, goods


def _issued(building: Building, papers: Papers, at: Whole) -> pa.Table:
    ships, codes = papers.shipments, building.levels.codes
    paper, _line, goods = _two(ships, at)
    rows = ships.take(paper)
    heard = np.zeros(len(ships), dtype=bool)
    found = papers.confirmations
    heard[found.row[(found.sent == 1) & (found.row != NONE)]] = True
    status = np.where(rows.state == VOID, 2, np.where(rows.state == UNUSED, 3, np.where(heard[paper], 1, 0)))
    before = np.where(rows.predecessor == NONE, "", papers.numbers[rows.predecessor])
    return made(
        "issued",
        number=pa.array(papers.numbers[paper]),
        issuer=chosen(codes, rows.issuer),
        destination=chosen(codes, rows.destination),
        issued_on=days(building, rows.day),
        expires_on=days(building, rows.day + VALIDITY_DAYS),
        origin=chosen((*codes, MIXED), np.where(rows.origin == MIXED_ORIGIN, len(codes), rows.origin)),
        status=chosen(("delivered", "confirmed", "void", "expired_unused"), status),
        exporter=_tokens(building, rows.exporter),
        importer=_tokens(building, rows.importer),
        predecessor=pa.array(before),
        source=_documents(building, "issued", papers.numbers[paper]),
        **goods,
    )


def _tokens(building: Building, traders: Whole) -> pa.Array:
    """Traders as opaque tokens."""
    unique, places = np.unique(traders, return_inverse=True)
    key = building.frame.seed.to_bytes(8, "big", signed=True)
    names = [blake2b(str(each).encode(), key=key, digest_size=8).hexdigest() for each in unique.tolist()]
    return chosen(names, places)


def _documents(building: Building, sort: str, names: Texts) -> pa.Array:
    """One source for each paper."""
    return pa.array(np.char.add(specimen(building, sort) + ":", names))


def _notified(building: Building, papers: Papers, at: Whole) -> pa.Table:
    ships, codes = papers.shipments, building.levels.codes
    paper, _line, goods = _two(ships, at)
    rows = ships.take(paper)
    return made(
        "notified",
        number=pa.array(papers.numbers[paper]),
        issuer=chosen(codes, rows.issuer),
        destination=chosen(codes, rows.destination),
        notified_on=days(building, papers.notified[paper]),
        arrived_on=days(building, rows.arrival),
        source=_documents(building, "notified", papers.numbers[paper]),
        **goods,
    )


def _confirmed(building: Building, papers: Papers) -> pa.Table:
    every, frame = papers.confirmations, building.frame
    known = np.where(every.row == NONE, 0, every.row)
    ours = (every.row == NONE) | (papers.shipments.day[known] >= frame.turn)
    at = np.flatnonzero(ours & (every.sent == 1) & (every.confirmed <= frame.day(frame.until)))
    at = at[np.lexsort((every.confirmed[at], every.number[at]))]
    paper, _line, goods = _two(every, at)
    rows, codes = every.take(paper), building.levels.codes
    return made(
        "confirmed",
        number=pa.array(rows.number),
        issuer=chosen(codes, rows.issuer),
        receiver=chosen(codes, rows.receiver),
        arrived_on=days(building, rows.arrived),
        confirmed_on=days(building, rows.confirmed),
        outcome=chosen(("accepted", "accepted_with_discrepancy"), (rows.outcome == DISCREPANCY).astype(np.int64)),
        source=_documents(building, "confirmed", np.char.add(rows.number, np.array(codes)[rows.receiver])),
        **goods,
    )


def return_tables(building: Building, filings: Filings) -> Facts:
    """The filings of both years, stocks, capacity and customs figures."""
    rows: dict[str, list[dict[str, Any]]] = {"production": [], "trade": []}
    for each in sorted(filings.returns, key=lambda r: (r.kind, r.participant, r.period, r.version, r.copy)):
        rows[each.kind] += _rows(building, each)
    for name, ours in (("stocks", filings.stocks), ("capacity", filings.capacity), ("customs", filings.customs)):
        rows[name] = [{**row, "source": specimen(building, name)} for row in ours]
    for number, row in enumerate(rows["customs"], start=1):
        row["record"] = number
    return {name: table(name, map(_exact, ours)) for name, ours in rows.items()}


def _rows(building: Building, each: Return) -> list[dict[str, Any]]:
    source = specimen(building, each.kind, each.participant, f"{each.period}-v{each.version}{each.copy}")
    same = {"created": each.created, "version": each.version, "source": source}
    if each.kind == "production":
        same["modified"] = each.created
    return [{**row, **same, "record": number} for number, row in enumerate(each.rows, start=1)]


_AMOUNTS = ("carats", "usd", "opening", "polished", "low", "likely", "high")


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value).scaleb(-2) if name in _AMOUNTS else value for name, value in row.items()}
