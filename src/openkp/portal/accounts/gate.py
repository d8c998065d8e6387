"""The gate before every page of the counter: who comes in, and with which roles. Closed unless a view says otherwise.

An officer who has not shown the second factor is known by name and holds no role at all, so that no page and no
operation can forget to ask; the only pages open to them are those of the second factor, beside what is open to anyone.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from openkp.portal.site.posting import Request
from openkp.registry.accounts.actors import ANYONE, Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.second_factor import enrolled
from openkp.registry.accounts.roles import OFFICERS

COUNTER = "openkp.portal."
NOT_PAGES = "openkp.portal.api"
"""The interface for programs answers for itself: it never sends a program to a sign-in page."""

open_to_anyone = login_not_required
View = Callable[..., HttpResponse]


def before_second_factor(view: View) -> View:
    """A page that an officer may open with the password alone."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


class Gate:
    """The middleware: puts ``actor`` on the request, and turns away who may not come in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.actor = actor_at(request)
        return self.get_response(request)

    def process_view(self, request: Request, view: View, args: Any, named: Any) -> HttpResponse | None:
        """To the sign-in page, or to the second factor, or in."""
        if is_page(view) and "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a character that no database keeps")
        if not is_page(view) or not getattr(view, "login_required", True):
            return None
        lost = "?not-stored=yes" if request.method == "POST" else ""
        if request.actor.person_id is None:
            return redirect_to_login(request.get_full_path(), reverse("accounts:sign-in") + lost, "next")
        if is_half_in(request) and not getattr(view, "before_second_factor", False):
            if not enrolled(person_at(request)):
                return redirect("accounts:enrol")
            return redirect_to_login(request.get_full_path(), reverse("accounts:second-factor") + lost, "next")
        return None


def is_page(view: View) -> bool:
    """Whether a view is a page of the counter."""
    return view.__module__.startswith(COUNTER) and not view.__module__.startswith(NOT_PAGES)


def person_at(request: HttpRequest) -> Person:
    """The account that signed in."""
    person = request.user
    assert isinstance(person, Person), "the gate lets accounts in only"
    return person


def actor_at(request: HttpRequest) -> Actor:
    """Whoever signed in, as they stand now; an officer without the second factor with empty hands."""
    if not request.user.is_authenticated:
        return ANYONE
    actor = Actor.of(request.user)
    return actor if not needs_second_factor(actor, request) else replace(actor, held=())


def needs_second_factor(actor: Actor, request: HttpRequest) -> bool:
    """Whether this is an officer who has shown the password only."""
    return bool(actor.roles() & OFFICERS) and not request.user.is_verified()  # type: ignore[union-attr]


def is_half_in(request: Request) -> bool:
    """The same question of a request that the gate has seen: known by name, roles withheld."""
    return not request.actor.held and needs_second_factor(Actor.of(person_at(request)), request)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """The page after too many wrong passwords."""
    answer = render(request, "accounts/locked_out.html", status=429)
    answer["Retry-After"] = "900"
    return answer
