"""The filing desk: what is due, drafts written by one person and filed by another."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from openkp.portal.certificates.forms import EmptyForm, ReasonForm
from openkp.portal.site.posting import FormPage, Request, acting, acting_on, form_page, given
from openkp.portal.site.shapes import Listing
from openkp.portal.statistics import case_page, draft_page, shown
from openkp.portal.statistics.chasing import late_listing
from openkp.portal.statistics.forms import ReturnForm, origins
from openkp.portal.statistics.words import draft_tag, kind_words, period_words
from openkp.project.clock import now
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import NotFound
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.models import Draft
from openkp.registry.statistics.operations import draft as drafting
from openkp.registry.statistics.operations import file as filing
from openkp.registry.statistics.permissions import check_may_file, check_may_write
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_


@require_safe
def home(request: Request) -> HttpResponse:
    """What is due, what is being written; an analyst is led to the queue."""
    lists.check_may_watch(request.actor)
    if not request.actor.roles() & set(queries.NEAR):
        return HttpResponseRedirect(reverse("statistics:anomalies"))
    at = now()
    due = lists.obligations(request.actor, at.date())
    late = lists.own_late(request.actor, due, at.date())
    others = lists.other_drafts(request.actor, due)
    writes = request.actor.authorities(Role.STATISTICIAN)
    several = len({each.authority.pk for each in due}) > 1
    context = {
        "due": shown.due_listing(due, at, several=several, writes=writes),
        "others": shown.drafts_listing(others) if others else None,
        "questionnaires": waiting(request, at),
        "late": late_listing(late) if late else None,
    }
    return render(request, "statistics/home.html", context)


def waiting(request: Request, at: datetime) -> Listing | None:
    """The questionnaires that wait for this person's Participant."""
    from openkp.portal.statistics.questionnaires import listing_of

    rows = [row for row in queries.questionnaires(request.actor) if case_page.waits(row)]
    return listing_of(rows, at) if rows else None


@form_page
def start(request: Request, code: str, kind: str, period: str) -> FormPage:
    """Begin a return: from the node's own documents, or from an empty page."""
    authority = lists.own_authority(request.actor, code)
    wanted, when = kind_of(kind), period_of(kind, period)

    def act() -> str:
        begin = drafting.start_draft if "empty" in request.POST else drafting.generate_return
        return page_of(begin(authority.pk, wanted, when, **acting(request)))

    show: dict[str, Any] = {"authority": authority, "kind": kind_words(kind), "period": period_words(period)}
    show |= {"can_generate": wanted is ReturnKind.TRADE}
    return FormPage(template="statistics/start.html", form=EmptyForm(given(request)), act=act, show=lambda: show)


def kind_of(kind: str) -> ReturnKind:
    """Production or trade."""
    try:
        return ReturnKind(kind)
    except ValueError as error:
        raise Http404 from error


def period_of(kind: str, period: str) -> Period:
    """A period of the kind that this return is filed for."""
    try:
        read = Period.parse(period)
    except ValueError as error:
        raise Http404 from error
    if read.kind != kind_of(kind).period_kind:
        raise NotFound(N_("Production is filed for half-years, trade for quarters."))
    return read


@require_safe
def draft(request: Request, draft_id: int) -> HttpResponse:
    """A draft as it stands: what it says, where it differs, what may be done with it."""
    row = queries.draft(request.actor, draft_id)
    return render(request, "statistics/draft.html", draft_page.of_draft(request, row))


@form_page
def edit(request: Request, draft_id: int) -> FormPage:
    """Write the return. Saved as it is typed; passed on, it is judged, and every finding stands at its field."""
    row = queries.draft(request.actor, draft_id)
    check_may_write(request.actor, row.authority_id)
    start_at = draft_page.window_of(request)
    form = ReturnForm(
        given(request), kind=ReturnKind(row.kind), saved=row.fields, start=start_at, explanation=row.explanation
    )

    def act() -> str:
        said = form.explained() if "explanation" in request.POST else None
        saved = drafting.save_draft(row.pk, form.typed(), explanation=said, **acting_on(request))
        if "pass-on" not in request.POST:
            return f"{request.path}?saved&from={start_at}"
        filing.prepare_return(row.pk, version=saved.version, **acting(request))
        return page_of(row)

    show: Callable[[], dict[str, Any]] = lambda: {  # noqa: E731
        **draft_page.of_form(row, form),
        "countries": origins(),
        "saved": "saved" in request.GET,
    }
    return FormPage(
        template="statistics/edit.html",
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=row.status == "draft",
        stands=draft_tag(row.status).text,
        findings=draft_page.findings_of(row),
        show=show,
    )


@form_page
def file(request: Request, draft_id: int) -> FormPage:
    """Exactly what will be signed; then the signature. Another person than the one who prepared it."""
    row = queries.draft(request.actor, draft_id)
    check_may_file(request.actor, row)

    def act() -> str:
        made = filing.file_return(row.pk, **acting_on(request))
        return reverse("statistics:filing", args=[made.pk])

    return second(row, "statistics/file.html", EmptyForm(given(request)), act)


@form_page
def send_back(request: Request, draft_id: int) -> FormPage:
    """The second person gives the draft back, or the first takes it back, and says why."""
    row = queries.draft(request.actor, draft_id)
    check_may_write(request.actor, row.authority_id)
    form = ReasonForm(given(request))

    def act() -> str:
        return page_of(filing.send_back_draft(row.pk, form.typed()["reason"], **acting_on(request)))

    return second(row, "statistics/send_back.html", form, act)


@form_page
def drop(request: Request, draft_id: int) -> FormPage:
    """Lay a draft aside."""
    row = queries.draft(request.actor, draft_id)
    check_may_write(request.actor, row.authority_id)

    def act() -> str:
        drafting.drop_draft(row.pk, **acting_on(request))
        return reverse("statistics:home")

    return second(row, "statistics/drop.html", EmptyForm(given(request)), act, on=("draft", "prepared"))


def second(
    row: Draft, template: str, form: Any, act: Callable[[], str], *, on: tuple[str, ...] = ("prepared",)
) -> FormPage:
    """A page on which a draft is decided about."""
    return FormPage(
        template=template,
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=row.status in on,
        stands=draft_tag(row.status).text,
        show=lambda: draft_page.told(row),
    )


def page_of(row: Draft) -> str:
    """A draft's own page."""
    return reverse("statistics:draft", args=[row.pk])
