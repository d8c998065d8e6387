"""Certificates: the list, one certificate with everything around it, its files, and the ends of its life."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked, certificate_page, takeaway
from openkp.portal.certificates.forms import EmptyForm, FindForm, ReasonForm, VoidForm
from openkp.portal.certificates.shown import confirmation_answers
from openkp.portal.certificates.words import status_words
from openkp.portal.site.bridge import NO_ERRORS, Errors
from openkp.portal.site.posting import FormPage, Request, acting_on, form_page, given
from openkp.project.clock import now
from openkp.registry.certificates import extracts, lists, papers, queries
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations import close as ends
from openkp.registry.certificates.operations.void import void as void_operation
from openkp.registry.certificates.permissions import check_may_close, check_may_void
from openkp.registry.participation.operations.publish import certificate_with_receipt
from openkp.scheme.errors import Refused
from openkp.scheme.life import LIFE, Status

COSE = 'application/cose; cose-type="cose-sign1"'


@require_safe
def certificates(request: Request) -> HttpResponse:
    """The certificates that this person may see, the newest first; a number leads straight to its page."""
    if number := request.GET.get("number", "").strip():
        found = queries.certificate(request.actor, number[:40])
        return HttpResponseRedirect(page_of(found))
    form = FindForm(request.GET, on=now().date())
    try:
        page = page_asked(request)
    except Refused as error:
        context = {"form": form, "errors": Errors(form, error.findings)}
        return render(request, "certificates/certificates.html", context, status=422)
    owes = extracts.owed(request.actor, now().date()) is not None
    listing = certificate_page.listing_of(request, page)
    context = {"form": form, "errors": NO_ERRORS, "listing": listing, "owes_extracts": owes}
    return render(request, "certificates/certificates.html", context)


def page_asked(request: Request) -> queries.Page[Certificate]:
    """The page of the list that was asked for. Raises ``Refused``."""
    narrowed, size = asked.narrowed(request), asked.size(request)
    return queries.certificates(request.actor, narrowed, after=asked.after(request), size=size)


@require_safe
def export(request: Request) -> StreamingHttpResponse:
    """The same list, whole, as CSV."""
    rows = lists.exported(request.actor, asked.narrowed(request))
    return takeaway.csv_response(f"certificates-{now():%Y-%m-%d}.csv", lists.EXPORTED, rows)


@require_safe
def certificate(request: Request, number: str) -> HttpResponse:
    """One certificate: what it says, what happened to it, its files and proofs."""
    row = certificate_page.found(request.actor, number)
    return render(request, "certificates/certificate.html", certificate_page.of_certificate(request, row))


@require_safe
def document(request: Request, number: str) -> HttpResponse:
    """The signed document with the log's receipt, for anyone's verifier."""
    row = queries.certificate(request.actor, number)
    return takeaway.file(certificate_with_receipt(row), f"{row.number}.kpc", COSE)


@require_safe
def paper(request: Request, number: str) -> HttpResponse:
    """The certificate to print."""
    row = queries.certificate(request.actor, number)
    return takeaway.file(papers.certificate_paper(row, now()), f"{row.number}.pdf", "application/pdf")


@require_safe
def code(request: Request, number: str) -> HttpResponse:
    """The certificate's code as a picture."""
    row = queries.certificate(request.actor, number)
    return takeaway.file(papers.code_picture(row).encode(), f"{row.number}.svg", "image/svg+xml")


@form_page
def void(request: Request, number: str) -> FormPage:
    """End a certificate that was not used; it cannot be undone."""
    row = queries.certificate(request.actor, number)
    check_may_void(request.actor, row)
    form = VoidForm(given(request))

    def act() -> str:
        answers = form.typed()
        return page_of(void_operation(row.pk, answers["reason"], answers["note"], **acting_on(request)))

    return ending(row, Status.VOID, "certificates/void.html", form, act)


@form_page
def close(request: Request, number: str) -> FormPage:
    """Close a certificate whose confirmation differed, once the difference is explained."""
    row = queries.certificate(request.actor, number)
    check_may_close(request.actor, row)
    form = ReasonForm(given(request))

    def act() -> str:
        return page_of(ends.close(row.pk, form.typed()["reason"], **acting_on(request)))

    found = getattr(row, "confirmation", None)
    show = {"found": confirmation_answers(found) if found else None}
    return ending(row, Status.CLOSED, "certificates/close.html", form, act, show)


@form_page
def expire(request: Request, number: str) -> FormPage:
    """Record that a certificate was not used and its original came back."""
    row = queries.certificate(request.actor, number)
    check_may_close(request.actor, row)

    def act() -> str:
        return page_of(ends.expire(row.pk, **acting_on(request)))

    return ending(row, Status.EXPIRED_UNUSED, "certificates/expire.html", EmptyForm(given(request)), act)


def ending(
    row: Certificate, to: Status, template: str, form: Any, act: Callable[[], str], more: dict[str, Any] | None = None
) -> FormPage:
    """A page that ends a certificate's life."""
    return FormPage(
        template=template,
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=to in LIFE[Status(row.status)].to,
        stands=status_words(row.status),
        show=lambda: {"certificate": row, **(more or {})},
    )


def page_of(row: Certificate) -> str:
    """A certificate's own page."""
    return reverse("certificates:certificate", args=[row.number])
