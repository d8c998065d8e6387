"""Pages with a form, written once: shown, sent, refused with every finding, or too late because someone was first.

A view decorated with ``form_page`` gives a ``FormPage`` whether it is asked or sent. When it is sent, ``act``
does it and names the next page; the same sending again (a double click, the Back button) leads to the same page and
does nothing. ``Refused`` shows the form again with each finding at its field (422), ``Conflict`` shows it again as
things stand now (409). Every other error goes on to the problem pages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Protocol

from django import forms
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from openkp.portal.site.bridge import Errors
from openkp.project.clock import now
from openkp.registry.accounts.actors import Actor
from openkp.registry.errors import REUSED, Conflict
from openkp.registry.journal.once import once, once_in_steps
from openkp.scheme.errors import Finding, Refused


class Request(HttpRequest):
    """A request at the counter: ``actor`` is whoever stands there, put by the gate."""

    actor: Actor


class Row(Protocol):
    """What a form changes: its version tells whether somebody else was faster."""

    version: int


class PlacesFindings(Protocol):
    """A form that knows which of its fields a finding means."""

    def placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The same findings, named as this form's fields are."""


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """A page with one form. ``show`` makes the rest of its context, only when it is shown.

    ``row`` is what the form changes and ``home`` its own page; ``is_open`` says whether the step can still be made,
    ``stands`` where it stands in words. ``in_steps``: ``act`` makes transactions of its own. ``findings`` are shown
    when the page is opened: those of a draft. ``elsewhere`` says on which other page a finding is mended.
    """

    template: str
    form: forms.Form
    act: Callable[[], str]
    show: Callable[[], Mapping[str, Any]] = dict
    row: Row | None = None
    home: str = ""
    is_open: bool = True
    stands: str = ""
    in_steps: bool = False
    findings: tuple[Finding, ...] = field(default=())
    elsewhere: Callable[[Finding], str] | None = None


@dataclass(frozen=True)
class Sent:
    """What the frame of a form needs: the key of this sending, the version that was seen, what went wrong."""

    key: str
    version: int | None
    errors: Errors
    conflict: str = ""
    stands: str = ""


View = Callable[..., FormPage | HttpResponse]


def form_page(view: View) -> Callable[..., HttpResponse]:
    """Turn a view that describes a form into one that answers."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: Request, *args: Any, **named: Any) -> HttpResponse:
        page = view(request, *args, **named)
        if isinstance(page, HttpResponse):
            return page
        if request.method != "POST":
            return shown(request, page) if page.is_open else HttpResponseRedirect(page.home)
        if not page.form.is_valid() or any(name.startswith("more-") for name in request.POST):
            return shown(request, page, status=422 if page.form.errors else 200)
        try:
            return HttpResponseRedirect(do_once(request, page))
        except Refused as error:
            return shown(request, page, findings=error.findings, status=422)
        except Conflict as error:
            page = described_again(view(request, *args, **named), error)
            return shown(request, page, conflict=error, status=409)

    return answer


def described_again(page: FormPage | HttpResponse, error: Conflict) -> FormPage:
    """The page as it is now; where there is none any more, the conflict is told by its own page."""
    if isinstance(page, HttpResponse):
        raise error
    return page


def do_once(request: Request, page: FormPage) -> str:
    """Do what was sent, or find what the same sending did before; either way the page to go to."""
    key = request.POST.get("key", "")
    if not 16 <= len(key) <= 64 or not (key.isascii() and key.isprintable()):
        raise BadRequest("a form without its key")
    doer = once_in_steps if page.in_steps else once
    return doer(f"page:{request.actor.label}", key, asked(request), page.act, at=now())


def asked(request: Request) -> dict[str, object]:
    """What was sent, for comparison: the page, the fields, and the files by their hash."""
    fields = {name: values for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", "key")}
    files: dict[str, str] = {}
    for name, file in request.FILES.items():
        if isinstance(file, UploadedFile):
            files[name] = sha256(b"".join(file.chunks())).hexdigest()
            file.seek(0)
    return {"page": request.path, "fields": fields, "files": files}


def given(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: everything that was sent, even if it was nothing; ``None`` when only looking."""
    return request.POST if request.method == "POST" else None


def acting(request: Request) -> dict[str, Any]:
    """Who does it and when: what every operation asks for."""
    return {"actor": request.actor, "at": now()}


def acting_on(request: Request) -> dict[str, Any]:
    """The same, and which version of the row the person saw."""
    version = request.POST.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise BadRequest("a form without its version")
    return {**acting(request), "version": int(version)}


def shown(
    request: Request,
    page: FormPage,
    *,
    findings: tuple[Finding, ...] = (),
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with its form; or, where the step cannot be made any more, how things stand."""
    found = placed(page.form, findings or page.findings)
    sent = Sent(
        key=token_urlsafe(18),
        version=page.row.version if page.row else None,
        errors=Errors(page.form, found, page.elsewhere),
        conflict=words_of(conflict) if conflict else "",
        stands=page.stands,
    )
    context = {"form": page.form, "sent": sent, "home_of": page.home, "failed": status >= 400}
    if not page.is_open and conflict:
        return render(request, "site/too_late.html", context, status=status)
    return render(request, page.template, {**context, **page.show()}, status=status)


def placed(form: forms.Form, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings named as the form's fields are."""
    place = getattr(form, "placed", None)
    return place(findings) if place else findings


def words_of(conflict: Conflict) -> str:
    """What to tell a person about a conflict."""
    if conflict.code == REUSED:
        return gettext("You sent this page before with other answers. Look at it as it stands now, then send it again.")
    return conflict.text(gettext)
