"""What anyone may ask: who is a Participant, which rules there are, whether a document is genuine."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema

from openkp.documents.scan import find_documents
from openkp.documents.verdicts import Verdict
from openkp.documents.verify import verify_document
from openkp.portal.api.problems import PROBLEMS
from openkp.project import clock
from openkp.registry.participation.publications import node_bundle
from openkp.registry.participation.queries import participation
from openkp.scheme.rules.catalogue import catalogue

router = Router(tags=["Public"], auth=None)


class ParticipantOut(Schema):
    """One line of the list on a day."""

    code: str
    name: str
    kind: str
    standing: str
    participant: str
    since: date
    source: str


class ParticipantsOut(Schema):
    """Participants on a day; an organisation of states counts one Participant and all its countries."""

    on: date
    participants: int
    countries: int
    rows: list[ParticipantOut]


class RuleOut(Schema):
    """One rule of the catalogue."""

    id: str
    text: str
    source: str
    state: str
    where: list[str]
    tests: list[str]


class CheckOut(Schema):
    """One numbered step of the verification."""

    id: str
    rule: str
    outcome: str
    code: str
    text: str


class VerdictOut(Schema):
    """What verification says of one document; ``facts`` are what to compare with the paper."""

    verdict: str
    kind: str
    issuer: str | None
    number: str | None
    specimen: bool
    headline: str
    advice: str
    facts: dict[str, Any]
    checks: list[CheckOut]
    bundle_age_seconds: int | None


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


@router.get("/participants", response={200: ParticipantsOut, **PROBLEMS})
def participants(request: HttpRequest, on: date | None = None) -> ParticipantsOut:
    """Who is a Participant on a day (today, if none is given)."""
    day = on or clock.now().date()
    counts = participation().counts_on(day)
    names = ("code", "name", "kind", "standing", "participant", "since", "source")
    rows = [ParticipantOut(**{n: getattr(row, n) for n in names}) for row in participation().rows_on(day)]
    return ParticipantsOut(on=day, participants=counts.participants, countries=counts.countries, rows=rows)


@router.get("/rules", response={200: list[RuleOut], **PROBLEMS})
def rules(request: HttpRequest) -> list[RuleOut]:
    """Every rule of the scheme's catalogue, and where this system keeps it."""
    return [
        RuleOut(id=e.id, text=e.text, source=e.source, state=e.state, where=list(e.where), tests=list(e.tests))
        for e in catalogue()
    ]


@router.post("/verify", response={200: list[VerdictOut], **PROBLEMS})
def verify(request: HttpRequest) -> list[VerdictOut]:
    """Verify the documents in the body: a .kpc, a PDF, a picture with the code, or the code's text."""
    now = clock.now()
    bundle = node_bundle(now)
    verdicts = [
        verify_document(document, bundle, at=now, participation=participation())
        for document in find_documents(request.body)
    ]
    return [verdict_out(verdict) for verdict in verdicts]
