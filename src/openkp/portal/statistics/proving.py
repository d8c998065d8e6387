"""Proving the total of a trade return: from the certificates in the log, beside what was filed."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from openkp.documents.total_v1 import Scope
from openkp.portal.certificates.forms import EmptyForm
from openkp.portal.site.posting import FormPage, Request, acting, form_page, given
from openkp.portal.site.shapes import Link
from openkp.portal.statistics.words import period_words
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.permissions import allows
from openkp.registry.participation.queries import hosted_participants
from openkp.registry.statistics import queries
from openkp.registry.statistics.models import Filing
from openkp.registry.statistics.operations.prove_total import check_may_prove, prove_total
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, ReturnKind


def link(actor: Actor, row: Filing, at: datetime) -> tuple[Link, ...]:
    """The button on a trade return of one's own Participant, once its period is over."""
    if row.kind != ReturnKind.TRADE.value or not allows(check_may_prove, actor, row.participant):
        return ()
    if at.astimezone(UTC).date() <= Period.parse(row.period).last_day:
        return ()
    return (Link(gettext("Prove this total"), reverse("statistics:prove", args=[row.pk]), quiet=True),)


@form_page
def prove(request: Request, filing_id: int) -> FormPage:
    """Sign what the log holds of the return's period: exports or imports."""
    row = queries.filing(request.actor, filing_id)
    check_may_prove(request.actor, row.participant)
    if row.kind != ReturnKind.TRADE.value or row.participant not in hosted_participants():
        raise Http404
    flow = flow_of(request)

    def act() -> str:
        scope = Scope(participant=row.participant, flow=Flow(flow), period=Period.parse(row.period))
        return reverse("figures:total", args=[prove_total(scope, **acting(request)).pk])

    return FormPage(
        template="statistics/prove.html",
        form=EmptyForm(given(request)),
        act=act,
        home=reverse("statistics:filing", args=[row.pk]),
        show=lambda: told(row),
        in_steps=True,
    )


def flow_of(request: Request) -> str:
    """Which button was pressed."""
    flow = request.POST.get("flow", "")
    if request.method == "POST" and flow not in set(Flow):
        raise BadRequest("a total without its flow")
    return flow


def told(row: Filing) -> dict[str, Any]:
    """What the page says of the return."""
    return {"filing": row, "period": period_words(row.period)}
