"""Writing a return: begun, generated from the node's own documents, saved, dropped, corrected."""

from datetime import datetime
from typing import Any

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.steps import locked
from openkp.registry.certificates.typed import storable
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.registry.statistics.documents import fields_of, return_of
from openkp.registry.statistics.generated import generated_trade
from openkp.registry.statistics.models import Draft, Filing
from openkp.registry.statistics.permissions import check_may_write
from openkp.registry.statistics.steps import expect, return_subject, touch, versions, worded
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.filings import RETURN_FIELDS
from openkp.scheme.periods import Period
from openkp.scheme.reading import tidy
from openkp.scheme.returns import Nature, ReturnKind, Visibility
from openkp.scheme.words import N_, Sentence

OPEN = ("draft", "prepared")
CAME = ("typed", "uploaded", "generated")


@transaction.atomic
def start_draft(authority_id: int, kind: ReturnKind, period: Period, *, actor: Actor, at: datetime) -> Draft:
    """Open the draft of a return, pre-filled as the last one was filed; the one that is open already is given back.

    Raises ``Conflict`` where the return was filed: a correction is begun by ``correct_return``.
    """
    return _open(authority_id, kind, period, actor=actor, at=at)


@transaction.atomic
def generate_return(authority_id: int, kind: ReturnKind, period: Period, *, actor: Actor, at: datetime) -> Draft:
    """Work the return out from the node's own documents; ``generated`` is kept, and ``fields`` where it had no lines.

    Raises ``Conflict`` for a production return: a node keeps no ledger of production yet.
    """
    if kind is not ReturnKind.TRADE:
        raise Conflict(
            N_("This node keeps no record of production, so nothing can be worked out."),
            code="no-production-ledger",
            advice=Sentence(N_("Enter the figures by hand, or upload them.")),
        )
    draft = _open(authority_id, kind, period, actor=actor, at=at)
    expect(draft.status, ("draft",))
    draft.generated = generated_trade(draft.authority, period, at)
    if not draft.fields.get(kind.value):
        draft.fields = {**draft.fields, **draft.generated}
        draft.came = "generated"
    touch(draft, at=at)
    record("return.generated", actor=actor, at=at, subject=_subject(draft), rows=[draft])
    return draft


@transaction.atomic
def save_draft(
    draft_id: int,
    fields: dict[str, Any],
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    came: str = "typed",
    explanation: str | None = None,
) -> Draft:
    """Keep what was typed or uploaded, right or wrong; it is judged when it is prepared.

    ``explanation`` is why it differs from the node's own documents; None leaves it as it is.
    """
    if came not in CAME:
        raise ValueError(came)
    draft = locked(Draft, draft_id, version=version)
    check_may_write(actor, draft.authority_id)
    expect(draft.status, ("draft",))
    draft.fields = {**draft.fields, **known(fields)}
    draft.came = came
    if explanation is not None:
        draft.explanation = tidy(storable(explanation))
    touch(draft, at=at)
    record("return.saved", actor=actor, at=at, subject=_subject(draft), rows=[draft])
    return draft


@transaction.atomic
def drop_draft(draft_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Draft:
    """Lay a draft aside; another may be begun."""
    draft = locked(Draft, draft_id, version=version)
    check_may_write(actor, draft.authority_id)
    expect(draft.status, OPEN)
    draft.status = "dropped"
    touch(draft, at=at)
    record("return.dropped", actor=actor, at=at, subject=_subject(draft), rows=[draft])
    return draft


@transaction.atomic
def correct_return(filing_id: int, *, reason: str, actor: Actor, at: datetime) -> Draft:
    """Open the next version of a return that was filed: its lines, and why it is corrected.

    Raises ``Conflict`` where a correction is open for another reason, so that no reason is lost.
    """
    filing = Filing.objects.select_related("document").filter(pk=filing_id).first()
    if filing is None:
        raise NotFound(N_("There is nothing here under this number."))
    authority = Authority.objects.filter(code=filing.authority_code, participant=filing.participant).first()
    check_may_write(actor, authority.pk if authority else 0)
    assert authority is not None, "nobody may write for an authority that is not here"
    said = worded(reason, "reason", rule="STAT-07")
    newest = versions(filing.participant, filing.authority_code, filing.kind, filing.period).last()
    fields = fields_of(return_of(newest, at)) | {"reason": said}
    kind, period = ReturnKind(filing.kind), Period.parse(filing.period)
    return _open(authority.pk, kind, period, actor=actor, at=at, correction=fields)


def _open(
    authority_id: int,
    kind: ReturnKind,
    period: Period,
    *,
    actor: Actor,
    at: datetime,
    correction: dict[str, Any] | None = None,
) -> Draft:
    """The open draft of this return; a new one where there is none."""
    check_may_write(actor, authority_id)
    authority = Authority.objects.select_for_update(no_key=True).get(pk=authority_id)
    _check_period(authority, kind, period)
    there = Draft.objects.filter(authority=authority, kind=kind.value, period=str(period), status__in=OPEN)
    if (open_draft := there.first()) is not None:
        return _same(locked(Draft, open_draft.pk), correction)
    if correction is None and versions(authority.participant, authority.code, kind, period).exists():
        raise Conflict(
            N_("The return of this period was filed."),
            code="filed-already",
            advice=Sentence(N_("Open the filing and correct it: what was filed stays.")),
        )
    draft = Draft(
        authority=authority,
        kind=kind.value,
        period=str(period),
        fields=correction if correction is not None else _as_before(authority, kind),
        created_at=at,
        changed_at=at,
    )
    record("return.started", actor=actor, at=at, subject=_subject(draft), rows=[draft])
    return draft


def _same(draft: Draft, correction: dict[str, Any] | None) -> Draft:
    """The open draft, where nothing that was said now is lost by going on with it."""
    if correction is not None and draft.fields.get("reason") != correction["reason"]:
        raise Conflict(
            N_("A correction of this return is open already."),
            code="correction-open",
            advice=Sentence(N_("Go on with it and add the reason there, or lay it aside first.")),
        )
    return draft


def _check_period(authority: Authority, kind: ReturnKind, period: Period) -> None:
    if authority.is_office:
        raise Conflict(N_("An office of the Scheme files no returns."), code="no-returns-here")
    if period.kind != kind.period_kind:
        sentence = Sentence(N_("Choose a half-year for production and a quarter for trade."))
        raise Refused([Finding("STAT-01", "period-of-another-kind", "period", sentence)])


def _as_before(authority: Authority, kind: ReturnKind) -> dict[str, Any]:
    """What a new return begins with: how the last one of its kind was made, and no figures."""
    last = Filing.objects.filter(
        participant=authority.participant, authority_code=authority.code, kind=kind.value
    ).order_by("period", "number")
    newest = last.last()
    basis, seen = (newest.value_basis, newest.visibility) if newest else ("", Visibility.KP_ONLY.value)
    return {"nature": Nature.FIGURES.value, "value_basis": basis, "visibility": seen}


def known(fields: dict[str, Any]) -> dict[str, Any]:
    """Only the fields that a return has; nothing else is kept."""
    return {name: storable(value) for name, value in fields.items() if name in RETURN_FIELDS}


def _subject(draft: Draft) -> str:
    return return_subject(draft.authority.code, draft.kind, draft.period)
