"""Certificates: list, read, take away, void, close, expire."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from openkp.portal.api.access import caller
from openkp.portal.api.answers import CertificateOut, certificate_out
from openkp.portal.api.base import Day, Short, Told
from openkp.portal.api.etags import IfMatch, matched, tag
from openkp.portal.api.pages import After, Paged, Size, paged
from openkp.portal.api.reading import COSE
from openkp.portal.api.shapes import ReasonIn, VoidIn
from openkp.project import clock
from openkp.registry.certificates import queries
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.close import close, expire
from openkp.registry.certificates.operations.void import void
from openkp.registry.certificates.queries import PAGE
from openkp.scheme.life import Status

router = Router(tags=["Certificates"])


Number = Annotated[
    str, Path(description="Number of the certificate.", pattern="^[A-Za-z0-9 .-]{3,40}$", examples=["SL004911"])
]


class Narrowed(Told):
    """What a list is narrowed by."""

    status: Status | None = None
    """Only those in this status."""
    destination: Short = ""
    """Only those to this Participant."""
    exporter: Short = ""
    """Only those of the exporter of exactly this name."""
    issued_from: Day | None = None
    """Only those issued on this day or later."""
    issued_until: Day | None = None
    """Only those issued on this day or earlier."""


@router.get("", response={200: Paged[CertificateOut]})
def certificates(
    request: HttpRequest, response: HttpResponse, narrowed: Query[Narrowed], after: After = "", size: Size = PAGE
) -> dict[str, object]:
    """The certificates that you may see, the newest first."""
    wanted = queries.CertificateFilter(
        status=narrowed.status.value if narrowed.status else "",
        destination=narrowed.destination,
        exporter=narrowed.exporter,
        issued_from=narrowed.issued_from,
        issued_until=narrowed.issued_until,
    )
    page = queries.certificates(caller(request), wanted, after=after, size=size)
    return paged(request, response, page, certificate_out)


@router.get("/{number}", response={200: CertificateOut})
def certificate(request: HttpRequest, response: HttpResponse, number: Number) -> CertificateOut:
    """One certificate by its number."""
    return _out(response, _row(request, number))


@router.get("/{number}/document", response={200: None}, openapi_extra={"responses": {200: {"content": {COSE: {}}}}})
def certificate_document(request: HttpRequest, number: Number) -> HttpResponse:
    """The signed bytes, full form."""
    row = _row(request, number)
    return HttpResponse(bytes(row.document.data), content_type=COSE)


@router.post("/{number}/void", response={200: CertificateOut})
def void_certificate(
    request: HttpRequest, response: HttpResponse, number: Number, if_match: IfMatch, body: VoidIn
) -> CertificateOut:
    """End it for ever, with a reason of the closed list."""
    version = matched(if_match)
    row = void(_row(request, number).pk, body.reason, body.note, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{number}/close", response={200: CertificateOut})
def close_certificate(
    request: HttpRequest, response: HttpResponse, number: Number, if_match: IfMatch, body: ReasonIn
) -> CertificateOut:
    """Close it once the difference is explained."""
    version = matched(if_match)
    row = close(_row(request, number).pk, body.reason, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{number}/expire", response={200: CertificateOut})
def expire_certificate(
    request: HttpRequest, response: HttpResponse, number: Number, if_match: IfMatch
) -> CertificateOut:
    """Record that it was not used before it expired."""
    version = matched(if_match)
    row = expire(_row(request, number).pk, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


def _row(request: HttpRequest, number: str) -> Certificate:
    return queries.certificate(caller(request), number)


def _out(response: HttpResponse, row: Certificate) -> CertificateOut:
    tag(response, row.version)
    return certificate_out(row)
