"""Errors as ``application/problem+json`` (RFC 9457), from the same table as the pages."""

import json
import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from openkp.portal.site.problems import UNEXPECTED, Answer, answer_for, new_reference
from openkp.registry.errors import Conflict
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

log = logging.getLogger("openkp.api")


class FieldProblem(Schema):
    """One finding: where, the rule, the stable code, the sentence."""

    pointer: str
    rule: str = ""
    code: str
    detail: str


class Problem(Schema):
    """What went wrong (RFC 9457), with every finding at once."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    next: str = ""
    instance: str
    errors: list[FieldProblem] = []


PROBLEMS: dict[Any, type[Problem]] = {frozenset({400, 401, 403, 404, 409, 412, 413, 422, 428, 500, 502, 507}): Problem}
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


class PreconditionNeeded(OpenkpError):
    """A change without ``If-Match``."""

    code = "if-match-missing"
    advice = Sentence(N_("Read the resource and send its ETag in If-Match."))


def install(api: NinjaAPI) -> None:
    """Give the API its answers to errors."""
    api.add_exception_handler(ValidationError, _not_understood)
    api.add_exception_handler(AuthenticationError, lambda request, error: told(request, NOT_SIGNED_IN))
    api.add_exception_handler(HttpError, _framework)
    api.add_exception_handler(Exception, _any)


def told(request: HttpRequest, answer: Answer, errors: list[dict[str, str]] | None = None) -> HttpResponse:
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
        "errors": [*findings, *(errors or [])],
    }
    response = HttpResponse(json.dumps(body), status=answer.status, content_type="application/problem+json")
    if answer.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def pointer(field: str) -> str:
    """A finding's field as a JSON pointer: ``lines.0.carats`` is ``/lines/0/carats``."""
    return "/" + field.replace(".", "/") if field else ""


def _any(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    if isinstance(error, PreconditionNeeded):
        return told(request, Answer(428, error.code, STALE.title, error.sentence, error.advice))
    if isinstance(error, Conflict) and error.code == STALE.code:
        return told(request, STALE)
    answer = answer_for(error)  # type: ignore[arg-type]
    if answer is UNEXPECTED:
        reference = new_reference()
        log.error("%s %s %s", reference, request.method, request.path, exc_info=error)  # type: ignore[arg-type]
    return told(request, answer)


def _framework(request: HttpRequest, error: Any) -> HttpResponse:
    status = 400 if error.status_code not in (401, 403, 404, 413) else error.status_code
    if status == 401:
        return told(request, NOT_SIGNED_IN)
    return told(request, Answer(status, "request-refused", NOT_UNDERSTOOD, NOT_UNDERSTOOD))


def _not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"pointer": "/" + "/".join(str(p) for p in e["loc"][1:]), "rule": "", "code": e["type"], "detail": e["msg"]}
        for e in error.errors
    ]
    return told(request, Answer(422, "not-understood", NOT_UNDERSTOOD, NOT_UNDERSTOOD), errors)
