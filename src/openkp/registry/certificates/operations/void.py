"""Voiding: irreversible, with a reason from the closed list, signed and told to the destination."""

from datetime import datetime

from django.db import transaction

from openkp.documents.status_statement_v1 import Kind
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.permissions import check_may_void
from openkp.registry.certificates.steps import locked, move
from openkp.registry.certificates.telling import tell
from openkp.registry.certificates.typed import storable
from openkp.registry.journal.record import record
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.goods import plain_text
from openkp.scheme.life import Status
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
    certificate.void_reason = reason
    rows = [certificate, *tell(certificate, Kind.VOID, at=at, reason=reason, note=note)]
    record(event, actor=actor, at=at, subject=f"certificate:{certificate.number}", rows=rows, note=note or reason)
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
