"""The analyst's queue of anomalies, and one anomaly with its evidence."""

import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from openkp.portal.certificates import takeaway
from openkp.portal.certificates.forms import ReasonForm
from openkp.portal.site.formats import country
from openkp.portal.site.posting import FormPage, Request, acting, acting_on, form_page, given
from openkp.portal.site.shapes import Choice, Facet, Page
from openkp.portal.statistics import evidence
from openkp.portal.statistics.forms import YearForm
from openkp.portal.statistics.words import ANOMALIES, anomaly_tag
from openkp.portal.statistics.years import year_typed
from openkp.project.clock import now
from openkp.registry.certificates.queries import PAGE
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.models import AnomalyFound
from openkp.registry.statistics.operations.analyse import dismiss_anomaly, run_anomalies
from openkp.registry.statistics.permissions import check_may_analyse

MOST_PARTICIPANTS = 12
"""How many Participants the list offers to narrow by: those with most to look at."""


@require_safe
def queue(request: Request) -> HttpResponse:
    """What waits to be looked at, the most severe first; several can be chosen for one questionnaire."""
    check_may_analyse(request.actor)
    state = request.GET.get("state", "computed")
    if state not in ANOMALIES:
        raise Http404
    rows = queries.anomalies(request.actor, state)
    for name in ("test", "participant", "period"):
        if value := request.GET.get(name, "")[:30]:
            rows = rows.filter(**{name: value})
    begin = begin_of(request)
    found = list(rows[begin : begin + PAGE + 1])
    counts = lists.anomaly_counts(request.actor, state)
    context = {
        "rows": [evidence.row_of(row, now()) for row in found[:PAGE]],
        "facets": facets(request, state, counts),
        "state": state,
        "words": gettext(ANOMALIES[state][0]),
        "page": page_of_list(request, begin, more=len(found) > PAGE),
    }
    return render(request, "statistics/anomalies.html", context)


def begin_of(request: Request) -> int:
    """Where the page begins, counted in rows: severity alone is no key to page by."""
    value = request.GET.get("after", "0")
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise Http404
    return int(value)


def page_of_list(request: Request, begin: int, *, more: bool) -> Page:
    """The ways to the pages before and after."""
    kept = {name: value for name, value in request.GET.items() if name != "after"}
    older = f"?{urlencode({**kept, 'after': begin + PAGE})}" if more else ""
    newer = f"?{urlencode({**kept, 'after': max(0, begin - PAGE)})}" if begin else ""
    return Page(older=older, newer=newer)


def facets(request: Request, state: str, counts: dict[str, Counter[str]]) -> tuple[Facet, ...]:
    """By state; and of what is in this state by test and by Participant."""
    states = tuple(
        Choice(gettext(words), f"?state={name}", counts["state"][name], name == state)
        for name, (words, _colour) in ANOMALIES.items()
    )
    tests = tuple(
        _choice(request, "test", name, evidence.test_words(name), n) for name, n in counts["test"].most_common()
    )
    people = _with_chosen(counts["participant"], request.GET.get("participant", ""))
    participants = tuple(_choice(request, "participant", code, country(code), n) for code, n in people)
    found = (
        Facet(gettext("State"), states),
        Facet(gettext("Test"), tests),
        Facet(gettext("Participant"), participants),
    )
    return tuple(facet for facet in found if facet.choices)


def _with_chosen(counts: Counter[str], chosen: str) -> list[tuple[str, int]]:
    most = counts.most_common(MOST_PARTICIPANTS)
    return most if not chosen or chosen in dict(most) or chosen not in counts else [*most, (chosen, counts[chosen])]


def _choice(request: Request, name: str, value: str, words: str, count: int) -> Choice:
    kept = {key: text for key, text in request.GET.items() if key not in ("after", name) and text}
    chosen = request.GET.get(name) == value
    return Choice(words, f"?{urlencode(kept if chosen else {**kept, name: value})}", count, chosen)


@require_safe
def anomaly(request: Request, key: str) -> HttpResponse:
    """One anomaly: what, expected and observed, why it may be innocent, the records, the picture, the command."""
    row = queries.anomaly(request.actor, key)
    return render(request, "statistics/anomaly.html", evidence.of_anomaly(request, row))


@require_safe
def picture(request: Request, key: str) -> HttpResponse:
    """Its picture."""
    row = queries.anomaly(request.actor, key)
    return HttpResponse(evidence.picture_of(row), content_type="image/svg+xml; charset=utf-8")


@require_safe
def pack(request: Request, key: str) -> HttpResponse:
    """Its evidence as a program reads it; an analyst can hand it to the other country unedited."""
    row = queries.anomaly(request.actor, key)
    data = json.dumps(row.evidence, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return takeaway.file(data, f"anomaly-{row.key}.json", "application/json")


@form_page
def dismiss(request: Request, key: str) -> FormPage:
    """Say why it is innocent; nobody is asked about it."""
    row = queries.anomaly(request.actor, key)
    form = ReasonForm(given(request))

    def act() -> str:
        return page_of(dismiss_anomaly(row.pk, form.typed()["reason"], **acting_on(request)))

    def show() -> dict[str, Any]:
        return {"anomaly": row, "what": evidence.what_of(row)}

    return FormPage(
        template="statistics/dismiss.html",
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=row.state == "computed",
        stands=anomaly_tag(row.state).text,
        show=show,
    )


@form_page
def run(request: Request) -> FormPage:
    """Run every test over a year."""
    check_may_analyse(request.actor)
    form = YearForm(given(request), saved={"year": str(now().year - 1)})

    def act() -> str:
        new = run_anomalies(year_typed(form.typed()["year"]), **acting(request))
        return f"{reverse('statistics:ran')}?{urlencode({'new': len(new)})}"

    return FormPage(template="statistics/run.html", form=form, act=act, in_steps=True)


@require_safe
def ran(request: Request) -> HttpResponse:
    """How many were new."""
    check_may_analyse(request.actor)
    new = request.GET.get("new", "0")
    count = int(new) if new.isascii() and new.isdigit() and len(new) < 7 else 0
    words = ngettext("%(count)s new anomaly was found.", "%(count)s new anomalies were found.", count)
    return render(request, "statistics/ran.html", {"words": words % {"count": count}})


def page_of(row: AnomalyFound) -> str:
    """An anomaly's own page."""
    return reverse("statistics:anomaly", args=[row.key])
