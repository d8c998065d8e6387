"""The one place where errors become answers. Views catch nothing; the JSON interface asks `answer_for` too.

Refused 422 · NotAllowed 403 · NotFound 404 · Conflict 409 · DocumentError 400 · PeerError 502 · disk full 507
"""

import errno
import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from openkp.registry.errors import BrokenRecord, Conflict, NotAllowed, NotFound
from openkp.scheme.errors import Finding, OpenkpError, Refused
from openkp.scheme.words import N_, Sentence

log = logging.getLogger("openkp.portal")

SQLITE_FULL = 13
POSTGRES_DISK_FULL = "53100"
NOTHING = Sentence("")


@dataclass(frozen=True)
class Answer:
    """What a person or a program is told: the HTTP status, a stable code, what happened, why, what next."""

    status: int
    code: str
    title: Sentence
    why: Sentence = NOTHING
    next: Sentence = NOTHING
    findings: tuple[Finding, ...] = field(default=())


TITLES: dict[int, Sentence] = {
    400: Sentence(N_("This could not be read")),
    403: Sentence(N_("You may not do this")),
    404: Sentence(N_("There is no such page here")),
    409: Sentence(N_("Someone was first")),
    413: Sentence(N_("This is too large")),
    422: Sentence(N_("This was refused")),
    500: Sentence(N_("Something went wrong on our side")),
    502: Sentence(N_("The other authority did not answer")),
    507: Sentence(N_("This node has no room left")),
}


def class_named(name: str) -> type[Exception]:
    """An error of a ring that this node may run without; a class that nothing raises where it is absent."""
    from importlib import import_module

    module, _, leaf = name.rpartition(".")
    try:
        return getattr(import_module(module), leaf)  # type: ignore[no-any-return]
    except (ImportError, AttributeError):
        return type(leaf, (Exception,), {})


STATUS: tuple[tuple[type[Exception], int], ...] = (
    (Refused, 422),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (class_named("openkp.documents.errors.DocumentError"), 400),
    (class_named("openkp.exchange.errors.PeerError"), 502),
    (BrokenRecord, 500),
)


def answer_for(error: BaseException) -> Answer:
    """The answer to an error: its own words where it is one of ours, Django's kind where it is not."""
    if is_disk_full(error):
        return NO_ROOM
    for kind, status in STATUS:
        if isinstance(error, kind) and isinstance(error, OpenkpError):
            findings = error.findings if isinstance(error, Refused) else ()
            return Answer(status, error.code, TITLES[status], error.sentence, error.advice, findings)
    return next((answer for kinds, answer in FRAMEWORK if isinstance(error, kinds)), UNEXPECTED)


NO_ROOM = Answer(
    507,
    "no-room",
    TITLES[507],
    Sentence(N_("The disk is full, so this was not stored. Nothing was half done and nothing was lost.")),
    Sentence(N_("Tell the operator of this node. Then send it again: it will be taken once.")),
)
UNEXPECTED = Answer(
    500,
    "unexpected",
    TITLES[500],
    Sentence(N_("This is a fault of the program. What you were doing was not stored half way.")),
    Sentence(N_("Try again in a minute. If it happens again, tell the operator the reference below.")),
)
NO_PAGE = Answer(
    404,
    "not-found",
    TITLES[404],
    Sentence(N_("The address may be mistyped, or what was here has another address now.")),
    Sentence(N_("Check the address, or begin again at the first page.")),
)
FORBIDDEN = Answer(
    403,
    "not-allowed",
    TITLES[403],
    Sentence(N_("Your role does not cover this page.")),
    Sentence(N_("Ask an officer who holds the role, or an administrator of your authority.")),
)
BAD_REQUEST = Answer(
    400,
    "bad-request",
    TITLES[400],
    Sentence(N_("What your browser or program sent is not what this page understands.")),
    Sentence(N_("Go back, open the page again and send it once more.")),
)
TOO_LARGE = Answer(
    413,
    "too-large",
    TITLES[413],
    Sentence(N_("What was sent is larger than this node takes in one piece.")),
    Sentence(N_("Send a smaller file, or fewer lines at once.")),
)
STALE_FORM = Answer(
    403,
    "stale-form",
    Sentence(N_("This form has grown old")),
    Sentence(N_("The form was opened before you signed in, or your browser keeps no cookies.")),
    Sentence(N_("Go back, open the page again and send it once more. What you typed should still be there.")),
)

FRAMEWORK: tuple[tuple[tuple[type[BaseException], ...], Answer], ...] = (
    ((Http404,), NO_PAGE),
    ((PermissionDenied,), FORBIDDEN),
    ((RequestDataTooBig,), TOO_LARGE),
    ((SuspiciousOperation, BadRequest), BAD_REQUEST),
)


def is_disk_full(error: BaseException) -> bool:
    """Whether the file system or the database ran out of room, whoever noticed first."""
    return any(
        getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        or getattr(cause, "sqlite_errorcode", None) == SQLITE_FULL
        or getattr(cause, "sqlstate", None) == POSTGRES_DISK_FULL
        for cause in causes(error)
    )


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what brought it about."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def new_reference() -> str:
    """What a person reads out so that the operator finds the entry in the log."""
    return secrets.token_hex(4)


def show(request: HttpRequest, answer: Answer, reference: str = "") -> HttpResponse:
    """The page of a problem: what happened, why, what next, its code."""
    return render(request, "problems/problem.html", {"answer": answer, "reference": reference}, status=answer.status)


def log_fault(request: HttpRequest, error: BaseException) -> str:
    """Write a fault of ours to the log with its traceback; give back its reference."""
    reference = new_reference()
    log.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    return reference


class ProblemsMiddleware:
    """Turns what a page's view raises into its problem page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what we know; leave the rest to the handlers below, which also log."""
        answer = answer_for(error)
        if answer is UNEXPECTED:
            return None
        reference = log_fault(request, error) if answer.status >= 500 else ""
        return show(request, answer, reference)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400."""
    return show(request, answer_for(exception))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403."""
    return show(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404."""
    return show(request, NO_PAGE)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the proof that it is ours."""
    return show(request, STALE_FORM)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500: the page of a fault; where even that cannot be made, its words alone."""
    reference = new_reference()
    log.error("%s %s %s: answered with a fault page", reference, request.method, request.path)
    try:
        return show(request, UNEXPECTED, reference)
    except Exception:  # the last resort: whatever broke the page must not break its apology
        log.exception("%s the fault page itself failed", reference)
        words = "\n\n".join(part.text(gettext) for part in (UNEXPECTED.title, UNEXPECTED.why, UNEXPECTED.next))
        return HttpResponse(f"{words}\n\n{reference}\n", status=500, content_type="text/plain; charset=utf-8")
