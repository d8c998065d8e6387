"""The importing side: notices presented, arrivals, confirmations."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from openkp.portal.api.access import caller
from openkp.portal.api.answers import ArrivalOut, arrival_out
from openkp.portal.api.applications import PerhapsKey, Statuses
from openkp.portal.api.base import Choice, Told
from openkp.portal.api.certificates import Number
from openkp.portal.api.etags import IfMatch, matched, tag
from openkp.portal.api.pages import After, Paged, Size, paged
from openkp.portal.api.reading import DOCUMENTS, check_media_type, media
from openkp.portal.api.shapes import ArrivalIn, ReceiptIn
from openkp.project import clock
from openkp.registry.certificates import queries
from openkp.registry.certificates.models import Arrival
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.queries import PAGE
from openkp.registry.journal.once import once

router = Router(tags=["Arrivals"])


class Board(Told):
    """What the board is narrowed by."""

    overdue: Choice = False
    """Only those whose day has passed."""


@router.get("", response={200: Paged[ArrivalOut]})
def arrivals(
    request: HttpRequest,
    response: HttpResponse,
    board: Query[Board],
    status: Statuses = None,
    after: After = "",
    size: Size = PAGE,
) -> dict[str, object]:
    """What is expected, arrived or received, the first due first."""
    wanted = tuple(s.value for s in status or ()) or queries.EXPECTING
    day = clock.now().date() if board.overdue else None
    page = queries.arrivals(caller(request), wanted, overdue_on=day, after=after, size=size)
    return paged(request, response, page, arrival_out)


@router.post("", response={201: ArrivalOut}, openapi_extra=media(DOCUMENTS))
def present_certificate(request: HttpRequest, response: HttpResponse) -> Status[ArrivalOut]:
    """Present a certificate whose notice did not come: its signed bytes are the body. Once or twice is the same."""
    check_media_type(request, DOCUMENTS)
    actor = caller(request)
    row = record_notice(request.body, actor=actor, at=clock.now())
    return Status(201, _out(response, queries.arrival(actor, row.certificate.number)))


@router.get("/{number}", response={200: ArrivalOut})
def arrival(request: HttpRequest, response: HttpResponse, number: Number) -> ArrivalOut:
    """One arrival by its certificate's number."""
    return _out(response, queries.arrival(caller(request), number))


@router.post("/{number}/arrival", response={200: ArrivalOut})
def record_the_arrival(
    request: HttpRequest, response: HttpResponse, number: Number, if_match: IfMatch, body: ArrivalIn
) -> ArrivalOut:
    """The shipment and its certificate were presented."""
    version = matched(if_match)
    found = queries.arrival(caller(request), number)
    row = record_arrival(found.pk, body.arrived_on, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{number}/confirmation", response={201: ArrivalOut})
def confirm_the_receipt(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    if_match: IfMatch,
    body: ReceiptIn,
    key: PerhapsKey = "",
) -> Status[ArrivalOut]:
    """Sign the import confirmation, once. With an ``Idempotency-Key``, asking again gives the same answer."""
    actor, at, found = caller(request), clock.now(), queries.arrival(caller(request), number)

    def act() -> str:
        confirm(found.pk, body.dict(), actor=actor, at=at, version=matched(if_match))
        return found.certificate.number

    asked = {"confirm": found.certificate.number, "version": if_match, "receipt": body.dict()}
    confirmed = once(f"api:{actor.label}", key, asked, act, at=at)
    return Status(201, _out(response, queries.arrival(actor, confirmed)))


def _out(response: HttpResponse, row: Arrival) -> ArrivalOut:
    tag(response, row.version)
    return arrival_out(row)
