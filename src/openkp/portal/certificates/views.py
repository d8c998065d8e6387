"""The exporter's pages: start, answer part by part, check, send, follow, withdraw."""

from collections.abc import Callable
from functools import partial

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked, parts, status
from openkp.portal.certificates.forms import ApplicationForm, EmptyForm
from openkp.portal.certificates.shown import answers_of, part_page
from openkp.portal.certificates.words import status_words
from openkp.portal.site.posting import FormPage, Request, acting, acting_on, form_page, given
from openkp.project.clock import now
from openkp.registry.certificates import lists, queries
from openkp.registry.certificates.drafts import judged, of_fields, prefilled
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.start import OPEN, save
from openkp.registry.certificates.operations.start import start as start_operation
from openkp.registry.certificates.operations.start import withdraw as withdraw_operation
from openkp.registry.certificates.permissions import check_may_edit, check_may_start
from openkp.scheme.errors import Finding
from openkp.scheme.life import LIFE, Status


@require_safe
def applications(request: Request) -> HttpResponse:
    """The applications of one's company, the newest first, and the way to a new one."""
    page = lists.own_applications(request.actor, after=asked.after(request))
    companies = lists.own_companies(request.actor)
    context = {"listing": status.listing_of(request, page), "companies": companies}
    return render(request, "certificates/applications.html", context)


@form_page
def start(request: Request, company_id: int) -> FormPage:
    """A new application, filled from the company and its last shipment."""
    company = lists.own_company(request.actor, company_id)
    check_may_start(request.actor, company.authority_id, company.pk)

    def act() -> str:
        fields = prefilled(company, company.authority.participant)
        made = start_operation(company.authority_id, company.pk, fields=fields, **acting(request))
        return page_of(made)

    show = {"company": company}
    return FormPage(template="certificates/start.html", form=EmptyForm(given(request)), act=act, show=lambda: show)


@require_safe
def application(request: Request, reference: str) -> HttpResponse:
    """Where an application stands; for its exporter, while it is a draft, the task list."""
    row = queries.application(request.actor, reference)
    if row.status in OPEN and row.company_id in request.actor.companies():
        groups = parts.tasks(row, judged(row, on=now().date()))
        return render(request, "certificates/tasks.html", {"application": row, "groups": groups})
    return render(request, "certificates/application.html", status.of_application(request, row))


@form_page
def part(request: Request, reference: str, name: str) -> FormPage:
    """One part of the application: saved as it was typed, and what the rules find of it shown at once."""
    row = queries.application(request.actor, reference)
    check_may_edit(request.actor, row)
    this = parts.named(name)
    form = ApplicationForm(given(request), saved=row.fields, only=this.fields, on=now().date())

    def act() -> str:
        saved = save(row.pk, form.typed(), **acting_on(request))
        return part_page(saved, name) + "?saved" if parts.at_fault(saved, this) else parts.after(saved, name)

    findings = of_fields(judged(row, on=now().date()), this.fields) if parts.begun(row, this) else ()
    return editing(row, f"certificates/part_{name}.html", form, act, findings)


@form_page
def check_answers(request: Request, reference: str) -> FormPage:
    """Everything once more, then send it."""
    row = queries.application(request.actor, reference)
    check_may_edit(request.actor, row)

    def act() -> str:
        sent = apply(row.pk, **acting_on(request))
        return reverse("certificates:sent", args=[sent.reference])

    return editing(row, "certificates/check.html", EmptyForm(given(request)), act, judged(row, on=now().date()))


@require_safe
def sent(request: Request, reference: str) -> HttpResponse:
    """It was sent: the reference, and what comes next."""
    return render(request, "certificates/sent.html", {"application": queries.application(request.actor, reference)})


@form_page
def withdraw(request: Request, reference: str) -> FormPage:
    """Take an application back before it is prepared."""
    row = queries.application(request.actor, reference)
    check_may_edit(request.actor, row)

    def act() -> str:
        return page_of(withdraw_operation(row.pk, **acting_on(request)))

    return FormPage(
        template="certificates/withdraw.html",
        form=EmptyForm(given(request)),
        act=act,
        row=row,
        home=page_of(row),
        is_open=Status.WITHDRAWN in LIFE[Status(row.status)].to,
        stands=status_words(row.status),
        show=lambda: {"application": row},
    )


def editing(
    row: Application, template: str, form: Form, act: Callable[[], str], findings: tuple[Finding, ...]
) -> FormPage:
    """A page that changes a draft."""
    return FormPage(
        template=template,
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=row.status in OPEN,
        stands=status_words(row.status),
        findings=findings,
        elsewhere=partial(parts.page_of, row),
        show=lambda: {"application": row, "groups": answers_of(row, change=True), "parts": parts.PARTS},
    )


def page_of(row: Application) -> str:
    """An application's own page."""
    return reverse("certificates:application", args=[row.reference])
