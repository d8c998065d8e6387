"""Who is late and what was done about it; who analyses whom."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked, takeaway
from openkp.portal.site.formats import amount, country, iso, number
from openkp.portal.site.posting import FormPage, Request, acting, form_page, given
from openkp.portal.site.shapes import Cell, Choice, Column, Facet, Link, Listing
from openkp.portal.statistics.forms import YearForm
from openkp.portal.statistics.words import KINDS, kind_words, period_words, step_due_tag, step_tag
from openkp.portal.statistics.years import year_typed
from openkp.project.clock import now
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.models import Reminder
from openkp.registry.statistics.operations.analyse import allocate
from openkp.registry.statistics.permissions import check_may_analyse
from openkp.scheme.deadlines import Late
from openkp.scheme.returns import ReturnKind

SHOWN_LATE = 100
Steps = dict[tuple[str, str, str], Reminder]


@require_safe
def late(request: Request) -> HttpResponse:
    """Every return that is missing on a day, with the step that its lateness asks for and the last one taken."""
    steps = lists.reminders(request.actor)
    on = _asked_of(request)
    kind, participant = request.GET.get("kind", ""), request.GET.get("participant", "")[:2].upper()
    found = [row for row in queries.late(on) if kind in ("", row.kind) and participant in ("", row.participant)][::-1]
    listing = Listing(
        caption=gettext("Late returns"),
        columns=(
            Column(gettext("Participant")),
            Column(gettext("Return")),
            Column(gettext("Period")),
            Column(gettext("Due")),
            Column(gettext("Days late"), numeric=True),
            Column(gettext("Step that is due")),
            Column(gettext("Last step taken")),
        ),
        rows=tuple(_late_row(row, steps) for row in found[:SHOWN_LATE]),
        facets=(Facet(gettext("Return"), tuple(_choice(request, each) for each in ReturnKind)),),
        nothing=gettext("Nothing is late."),
        downloads=(Link("CSV", f"{reverse('statistics:late-csv')}?on={iso(on)}", gettext("of the whole list")),),
    )
    context = {"listing": listing, "on": on, "count": len(found), "hidden": max(0, len(found) - SHOWN_LATE)}
    return render(request, "statistics/late.html", {**context, "kind": kind, "participant": participant})


def _asked_of(request: Request) -> date:
    today = now().date()
    return asked.past_day(asked.day(request, "on", today), today)


def _choice(request: Request, kind: ReturnKind) -> Choice:
    chosen = request.GET.get("kind") == kind.value
    kept = {name: value for name, value in request.GET.items() if name != "kind" and value}
    return Choice(gettext(KINDS[kind]), f"?{urlencode(kept if chosen else {**kept, 'kind': kind.value})}", None, chosen)


def _late_row(row: Late, steps: Steps) -> tuple[Cell, ...]:
    taken = steps.get((row.participant, row.kind.value, str(row.period)))
    return (
        country(row.participant),
        kind_words(row.kind),
        period_words(str(row.period)),
        number(iso(row.due_on)),
        amount(row.days),
        step_due_tag(row.step.value) or gettext("None yet"),
        number(f"{iso(taken.at)}") if taken and taken.step == row.step.value else step_words(taken),
    )


def step_words(taken: Reminder | None) -> Cell:
    """The last step that was taken, and when."""
    if taken is None:
        return gettext("None")
    tag = step_tag(taken.step)
    return gettext("%(step)s on %(day)s") % {"step": tag if isinstance(tag, str) else tag.text, "day": iso(taken.at)}


@require_safe
def late_csv(request: Request) -> StreamingHttpResponse:
    """The same list, whole, as CSV."""
    steps = lists.reminders(request.actor)
    on = _asked_of(request)
    rows = (
        (
            row.participant,
            row.kind.value,
            str(row.period),
            iso(row.due_on),
            row.days,
            row.step.value,
            *_taken(row, steps),
        )
        for row in queries.late(on)
    )
    titles = ("participant", "kind", "period", "due_on", "days", "step", "last_step", "last_step_on")
    return takeaway.csv_response(f"late-{iso(on)}.csv", titles, rows)


def _taken(row: Late, steps: Steps) -> tuple[str, str]:
    taken = steps.get((row.participant, row.kind.value, str(row.period)))
    return (taken.step, iso(taken.at)) if taken else ("", "")


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
