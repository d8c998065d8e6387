"""What people look at in statistics; who may see what is decided here, and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import OFFICERS, Role
from openkp.registry.errors import NotFound
from openkp.registry.statistics.drafts import Difference, differences
from openkp.registry.statistics.lateness import late
from openkp.registry.statistics.models import AnomalyFound, Draft, Filing, Questionnaire, Release, SourceFile
from openkp.registry.statistics.operations.draft import OPEN
from openkp.registry.statistics.permissions import offices_of
from openkp.scheme.deadlines import public_from
from openkp.scheme.returns import Visibility
from openkp.scheme.words import N_

Row = TypeVar("Row", bound=Model)
NEAR = (Role.STATISTICIAN, Role.AUDITOR)
"""Who reads what a Participant keeps to itself."""


def drafts(actor: Actor) -> "QuerySet[Draft, Draft]":
    """The open drafts of this statistician's authorities, the latest changed first."""
    return _drafts(actor).filter(status__in=OPEN).order_by("-changed_at", "-pk")


def draft(actor: Actor, draft_id: int) -> Draft:
    """One draft, open or not. Raises ``NotFound``."""
    return _one(_drafts(actor).filter(pk=draft_id))


def _drafts(actor: Actor) -> "QuerySet[Draft, Draft]":
    return Draft.objects.filter(authority__in=actor.authorities(*NEAR)).select_related("authority", "prepared_by")


def filings(actor: Actor, *, on: date | None = None, **narrowed: str) -> "QuerySet[Filing, Filing]":
    """The filings that this person may read, the newest period first; ``participant``, ``kind``, ``period`` narrow.

    What is public is anybody's after the release delay, as of the day ``on``. Source: scheme-rules A.3.
    """
    unknown = set(narrowed) - {"participant", "kind", "period", "authority_code"}
    if unknown:
        raise TypeError(f"filings are not narrowed by {sorted(unknown)}")
    rows = Filing.objects.filter(_readable(actor, on), **{name: value for name, value in narrowed.items() if value})
    return rows.select_related("document", "draft").order_by("-period", "participant", "kind", "-number", "-pk")


def _readable(actor: Actor, on: date | None) -> Q:
    found = Q(participant__in=actor.participants(*NEAR))
    if offices_of(actor):
        found |= Q(visibility=Visibility.WGS.value)
    if actor.roles() & OFFICERS:
        found |= Q(visibility__in=[Visibility.KP_ONLY.value, Visibility.PUBLIC.value])
    if on is not None:
        found |= Q(visibility=Visibility.PUBLIC.value, filed_at__date__lte=_released(on))
    return found


def _released(on: date) -> date:
    """The last day of filing whose figures are public on ``on``."""
    day = on
    while public_from(day, on) > on:
        day -= timedelta(days=1)
    return day


def filing(actor: Actor, filing_id: int, *, on: date | None = None) -> Filing:
    """One filing. Raises ``NotFound`` also where it is not theirs to read."""
    return _one(filings(actor, on=on).filter(pk=filing_id))


def anomalies(actor: Actor, state: str = "computed") -> "QuerySet[AnomalyFound, AnomalyFound]":
    """The analysts' queue, the most severe first; every state where ``state`` is empty."""
    rows = AnomalyFound.objects.all() if offices_of(actor) else AnomalyFound.objects.none()
    return (rows.filter(state=state) if state else rows).order_by("-severity", "pk")


def anomaly(actor: Actor, key: str) -> AnomalyFound:
    """One anomaly by its key. Raises ``NotFound``."""
    return _one(anomalies(actor, "").filter(key=key))


def questionnaires(actor: Actor) -> "QuerySet[Questionnaire, Questionnaire]":
    """The cases that this person may read: those of an analyst's office, and those sent to their Participant."""
    theirs = Q(participant__in=actor.participants(*NEAR)) & ~Q(stage="computed")
    rows = Questionnaire.objects.filter(theirs | Q(asked_by__in=offices_of(actor)))
    return rows.select_related("correction").order_by("-changed_at", "-pk")


def questionnaire(actor: Actor, reference: str) -> Questionnaire:
    """One case by its reference. Raises ``NotFound``."""
    return _one(questionnaires(actor).filter(reference=reference))


def releases(at: datetime, actor: Actor | None = None) -> "QuerySet[Release, Release]":
    """Editions, the newest first: published and past their embargo; an analyst sees all of them."""
    rows = Release.objects.order_by("-year", "world", "-edition")
    if actor is not None and offices_of(actor):
        return rows
    return rows.filter(status="published", embargo_until__lte=at)


def release(year: int, at: datetime, edition: int | None = None, *, world: str = "real") -> Release:
    """One published edition of a year, the newest where none is named. Raises ``NotFound``."""
    rows = releases(at).filter(year=year, world=world)
    return _one(rows if edition is None else rows.filter(edition=edition))


@dataclass(frozen=True)
class Sources:
    """What a published figure was made of: imported files, and the filings that this person may read."""

    files: tuple[SourceFile, ...]
    filings: tuple[Filing, ...]
    withheld: int


def sources_behind(actor: Actor, edition: Release, *, participant: str = "") -> Sources:
    """The files and filings behind an edition, of one Participant where it is named. Raises ``NotFound``."""
    if not actor.roles() & OFFICERS:
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    hashes = [bytes.fromhex(digest) for digest in edition.inputs.get("sources", [])]
    named = {"participant": participant} if participant else {}
    behind = Filing.objects.filter(public_hash__in=hashes, period__startswith=f"{edition.year}-", **named)
    seen = tuple(filings(actor, participant=participant).filter(pk__in=behind.values("pk")))
    files = SourceFile.objects.filter(sha256__in=hashes).defer("data").order_by("pk")
    return Sources(tuple(files), seen, behind.count() - len(seen))


def _one(rows: "QuerySet[Row, Row]") -> Row:
    row = rows.first()
    if row is None:
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    return row


__all__ = [
    "Difference",
    "Sources",
    "anomalies",
    "anomaly",
    "differences",
    "draft",
    "drafts",
    "filing",
    "filings",
    "late",
    "questionnaire",
    "questionnaires",
    "release",
    "releases",
    "sources_behind",
]
