"""Who is late and what was done about it; who analyses whom."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from openkp.portal.certificates import asked, takeaway
from openkp.portal.site.formats import amount, country, iso, number
from openkp.portal.site.posting import FormPage, Request, acting, form_page, given
from openkp.portal.site.shapes import Cell, Choice, Column, Facet, Link, Listing
from openkp.portal.statistics.forms import YearForm
from openkp.portal.statistics.words import KINDS, STEPS, kind_words, period_words, step_due_tag
from openkp.portal.statistics.years import year_typed
from openkp.project.clock import now
from openkp.registry.statistics import lists
from openkp.registry.statistics.lists import Chased
from openkp.registry.statistics.operations.analyse import allocate
from openkp.registry.statistics.permissions import check_may_analyse
from openkp.scheme.returns import ReturnKind

SHOWN_LATE = 100


@require_safe
def late(request: Request) -> HttpResponse:
    """Every return that is missing on a day: the step that its lateness asks for, those taken, and what comes next."""
    on = _asked_of(request)
    kind, participant = request.GET.get("kind", ""), request.GET.get("participant", "")[:2].upper()
    rows = [row for row in lists.chased(request.actor, on) if kind in ("", row.late.kind)][::-1]
    found = [row for row in rows if participant in ("", row.late.participant)]
    listing = replace(
        late_listing(found[:SHOWN_LATE]),
        facets=(Facet(gettext("Return"), tuple(_choice(request, each) for each in ReturnKind)),),
        downloads=(Link("CSV", f"{reverse('statistics:late-csv')}?on={iso(on)}", gettext("of the whole list")),),
    )
    context = {"listing": listing, "on": on, "count": len(found), "hidden": max(0, len(found) - SHOWN_LATE)}
    return render(request, "statistics/late.html", {**context, "kind": kind, "participant": participant})


def late_listing(rows: Iterable[Chased]) -> Listing:
    """Late returns as a list."""
    return Listing(
        caption=gettext("Late returns"),
        columns=(
            Column(gettext("Participant")),
            Column(gettext("Return")),
            Column(gettext("Period")),
            Column(gettext("Due")),
            Column(gettext("Days late"), numeric=True),
            Column(gettext("Step that is due")),
            Column(gettext("Steps taken")),
            Column(gettext("What comes next")),
        ),
        rows=tuple(_late_row(row) for row in rows),
        nothing=gettext("Nothing is late."),
    )


def _asked_of(request: Request) -> date:
    today = now().date()
    return asked.past_day(asked.day(request, "on", today), today)


def _choice(request: Request, kind: ReturnKind) -> Choice:
    chosen = request.GET.get("kind") == kind.value
    kept = {name: value for name, value in request.GET.items() if name != "kind" and value}
    return Choice(gettext(KINDS[kind]), f"?{urlencode(kept if chosen else {**kept, 'kind': kind.value})}", None, chosen)


def _late_row(row: Chased) -> tuple[Cell, ...]:
    late = row.late
    return (
        country(late.participant),
        kind_words(late.kind),
        period_words(str(late.period)),
        number(iso(late.due_on)),
        amount(late.days),
        step_due_tag(late.step.value) or gettext("None yet"),
        Markup("<br>").join(step_words(each.step, each.at.date()) for each in row.taken) or gettext("None"),
        step_words(*row.next) if row.next else gettext("Nothing more"),
    )


def step_words(step: str, day: date) -> Markup:
    """A step of chasing and its day."""
    return on_day(gettext(STEPS[step][0]), day)


def on_day(step: str, day: date) -> Markup:
    """``Escalated to the Chair on 2026-09-04``."""
    return Markup(gettext("%(step)s on %(day)s")) % {"step": step, "day": number(iso(day))}


@require_safe
def late_csv(request: Request) -> StreamingHttpResponse:
    """The same list, whole, as CSV."""
    on = _asked_of(request)
    rows = (_late_line(row) for row in lists.chased(request.actor, on))
    titles = ("participant", "kind", "period", "due_on", "days", "step", "last_step", "last_step_on")
    return takeaway.csv_response(f"late-{iso(on)}.csv", (*titles, "next_step", "next_step_on"), rows)


def _late_line(row: Chased) -> tuple[str | int, ...]:
    late, last, after = row.late, row.taken[-1:], row.next
    return (
        late.participant,
        late.kind.value,
        str(late.period),
        iso(late.due_on),
        late.days,
        late.step.value,
        *((last[0].step, iso(last[0].at)) if last else ("", "")),
        *((after[0].value, iso(after[1])) if after else ("", "")),
    )


@require_safe
def allocations(request: Request) -> HttpResponse:
    """Who analyses whom in a year."""
    years = lists.allocation_years(request.actor)
    typed = request.GET.get("year", "")
    year = year_typed(typed) if typed else (years[0] if years else now().year)
    rows = lists.allocations(request.actor, year)
    listing = Listing(
        caption=gettext("Who analyses whom in %(year)s") % {"year": year},
        columns=(Column(gettext("Figures of")), Column(gettext("Analysed by"))),
        rows=tuple((country(row.subject), country(row.analyst)) for row in rows),
        facets=(Facet(gettext("Year"), tuple(Choice(str(y), f"?year={y}", None, y == year) for y in years)),)
        if years
        else (),
        nothing=gettext("The work of this year was not shared out yet."),
    )
    return render(request, "statistics/allocations.html", {"listing": listing, "year": year})


@form_page
def share_out(request: Request) -> FormPage:
    """Share out the work of a year; the same again changes nothing."""
    check_may_analyse(request.actor)
    form = YearForm(given(request), saved={"year": str(now().year)})

    def act() -> str:
        year = year_typed(form.typed()["year"])
        allocate(year, **acting(request))
        return f"{reverse('statistics:allocations')}?year={year}"

    show: dict[str, Any] = {}
    return FormPage(template="statistics/share_out.html", form=form, act=act, show=lambda: show)
