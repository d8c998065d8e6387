"""The officers' desks at the Exporting Authority: the queue, preparing, validating, deciding."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked, queue_page
from openkp.portal.certificates.forms import EmptyForm, InspectionForm, ReasonForm
from openkp.portal.certificates.shown import answers_of, certified, declared_lines, inspection_of
from openkp.portal.certificates.views import page_of
from openkp.portal.certificates.words import status_words
from openkp.portal.site.posting import FormPage, Request, acting_on, form_page, given
from openkp.project.clock import now
from openkp.registry.certificates import queries
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations import decide
from openkp.registry.certificates.operations.prepare import prepare as prepare_operation
from openkp.registry.certificates.operations.save_inspection import save_inspection
from openkp.registry.certificates.operations.validate import validate as validate_operation
from openkp.registry.certificates.permissions import check_may_decide, check_may_prepare, check_may_validate
from openkp.registry.certificates.preview import preview
from openkp.registry.participation.queries import policy_of
from openkp.scheme.errors import Finding
from openkp.scheme.life import LIFE, Status

STEPS: dict[str, tuple[str, ...]] = {
    "goods": ("goods_presented", "lines"),
    "seals": ("seals", "container"),
    "paper": ("certificate_location", "blank_serial", "parcel_reference", "remarks"),
}
"""The guided pages of preparing, in the order of the work."""

DECISIONS: dict[str, tuple[Status, Callable[..., Application], Callable[..., None]]] = {
    "return": (Status.RETURNED, decide.return_to_applicant, check_may_decide),
    "reject": (Status.REJECTED, decide.reject, check_may_decide),
    "send-back": (Status.APPLIED, decide.send_back, check_may_validate),
}


@require_safe
def queue(request: Request) -> HttpResponse:
    """What waits at this officer's desks, the longest waiting first."""
    wanted = queue_page.desk_of(request)
    page = queue_page.rows_of(request, wanted, asked.after(request, dated=True))
    context = {"listing": queue_page.listing_of(request, wanted, page)}
    return render(request, "certificates/queue.html", context)


@form_page
def prepare(request: Request, reference: str) -> FormPage:
    """The expert's one screen: weigh beside what was declared, seal, pass on; every finding at once."""
    row = queries.application(request.actor, reference)
    check_may_prepare(request.actor, row)
    form = InspectionForm(given(request), saved=row.inspection)

    def act() -> str:
        return page_of(prepare_operation(row.pk, form.typed(), **acting_on(request)))

    return at_desk(row, Status.PREPARED, "certificates/prepare.html", form, act)


@form_page
def prepare_step(request: Request, reference: str, step: str) -> FormPage:
    """One guided page of preparing; saved as it is, judged at the end."""
    row = queries.application(request.actor, reference)
    check_may_prepare(request.actor, row)
    if step not in STEPS:
        raise Http404
    form = InspectionForm(given(request), saved=row.inspection, only=STEPS[step])

    def act() -> str:
        save_inspection(row.pk, form.typed(), **acting_on(request))
        following = [*STEPS, "check"][list(STEPS).index(step) + 1]
        return step_page(row, following)

    return at_desk(
        row, Status.PREPARED, "certificates/prepare_step.html", form, act, {"step": step, **place_of(row, step)}
    )


@form_page
def prepare_check(request: Request, reference: str) -> FormPage:
    """The last guided page: everything once more, then pass it on."""
    row = queries.application(request.actor, reference)
    check_may_prepare(request.actor, row)

    def act() -> str:
        return page_of(prepare_operation(row.pk, row.inspection, **acting_on(request)))

    def elsewhere(finding: Finding) -> str:
        asked = finding.field.partition(".")[0]
        return next((step_page(row, step) for step, fields in STEPS.items() if asked in fields), "")

    show = {"inspected": inspection_of(row, step_page(row, "x").removesuffix("x/")), **place_of(row, "check")}
    form = EmptyForm(given(request))
    page = at_desk(row, Status.PREPARED, "certificates/prepare_check.html", form, act, show)
    return replace(page, elsewhere=elsewhere)


@form_page
def validate(request: Request, reference: str) -> FormPage:
    """Exactly what will be signed; then the signature. Another person than the one who prepared."""
    row = queries.application(request.actor, reference)
    check_may_validate(request.actor, row)

    def act() -> str:
        made = validate_operation(row.pk, **acting_on(request))
        return reverse("certificates:certificate", args=[made.number])

    form = EmptyForm(given(request))
    value, against = preview(row, actor=request.actor, at=now())
    show = {"value": certified(value) if value else (), "against": against, "prepared_by": row.prepared_by}
    return at_desk(row, Status.SIGNING, "certificates/validate.html", form, act, show, in_steps=True)


@form_page
def decision(request: Request, reference: str, name: str) -> FormPage:
    """Return, reject or send back, with a reason."""
    row = queries.application(request.actor, reference)
    to, operation, check_may = DECISIONS[name]
    check_may(request.actor, row)
    form = ReasonForm(given(request))

    def act() -> str:
        return page_of(operation(row.pk, form.typed()["reason"], **acting_on(request)))

    return at_desk(row, to, "certificates/decision.html", form, act, {"decision": name})


def at_desk(
    row: Application,
    to: Status,
    template: str,
    form: Any,
    act: Callable[[], str],
    more: dict[str, Any] | None = None,
    *,
    in_steps: bool = False,
) -> FormPage:
    """A page on which an officer moves an application on to ``to``."""
    policy = policy_of(row.authority, now().date())
    show = {
        "application": row,
        "groups": answers_of(row),
        "policy": policy,
        "declared": declared_lines(row.fields),
        **(more or {}),
    }
    return FormPage(
        template=template,
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=to in LIFE[Status(row.status)].to,
        stands=status_words(row.status),
        in_steps=in_steps,
        show=lambda: show,
    )


def place_of(row: Application, step: str) -> dict[str, Any]:
    """Where one is among the guided pages, and the page before."""
    pages = [*STEPS, "check"]
    place = pages.index(step)
    before = step_page(row, pages[place - 1]) if place else page_of(row)
    return {"place": place + 1, "places": len(pages), "before": before}


def step_page(row: Application, step: str) -> str:
    """A guided page's address."""
    return reverse("certificates:prepare-step", args=[row.reference, step])
