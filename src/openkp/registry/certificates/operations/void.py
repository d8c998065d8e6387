"""Voiding: irreversible, with a reason from the closed list, signed and told to the destination."""

from datetime import datetime

from django.db import transaction

from openkp.documents.envelope import finish, open_envelope
from openkp.documents.status_statement_v1 import StatusStatement as SignedStatement
from openkp.documents.status_statement_v1 import compose_status_statement
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.documents import document_row
from openkp.registry.certificates.models import Certificate, Document, StatusStatement
from openkp.registry.certificates.permissions import check_may_void
from openkp.registry.certificates.steps import locked, move
from openkp.registry.certificates.typed import storable
from openkp.registry.journal import statements
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.participation.trust import is_specimen, keyring
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.goods import plain_text
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.reading import tidy
from openkp.scheme.void_reasons import OTHER, VOID_REASONS
from openkp.scheme.words import N_, Sentence


@transaction.atomic
def void(
    certificate_id: int, reason: str, note: str = "", *, actor: Actor, at: datetime, version: int | None = None
) -> Certificate:
    """End a certificate that was not used. Source: CERT-14; the number is never used again."""
    certificate = locked(Certificate, certificate_id, version=version)
    check_may_void(actor, certificate)
    event = move(certificate, Status.VOID, at=at)
    note = tidy(storable(note))
    _check_reason(reason, note)
    document = _statement(certificate, reason, note, at)
    certificate.void_reason = reason
    statement = StatusStatement(
        certificate=certificate, document=document, kind="void", reason=reason, note=note, at=at
    )
    subject = f"certificate:{certificate.number}"
    body = bytes(document.data)
    enqueue(certificate.participant, certificate.destination, "status", body, subject=subject, at=at)
    record(event, actor=actor, at=at, subject=subject, rows=[certificate, document, statement], note=note or reason)
    return certificate


def _check_reason(reason: str, note: str) -> None:
    """Every reason of the closed list, and words where it says "other"."""
    findings = []
    if reason not in VOID_REASONS:
        findings.append(
            Finding("CERT-14", "void-reason-unknown", "reason", Sentence(N_("Choose a reason from the list.")))
        )
    if reason == OTHER and len(note) < 3:
        findings.append(Finding("CERT-14", "void-note-missing", "note", Sentence(N_("Say why in words."))))
    if not printable(note):
        sentence = Sentence(N_("Use at most 500 characters that can be printed, on one line."))
        findings.append(Finding("CERT-14", "void-note-not-printable", "note", sentence))
    if findings:
        raise Refused(findings)


def printable(note: str) -> bool:
    """Whether a signed statement can carry these words."""
    try:
        return not note or bool(plain_text(note, longest=500))
    except ValueError:
        return False


def _statement(certificate: Certificate, reason: str, note: str, at: datetime) -> Document:
    """The signed statement, logged."""
    key = active_key(certificate.participant, "status", at)
    value = SignedStatement(
        number=CertificateNumber.parse(certificate.number),
        certificate_hash=bytes(certificate.public_hash),
        participant=certificate.participant,
        kind="void",
        reason=reason,
        note=note,
        at=at.replace(microsecond=0),
        specimen=is_specimen(),
    )
    unsigned = compose_status_statement(value, key=public_key(key))
    data = finish(unsigned, signer_at(key.uri).sign(unsigned.to_sign))
    opened = open_envelope(data, keyring(at), typ="kps")
    statements.append(certificate.participant, "kps", opened.public_form)
    return document_row(data, typ="kps", issuer=certificate.participant, at=at)
