"""The annual global summary: an edition is built by one analyst, read, and published by another."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openkp.figures.summary import NoSuchYear
from openkp.portal.certificates import asked, takeaway
from openkp.portal.certificates.forms import EmptyForm
from openkp.portal.certificates.status import older
from openkp.portal.site.formats import instant, number
from openkp.portal.site.posting import FormPage, Request, acting, acting_on, form_page, given
from openkp.portal.site.shapes import Column, Link, Listing
from openkp.portal.statistics import edition_page
from openkp.portal.statistics.forms import EmbargoForm, ReleaseForm
from openkp.portal.statistics.words import READINGS, WORLDS, release_tag
from openkp.portal.statistics.years import year_typed
from openkp.project.clock import now
from openkp.registry.certificates.queries import PAGE
from openkp.registry.statistics import lists
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.operations import release as releasing
from openkp.registry.statistics.permissions import check_may_analyse, check_may_publish
from openkp.scheme.dated import plain_day
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import N_, Sentence


@require_safe
def releases(request: Request) -> HttpResponse:
    """Every edition, the newest first."""
    rows = lists.editions(request.actor).defer("content", "inputs")
    if after := asked.after(request):
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: PAGE + 1])
    columns = (gettext("Year"), gettext("Edition"), gettext("Figures"), gettext("Built"), gettext("Public from"))
    listing = Listing(
        caption=gettext("Annual global summaries"),
        columns=tuple(Column(title) for title in (*columns, gettext("Stands"))),
        rows=tuple(
            (
                Link(str(row.year), page_of(row), gettext("edition %(number)s") % {"number": row.edition}),
                number(row.edition),
                gettext(WORLDS[row.world]),
                instant(row.built_at),
                instant(row.embargo_until or row.published_at) if row.published_at else "",
                release_tag(row.status),
            )
            for row in found[:PAGE]
        ),
        page=older(request, str(found[PAGE - 1].pk) if len(found) > PAGE else None),
        nothing=gettext("No summary was built yet."),
    )
    return render(request, "statistics/releases.html", {"listing": listing})


@form_page
def build(request: Request) -> FormPage:
    """Make the next edition of a year, to be read before anyone publishes it."""
    check_may_analyse(request.actor)
    usual = {"year": str(now().year - 1), "world": "real", "reading": "resolved"}
    form = ReleaseForm(given(request), saved=usual)

    def act() -> str:
        typed = form.typed()
        world, reading = one_of(typed, "world", WORLDS), one_of(typed, "reading", READINGS)
        made = releasing.build_release(year_typed(typed["year"]), world=world, reading=reading, **acting(request))
        return page_of(made)

    return FormPage(template="statistics/build.html", form=form, act=act, in_steps=True)


def one_of(typed: dict[str, Any], name: str, words: dict[str, str]) -> str:
    """A choice that was made. Raises ``Refused`` for none."""
    if typed[name] in words:
        return str(typed[name])
    raise Refused([Finding("STAT-10", f"{name}-missing", name, Sentence(N_("Choose one.")))])


@require_safe
def release(request: Request, release_id: int) -> HttpResponse:
    """One edition to read: both readings, what differs, what is suppressed and why, from what it was made."""
    row = lists.edition(request.actor, release_id)
    return render(request, "statistics/release.html", edition_page.of_edition(request, row))


@require_safe
def content(request: Request, release_id: int) -> HttpResponse:
    """The edition as it stands, byte for byte."""
    row = lists.edition(request.actor, release_id)
    return takeaway.file(row.content.encode(), f"{row.world}-{row.year}-{row.edition}.json", "application/json")


@require_safe
def check(request: Request, release_id: int) -> HttpResponse:
    """Make it again from what it was made of, and compare."""
    row = lists.edition(request.actor, release_id)
    try:
        again = releasing.reproduce(row)
    except NoSuchYear:  # what it was made of is gone, as a synthetic world is that was made anew
        again = b""
    same = again == row.content.encode()
    context = {"release": row, "same": same, "gone": not again, "sha256": bytes(row.sha256).hex()}
    return render(request, "statistics/release_check.html", context)


@form_page
def publish(request: Request, release_id: int) -> FormPage:
    """Let the public read it, from the end of the embargo on; another person than who built it."""
    row = lists.edition(request.actor, release_id)
    check_may_publish(request.actor, row)
    form = EmbargoForm(given(request))

    def act() -> str:
        until = embargo_typed(form.typed()["embargo_until"])
        return page_of(releasing.publish_release(row.pk, embargo_until=until, **acting_on(request)))

    return deciding(request, row, "statistics/publish.html", form, act)


def embargo_typed(value: str) -> datetime | None:
    """The first instant of the day that was typed, none where none was."""
    if not value:
        return None
    try:
        day: date = plain_day(value)
    except ValueError as error:
        sentence = Sentence(N_("Write the day as year-month-day, such as 2026-03-31."))
        raise Refused([Finding("STAT-10", "embargo-wrong", "embargo_until", sentence)]) from error
    return datetime.combine(day, time(), UTC)


@form_page
def drop(request: Request, release_id: int) -> FormPage:
    """Lay an edition aside that was never published."""
    row = lists.edition(request.actor, release_id)

    def act() -> str:
        return page_of(releasing.drop_release(row.pk, **acting_on(request)))

    return deciding(request, row, "statistics/drop_release.html", EmptyForm(given(request)), act)


def deciding(request: Request, row: Release, template: str, form: Any, act: Callable[[], str]) -> FormPage:
    """A page on which an edition is decided about."""
    return FormPage(
        template=template,
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=row.status == "built",
        stands=release_tag(row.status).text,
        show=lambda: edition_page.of_edition(request, row),
    )


def page_of(row: Release) -> str:
    """An edition's own page."""
    return reverse("statistics:release", args=[row.pk])
