"""Who calls the API: a program with a token, or a person signed in with the second factor. Deny by default."""

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from openkp.project import clock
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.operations.tokens import holder
from openkp.registry.accounts.roles import OFFICERS
from openkp.registry.errors import NotAllowed


class Token(HttpBearer):
    """``Authorization: Bearer okp_…``: a token that a person made for a program, in their own name."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        try:
            return holder(token, at=clock.now())
        except NotAllowed:
            return None


class SignedIn(SessionAuth):
    """The session of the pages; an officer's counts only after the second factor.

    A change asks for the proof against forged forms as well: ``X-CSRFToken``.
    """

    def _get_key(self, request: HttpRequest) -> str | None:
        """Without the cookie there is no session that a foreign page could misuse: the answer is 401, not 403."""
        return super()._get_key(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        person = request.user
        if not person.is_authenticated:
            return None
        actor = Actor.of(person)
        if actor.roles() & OFFICERS and not request.user.is_verified():  # type: ignore[union-attr]
            return None
        return actor


def caller(request: HttpRequest) -> Actor:
    """The actor that the authentication above found."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor
