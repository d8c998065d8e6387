"""The shipment and its certificate are presented to an Importing Authority."""

from datetime import date, datetime

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.cases import import_case
from openkp.registry.certificates.models import Arrival
from openkp.registry.certificates.permissions import check_may_receive
from openkp.registry.certificates.steps import locked, move
from openkp.registry.errors import NotAllowed
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status
from openkp.scheme.rules.base import check
from openkp.scheme.rules.certificates import ARRIVAL_RULES
from openkp.scheme.words import N_


@transaction.atomic
def record_arrival(
    arrival_id: int, arrived_on: date, *, actor: Actor, at: datetime, version: int | None = None
) -> Arrival:
    """The officer's authority takes the shipment in; raises ``Refused`` with every reason not to."""
    arrival = locked(Arrival, arrival_id, version=version)
    check_may_receive(actor, arrival)
    event = move(arrival, Status.ARRIVED, at=at)
    arrival.arrived_on = arrived_on
    if arrival.authority is None:
        arrival.authority = _authority_of(actor, arrival.participant)
    findings = check(ARRIVAL_RULES, import_case(arrival, None, at=at))
    if findings:
        raise Refused(findings)
    record(event, actor=actor, at=at, subject=f"certificate:{arrival.certificate.number}", rows=[arrival])
    return arrival


def _authority_of(actor: Actor, participant: str) -> Authority:
    """The Importing Authority that this officer serves."""
    served = Authority.objects.filter(pk__in=actor.authorities(Role.IMPORT_OFFICER), participant=participant)
    authority = served.filter(importing=True).order_by("pk").first()
    if authority is None:
        raise NotAllowed(N_("Your authority is not designated for imports."), code="not-an-importing-authority")
    return authority
