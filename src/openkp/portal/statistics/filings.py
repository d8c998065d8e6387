"""What was filed: every version of a return, its signed document, where it was sent, and the way to correct it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked, takeaway
from openkp.portal.certificates.forms import ReasonForm
from openkp.portal.certificates.register import COSE
from openkp.portal.certificates.status import older
from openkp.portal.certificates.words import delivery_tag
from openkp.portal.figures import proven_beside
from openkp.portal.site.formats import bdi, country, instant, number
from openkp.portal.site.posting import FormPage, Request, acting, form_page, given
from openkp.portal.site.shapes import (
    Choice,
    Colour,
    Column,
    DocumentShown,
    Download,
    Facet,
    Fact,
    Link,
    Listing,
    Tag,
)
from openkp.portal.statistics import proving, shown
from openkp.portal.statistics.words import KINDS, kind_words, period_words
from openkp.project.clock import now
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.lists import messages_about
from openkp.registry.journal.queries import history
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.documents import fields_of, return_of
from openkp.registry.statistics.models import Filing
from openkp.registry.statistics.operations.draft import correct_return
from openkp.registry.statistics.permissions import check_may_write
from openkp.registry.statistics.steps import return_subject
from openkp.scheme.returns import ReturnKind


@require_safe
def filings(request: Request) -> HttpResponse:
    """Every filing that this person may read, the newest first."""
    lists.check_may_watch(request.actor)
    narrowed = {
        "kind": request.GET.get("kind", ""),
        "participant": request.GET.get("participant", "")[:2].upper(),
        "period": request.GET.get("period", "")[:7],
    }
    if narrowed["kind"] not in ("", *ReturnKind):
        raise Http404
    found = lists.filings_page(request.actor, after=asked.after(request), size=asked.size(request), **narrowed)
    listing = Listing(
        caption=gettext("Filings"),
        columns=tuple(Column(title) for title in titles()),
        rows=shown.filings_rows(found.rows),
        facets=(Facet(gettext("Return"), tuple(_choice(request, kind) for kind in ReturnKind)),),
        page=older(request, found.after),
        nothing=gettext("No filing fits."),
    )
    return render(request, "statistics/filings.html", {"listing": listing, "narrowed": narrowed})


def titles() -> tuple[str, ...]:
    """The columns of a list of filings."""
    return (
        gettext("Period"),
        gettext("Return"),
        gettext("Participant"),
        gettext("Authority"),
        gettext("Version"),
        gettext("It says"),
        gettext("Filed"),
    )


def _choice(request: Request, kind: ReturnKind) -> Choice:
    kept = {name: value for name, value in request.GET.items() if name not in ("after", "kind") and value}
    chosen = request.GET.get("kind") == kind.value
    return Choice(gettext(KINDS[kind]), f"?{urlencode(kept if chosen else {**kept, 'kind': kind.value})}", None, chosen)


@require_safe
def filing(request: Request, filing_id: int) -> HttpResponse:
    """One version of one return."""
    row, versions = lists.with_versions(request.actor, filing_id)
    fields, kind = fields_of(return_of(row, now())), ReturnKind(row.kind)
    sent = messages_about(subject_of(row), request.actor)
    newest = bool(versions) and versions[0].pk == row.pk
    it = DocumentShown(
        title=kind_words(row.kind),
        number=f"{country(row.participant)}, {period_words(row.period)}",
        status=Tag(gettext("In force"), Colour.GREEN) if newest else Tag(gettext("Replaced"), Colour.GREY),
        facts=(shown.head_answers(fields, kind),),
        events=shown.timeline(history(subject_of(row))) if is_near(request.actor, row) else (),
        actions=(*actions(request.actor, row), *proving.link(request.actor, row, now())) if newest else (),
        downloads=(
            Download(
                gettext("Signed return"),
                reverse("statistics:filing-document", args=[row.pk]),
                "KPF",
                hint=gettext("For verification without a network"),
            ),
        ),
        proofs=proofs(row),
    )
    context = {
        "it": it,
        "filing": row,
        "lines": shown.lines_listing(fields, kind),
        "more_lines": shown.more_lines(fields, kind),
        "versions": versions_listing(versions),
        "messages": [(message, delivery_tag(message.state)) for message in sent],
        "proven": proven_beside.of_filing(row, request.actor, now()),
        "explanation": row.draft.explanation if row.draft and may_correct(request.actor, row) else "",
    }
    return render(request, "statistics/filing.html", context)


def is_near(actor: Actor, row: Filing) -> bool:
    """Whether this person reads what a Participant keeps to itself: who wrote it, and what was said meanwhile."""
    return row.participant in actor.participants(*queries.NEAR)


def proofs(row: Filing) -> tuple[Fact, ...]:
    """What anyone can check it against."""
    return (
        Fact(gettext("Version"), number(row.number)),
        Fact(gettext("Authority"), number(row.authority_code or "–")),
        Fact(gettext("Signed"), instant(row.filed_at)),
        *([Fact(gettext("Received here"), instant(row.received_at))] if row.received_at else []),
        Fact(gettext("Hash of its public form"), bdi(bytes(row.public_hash).hex())),
    )


def versions_listing(rows: list[Filing]) -> Listing:
    """The versions of a return."""
    return Listing(
        caption=gettext("Versions"),
        columns=tuple(Column(title) for title in titles()),
        rows=shown.filings_rows(rows),
    )


def actions(actor: Actor, row: Filing) -> tuple[Link, ...]:
    """The newest version may be corrected by those who filed it."""
    if not may_correct(actor, row):
        return ()
    return (Link(gettext("Correct it"), reverse("statistics:correct", args=[row.pk])),)


def may_correct(actor: Actor, row: Filing) -> bool:
    """Whether this person writes the returns of the authority that filed it."""
    return row.draft is not None and row.draft.authority_id in actor.authorities(Role.STATISTICIAN)


@require_safe
def document(request: Request, filing_id: int) -> HttpResponse:
    """The signed return, for anyone's verifier."""
    row = queries.filing(request.actor, filing_id)
    name = f"{row.participant}-{row.kind}-{row.period}-v{row.number}.kpf"
    return takeaway.file(bytes(row.document.data), name, COSE)


@form_page
def correct(request: Request, filing_id: int) -> FormPage:
    """Open the next version, with the reason."""
    row = queries.filing(request.actor, filing_id)
    check_may_write(request.actor, row.draft.authority_id if row.draft else 0)
    form = ReasonForm(given(request))

    def act() -> str:
        made = correct_return(row.pk, reason=form.typed()["reason"], **acting(request))
        return reverse("statistics:edit", args=[made.pk])

    def show() -> dict[str, Any]:
        return {"filing": row, "title": kind_words(row.kind), "period": period_words(row.period)}

    return FormPage(template="statistics/correct.html", form=form, act=act, home=page_of(row), show=show)


def page_of(row: Filing) -> str:
    """A filing's own page."""
    return reverse("statistics:filing", args=[row.pk])


def subject_of(row: Filing) -> str:
    """What the journal and the post call it."""
    return return_subject(row.authority_code, row.kind, row.period)
