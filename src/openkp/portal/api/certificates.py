"""Certificates: list, read, take away, void, close, expire."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from openkp.portal.api.access import caller
from openkp.portal.api.etags import matched, tag
from openkp.portal.api.pages import Paged, paged
from openkp.portal.api.problems import PROBLEMS
from openkp.portal.api.shapes import CertificateOut, ReasonIn, VoidIn, certificate_out
from openkp.project import clock
from openkp.registry.certificates import queries
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.close import close, expire
from openkp.registry.certificates.operations.void import void
from openkp.scheme.life import Status

router = Router(tags=["Certificates"])


class Narrowed(Schema):
    """What a list is narrowed by."""

    status: Status | None = None
    destination: str = ""
    exporter: str = ""
    issued_from: date | None = None
    issued_until: date | None = None


@router.get("", response={200: Paged[CertificateOut], **PROBLEMS})
def certificates(
    request: HttpRequest, response: HttpResponse, narrowed: Query[Narrowed], after: str = ""
) -> dict[str, object]:
    """The certificates that you may see, the newest first."""
    wanted = queries.CertificateFilter(
        status=narrowed.status.value if narrowed.status else "",
        destination=narrowed.destination,
        exporter=narrowed.exporter,
        issued_from=narrowed.issued_from,
        issued_until=narrowed.issued_until,
    )
    return paged(request, response, queries.certificates(caller(request), wanted, after=after), certificate_out)


@router.get("/{number}", response={200: CertificateOut, **PROBLEMS})
def certificate(request: HttpRequest, response: HttpResponse, number: str) -> CertificateOut:
    """One certificate by its number."""
    return _out(response, _row(request, number))


@router.get("/{number}/document", response={200: bytes, **PROBLEMS})
def certificate_document(request: HttpRequest, number: str) -> HttpResponse:
    """The signed bytes, full form."""
    row = _row(request, number)
    return HttpResponse(bytes(row.document.data), content_type='application/cose; cose-type="cose-sign1"')


@router.post("/{number}/void", response={200: CertificateOut, **PROBLEMS})
def void_certificate(request: HttpRequest, response: HttpResponse, number: str, body: VoidIn) -> CertificateOut:
    """End it for ever, with a reason of the closed list."""
    version = matched(request)
    row = void(_row(request, number).pk, body.reason, body.note, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{number}/close", response={200: CertificateOut, **PROBLEMS})
def close_certificate(request: HttpRequest, response: HttpResponse, number: str, body: ReasonIn) -> CertificateOut:
    """Close it once the difference is explained."""
    version = matched(request)
    row = close(_row(request, number).pk, body.reason, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{number}/expire", response={200: CertificateOut, **PROBLEMS})
def expire_certificate(request: HttpRequest, response: HttpResponse, number: str) -> CertificateOut:
    """Record that it was not used before it expired."""
    version = matched(request)
    row = expire(_row(request, number).pk, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


def _row(request: HttpRequest, number: str) -> Certificate:
    return queries.certificate(caller(request), number)


def _out(response: HttpResponse, row: Certificate) -> CertificateOut:
    tag(response, row.version)
    return certificate_out(row)
