"""Making the tables again from the journal and the documents, and comparing them with the tables there are."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import QuerySet

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.documents.envelope import open_envelope
from openkp.documents.errors import DocumentError, Untrusted
from openkp.documents.filing_v1 import read_filing
from openkp.registry.certificates.documents import certificate_row, confirmation_row
from openkp.registry.certificates.models import Certificate, Confirmation
from openkp.registry.journal.models import Entry, Journaled, LogEntry
from openkp.registry.journal.proofs import Broken
from openkp.registry.journal.reading import DAMAGED, readable
from openkp.registry.journal.snapshot import snapshot
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.documents import filing_row
from openkp.registry.statistics.models import Filing

Row = TypeVar("Row", Certificate, Confirmation, Filing)
Rebuilt = dict[str, dict[int, dict[str, Any]]]
FROM_CERTIFICATE = (
    *("number", "participant", "authority_code", "issued_on", "expires_on", "validated_at", "exporter", "importer"),
    *("destination", "origin", "carats", "value", "parcels", "seals", "status_uri", "status_index", "public_hash"),
)
FROM_CONFIRMATION = (
    *("participant", "authority_code", "outcome", "received_on", "confirmed_at", "carats", "value", "parcels"),
    "remarks",
)
FROM_FILING = (
    *("participant", "authority_code", "kind", "period", "number", "nature", "value_basis", "visibility"),
    *("public_hash", "filed_at"),
)


def rebuild() -> list[Broken]:
    """Every row that the journal and the documents do not explain, or explain differently."""
    with snapshot():
        try:
            tables = _fold()
        except DAMAGED:
            return [Broken("journal", 0, "entry-unreadable")]
        found = [*_differing(tables)]
        found += _from_documents(Certificate.objects.select_related("document"), _certificate)
        found += _from_documents(Confirmation.objects.select_related("document", "certificate"), _confirmation)
        found += _from_documents(Filing.objects.select_related("document"), _filing)
        return found


def _fold() -> Rebuilt:
    """The rows as the journal leaves them."""
    tables: Rebuilt = defaultdict(dict)
    for data in Entry.objects.order_by("seq").values_list("data", flat=True).iterator(chunk_size=2000):
        for label, row_id, changes in json.loads(data)["rows"]:
            tables[label].setdefault(row_id, {}).update(changes)
    return tables


def _differing(tables: Rebuilt) -> Iterator[Broken]:
    for model in apps.get_models():
        if issubclass(model, Journaled):
            label = model._meta.label_lower
            yield from _rows(model, label, tables.get(label, {}))


def _rows(model: type[Journaled], label: str, expected: dict[int, dict[str, Any]]) -> Iterator[Broken]:
    for key, row in readable(model._base_manager.defer(*model.secret_fields).order_by("pk")):
        told = expected.pop(key, None)
        if told is None:
            yield Broken(label, key, "row-without-entry")
        elif row is None:
            yield Broken(label, key, "row-unreadable")
        elif told != row.as_plain():
            yield Broken(label, key, "row-differs")
    for key in sorted(expected):
        yield Broken(label, key, "row-missing")


def _from_documents(rows: "QuerySet[Row, Row]", differs: Callable[[Row], bool]) -> Iterator[Broken]:
    """The index of every certificate and confirmation, made again from its document."""
    label = rows.model._meta.label_lower
    for key, row in readable(rows.order_by("pk")):
        try:
            if row is None or differs(row):
                yield Broken(label, key, "index-differs-from-document")
        except Untrusted:
            continue  # what we believe of another's keys moves on; the audit judges our own
        except (*DAMAGED, DocumentError):
            yield Broken(label, key, "document-not-genuine")


def _certificate(row: Certificate) -> bool:
    opened = open_envelope(bytes(row.document.data), keyring(row.document.stored_at), typ="kpc")
    again = certificate_row(read_certificate(opened), opened.public_form, row.document, at=row.changed_at)
    return _differ(row, again, FROM_CERTIFICATE) or not _is_logged(row, opened.public_form)


def _is_logged(row: Certificate, public_form: bytes) -> bool:
    """Whether a certificate of ours is where it says it is in the statement log."""
    if row.log_index is None:
        return True
    entries = LogEntry.objects.filter(participant=row.participant, index=row.log_index)
    return list(entries.values_list("data", flat=True)) == [public_form]


def _confirmation(row: Confirmation) -> bool:
    opened = open_envelope(bytes(row.document.data), keyring(row.document.stored_at), typ="kpi")
    again = confirmation_row(read_confirmation(opened), row.certificate, row.document)
    return _differ(row, again, FROM_CONFIRMATION)


def _filing(row: Filing) -> bool:
    opened = open_envelope(bytes(row.document.data), keyring(row.document.stored_at), typ="kpf")
    return _differ(row, filing_row(read_filing(opened), row.document), FROM_FILING)


def _differ(row: Journaled, again: Journaled, names: tuple[str, ...]) -> bool:
    stored, made = row.as_plain(), again.as_plain()
    return any(stored[name] != made[name] for name in names)
