"""Applications: start, read, save, submit, decide, prepare, validate."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Query, Router, Status

from openkp.portal.api.access import caller
from openkp.portal.api.answers import ApplicationOut, CertificateOut, application_out, certificate_out
from openkp.portal.api.etags import IfMatch, matched, tag
from openkp.portal.api.pages import After, Paged, Size, paged
from openkp.portal.api.shapes import ApplicationFields, InspectionIn, ReasonIn, StartIn
from openkp.project import clock
from openkp.registry.accounts.models import Company
from openkp.registry.certificates import queries
from openkp.registry.certificates.lists import own_companies
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations import decide, start
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.certificates.queries import PAGE
from openkp.registry.errors import NotAllowed, NotFound
from openkp.registry.journal.once import once_in_steps
from openkp.scheme.life import Status as Life
from openkp.scheme.words import N_

router = Router(tags=["Applications"])
NEW_KEY = "A name that you give this request, new for each. Sent again, the request is answered again and done once."
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description=NEW_KEY,
        min_length=8,
        max_length=120,
        pattern="^[!-~]+$",
        examples=["0c1d7a2e-2f0b-4f0e-9d2c-7a1f6f1b8c11"],
    ),
]
PerhapsKey = Annotated[
    str,
    Header(alias="Idempotency-Key", description=NEW_KEY, max_length=120, pattern="^([!-~]{8,})?$"),
]
Reference = Annotated[
    str,
    Path(description="Reference of the application.", pattern="^[A-Za-z0-9-]{1,24}$", examples=["SL-NMA-2026-000001"]),
]
Statuses = Annotated[list[Life] | None, Query(description="Only those in one of these statuses.")]


@router.get("", response={200: Paged[ApplicationOut]})
def applications(
    request: HttpRequest, response: HttpResponse, status: Statuses = None, after: After = "", size: Size = PAGE
) -> dict[str, object]:
    """The applications that you may see, the longest waiting first."""
    wanted = tuple(s.value for s in status or ()) or tuple(s.value for s in Life)
    page = queries.queue(caller(request), wanted, after=after, size=size)
    return paged(request, response, page, application_out)


@router.post("", response={201: ApplicationOut})
def start_application(request: HttpRequest, response: HttpResponse, body: StartIn, key: Key) -> Status[ApplicationOut]:
    """Open a draft. The same ``Idempotency-Key`` opens it once."""
    company = _company(request, body)
    row = start.start(
        company.authority_id, company.pk, actor=caller(request), at=clock.now(), key=key, fields=typed(body.fields)
    )
    response["Location"] = f"{request.path}/{row.reference}"
    return Status(201, _out(response, row))


@router.get("/{reference}", response={200: ApplicationOut})
def application(request: HttpRequest, response: HttpResponse, reference: Reference) -> ApplicationOut:
    """One application."""
    return _out(response, _row(request, reference))


@router.patch("/{reference}", response={200: ApplicationOut})
def save_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch, body: ApplicationFields
) -> ApplicationOut:
    """Keep these fields, right or wrong; they are judged when it is submitted."""
    version = matched(if_match)
    row = start.save(_row(request, reference).pk, typed(body), actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/submit", response={200: ApplicationOut})
def submit_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch
) -> ApplicationOut:
    """Send it to the Exporting Authority."""
    version = matched(if_match)
    row = apply(_row(request, reference).pk, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/withdraw", response={200: ApplicationOut})
def withdraw_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch
) -> ApplicationOut:
    """Take it back before it is prepared."""
    version = matched(if_match)
    row = start.withdraw(_row(request, reference).pk, actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/return", response={200: ApplicationOut})
def return_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch, body: ReasonIn
) -> ApplicationOut:
    """Ask the applicant to mend something."""
    return _decided(
        request, response, _row(request, reference), matched(if_match), body.reason, decide.return_to_applicant
    )


@router.post("/{reference}/reject", response={200: ApplicationOut})
def reject_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch, body: ReasonIn
) -> ApplicationOut:
    """End it without a certificate."""
    return _decided(request, response, _row(request, reference), matched(if_match), body.reason, decide.reject)


@router.post("/{reference}/send-back", response={200: ApplicationOut})
def send_back_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch, body: ReasonIn
) -> ApplicationOut:
    """The validating officer asks the preparing officer to look again."""
    return _decided(request, response, _row(request, reference), matched(if_match), body.reason, decide.send_back)


@router.post("/{reference}/prepare", response={200: ApplicationOut})
def prepare_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch, body: InspectionIn
) -> ApplicationOut:
    """Record the inspection and pass it on for validation."""
    version = matched(if_match)
    row = prepare(_row(request, reference).pk, body.dict(), actor=caller(request), at=clock.now(), version=version)
    return _out(response, row)


@router.post("/{reference}/validate", response={201: CertificateOut})
def validate_application(
    request: HttpRequest, response: HttpResponse, reference: Reference, if_match: IfMatch, key: PerhapsKey = ""
) -> Status[CertificateOut]:
    """Issue the certificate, once. With an ``Idempotency-Key``, asking again gives the same certificate."""
    actor, at, row = caller(request), clock.now(), _row(request, reference)

    def act() -> str:
        return validate(row.pk, actor=actor, at=at, version=matched(if_match)).number

    asked = {"validate": row.reference, "version": if_match}
    issued = queries.certificate(actor, once_in_steps(f"api:{actor.label}", key, asked, act, at=at))
    tag(response, issued.version)
    return Status(201, certificate_out(issued))


def typed(fields: ApplicationFields) -> dict[str, object]:
    """Only what the caller sent."""
    return fields.dict(exclude_unset=True)


def _row(request: HttpRequest, reference: str) -> Application:
    return queries.application(caller(request), reference)


def _out(response: HttpResponse, row: Application) -> ApplicationOut:
    tag(response, row.version)
    return application_out(row)


def _company(request: HttpRequest, body: StartIn) -> Company:
    """The company, if the caller applies for it; that others are registered is nobody's business."""
    actor = caller(request)
    if not actor.companies():
        raise NotAllowed(N_("Only an applicant of the company may apply for it."), code="not-the-applicant")
    for company in own_companies(actor):
        if (company.name, company.authority.code) == (body.company, body.authority):
            return company
    raise NotFound(N_("You do not apply for a company of this name at this authority."))


def _decided(
    request: HttpRequest,
    response: HttpResponse,
    row: Application,
    version: int,
    reason: str,
    operation: decide.Decision,
) -> ApplicationOut:
    return _out(response, operation(row.pk, reason, actor=caller(request), at=clock.now(), version=version))
