"""Filings as fact tables: every line of every version, with the document it came from."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from openkp.documents.filing_v1 import read_filing
from openkp.figures.tables import Facts, table
from openkp.registry.certificates.documents import opened
from openkp.registry.participation.queries import participation
from openkp.registry.statistics.models import Filing
from openkp.scheme.returns import Nature, ReturnKind, StatisticalReturn, Visibility

Row = dict[str, Any]


def filing_facts(inputs: Collection[str] | None = None) -> Facts:
    """The tables ``production`` and ``trade`` from stored filings; ``inputs`` names documents by hash.

    A nil return is a row that says so (of trade: one without a flow); a notice has no figures.
    """
    rows: dict[str, list[Row]] = {"production": [], "trade": []}
    for filing in Filing.objects.exclude(nature=Nature.CANNOT_PUBLISH.value).order_by("filed_at", "pk").iterator(500):
        digest = bytes(filing.public_hash).hex()
        if inputs is None or digest in inputs:
            rows[filing.kind] += [
                {**row, "created": filing.filed_at, "version": filing.number, "source": digest, "record": place}
                for place, row in enumerate(_rows(filing.pk, digest), start=1)
            ]
    return {name: table(name, each) for name, each in rows.items()}


def filing_sources() -> list[str]:
    """The hashes of every filing with figures that may be added up for others: the inputs of what is published now.

    What a Participant keeps to itself is no part of that, though the node that holds it may be the publisher's.
    """
    rows = Filing.objects.exclude(nature=Nature.CANNOT_PUBLISH.value).exclude(visibility=Visibility.PRIVATE.value)
    return sorted(bytes(digest).hex() for digest in rows.values_list("public_hash", flat=True))


@lru_cache(maxsize=4096)  # a document is never changed, and its hash is part of what is asked
def _rows(filing_id: int, digest: str) -> tuple[Row, ...]:
    filing = Filing.objects.select_related("document").get(pk=filing_id)
    value = read_filing(opened(filing.document, filing.document.stored_at)).value
    assert value is not None, f"only full forms are stored: {digest}"
    return tuple(_production(value) if value.kind is ReturnKind.PRODUCTION else _trade(value))


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
    for line in value.trade:
        yield common | {
            "flow": line.flow.value,
            "partner": participation().trader_of(line.partner, value.period.last_day) or line.partner,
            "hs": line.hs.value,
            "origin": line.origin,
            "carats": line.carats.amount,
            "usd": line.value.amount,
            "certificates": line.certificates,
            "basis": value.value_basis.value,
        }
