"""Keeping documents as the bytes that were signed, and the index that is made from them."""

from datetime import date, datetime
from hashlib import sha256

from openkp.documents.certificate_v1 import CertificateDocument
from openkp.documents.confirmation_v1 import ConfirmationDocument
from openkp.documents.envelope import Opened, open_envelope
from openkp.registry.certificates.models import Arrival, Certificate, Confirmation, Document
from openkp.registry.participation.trust import keyring


def document_row(data: bytes, *, typ: str, issuer: str, at: datetime) -> Document:
    """The row that keeps ``data``, for the journal to write; the same bytes again are the same document."""
    known: Document | None = Document.objects.filter(sha256=sha256(data).digest()).first()
    return known or new_document(data, typ=typ, issuer=issuer, at=at)


def new_document(data: bytes, *, typ: str, issuer: str, at: datetime) -> Document:
    """The same for what was signed here just now, from a seed of its own: nobody can have it yet."""
    return Document(sha256=sha256(data).digest(), typ=typ, issuer=issuer, data=data, stored_at=at)


def opened(document: Document, at: datetime) -> Opened:
    """The stored document, verified again before anything is believed of it."""
    return open_envelope(bytes(document.data), keyring(at), typ=document.typ)


def certificate_row(
    proven: CertificateDocument, public_form: bytes, document: Document, *, at: datetime
) -> Certificate:
    """The index of a certificate, made from what its document proves."""
    certificate = proven.certificate
    assert certificate is not None, "only full forms are stored"
    return Certificate(
        number=str(certificate.number),
        participant=certificate.participant,
        authority_code=certificate.authority,
        document=document,
        public_hash=sha256(public_form).digest(),
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        validated_at=certificate.validated_at,
        exporter=certificate.exporter.name,
        importer=certificate.importer.name,
        destination=certificate.destination,
        origin=certificate.origin.printed(),
        carats=certificate.carats.amount,
        value=certificate.value.amount,
        parcels=certificate.parcels,
        seals=list(certificate.seals),
        status_uri=proven.status.uri,
        status_index=proven.status.index,
        changed_at=at,
    )


def arrival_row(certificate: Certificate, *, participant: str, due_on: date, at: datetime) -> Arrival:
    """The same certificate on the importing side, expected from now on."""
    return Arrival(certificate=certificate, participant=participant, noticed_at=at, due_on=due_on, changed_at=at)


def confirmation_row(proven: ConfirmationDocument, certificate: Certificate, document: Document) -> Confirmation:
    """The index of a confirmation, made from what its document proves."""
    confirmation = proven.confirmation
    assert confirmation is not None, "only full forms are stored"
    return Confirmation(
        certificate=certificate,
        document=document,
        participant=confirmation.participant,
        authority_code=confirmation.authority,
        outcome=confirmation.outcome.value,
        received_on=confirmation.received_on,
        confirmed_at=confirmation.confirmed_at,
        carats=confirmation.carats.amount,
        value=confirmation.value.amount,
        parcels=confirmation.parcels,
        remarks=confirmation.remarks,
    )
