"""The importing side: notices presented, arrivals, confirmations."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from openkp.portal.api.access import caller
from openkp.portal.api.etags import matched, tag
from openkp.portal.api.pages import Paged, paged
from openkp.portal.api.problems import PROBLEMS
from openkp.portal.api.shapes import ArrivalIn, ArrivalOut, ReceiptIn, arrival_out
from openkp.project import clock
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates import queries
from openkp.registry.certificates.models import Arrival
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.errors import NotAllowed
from openkp.scheme.life import Status as Life
from openkp.scheme.words import N_

router = Router(tags=["Arrivals"])


@router.get("", response={200: Paged[ArrivalOut], **PROBLEMS})
def arrivals(
    request: HttpRequest,
    response: HttpResponse,
    status: Query[list[Life] | None] = None,
    overdue: bool = False,
    after: str = "",
) -> dict[str, object]:
    """What is expected, arrived or received, the first due first."""
    wanted = tuple(s.value for s in status or ()) or queries.EXPECTING
    day = clock.now().date() if overdue else None
    page = queries.arrivals(caller(request), wanted, overdue_on=day, after=after)
    return paged(request, response, page, arrival_out)


@router.post("", response={201: ArrivalOut, **PROBLEMS})
def present_certificate(request: HttpRequest, response: HttpResponse) -> Status[ArrivalOut]:
    """Present a certificate whose notice did not come: its signed bytes are the body."""
    actor = caller(request)
    if not actor.participants(Role.IMPORT_OFFICER):
        raise NotAllowed(N_("Only an import officer may present a certificate."), code="role-needed")
    row = record_notice(request.body, actor=actor, at=clock.now())
    return Status(201, _out(response, row))


@router.get("/{number}", response={200: ArrivalOut, **PROBLEMS})
def arrival(request: HttpRequest, response: HttpResponse, number: str) -> ArrivalOut:
    """One arrival by its certificate's number."""
    return _out(response, queries.arrival(caller(request), number))


@router.post("/{number}/arrival", response={200: ArrivalOut, **PROBLEMS})
def record_the_arrival(request: HttpRequest, response: HttpResponse, number: str, body: ArrivalIn) -> ArrivalOut:
    """The shipment and its certificate were presented."""
    version = matched(request)
    found = queries.arrival(caller(request), number)
    row = record_arrival(found.pk, body.arrived_on, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{number}/confirmation", response={201: ArrivalOut, **PROBLEMS})
def confirm_the_receipt(
    request: HttpRequest, response: HttpResponse, number: str, body: ReceiptIn
) -> Status[ArrivalOut]:
    """Sign the import confirmation, once."""
    version = matched(request)
    found = queries.arrival(caller(request), number)
    confirm(found.pk, body.dict(), actor=caller(request), at=clock.now(), version=version)
    return Status(201, _out(response, Arrival.objects.select_related("certificate", "authority").get(pk=found.pk)))


def _out(response: HttpResponse, row: Arrival) -> ArrivalOut:
    tag(response, row.version)
    return arrival_out(row)
