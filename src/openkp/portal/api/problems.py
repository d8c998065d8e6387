"""Errors as ``application/problem+json`` (RFC 9457), from the same table as the pages."""

import json
import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from openkp.portal.api.base import Told
from openkp.portal.api.reading import NotRead, TooLarge, WrongMediaType
from openkp.portal.site.problems import NO_PAGE, TITLES, Answer, answer_for, new_reference
from openkp.registry.errors import REUSED, Conflict
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

log = logging.getLogger("openkp.api")
PREFIX = "/api/v1/"


class FieldProblem(Told):
    """One finding: where, the rule, the stable code, the sentence."""

    pointer: str
    """Where, as a JSON pointer into what was sent; empty for the whole."""
    rule: str = ""
    """Identifier of the rule in `/api/v1/rules`; empty where the form is wrong, not the matter."""
    code: str
    """What is wrong, for programs."""
    detail: str
    """What is wrong, for people."""


class Problem(Told):
    """What went wrong (RFC 9457), with every finding at once. Programs read `status` and `code`, never the words."""

    type: str
    """The kind of problem, as an address."""
    title: str
    """The kind of problem, for people."""
    status: int
    """The HTTP status."""
    code: str
    """What went wrong, for programs. A code keeps its meaning for ever."""
    detail: str
    """What went wrong, for people."""
    next: str = ""
    """What to do next."""
    instance: str
    """The address that was asked."""
    reference: str = ""
    """What the operator finds in the log, where the fault is ours."""
    errors: list[FieldProblem] = []
    """Every finding."""


NOT_SIGNED_IN = Answer(
    401,
    "not-signed-in",
    Sentence(N_("Say who you are")),
    Sentence(N_("This address needs a token, or a session with the second factor passed.")),
    Sentence(N_("Send “Authorization: Bearer” with a token from your account page.")),
)
STALE = Answer(
    412,
    "changed-meanwhile",
    Sentence(N_("Someone was first")),
    Sentence(N_("The resource changed after you read it.")),
    Sentence(N_("Read it again and send the new ETag in If-Match.")),
)
NOT_UNDERSTOOD = Sentence(N_("The request has not the form that this address takes."))


NO_VERSION = Answer(
    428,
    "if-match-missing",
    Sentence(N_("Say which version you changed")),
    Sentence(N_("A change says which version it was made from.")),
    Sentence(N_("Read the resource and send its ETag in If-Match.")),
)
NO_METHOD = Answer(405, "no-such-method", NOT_UNDERSTOOD, Sentence(N_("This address does not take this method.")))
TOO_MANY = Answer(
    429,
    "too-many-calls",
    Sentence(N_("Too many calls")),
    Sentence(N_("This address was called too often in the last minute.")),
    Sentence(N_("Wait a minute, then go on.")),
)
UNREAD = {WrongMediaType: 415, TooLarge: 413}


class TooManyCalls(OpenkpError):
    """Someone calls faster than this node answers to anyone."""

    code = TOO_MANY.code


def install(api: NinjaAPI) -> None:
    """Give the API its answers to errors."""
    api.add_exception_handler(ValidationError, _not_understood)
    api.add_exception_handler(AuthenticationError, lambda request, error: told(request, NOT_SIGNED_IN))
    api.add_exception_handler(HttpError, _framework)
    api.add_exception_handler(Exception, _any)


def told(
    request: HttpRequest, answer: Answer, errors: list[dict[str, str]] | None = None, *, reference: str = ""
) -> HttpResponse:
    """The problem document of an answer."""
    findings = [
        {"pointer": pointer(f.field), "rule": f.rule, "code": f.code, "detail": f.text(gettext)}
        for f in answer.findings
    ]
    body = {
        "type": f"/problems/{answer.code}",
        "title": answer.title.text(gettext),
        "status": answer.status,
        "code": answer.code,
        "detail": answer.why.text(gettext),
        "next": answer.next.text(gettext),
        "instance": request.path,
        "reference": reference,
        "errors": [*findings, *(errors or [])],
    }
    response = HttpResponse(json.dumps(body), status=answer.status, content_type="application/problem+json")
    if answer.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if answer.status == 429:
        response["Retry-After"] = "60"
    return response


def pointer(field: str) -> str:
    """A finding's field as a JSON pointer: ``lines.0.carats`` is ``/lines/0/carats``."""
    return "/" + field.replace(".", "/") if field else ""


def answer_to(error: BaseException) -> Answer:
    """The answer to an error: as the pages have it, but for what only programs can do wrong."""
    if isinstance(error, NotRead):
        status = UNREAD.get(type(error), 400)
        return Answer(status, error.code, TITLES.get(status, NOT_UNDERSTOOD), error.sentence, error.advice)
    if isinstance(error, TooManyCalls):
        return TOO_MANY
    if isinstance(error, Conflict) and error.code == STALE.code:
        return STALE
    if isinstance(error, Conflict) and error.code == REUSED:
        return Answer(422, error.code, TITLES[422], error.sentence, error.advice)
    return answer_for(error)


def _any(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    answer = answer_to(error)  # type: ignore[arg-type]
    if answer.status < 500:
        return told(request, answer)
    reference = new_reference()
    log.error("%s %s %s", reference, request.method, request.path, exc_info=error)  # type: ignore[arg-type]
    return told(request, answer, reference=reference)


def _framework(request: HttpRequest, error: Any) -> HttpResponse:
    """What the framework itself refuses: a body that our parser refused, or a form from another site."""
    if isinstance(error.__cause__, NotRead):
        return told(request, answer_to(error.__cause__))
    status = error.status_code if error.status_code in (403, 404, 413) else 400
    return told(request, Answer(status, "request-refused", NOT_UNDERSTOOD, NOT_UNDERSTOOD))


def _not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    places = {(e["loc"][0], str(e["loc"][-1]).lower(), e["type"]) for e in error.errors}
    if ("header", "if-match", "missing") in places:
        return told(request, NO_VERSION)
    if any(place == "path" for place, _, _ in places):
        return told(request, NO_PAGE)
    errors = [
        {"pointer": _place(e["loc"]), "rule": "", "code": e["type"].replace("_", "-"), "detail": e["msg"]}
        for e in error.errors
    ]
    return told(request, Answer(422, "not-understood", NOT_UNDERSTOOD, NOT_UNDERSTOOD), errors)


def _place(loc: tuple[Any, ...]) -> str:
    """Where a field stands: in the body without its name in our code, else by its own name."""
    inside = loc[2:] if loc[0] == "body" else loc[1:]
    return "".join(f"/{part}" for part in inside)
