"""The Importing Authority's node holds the notice: its signed receipt is here."""

from datetime import datetime

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.steps import move
from openkp.registry.journal.record import record
from openkp.scheme.life import Status


@transaction.atomic
def record_delivery(number: str, *, actor: Actor, at: datetime) -> Certificate | None:
    """Move a validated certificate on; one that has moved further already stays where it is."""
    waiting = Certificate.objects.select_for_update(no_key=True).filter(number=number, status=Status.VALIDATED)
    certificate = waiting.first()
    if certificate is not None:
        event = move(certificate, Status.DELIVERED, at=at)
        record(event, actor=actor, at=at, subject=f"certificate:{number}", rows=[certificate])
    return certificate
