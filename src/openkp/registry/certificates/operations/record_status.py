"""The issuer says what became of a certificate: the Importing Authority stops expecting one that is void or unused."""

from datetime import datetime

from django.db import transaction

from openkp.documents.envelope import open_envelope
from openkp.documents.status_statement_v1 import Kind, StatusStatementDocument, read_status_statement
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.documents import document_row
from openkp.registry.certificates.models import Arrival, Certificate, StatusStatement
from openkp.registry.certificates.steps import locked, move
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.trust import keyring
from openkp.scheme.life import LIFE, Status
from openkp.scheme.words import N_, Sentence

#: What a statement makes of a certificate here; that one was received is only kept.
MEANS = {Kind.VOID: Status.VOID, Kind.EXPIRED_UNUSED: Status.EXPIRED_UNUSED}


@transaction.atomic
def record_status(data: bytes, *, actor: Actor, at: datetime) -> StatusStatement:
    """Verify the statement and apply it; the same bytes again change nothing."""
    proven = read_status_statement(open_envelope(data, keyring(at), typ="kps"))
    row = Certificate.objects.filter(number=str(proven.number), participant=proven.participant).first()
    if row is None:
        raise NotFound(
            Sentence(N_("No certificate %(number)s is known here."), {"number": str(proven.number)}), code="not-known"
        )
    if bytes(row.public_hash) != proven.certificate_hash:
        raise Conflict(N_("The statement names another certificate with this number."), code="wrong-certificate")
    certificate = locked(Certificate, row.pk)
    rows = _moved(certificate, proven, at)
    document = document_row(data, typ="kps", issuer=proven.participant, at=at)
    statement = StatusStatement.objects.filter(document=document).first() if document.pk else None
    if statement is None:
        statement = StatusStatement(
            certificate=certificate, document=document, kind=proven.kind, reason=proven.reason, note=proven.note, at=at
        )
        rows += [document, statement]
    if rows:
        subject = f"certificate:{certificate.number}"
        record("status.recorded", actor=actor, at=at, subject=subject, rows=rows, note=proven.reason or proven.kind)
    return statement


def _moved(certificate: Certificate, proven: StatusStatementDocument, at: datetime) -> list[Journaled]:
    """The rows that the statement moves; what has moved on already stays where it is."""
    means = MEANS.get(Kind(proven.kind))
    rows: list[Journaled] = []
    if means is not None and means in LIFE[Status(certificate.status)].to:
        move(certificate, means, at=at)
        certificate.void_reason = proven.reason
        rows.append(certificate)
    arrival = Arrival.objects.select_for_update().filter(certificate=certificate).first()
    if means is not None and arrival is not None and Status.CANCELLED in LIFE[Status(arrival.status)].to:
        move(arrival, Status.CANCELLED, at=at)
        rows.append(arrival)
    return rows
