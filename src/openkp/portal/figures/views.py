"""The public pages of figures: open to anyone, without a cookie, the same for everybody who may read the same."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from openkp.portal.accounts.gate import open_to_anyone
from openkp.portal.certificates import asked as asked_day
from openkp.portal.certificates import takeaway
from openkp.portal.certificates.register import COSE
from openkp.portal.figures import behind, downloads, pages, pairs, proven_beside, shown
from openkp.portal.figures import late as late_list
from openkp.portal.figures import proven as proven_totals
from openkp.portal.figures.absent import no_edition, no_flow, no_year
from openkp.portal.figures.asked import Asked, asked
from openkp.portal.figures.cells import FLOWS
from openkp.portal.figures.topics import Topic
from openkp.portal.figures.worldmap import worldmap as map_topic
from openkp.portal.site.posting import Request
from openkp.project.clock import now
from openkp.registry.participation.queries import participation
from openkp.registry.statistics import queries
from openkp.registry.statistics.editions import Edition, contents, editions, newest

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
    known, edition = of_year(state, year)
    return proven_beside.of_year(shown.year(state, edition, contents([edition])[year], known), request.actor, now())


@public("participant")
def participant(request: Request, state: Asked, code: str) -> Topic:
    """One Participant."""
    found = newest(editions(state.world, now()))
    topic = shown.participant(state, code, found, contents(found))
    return proven_beside.of_participant(topic, code, request.actor, now())


@public("cell")
def cell(request: Request, state: Asked, year: int, code: str, flow: str) -> Topic:
    """What a published cell is made of."""
    if flow not in FLOWS:
        raise no_flow(flow)
    _known, edition = of_year(state, year)
    reader = behind.Reader(request.actor, now().date())
    topic = behind.cell(state, edition, contents([edition])[year], (code, flow), reader)
    return proven_beside.of_cell(topic, code, flow, request.actor, now())


@public("asymmetry")
def asymmetry(request: Request, state: Asked, year: int) -> Topic:
    """Exports against imports, pair by pair."""
    _known, edition = of_year(state, year)
    return pairs.asymmetry(state, edition, contents([edition])[year])


@public("map")
def worldmap(request: Request, state: Asked, year: int) -> Topic:
    """Every Participant as a tile."""
    _known, edition = of_year(state, year)
    return map_topic(state, edition, contents([edition])[year], participation())


@public("late")
def late(request: Request, state: Asked) -> Topic:
    """Returns that were due and have not come."""
    today = now().date()
    on = asked_day.past_day(asked_day.day(request, "on", today), today)
    return late_list.late(queries.late(on), on)


@public("proven")
def proven(request: Request, state: Asked) -> Topic:
    """Every total that was proven, and how to check one."""
    only_real(state)
    return proven_totals.front(request.actor, now(), bundle(request))


@public("total")
def total(request: Request, state: Asked, total_id: int) -> Topic:
    """One of them, as our own check finds it now."""
    only_real(state)
    return proven_totals.one(total_id, request.actor, now(), bundle(request))


def only_real(state: Asked) -> None:
    """Nothing is proven of the synthetic world. Raises ``Http404``."""
    if state.world != "real":
        raise Http404


def bundle(request: Request) -> str:
    """Where the trust bundle of this node is, for a command."""
    return request.build_absolute_uri(reverse("bundle"))


@open_to_anyone
@require_safe
def total_document(request: Request, total_id: int) -> HttpResponse:
    """The signed total, for anyone's verifier."""
    return takeaway.file(*proven_totals.taken(total_id, "kpn", request.actor, now()), COSE)


@open_to_anyone
@require_safe
def total_proof(request: Request, total_id: int) -> HttpResponse:
    """Its public proof, for ``openkp statistics check``."""
    return takeaway.file(*proven_totals.taken(total_id, "kpp", request.actor, now()), "application/cbor")


@public("download")
def download(request: Request, state: Asked) -> Topic:
    """Everything in one file, and what its columns mean."""
    found = newest(editions(state.world, now()))
    return replace(downloads.whole(state, found, contents(found)), rows=())  # the page shows none of them


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


def of_year(state: Asked, year: int) -> tuple[list[Edition], Edition]:
    """The editions of a year, and the one that was asked for, the newest where none was. Raises ``NotFound``."""
    found = editions(state.world, now())
    known = [each for each in found if each.year == year]
    if not known:
        raise no_year(year, (each.year for each in found))
    wanted = [each for each in known if state.edition in (None, each.edition)]
    if not wanted:
        raise no_edition(year, state.edition, known[-1].edition)
    return known, wanted[-1]
