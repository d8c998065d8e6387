"""The public pages of figures: open to anyone, without a cookie, the same for everybody who may read the same."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from openkp.portal.accounts.gate import open_to_anyone
from openkp.portal.certificates import asked as asked_day
from openkp.portal.figures import behind, downloads, pages, pairs, shown
from openkp.portal.figures import late as late_list
from openkp.portal.figures.asked import Asked, asked
from openkp.portal.figures.editions import Edition, contents, editions, newest
from openkp.portal.figures.topics import Topic
from openkp.portal.figures.worldmap import worldmap as map_topic
from openkp.portal.site.posting import Request
from openkp.project.clock import now
from openkp.registry.participation.queries import participation
from openkp.registry.statistics import queries

Subject = Callable[..., Topic]
"""What an address is about: its topic, made from the request, what was asked, and the parts of the address."""


def tagged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An answer is named by its own bytes; who has these bytes already is told so (304)."""

    @wraps(view)
    def answered(request: Request, *args: Any, **named: Any) -> HttpResponse:
        answer = view(request, *args, **named)
        if answer.status_code != 200:
            return answer
        answer["ETag"] = f'"{sha256(answer.content).hexdigest()[:32]}"'
        return get_conditional_response(request, etag=answer["ETag"], response=answer)  # type: ignore[return-value]

    return answered


def public(template: str) -> Callable[[Subject], Callable[..., HttpResponse]]:
    """A topic as a page, or as the file that the ending names."""

    def made(subject: Subject) -> Callable[..., HttpResponse]:
        @open_to_anyone
        @require_safe
        @tagged
        @wraps(subject)
        def view(request: Request, form: str = "", **named: Any) -> HttpResponse:
            state = asked(request)
            topic = subject(request, state, **named)
            if form:
                return downloads.as_file(topic, form, state)
            return render(request, f"figures/{template}.html", pages.context(topic, state, named))

        return view

    return made


@public("front")
def front(request: Request, state: Asked) -> Topic:
    """The world over the years; the newest edition of each."""
    found = newest(editions(state.world, now()))
    return shown.front(state, found, contents(found))


@public("year")
def year(request: Request, state: Asked, year: int) -> Topic:
    """The annual global summary."""
    known = [each for each in editions(state.world, now()) if each.year == year]
    edition = chosen(known, state)
    return shown.year(state, edition, contents([edition])[year], known)


@public("participant")
def participant(request: Request, state: Asked, code: str) -> Topic:
    """One Participant."""
    found = newest(editions(state.world, now()))
    return shown.participant(state, code, found, contents(found))


@public("cell")
def cell(request: Request, state: Asked, year: int, code: str, flow: str) -> Topic:
    """What a published cell is made of."""
    edition = chosen([each for each in editions(state.world, now()) if each.year == year], state)
    return behind.cell(
        state, edition, contents([edition])[year], (code, flow), behind.Reader(request.actor, now().date())
    )


@public("asymmetry")
def asymmetry(request: Request, state: Asked, year: int) -> Topic:
    """Exports against imports, pair by pair."""
    edition = chosen([each for each in editions(state.world, now()) if each.year == year], state)
    return pairs.asymmetry(state, edition, contents([edition])[year])


@public("map")
def worldmap(request: Request, state: Asked, year: int) -> Topic:
    """Every Participant as a tile."""
    edition = chosen([each for each in editions(state.world, now()) if each.year == year], state)
    return map_topic(state, edition, contents([edition])[year], participation())


@public("late")
def late(request: Request, state: Asked) -> Topic:
    """Returns that were due and have not come."""
    on = asked_day.day(request, "on", now().date())
    return late_list.late(queries.late(on), on)


@public("download")
def download(request: Request, state: Asked) -> Topic:
    """Everything in one file, and what its columns mean."""
    found = newest(editions(state.world, now()))
    return downloads.whole(state, found, contents(found))


@open_to_anyone
@require_safe
@tagged
def whole(request: Request, form: str) -> HttpResponse:
    """The file itself."""
    state = asked(request)
    found = newest(editions(state.world, now()))
    topic = downloads.whole(state, found, contents(found))
    if form == "metadata.json":
        return downloads.as_file(topic, form, state)
    return downloads.whole_file(topic, downloads.FORMS[form], state)


def chosen(known: list[Edition], state: Asked) -> Edition:
    """The edition that was asked for, the newest where none was named. Raises ``Http404``."""
    wanted = [each for each in known if state.edition in (None, each.edition)]
    if not wanted:
        raise Http404
    return wanted[-1]
