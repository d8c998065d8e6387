"""A proven total of another Participant reaches this node by the post: verified, and shown to everybody."""

from datetime import datetime

from django.db import IntegrityError, transaction

from openkp.documents.envelope import open_envelope
from openkp.documents.total_v1 import read_total
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.documents import document_row
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import hosted_participants
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.documents import total_row
from openkp.registry.statistics.models import ProvenTotal
from openkp.scheme.words import N_


def record_total(data: bytes, *, actor: Actor, at: datetime) -> ProvenTotal:
    """Verify the total and keep it; the same bytes again change nothing."""
    try:
        return _keep(data, actor=actor, at=at)
    except IntegrityError:  # the same total twice at one moment: the other one was first, and is found now
        return _keep(data, actor=actor, at=at)


@transaction.atomic
def _keep(data: bytes, *, actor: Actor, at: datetime) -> ProvenTotal:
    keys = keyring(at)
    total = read_total(open_envelope(data, keys, typ="kpn"), keys)
    document = document_row(data, typ="kpn", issuer=total.scope.participant, at=at)
    known = ProvenTotal.objects.filter(document__sha256=document.sha256).first()
    if known is not None:
        return known
    if total.scope.participant in hosted_participants():
        raise Conflict(N_("This total bears our name, and we did not sign it here."), code="not-signed-here")
    row = total_row(total, document)
    scope = total.scope
    subject = f"total:{scope.participant}:{scope.flow}:{scope.period}"
    record("total.received", actor=actor, at=at, subject=subject, rows=[document, row])
    return row
