"""The import officer's pages: the board, a paper presented, an arrival, receiving, the sealed confirmation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from openkp.documents.envelope import type_of
from openkp.documents.scan import find_documents
from openkp.portal.certificates import arrival_board, asked, takeaway
from openkp.portal.certificates.forms import ArrivalForm, PresentForm, ReceiptForm
from openkp.portal.certificates.register import COSE
from openkp.portal.certificates.shown import certified, certified_lines, compared, confirmation_answers
from openkp.portal.certificates.words import status_tag, status_words
from openkp.portal.site.formats import iso
from openkp.portal.site.posting import FormPage, Request, acting, acting_on, form_page, given
from openkp.project.clock import now
from openkp.registry.certificates import papers, queries
from openkp.registry.certificates.models import Arrival, Confirmation
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.permissions import allows, check_may_present, check_may_receive
from openkp.registry.certificates.receiving import presented
from openkp.registry.errors import NotFound
from openkp.scheme.applications import read_receipt
from openkp.scheme.dated import plain_day
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.life import LIFE, Status
from openkp.scheme.words import N_, Sentence


@require_safe
def arrivals(request: Request) -> HttpResponse:
    """What is expected, what is here, what is overdue; the first due first."""
    wanted = arrival_board.wanted(request)
    page = arrival_board.rows_of(request, wanted, asked.after(request, dated=True))
    context = {"listing": arrival_board.listing_of(request, wanted, page), "may_present": _may_present(request)}
    return render(request, "certificates/arrivals.html", context)


@form_page
def present(request: Request) -> FormPage:
    """A certificate as somebody brings it: file, print, photograph, or the text of its code."""
    check_may_present(request.actor)
    form = PresentForm(given(request), request.FILES or None)

    def act() -> str:
        documents = find_documents(form.data_given())
        certificates = [document for document in documents if type_of(document) == "kpc"]
        return page_of(record_notice((certificates or documents)[0], **acting(request)))

    return FormPage(template="certificates/present.html", form=form, act=act)


@form_page
def arrival(request: Request, number: str) -> FormPage:
    """One shipment: what its certificate says, what to be careful about; record that it came."""
    row = queries.arrival(request.actor, number)
    form = ArrivalForm(given(request), saved={"arrived_on": iso(now())})

    def act() -> str:
        return page_of(record_arrival(row.pk, _day(form.typed()["arrived_on"]), **acting_on(request)))

    seen = presented(row, at=now())
    show = {
        "arrival": row,
        "certificate": seen.certificate,
        "groups": certified(seen.certificate, row.certificate),
        "cautions": seen.cautions,
        "stands_tag": status_tag(row.status),
        "may_receive": allows(check_may_receive, request.actor, row),
        "confirmation": Confirmation.objects.filter(certificate=row.certificate).first(),
        "overdue": row.status == Status.EXPECTED and row.due_on < now().date(),
    }
    return FormPage(
        template="certificates/arrival.html",
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        stands=status_words(row.status),
        show=lambda: show,
    )


@form_page
def receive(request: Request, number: str) -> FormPage:
    """Found beside certified; the decision; then the confirmation is signed."""
    row = queries.arrival(request.actor, number)
    check_may_receive(request.actor, row)
    form = ReceiptForm(given(request), saved={"received_on": iso(now())})

    def act() -> str:
        confirm(row.pk, form.typed(), **acting_on(request))
        return reverse("certificates:confirmed", args=[row.certificate.number])

    return FormPage(
        template="certificates/receive.html",
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=Status.RECEIVED in LIFE[Status(row.status)].to,
        stands=status_words(row.status),
        show=lambda: beside(row, form),
    )


def beside(row: Arrival, form: ReceiptForm) -> dict[str, Any]:
    """What the certificate says, beside what is typed as found."""
    seen = presented(row, at=now())
    receipt, _ = read_receipt(form.typed()) if form.is_bound else (None, ())
    found = compared(seen.certificate.lines, receipt.lines, seen.case.policy) if receipt and receipt.lines else ()
    return {
        "arrival": row,
        "certificate": seen.certificate,
        "cautions": seen.cautions,
        "declared": certified_lines(seen.certificate),
        "policy": seen.case.policy,
        "compared": found,
    }


@require_safe
def confirmed(request: Request, number: str) -> HttpResponse:
    """The sealed confirmation, and its paper."""
    row = queries.arrival(request.actor, number)
    confirmation = _confirmation(row.certificate_id)
    context = {"arrival": row, "confirmation": confirmation, "answers_shown": confirmation_answers(confirmation)}
    return render(request, "certificates/confirmed.html", context)


@require_safe
def confirmation_document(request: Request, number: str) -> HttpResponse:
    """The signed confirmation."""
    found = _confirmation(queries.certificate(request.actor, number).pk)
    return takeaway.file(bytes(found.document.data), f"{number}.kpi", COSE)


@require_safe
def confirmation_paper(request: Request, number: str) -> HttpResponse:
    """The confirmation to print."""
    found = _confirmation(queries.certificate(request.actor, number).pk)
    return takeaway.file(papers.confirmation_paper(found, now()), f"{number}-confirmation.pdf", "application/pdf")


def _confirmation(certificate_id: int) -> Confirmation:
    found = Confirmation.objects.filter(certificate_id=certificate_id).select_related("document").first()
    if found is None:
        raise NotFound(N_("This shipment is not confirmed."))
    return found


def _may_present(request: Request) -> bool:
    return allows(check_may_present, request.actor)


def _day(typed: str) -> Any:
    try:
        return plain_day(typed)
    except ValueError as error:
        sentence = Sentence(N_("Write the day of arrival as day, month and year."))
        raise Refused([Finding("COPT-03e", "arrived-on-wrong", "arrived_on", sentence)]) from error


def page_of(row: Arrival) -> str:
    """An arrival's own page."""
    return reverse("certificates:arrival", args=[row.certificate.number])
