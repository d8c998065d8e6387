"""What anyone may ask: who is a Participant, which rules there are, whether a document is genuine."""

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router

from openkp.documents.scan import find_documents
from openkp.documents.verdicts import Verdict
from openkp.documents.verify import verify_document
from openkp.portal.api.base import Day, Told
from openkp.portal.api.problems import TooManyCalls
from openkp.portal.api.reading import SHOWN, check_media_type, media, read_file
from openkp.portal.verification.pace import CALLS, calls_of
from openkp.portal.verification.views import MOST_DOCUMENTS
from openkp.project import clock
from openkp.registry.participation.publications import node_bundle
from openkp.registry.participation.queries import participation
from openkp.scheme.rules.catalogue import catalogue
from openkp.scheme.words import N_

router = Router(tags=["Public"], auth=None)


class ParticipantOut(Told):
    """One line of the list on a day."""

    code: str
    """Code of the state, territory or organisation."""
    name: str
    """Its name."""
    kind: str
    """`state`, `reio` or `customs_territory`."""
    standing: str
    """Whether it is a Participant itself or belongs to one."""
    participant: str
    """Code of the Participant to which it belongs."""
    since: date
    """First day of this standing."""
    source: str
    """Where this is written."""


class ParticipantsOut(Told):
    """Participants on a day; an organisation of states counts one Participant and all its countries."""

    on: date
    """The day."""
    participants: int
    """How many Participants."""
    countries: int
    """How many countries, the members of organisations counted."""
    rows: list[ParticipantOut]
    """Each of them."""


class RuleOut(Told):
    """One rule of the catalogue."""

    id: str
    """Its identifier, such as `EXP-02`."""
    text: str
    """What it requires."""
    source: str
    """Where the scheme says so."""
    state: str
    """`enforced`, `configurable`, `recorded` or `not_yet`."""
    where: list[str]
    """The functions that keep it."""
    tests: list[str]
    """The tests that prove it."""


class CheckOut(Told):
    """One numbered step of the verification."""

    id: str
    """Its name."""
    rule: str
    """The rule that it serves."""
    outcome: str
    """`pass`, `fail`, `warn`, `unknown` or `skipped`."""
    code: str
    """What was found, for programs."""
    text: str
    """What was found, for people."""


class VerdictOut(Told):
    """What verification says of one document; ``facts`` are what to compare with the paper."""

    verdict: str
    """`genuine_open`, `genuine_closed`, `status_unknown`, `not_genuine` or `unreadable`."""
    kind: str
    """The type of document."""
    issuer: str | None
    """Code of the Participant whose key signed it, where the signature is good."""
    number: str | None
    """Number of the certificate, where the signature is good."""
    specimen: bool
    """Whether it is for training only."""
    headline: str
    """The verdict in one sentence, for people."""
    advice: str
    """What to do now, for people."""
    facts: dict[str, Any]
    """What the signature covers, to be compared with the paper."""
    checks: list[CheckOut]
    """Every step of the verification."""
    bundle_age_seconds: int | None
    """Age of what this node knows of keys and statuses."""


def verdict_out(verdict: Verdict) -> VerdictOut:
    """The verdict for the wire."""
    age = verdict.bundle_age
    return VerdictOut(
        verdict=verdict.verdict,
        kind=verdict.kind,
        issuer=verdict.issuer,
        number=verdict.number,
        specimen=verdict.specimen,
        headline=verdict.headline.text(gettext),
        advice=verdict.advice.text(gettext),
        facts=dict(verdict.facts),
        checks=[
            CheckOut(id=c.id, rule=c.rule, outcome=c.outcome, code=c.code, text=c.text(gettext)) for c in verdict.checks
        ],
        bundle_age_seconds=None if age is None else int(age.total_seconds()),
    )


@router.get("/participants", response={200: ParticipantsOut})
def participants(
    request: HttpRequest, on: Annotated[Day | None, Query(description="The day; today if none is given.")] = None
) -> ParticipantsOut:
    """Who is a Participant on a day."""
    day = on or clock.now().date()
    counts = participation().counts_on(day)
    names = ("code", "name", "kind", "standing", "participant", "since", "source")
    rows = [ParticipantOut(**{n: getattr(row, n) for n in names}) for row in participation().rows_on(day)]
    return ParticipantsOut(on=day, participants=counts.participants, countries=counts.countries, rows=rows)


@router.get("/rules", response={200: list[RuleOut]})
def rules(request: HttpRequest) -> list[RuleOut]:
    """Every rule of the scheme's catalogue, and where this system keeps it."""
    return [
        RuleOut(id=e.id, text=e.text, source=e.source, state=e.state, where=list(e.where), tests=list(e.tests))
        for e in catalogue()
    ]


@router.post("/verify", response={200: list[VerdictOut]}, openapi_extra=media(SHOWN))
def verify(request: HttpRequest) -> list[VerdictOut]:
    """Verify the documents in the body: a .kpc, a PDF, a picture with the code, or the code's text. Nothing is kept."""
    check_media_type(request, SHOWN)
    if calls_of(request) > getattr(settings, "OPENKP_VERIFY_CALLS", CALLS):
        raise TooManyCalls(N_("This address was called too often in the last minute."))
    now = clock.now()
    documents = find_documents(read_file(request))[:MOST_DOCUMENTS]
    bundle = node_bundle(now)
    return [verdict_out(verify_document(d, bundle, at=now, participation=participation())) for d in documents]
