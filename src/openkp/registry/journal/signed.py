"""The stored documents against the journal, their signatures and the statement logs."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from openkp.documents.envelope import open_envelope, public_form
from openkp.documents.errors import DocumentError, Untrusted
from openkp.documents.keys import Keys
from openkp.registry.certificates.models import Document
from openkp.registry.journal.models import Entry, LogEntry
from openkp.registry.journal.proofs import Broken
from openkp.registry.journal.reading import DAMAGED, readable
from openkp.registry.participation.queries import hosted_participants
from openkp.registry.participation.trust import NodeKeyring, own_keys

LABEL = "certificates.document"
#: What a Participant signs and logs.
LOGGED = ("kpc", "kpi", "kps", "kpf", "kpn")


@dataclass
class Forms:
    """A set of public forms, however many: two with the same count and sum of hashes are the same set."""

    count: int = 0
    total: int = 0

    def add(self, form: bytes) -> None:
        """Count one more."""
        self.count += 1
        self.total += int.from_bytes(sha256(form).digest(), "big")


def document_faults() -> Iterator[Broken]:
    """Documents that are not as the journal says, that their key did not sign, or that are not in their log."""
    own, hosted = own_keys(), hosted_participants()
    told, signed = _told(), defaultdict[str, Forms](Forms)
    for key, document in readable(Document.objects.order_by("pk")):
        if document is None:
            yield Broken("documents", key, "document-unreadable")
            return
        code = _fault(document, told.pop(key, None), own, hosted)
        if code:
            yield Broken("documents", key, code)
            return
        if document.issuer in hosted and document.typ in LOGGED:
            signed[document.issuer].add(public_form(bytes(document.data)))
    if told:
        yield Broken("documents", min(told), "document-missing")
    for participant in sorted(hosted):
        yield from _unlogged(participant, signed[participant])


def _told() -> dict[int, dict[str, Any]]:
    """What the journal says of each document."""
    told: dict[int, dict[str, Any]] = {}
    written = Entry.objects.order_by("seq").values_list("data", flat=True).iterator(chunk_size=2000)
    for data in (each for each in written if LABEL in each):
        for _, row_id, columns in (row for row in json.loads(data)["rows"] if row[0] == LABEL):
            told.setdefault(row_id, {}).update(columns)
    return told


def _fault(document: Document, told: dict[str, Any] | None, own: Keys, hosted: frozenset[str]) -> str:
    if told is None:
        return "document-without-entry"
    try:
        if sha256(bytes(document.data)).digest() != document.sha256 or told != document.as_plain():
            return "document-changed"
        open_envelope(bytes(document.data), NodeKeyring(own, document.stored_at), typ=document.typ)
    except Untrusted:
        # What we believe of another's keys moves on; the journal still proves what they had signed.
        return "" if document.issuer not in hosted else "document-not-genuine"
    except (*DAMAGED, DocumentError):
        return "document-not-genuine"
    return ""


def _unlogged(participant: str, signed: Forms) -> Iterator[Broken]:
    """Whether the log holds exactly the documents that its Participant signed here."""
    logged = Forms()
    for _, entry in readable(LogEntry.objects.filter(participant=participant, typ__in=LOGGED).order_by("index")):
        logged.add(bytes(entry.data) if entry else b"")
    if logged != signed:
        yield Broken(f"log:{participant}", min(logged.count, signed.count), "log-differs-from-documents")
