"""Confirmation: what was found beside what was declared, signed, and sent back to the issuer."""

from datetime import datetime
from typing import Any

from django.db import transaction

from openkp.documents.confirmation_v1 import compose_confirmation, finish_confirmation, read_confirmation
from openkp.documents.envelope import open_envelope
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.cases import import_case
from openkp.registry.certificates.documents import confirmation_row, new_document
from openkp.registry.certificates.models import Arrival, Confirmation
from openkp.registry.certificates.permissions import check_may_receive
from openkp.registry.certificates.steps import locked, move
from openkp.registry.certificates.typed import storable
from openkp.registry.entropy import random_bytes
from openkp.registry.journal import statements
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.participation.trust import is_specimen, keyring
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.scheme.applications import RECEIPT_FIELDS
from openkp.scheme.cases import ImportCase
from openkp.scheme.certificates import Confirmation as ImportConfirmation
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status
from openkp.scheme.rules.base import check
from openkp.scheme.rules.certificates import CONFIRMATION_RULES


@transaction.atomic
def confirm(
    arrival_id: int, receipt: dict[str, Any], *, actor: Actor, at: datetime, version: int | None = None
) -> Confirmation:
    """Sign the import confirmation of a shipment, once; raises ``Refused`` with every reason."""
    arrival = locked(Arrival, arrival_id, version=version)
    check_may_receive(actor, arrival)
    event = move(arrival, Status.RECEIVED, at=at)
    arrival.receipt = {name: storable(receipt[name]) for name in RECEIPT_FIELDS if name in receipt}
    arrival.received_by_id = actor.person_id
    case = import_case(arrival, arrival.receipt, at=at)
    findings = check(CONFIRMATION_RULES, case)
    if findings:
        raise Refused(findings)
    data = _signed(_value(case, arrival, at), arrival, at)
    opened = open_envelope(data, keyring(at), typ="kpi")
    certificate = arrival.certificate
    document = new_document(data, typ="kpi", issuer=arrival.participant, at=at)
    confirmation = confirmation_row(read_confirmation(opened), certificate, document)
    statements.append(arrival.participant, "kpi", opened.public_form)
    subject = f"certificate:{certificate.number}"
    enqueue(arrival.participant, certificate.participant, "confirmation", data, subject=subject, at=at)
    record(event, actor=actor, at=at, subject=subject, rows=[arrival, document, confirmation])
    return confirmation


def _value(case: ImportCase, arrival: Arrival, at: datetime) -> ImportConfirmation:
    """What will be signed. Source: Core Document III(b), Annex I.B."""
    receipt, certificate, authority = case.receipt, case.certificate, arrival.authority
    assert receipt and certificate and authority, "the rules refuse a case without them"
    return ImportConfirmation(
        number=certificate.number,
        certificate_hash=bytes(arrival.certificate.public_hash),
        participant=arrival.participant,
        authority=authority.code,
        received_on=receipt.received_on,
        confirmed_at=at.replace(microsecond=0),
        outcome=receipt.outcome,
        exporter=certificate.exporter,
        importer=certificate.importer,
        lines=receipt.lines,
        seals_intact=receipt.seals_intact,
        remarks=receipt.remarks,
        specimen=is_specimen(),
    )


def _signed(confirmation: ImportConfirmation, arrival: Arrival, at: datetime) -> bytes:
    key = active_key(arrival.participant, "confirmation", at, authority=arrival.authority)
    unsigned = compose_confirmation(confirmation, key=public_key(key), seed16=random_bytes(16))
    return finish_confirmation(unsigned, signer_at(key.uri).sign(unsigned.to_sign))
