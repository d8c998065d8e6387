"""Validation: the act that makes a certificate. A number is used once, whatever dies in between.

1. Intent: the number and the exact bytes to be signed are written down, in one transaction.
2. Signature: by the authority's key, wherever it lives; no transaction is open meanwhile.
3. Completion: document, index, log entry, notice to the importer and journal, in one transaction.

After a crash between 1 and 3, ``complete`` signs the same bytes again: the same number, never another.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from openkp.documents.certificate_v1 import StatusPointer, compose_certificate, finish_certificate, read_certificate
from openkp.documents.envelope import Opened, Unsigned, open_envelope
from openkp.documents.keys import KeyTable
from openkp.registry import faults
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.certificates.cases import export_case
from openkp.registry.certificates.documents import certificate_row, new_document
from openkp.registry.certificates.models import Application, Certificate, Intent, NumberSeries
from openkp.registry.certificates.permissions import check_may_validate
from openkp.registry.certificates.steps import locked, move
from openkp.registry.entropy import random_bytes
from openkp.registry.errors import Conflict
from openkp.registry.journal import statements
from openkp.registry.journal.record import record
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.queries import active_key, policy_of, public_key
from openkp.registry.participation.trust import is_specimen, own_record
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.scheme.issuing import issue
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber, NumberFormat
from openkp.scheme.words import N_, Sentence


def validate(application_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Certificate:
    """Issue the certificate that an application deserves, or raise ``Refused`` with every reason."""
    intent, key = _intend(application_id, actor=actor, at=at, version=version)
    faults.point("after-intent")
    return _sign(intent, key, actor=actor, at=at)


@transaction.atomic
def _intend(application_id: int, *, actor: Actor, at: datetime, version: int | None) -> tuple[Intent, NodeKey]:
    application = locked(Application, application_id, version=version, along="authority")
    check_may_validate(actor, application)
    event = move(application, Status.SIGNING, at=at)
    authority = application.authority
    faults.point("before-number")
    series = NumberSeries.objects.select_for_update().get(authority=authority)
    number = _next_number(series, policy_of(authority, at.date()).number_format)
    series.last_status_index += 1
    faults.point("after-number")
    case = export_case(application, on=at.date(), validating_officer=str(actor.person_id))
    certificate = issue(case, number=number, at=at, specimen=is_specimen())
    key = active_key(authority.participant, "certificate", at, authority=authority)
    status = StatusPointer(f"{authority.base_url}/status/{authority.code}/{at:%y}", series.last_status_index)
    unsigned = compose_certificate(certificate, key=public_key(key), seed16=random_bytes(16), status=status)
    application.validated_by_id = actor.person_id
    intent = Intent(
        application=application,
        number=str(certificate.number),
        unsigned=unsigned.to_bytes(),
        key_uri=key.uri,
        officer_id=actor.person,
        at=at,
        status_index=status.index,
    )
    subject = f"application:{application.reference}"
    try:
        record(event, actor=actor, at=at, subject=subject, rows=[series, application, intent], note=intent.number)
    except IntegrityError as error:
        raise Conflict(N_("Another certificate already bears this number."), code="number-taken") from error
    return intent, key


def _next_number(series: NumberSeries, numbers: NumberFormat) -> CertificateNumber:
    series.last = numbers.next_after(series.last)
    if series.last > numbers.last:
        raise Conflict(
            N_("The authority has used all numbers of its range."),
            code="numbers-used-up",
            advice=Sentence(N_("An administrator must give the authority another range; then validate again.")),
        )
    return numbers.number(series.last)


def complete(intent_id: int, *, actor: Actor = NODE, at: datetime) -> Certificate:
    """Sign what was intended and make it known; done once, however often it is asked."""
    intent = Intent.objects.get(pk=intent_id)
    if intent.signed:
        return Certificate.objects.get(number=intent.number)
    key = NodeKey.objects.select_related("authority").get(uri=intent.key_uri)
    return _sign(intent, key, actor=actor, at=at)


def _sign(intent: Intent, key: NodeKey, *, actor: Actor, at: datetime) -> Certificate:
    """Sign with the key that was written down, and read back what it signed before anybody is told."""
    unsigned = Unsigned.from_bytes(bytes(intent.unsigned))
    document = finish_certificate(unsigned, signer_at(intent.key_uri).sign(unsigned.to_sign))
    faults.point("after-signature")
    opened = open_envelope(document, KeyTable([own_record(key)]), typ="kpc")
    return _enter(intent.pk, document, opened, actor=actor, at=at)


@transaction.atomic
def _enter(intent_id: int, data: bytes, opened: Opened, *, actor: Actor, at: datetime) -> Certificate:
    intents = Intent.objects.select_for_update(no_key=True, of=("self", "application"))
    intent = intents.select_related("application").get(pk=intent_id)
    if intent.signed:
        return Certificate.objects.get(number=intent.number)
    application, participant = intent.application, opened.key_record.participant
    stored = new_document(data, typ="kpc", issuer=participant, at=at)
    certificate = certificate_row(read_certificate(opened), opened.public_form, stored, at=at)
    certificate.authority_id, certificate.application = application.authority_id, application
    certificate.log_index = statements.append(participant, "kpc", opened.public_form)
    faults.point("after-insert")
    intent.signed = True
    event = move(application, Status.ISSUED, at=at)
    subject = f"certificate:{certificate.number}"
    enqueue(participant, certificate.destination, "notice", data, subject=subject, at=at)
    faults.point("after-outbox")
    record(event, actor=actor, at=at, subject=subject, rows=[application, intent, stored, certificate])
    return certificate


def recover(*, at: datetime) -> list[Certificate]:
    """Finish every intent that a crash left unsigned, with its own number."""
    waiting = Intent.objects.filter(signed=False).order_by("pk").values_list("pk", flat=True)
    return [complete(intent_id, at=at) for intent_id in waiting]
