"""Statistics: the filings that a caller may read, each with its signed document, and the returns that are missing."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from openkp.portal.api.access import caller
from openkp.portal.api.base import Day, Told
from openkp.portal.api.etags import tag
from openkp.portal.api.pages import After, Paged, Size, paged
from openkp.portal.api.reading import COSE
from openkp.portal.certificates.asked import past_day
from openkp.project import clock
from openkp.registry.certificates.queries import PAGE
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.documents import fields_of, return_of
from openkp.registry.statistics.models import Filing
from openkp.scheme.returns import ReturnKind

router = Router(tags=["Statistics"])

Ident = Annotated[int, Path(description="Id of the filing, as the list names it.", ge=1, le=2**63 - 1)]
Code = Annotated[str, Query(description="Only those of this Participant.", pattern="^([A-Z]{2})?$")]
WrittenPeriod = Annotated[
    str, Query(description="Only those of this period.", pattern="^([0-9]{4}-(H[12]|Q[1-4]))?$", examples=["2026-Q1"])
]
Kind = Annotated[ReturnKind | None, Query(description="Only production or trade returns.")]


class FilingOut(Told):
    """One version of one return."""

    id: int
    """Its id on this node."""
    participant: str
    """Code of the Participant whose figures these are."""
    authority: str
    """Code of the authority that filed it."""
    kind: str
    """`production` or `trade`."""
    period: str
    """`2026-H1` or `2026-Q1`."""
    number: int
    """The version, from 1; a later one replaces it and leaves it as it is."""
    nature: str
    """`figures`, `nil` or `cannot_publish`."""
    value_basis: str
    """`FOB`, `CIF`, or empty where it is not stated."""
    visibility: str
    """Who may read it: `participant_private`, `wgs`, `kp_only` or `public`."""
    filed_at: datetime
    """When it was signed."""


class ReturnOut(FilingOut):
    """The same with what it says."""

    fields: dict[str, Any]
    """The return as a person would type it: amounts as text with two places."""


class StepOut(Told):
    """A step of chasing a return."""

    step: str
    """`reminder`, `escalated` or `listed`."""
    on: date
    """The day on which it was taken, or will be due."""


class LateOut(Told):
    """One return that is missing."""

    participant: str
    """Code of the Participant that owes it."""
    kind: str
    """`production` or `trade`."""
    period: str
    """`2026-H1` or `2026-Q1`."""
    due_on: date
    """The last day on which it would have been in time."""
    days: int
    """How many days ago that was."""
    step: str
    """What its lateness asks for: `due`, `reminder`, `escalated` or `listed`."""
    taken: list[StepOut]
    """The steps that were taken, the oldest first; empty where they are not yours to see."""
    next: StepOut | None
    """What comes next if it is not filed; null after the last step."""


class LateList(Told):
    """What is missing on a day, the oldest first."""

    on: date
    """The day."""
    rows: list[LateOut]
    """Each return."""


class OnDay(Told):
    """Which day."""

    on: Day | None = None
    """The day; today where it is left out."""


@router.get("/filings", response={200: Paged[FilingOut]})
def filings(
    request: HttpRequest,
    response: HttpResponse,
    kind: Kind = None,
    participant: Code = "",
    period: WrittenPeriod = "",
    after: After = "",
    size: Size = PAGE,
) -> dict[str, object]:
    """The filings that you may read, the newest first."""
    actor = caller(request)
    lists.check_may_watch(actor)
    page = lists.filings_page(
        actor, after=after, size=size, kind=kind.value if kind else "", participant=participant, period=period
    )
    return paged(request, response, page, filing_out)


@router.get("/filings/{filing_id}", response={200: ReturnOut})
def filing(request: HttpRequest, response: HttpResponse, filing_id: Ident) -> ReturnOut:
    """One filing with what it says, read from its signed document."""
    row = queries.filing(caller(request), filing_id)
    tag(response, row.number)
    fields = fields_of(return_of(row, clock.now()))
    return ReturnOut(**filing_out(row).dict(), fields=fields)


@router.get(
    "/filings/{filing_id}/document", response={200: None}, openapi_extra={"responses": {200: {"content": {COSE: {}}}}}
)
def filing_document(request: HttpRequest, filing_id: Ident) -> HttpResponse:
    """The signed bytes, full form."""
    row = queries.filing(caller(request), filing_id)
    return HttpResponse(bytes(row.document.data), content_type=COSE)


@router.get("/late", response={200: LateList})
def late(request: HttpRequest, asked: Query[OnDay]) -> LateList:
    """Every return that is missing on a day, of the Participants that this node answers for."""
    on = past_day(asked.on, clock.now().date())
    rows = [
        LateOut(
            participant=row.late.participant,
            kind=row.late.kind.value,
            period=str(row.late.period),
            due_on=row.late.due_on,
            days=row.late.days,
            step=row.late.step.value,
            taken=[StepOut(step=each.step, on=each.at.date()) for each in row.taken],
            next=StepOut(step=row.next[0].value, on=row.next[1]) if row.next else None,
        )
        for row in lists.chased(caller(request), on)
    ]
    return LateList(on=on, rows=rows)


def filing_out(row: Filing) -> FilingOut:
    """A filing for the wire."""
    return FilingOut(
        id=row.pk,
        participant=row.participant,
        authority=row.authority_code,
        kind=row.kind,
        period=row.period,
        number=row.number,
        nature=row.nature,
        value_basis=row.value_basis,
        visibility=row.visibility,
        filed_at=row.filed_at,
    )
