"""Certificates as fact tables: what this node issued, was told of and confirmed, line by line.

An index row holds totals; the lines are in the document. So every document is read again, in one pass of three queries
and a few thousand rows at a time: about 20,000 documents a second and core, and no more memory than the tables take.
What was verified when it was stored is not verified anew; its hash is compared, and ``openkp audit`` looks deeper.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from openkp.documents.stored import stored_findings, stored_goods
from openkp.figures.tables import TABLES, Facts
from openkp.registry.certificates.models import Arrival, Certificate, Confirmation
from openkp.registry.errors import BrokenRecord
from openkp.registry.participation.queries import hosted_participants, participation
from openkp.scheme.returns import MIXED
from openkp.scheme.words import N_, Sentence

CHUNK = 2000
Row = Mapping[str, Any]
DOCUMENT = ("document__data", "document__sha256")
CERTIFICATE = ("number", "participant", "destination", "issued_on")
ISSUED = (*CERTIFICATE, "expires_on", "status", "exporter", "importer", *DOCUMENT)
NOTIFIED = (
    *("noticed_at", "arrived_on", "participant"),
    *(f"certificate__{name}" for name in (*CERTIFICATE, *DOCUMENT)),
)
CONFIRMED = (
    *("participant", "received_on", "confirmed_at", "outcome", *DOCUMENT),
    *("certificate__number", "certificate__participant"),
)


def certificate_facts() -> Facts:
    """The tables ``issued`` (by Participants of this node), ``notified`` (to them) and ``confirmed`` (by or to them).

    ``source`` is the SHA-256 of the document. Traders are opaque tokens: the same name has the same token on this node
    and another on every other. Raises ``BrokenRecord`` for a document that is not what was stored.
    """
    issued = Certificate.objects.filter(participant__in=hosted_participants())
    return {
        "issued": _table("issued", _issued(_rows(issued, ISSUED))),
        "notified": _table("notified", _notified(_rows(Arrival.objects.all(), NOTIFIED))),
        "confirmed": _table("confirmed", _confirmed(_rows(Confirmation.objects.all(), CONFIRMED))),
    }


@lru_cache(maxsize=65_536)
def trader_token(name: str) -> str:
    """A trader as 16 hexadecimal digits under this node's secret; spaces and capitals make no difference."""
    plain = " ".join(name.split()).casefold()
    return salted_hmac("openkp.statistics.trader", plain, algorithm="sha256").hexdigest()[:16] if plain else ""


def _rows(found: "QuerySet[Any, Any]", names: tuple[str, ...]) -> Iterator[Row]:
    return iter(found.order_by("pk").values(*names).iterator(chunk_size=CHUNK))


def _issued(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        goods = stored_goods(_bytes(row, "document__"))
        shared = {
            "number": row["number"],
            "issuer": row["participant"],
            "destination": _receiver(row["destination"], row["issued_on"]),
            "issued_on": row["issued_on"],
            "expires_on": row["expires_on"],
            "origin": goods.origins[0] if len(goods.origins) == 1 else MIXED,
            "status": row["status"],
            "exporter": trader_token(row["exporter"]),
            "importer": trader_token(row["importer"]),
            "predecessor": " ".join(goods.predecessors),
            "source": bytes(row["document__sha256"]).hex(),
        }
        yield from _lines(goods.lines, shared)


def _notified(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        goods = stored_goods(_bytes(row, "certificate__document__"))
        shared = {
            "number": row["certificate__number"],
            "issuer": row["certificate__participant"],
            "destination": row["participant"],
            "notified_on": row["noticed_at"].date() if row["noticed_at"] else None,
            "arrived_on": row["arrived_on"],
            "source": bytes(row["certificate__document__sha256"]).hex(),
        }
        yield from _lines(goods.lines, shared)


def _confirmed(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        shared = {
            "number": row["certificate__number"],
            "issuer": row["certificate__participant"],
            "receiver": row["participant"],
            "arrived_on": row["received_on"],
            "confirmed_on": row["confirmed_at"].date(),
            "outcome": row["outcome"],
            "source": bytes(row["document__sha256"]).hex(),
        }
        found = stored_findings(_bytes(row, "document__"))
        # What was refused unweighed has no lines, and is told all the same.
        yield from _lines(found, shared) if found else iter([shared | {"line": 1}])


def _lines(lines: Iterable[Any], shared: dict[str, Any]) -> Iterator[Row]:
    for place, line in enumerate(lines, start=1):
        yield shared | {
            "line": place,
            "hs": line.hs.value,
            "carats": line.carats.amount,
            "usd": line.value.amount,
        }


def _receiver(country: str, day: Any) -> str:
    return _receivers(country, day) or country


@lru_cache(maxsize=65_536)
def _receivers(country: str, day: Any) -> str | None:
    """Who receives in a country: the Union for its members, as their own returns say it."""
    return participation().trader_of(country, day)


def _bytes(row: Row, prefix: str) -> bytes:
    data = bytes(row[f"{prefix}data"])
    if sha256(data).digest() != bytes(row[f"{prefix}sha256"]):
        raise BrokenRecord(
            Sentence(N_("A stored document is not what it was.")),
            code="document-changed",
            advice=Sentence(N_("Run openkp audit, and compare with a backup.")),
        )
    return data


def _table(name: str, rows: Iterator[Row]) -> pa.Table:
    """The rows as Arrow, made in chunks so that no more than one chunk of them lives as Python objects."""
    batches = []
    while chunk := list(islice(rows, CHUNK * 4)):
        batches.append(pa.RecordBatch.from_pylist([dict(row) for row in chunk], schema=TABLES[name]))
    return pa.Table.from_batches(batches, schema=TABLES[name])
