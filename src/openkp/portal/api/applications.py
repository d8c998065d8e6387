"""Applications: start, read, save, submit, decide, prepare, validate."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status

from openkp.portal.api.access import caller
from openkp.portal.api.etags import matched, tag
from openkp.portal.api.pages import Paged, paged
from openkp.portal.api.problems import PROBLEMS
from openkp.portal.api.shapes import (
    ApplicationFields,
    ApplicationOut,
    CertificateOut,
    InspectionIn,
    ReasonIn,
    StartIn,
    application_out,
    certificate_out,
)
from openkp.project import clock
from openkp.registry.accounts.models import Company
from openkp.registry.certificates import queries
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations import decide, start
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.errors import NotFound
from openkp.registry.participation.queries import authority_by_code
from openkp.scheme.life import Status as Life
from openkp.scheme.words import N_

router = Router(tags=["Applications"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=120)]


@router.get("", response={200: Paged[ApplicationOut], **PROBLEMS})
def applications(
    request: HttpRequest, response: HttpResponse, status: Query[list[Life] | None] = None, after: str = ""
) -> dict[str, object]:
    """The applications that you may see, the longest waiting first."""
    wanted = tuple(s.value for s in status or ()) or tuple(s.value for s in Life)
    page = queries.queue(caller(request), wanted, after=after)
    return paged(request, response, page, application_out)


@router.post("", response={201: ApplicationOut, **PROBLEMS})
def start_application(request: HttpRequest, response: HttpResponse, body: StartIn, key: Key) -> Status[ApplicationOut]:
    """Open a draft. The same ``Idempotency-Key`` opens it once."""
    authority = authority_by_code(body.authority)
    company = Company.objects.filter(authority=authority, name=body.company).first()
    if company is None:
        raise NotFound(N_("No such company is registered at this authority."))
    row = start.start(
        authority.pk, company.pk, actor=caller(request), at=clock.now(), key=key, fields=typed(body.fields)
    )
    response["Location"] = f"{request.path}/{row.reference}"
    return Status(201, _out(response, row))


@router.get("/{reference}", response={200: ApplicationOut, **PROBLEMS})
def application(request: HttpRequest, response: HttpResponse, reference: str) -> ApplicationOut:
    """One application."""
    return _out(response, _row(request, reference))


@router.patch("/{reference}", response={200: ApplicationOut, **PROBLEMS})
def save_application(
    request: HttpRequest, response: HttpResponse, reference: str, body: ApplicationFields
) -> ApplicationOut:
    """Keep these fields, right or wrong; they are judged when it is submitted."""
    version = matched(request)
    row = start.save(_row(request, reference).pk, typed(body), actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/submit", response={200: ApplicationOut, **PROBLEMS})
def submit_application(request: HttpRequest, response: HttpResponse, reference: str) -> ApplicationOut:
    """Send it to the Exporting Authority."""
    version = matched(request)
    row = apply(_row(request, reference).pk, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/withdraw", response={200: ApplicationOut, **PROBLEMS})
def withdraw_application(request: HttpRequest, response: HttpResponse, reference: str) -> ApplicationOut:
    """Take it back before it is prepared."""
    version = matched(request)
    row = start.withdraw(_row(request, reference).pk, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/return", response={200: ApplicationOut, **PROBLEMS})
def return_application(request: HttpRequest, response: HttpResponse, reference: str, body: ReasonIn) -> ApplicationOut:
    """Ask the applicant to mend something."""
    return _decided(request, response, reference, body, decide.return_to_applicant)


@router.post("/{reference}/reject", response={200: ApplicationOut, **PROBLEMS})
def reject_application(request: HttpRequest, response: HttpResponse, reference: str, body: ReasonIn) -> ApplicationOut:
    """End it without a certificate."""
    return _decided(request, response, reference, body, decide.reject)


@router.post("/{reference}/send-back", response={200: ApplicationOut, **PROBLEMS})
def send_back_application(
    request: HttpRequest, response: HttpResponse, reference: str, body: ReasonIn
) -> ApplicationOut:
    """The validating officer asks the preparing officer to look again."""
    return _decided(request, response, reference, body, decide.send_back)


@router.post("/{reference}/prepare", response={200: ApplicationOut, **PROBLEMS})
def prepare_application(
    request: HttpRequest, response: HttpResponse, reference: str, body: InspectionIn
) -> ApplicationOut:
    """Record the inspection and pass it on for validation."""
    version = matched(request)
    row = prepare(_row(request, reference).pk, body.dict(), actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/validate", response={201: CertificateOut, **PROBLEMS})
def validate_application(request: HttpRequest, response: HttpResponse, reference: str) -> Status[CertificateOut]:
    """Issue the certificate, once."""
    version = matched(request)
    row = validate(_row(request, reference).pk, actor=caller(request), at=clock.now(), version=version)
    tag(response, row.version)
    return Status(201, certificate_out(row))


def typed(fields: ApplicationFields) -> dict[str, object]:
    """Only what the caller sent."""
    return fields.dict(exclude_unset=True)


def _row(request: HttpRequest, reference: str) -> Application:
    return queries.application(caller(request), reference)


def _out(response: HttpResponse, row: Application) -> ApplicationOut:
    tag(response, row.version)
    return application_out(row)


def _decided(
    request: HttpRequest, response: HttpResponse, reference: str, body: ReasonIn, operation: decide.Decision
) -> ApplicationOut:
    version = matched(request)
    row = operation(_row(request, reference).pk, body.reason, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)
