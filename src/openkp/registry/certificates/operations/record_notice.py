"""A certificate reaches the Importing Authority: by the post, or on the paper in the officer's hand."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction

from openkp.documents.certificate_v1 import CertificateDocument, read_certificate
from openkp.documents.envelope import open_envelope
from openkp.registry import faults
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.documents import arrival_row, certificate_row, document_row
from openkp.registry.certificates.models import Arrival, Certificate
from openkp.registry.certificates.permissions import check_may_present
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import hosted_participants, participation
from openkp.registry.participation.trust import keyring
from openkp.scheme.policies import default_policy
from openkp.scheme.words import N_, Sentence


def record_notice(data: bytes, *, actor: Actor, at: datetime) -> Arrival:
    """Verify the certificate, keep its bytes and expect the goods; the same bytes again change nothing."""
    try:
        return _expect(data, actor=actor, at=at)
    except IntegrityError:  # the same notice twice at one moment: the other one was first, and is found now
        return _expect(data, actor=actor, at=at)


@transaction.atomic
def _expect(data: bytes, *, actor: Actor, at: datetime) -> Arrival:
    check_may_present(actor)
    opened = open_envelope(data, keyring(at), typ="kpc")
    proven = read_certificate(opened)
    if proven.certificate is None:
        raise Conflict(N_("This is the public form; the notice needs the whole certificate."), code="public-form-only")
    destination = _participant_of(proven.certificate.destination, at)
    if destination not in (
        hosted_participants() if actor.person_id is None else actor.participants(Role.IMPORT_OFFICER)
    ):
        raise NotFound(
            Sentence(N_("This certificate is for %(country)s."), {"country": destination}), code="wrong-destination"
        )
    certificate, new = _certificate(proven, opened.public_form, data, at)
    faults.point("during-inbox")
    known = Arrival.objects.filter(certificate_id=certificate.pk).first() if certificate.pk else None
    if known is not None:
        return known
    days = default_policy(destination, "", at.date()).overdue_after_days
    arrival = arrival_row(
        certificate, participant=destination, due_on=certificate.issued_on + timedelta(days=days), at=at
    )
    subject = f"certificate:{certificate.number}"
    record("notice.recorded", actor=actor, at=at, subject=subject, rows=[*new, arrival])
    return arrival


def _certificate(
    proven: CertificateDocument, public_form: bytes, data: bytes, at: datetime
) -> tuple[Certificate, list[Journaled]]:
    """The row of this certificate, and the rows that are new here."""
    known = Certificate.objects.filter(number=str(proven.number)).select_related("document").first()
    if known is None:
        document = document_row(data, typ="kpc", issuer=proven.participant, at=at)
        certificate = certificate_row(proven, public_form, document, at=at)
        return certificate, [document, certificate]
    if bytes(known.public_hash) != sha256(public_form).digest():
        raise Conflict(
            Sentence(N_("Another certificate bears the number %(number)s."), {"number": known.number}),
            code="number-used-twice",
            advice=Sentence(N_("Keep both papers and ask the issuing authority: one of them is not genuine.")),
        )
    return known, []


def _participant_of(country: str, at: datetime) -> str:
    """Who receives there: Hong Kong, Macao and Chinese Taipei in their own name, the Union for its members."""
    return participation().trader_of(country, at.date()) or country
