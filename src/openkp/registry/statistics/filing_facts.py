"""Filings as fact tables: every line of every version, with the document it came from.

A document is verified before anything is believed of it. What was read stays in memory, since a document is never
changed: the latest of it, as many rows as ``KEPT``.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from threading import Lock
from typing import Any

from django.db.models import QuerySet

from openkp.documents.envelope import open_envelope
from openkp.documents.filing_v1 import read_filing
from openkp.figures.tables import Facts, table
from openkp.registry.participation.queries import participation
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.models import Filing
from openkp.scheme.returns import Flow, Nature, ReturnKind, StatisticalReturn, Visibility

CHUNK = 200
KEPT = 200_000
Row = dict[str, Any]
_kept: "OrderedDict[str, tuple[Row, ...]]" = OrderedDict()
_lock = Lock()


def filing_facts(inputs: Collection[str] | None = None, *, private: bool = True) -> Facts:
    """The tables ``production`` and ``trade`` from stored filings; ``inputs`` names documents by hash.

    A nil return is a row that says so (of trade: one without a flow); a notice has no figures. Without ``private``,
    what a Participant keeps to itself is left out.
    """
    rows: dict[str, list[Row]] = {"production": [], "trade": []}
    index = _with_figures(private).order_by("filed_at", "pk").iterator(chunk_size=2000)
    wanted = (filing for filing in index if inputs is None or _digest(filing) in inputs)
    while batch := list(islice(wanted, CHUNK)):
        lines = _lines(batch)
        for filing in batch:
            said = {"created": filing.filed_at, "version": filing.number, "source": _digest(filing)}
            own = enumerate(lines[_digest(filing)], start=1)
            rows[filing.kind] += [{**row, **said, "record": place} for place, row in own]
    return {name: table(name, each) for name, each in rows.items()}


def _with_figures(private: bool) -> "QuerySet[Filing, Filing]":
    rows = Filing.objects.exclude(nature=Nature.CANNOT_PUBLISH.value)
    return rows if private else rows.exclude(visibility=Visibility.PRIVATE.value)


def filing_sources() -> list[str]:
    """The hashes of every filing with figures that may be added up for others: the inputs of what is published now.

    What a Participant keeps to itself is no part of that, though the node that holds it may be the publisher's.
    """
    hashes = _with_figures(private=False).values_list("public_hash", flat=True)
    return sorted(bytes(digest).hex() for digest in hashes)


def _digest(filing: Filing) -> str:
    return bytes(filing.public_hash).hex()


def _lines(batch: Sequence[Filing]) -> dict[str, tuple[Row, ...]]:
    """The rows of each filing by its hash; those that are not in memory are read with one query."""
    with _lock:
        found = {digest: _kept[digest] for digest in map(_digest, batch) if digest in _kept}
    missing = [filing.pk for filing in batch if _digest(filing) not in found]
    if missing:
        read = dict(_read(Filing.objects.filter(pk__in=missing).select_related("document")))
        found |= read
        _keep(read)
    return found


def _keep(read: dict[str, tuple[Row, ...]]) -> None:
    with _lock:
        _kept.update(read)
        rows = sum(map(len, _kept.values()))
        while rows > KEPT:
            rows -= len(_kept.popitem(last=False)[1])


def _read(filings: Iterable[Filing]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """What each document says, verified with the keys that held when it was stored: a keyring is one of an hour."""
    keys = cache(keyring)
    for filing in filings:
        hour = filing.document.stored_at.replace(minute=0, second=0, microsecond=0)
        value = read_filing(open_envelope(bytes(filing.document.data), keys(hour), typ="kpf")).value
        assert value is not None, "only full forms are stored"
        yield _digest(filing), tuple(_production(value) if value.kind is ReturnKind.PRODUCTION else _trade(value))


def _production(value: StatisticalReturn) -> Iterator[Row]:
    common = {"participant": value.participant, "year": value.period.year, "half": value.period.part, "mining": ""}
    if value.nature is Nature.NIL:
        yield common | {"nil": True}
    for line in value.production:
        amounts = {"carats": line.carats.amount, "usd": line.value.amount}
        yield common | {"mining": line.mining.value, "nil": False} | amounts


def _trade(value: StatisticalReturn) -> Iterator[Row]:
    """The lines, each with the Participant that answered for the partner named: Antwerp's trade is the Union's."""
    common = {
        "reporter": value.participant,
        "authority": value.authority,
        "year": value.period.year,
        "quarter": value.period.part,
    }
    if value.nature is Nature.NIL:
        yield common | {"flow": "", "partner": "", "hs": "", "carats": Decimal(0), "usd": Decimal(0)}
    for line, counts in zip(value.trade, _counts(value), strict=True):
        yield common | {
            "flow": line.flow.value,
            "partner": participation().trader_of(line.partner, value.period.last_day) or line.partner,
            "hs": line.hs.value,
            "origin": line.origin,
            "carats": line.carats.amount,
            "usd": line.value.amount,
            **counts,
            "basis": value.value_basis.value,
        }


def _counts(value: StatisticalReturn) -> list[Row]:
    """The certificates of each line as filed, and what is known of those that stand in several lines of a partner.

    Of a flow the return states how many there are; of a partner only that they are its largest line at least.
    """
    filed = [line.certificates for line in value.trade]
    rows: list[Row] = [{"certificates": count, "repeated": 0, "certificates_least": None} for count in filed]
    for flow, stated in ((Flow.EXPORT, value.certificates_issued), (Flow.IMPORT, value.certificates_received)):
        partners: dict[str, list[int]] = defaultdict(list)
        for place in sorted(range(len(filed)), key=lambda place: (filed[place], value.trade[place].carats.amount)):
            if value.trade[place].flow is flow:
                partners[value.trade[place].partner].append(place)
        room = {partner: sum(filed[place] for place in places[:-1]) for partner, places in partners.items()}
        whole = sum(filed[place] for places in partners.values() for place in places)
        over = 0 if stated is None else min(max(0, whole - stated), sum(room.values()))
        not_largest = [place for places in partners.values() for place in places[:-1]]
        for place, less in _taken(filed, not_largest, over).items():
            rows[place]["repeated"] = less
        for partner, places in partners.items():
            most, fewest = min(over, room[partner]), max(0, over - sum(room.values()) + room[partner])
            less_each = _taken(filed, places[:-1], most)
            for place in places if most > fewest else ():
                rows[place]["certificates_least"] = filed[place] - less_each.get(place, 0)
    return rows


def _taken(filed: Sequence[int], places: Iterable[int], over: int) -> dict[int, int]:
    """How much of ``over`` each place gives, the first ones first."""
    taken: dict[int, int] = {}
    for place in places:
        taken[place] = min(over, filed[place])
        over -= taken[place]
    return taken
