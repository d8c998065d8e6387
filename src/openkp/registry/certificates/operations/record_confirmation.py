"""The import confirmation comes back to the issuer: the loop is closed, or a discrepancy is seen."""

from datetime import datetime

from django.db import transaction

from openkp.documents.confirmation_v1 import ConfirmationDocument, read_confirmation
from openkp.documents.envelope import open_envelope
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.certificates.documents import confirmation_row, document_row
from openkp.registry.certificates.models import Certificate, Confirmation
from openkp.registry.certificates.steps import locked, move
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import participation
from openkp.registry.participation.trust import keyring
from openkp.scheme.certificates import Outcome
from openkp.scheme.life import Status
from openkp.scheme.words import N_, Sentence


@transaction.atomic
def record_confirmation(data: bytes, *, actor: Actor, at: datetime) -> Confirmation:
    """Match a signed confirmation with the certificate it names; a second, different one is refused."""
    opened = open_envelope(data, keyring(at), typ="kpi")
    proven = read_confirmation(opened)
    certificate = _certificate(proven)
    subject = f"certificate:{certificate.number}"
    known = Confirmation.objects.filter(certificate=certificate).select_related("document").first()
    if known is not None and bytes(known.document.data) != data:
        raise Conflict(N_("This certificate was confirmed before."), code="already-confirmed")
    if known is not None and certificate.status in (Status.CONFIRMED, Status.CLOSED):
        return known
    document = document_row(data, typ="kpi", issuer=proven.participant, at=at)
    confirmation = known or confirmation_row(proven, certificate, document)
    rows: list[Journaled] = [certificate, document, confirmation]
    event = move(certificate, Status.CONFIRMED, at=at)
    record(event, actor=actor, at=at, subject=subject, rows=rows)
    if confirmation.outcome == Outcome.ACCEPTED:
        event = move(certificate, Status.CLOSED, at=at)
        record(event, actor=NODE, at=at, subject=subject, rows=[certificate], note="found as declared")
    return confirmation


def _certificate(proven: ConfirmationDocument) -> Certificate:
    """Our certificate that the confirmation names, by number and by hash."""
    value = proven.confirmation
    if value is None:
        raise Conflict(N_("This is the public form; the issuer needs the whole confirmation."), code="public-form-only")
    row = Certificate.objects.filter(number=str(value.number), application__isnull=False).first()
    if row is None:
        raise NotFound(
            Sentence(N_("No certificate %(number)s was issued here."), {"number": str(value.number)}),
            code="never-issued",
        )
    bound_for = participation().participant_of(row.destination, value.confirmed_at.date())
    if proven.participant not in (row.destination, bound_for.code if bound_for else None):
        raise Conflict(
            Sentence(N_("This certificate was not for %(country)s."), {"country": proven.participant}),
            code="not-the-destination",
        )
    if bytes(row.public_hash) != value.certificate_hash:
        raise Conflict(N_("The confirmation names another certificate with this number."), code="wrong-certificate")
    return locked(Certificate, row.pk)
