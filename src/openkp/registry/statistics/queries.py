"""What people look at in statistics; who may see what is decided here, and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import AnomalyFound, Draft, Filing, Questionnaire, Release


def drafts(actor: Actor) -> "QuerySet[Draft, Draft]":
    """The open drafts of this statistician's authorities, the latest changed first."""
    raise NotImplementedError


def draft(actor: Actor, draft_id: int) -> Draft:
    """One draft, open or not. Raises ``NotFound``."""
    raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One line of a return where the filed amount is not what the node's own documents give; amounts as typed."""

    flow: str
    partner: str
    hs: str
    origin: str
    measure: str  # carats, value_usd, certificates, certificates_issued, certificates_received
    generated: str
    filed: str


def differences(draft: Draft) -> tuple[Difference, ...]:
    """Where the draft differs from what was generated; empty where nothing was generated or all is equal."""
    raise NotImplementedError


def filings(actor: Actor, **narrowed: Any) -> "QuerySet[Filing, Filing]":
    """The filings that this person may read, the newest period first; ``participant``, ``kind``, ``period`` narrow."""
    raise NotImplementedError


def filing(actor: Actor, filing_id: int) -> Filing:
    """One filing. Raises ``NotFound`` also where it is not theirs to read."""
    raise NotImplementedError


def late(on: date) -> tuple[Any, ...]:
    """Every return that is missing on a day (``scheme.deadlines.Late``), of the Participants this node answers for."""
    raise NotImplementedError


def anomalies(actor: Actor, state: str = "computed") -> "QuerySet[AnomalyFound, AnomalyFound]":
    """The analysts' queue, the most severe first."""
    raise NotImplementedError


def anomaly(actor: Actor, key: str) -> AnomalyFound:
    """One anomaly by its key. Raises ``NotFound``."""
    raise NotImplementedError


def questionnaires(actor: Actor) -> "QuerySet[Questionnaire, Questionnaire]":
    """The cases that this person may read: all of them for an analyst, else those sent to their Participant."""
    raise NotImplementedError


def questionnaire(actor: Actor, reference: str) -> Questionnaire:
    """One case by its reference. Raises ``NotFound``."""
    raise NotImplementedError


def releases(at: datetime, actor: Actor | None = None) -> "QuerySet[Release, Release]":
    """Editions, the newest first: published and past their embargo; an analyst sees all of them."""
    raise NotImplementedError


def release(year: int, at: datetime, edition: int | None = None, *, world: str = "real") -> Release:
    """One published edition of a year, the newest where none is named. Raises ``NotFound``."""
    raise NotImplementedError
