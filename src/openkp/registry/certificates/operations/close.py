"""An officer closes a certificate whose confirmation differed, once the difference is explained."""

from datetime import datetime

from django.db import transaction

from openkp.documents.status_statement_v1 import Kind
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.decide import said
from openkp.registry.certificates.permissions import check_may_close
from openkp.registry.certificates.steps import locked, move
from openkp.registry.certificates.telling import tell
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import record
from openkp.scheme.life import Status
from openkp.scheme.words import N_


@transaction.atomic
def close(certificate_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None) -> Certificate:
    """End the life of a confirmed certificate; ``reason`` says how the difference was explained."""
    certificate = locked(Certificate, certificate_id, version=version)
    check_may_close(actor, certificate)
    event = move(certificate, Status.CLOSED, at=at)
    record(
        event, actor=actor, at=at, subject=f"certificate:{certificate.number}", rows=[certificate], note=said(reason)
    )
    return certificate


@transaction.atomic
def expire(certificate_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Certificate:
    """Record that a certificate was not used before it expired and its original came back; tell the destination."""
    certificate = locked(Certificate, certificate_id, version=version)
    check_may_close(actor, certificate)
    event = move(certificate, Status.EXPIRED_UNUSED, at=at)
    if at.date() <= certificate.expires_on:
        raise Conflict(N_("This certificate has not expired."), code="not-expired")
    rows = [certificate, *tell(certificate, Kind.EXPIRED_UNUSED, at=at)]
    record(event, actor=actor, at=at, subject=f"certificate:{certificate.number}", rows=rows)
    return certificate
