"""Making the tables again from the journal and the documents, and comparing them with the tables there are."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.envelope import open_envelope
from openkp.registry.certificates.documents import certificate_row
from openkp.registry.certificates.models import Certificate
from openkp.registry.journal.audit import Broken
from openkp.registry.journal.models import Entry, Journaled
from openkp.registry.participation.trust import keyring

Rebuilt = dict[str, dict[int, dict[str, Any]]]
FROM_DOCUMENT = (
    *("number", "participant", "authority_code", "issued_on", "expires_on", "validated_at", "exporter", "importer"),
    *("destination", "origin", "carats", "value", "parcels", "seals", "status_uri", "status_index", "public_hash"),
)


def rebuild() -> list[Broken]:
    """Every row that the journal and the documents do not explain, or explain differently."""
    return [*_differing(_fold()), *_certificates()]


def _fold() -> Rebuilt:
    """The rows as the journal leaves them."""
    tables: Rebuilt = defaultdict(dict)
    for data in Entry.objects.order_by("seq").values_list("data", flat=True).iterator(chunk_size=2000):
        for label, row_id, changes in json.loads(data)["rows"]:
            tables[label].setdefault(row_id, {}).update(changes)
    return tables


def _differing(tables: Rebuilt) -> Iterator[Broken]:
    for model in apps.get_models():
        if not issubclass(model, Journaled):
            continue
        label = model._meta.label_lower
        expected = tables.get(label, {})
        for row in model._base_manager.order_by("pk").iterator(chunk_size=2000):
            told = expected.pop(row.pk, None)
            if told is None:
                yield Broken(label, row.pk, "row-without-entry")
            elif told != row.as_plain():
                yield Broken(label, row.pk, "row-differs")
        for row_id in sorted(expected):
            yield Broken(label, row_id, "row-missing")


def _certificates() -> Iterator[Broken]:
    """The index of every certificate, made again from its document."""
    for row in Certificate.objects.select_related("document").order_by("pk").iterator(chunk_size=500):
        opened = open_envelope(bytes(row.document.data), keyring(row.document.stored_at), typ="kpc")
        again = certificate_row(read_certificate(opened), opened.public_form, row.document, at=row.changed_at)
        if any(again.as_plain()[name] != row.as_plain()[name] for name in FROM_DOCUMENT):
            yield Broken("certificates.certificate", row.pk, "index-differs-from-document")
