"""The doors of the post: the mailbox, and what this node publishes. No page, no session, no person.

Who speaks is known by signatures, so nothing here asks for a password; what is published is public by itself.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from openkp.documents.canonical import encode
from openkp.documents.errors import DocumentError
from openkp.documents.messages import LIMIT, read_envelope
from openkp.exchange.answers import Held
from openkp.exchange.inbox import receive
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal import statements
from openkp.registry.journal.statements import LogHead, LogNode
from openkp.registry.participation.bundles import list_chain, newest_manifests, trust, trust_bundle
from openkp.registry.participation.models import Publication
from openkp.registry.participation.operations.make_manifest import own_manifest
from openkp.registry.participation.operations.receive_publication import CHECKPOINT, STATUS
from openkp.registry.participation.queries import authority_by_code, hosted_participants
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_

View = Callable[..., HttpResponse]
CBOR, COSE, TEXT, BYTES = (
    "application/cbor",
    "application/cose",
    "text/plain; charset=utf-8",
    "application/octet-stream",
)
TILE = 256
STATUSES: tuple[tuple[type[OpenkpError], int], ...] = ((NotFound, 404), (Conflict, 409), (DocumentError, 400))
TRY_AGAIN = "30"


def door(method: str) -> Callable[[View], View]:
    """One method, no cookie, and problems told to programs (RFC 9457)."""

    def made(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method:
                return HttpResponseNotAllowed([method])
            try:
                return view(request, *args, **kwargs)
            except OpenkpError as error:
                status = next((status for kind, status in STATUSES if isinstance(error, kind)), 503)
                return _problem(status, error.code, error.text(gettext))
            except (DatabaseError, OSError):
                return _problem(503, "busy", gettext("This node cannot store anything now."))

        return answered

    return made


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    content = {"type": "about:blank", "status": status, "code": code, "title": detail, "detail": detail}
    headers = {"Retry-After": TRY_AGAIN} if status == 503 else {}
    return JsonResponse(content, status=status, content_type="application/problem+json", headers=headers)


def mailbox(clock: Callable[[], datetime]) -> View:
    """``POST /mbx/TO``: one envelope in; its signed receipt out, or which message to send first."""

    @door("POST")
    def post(request: HttpRequest, to: str) -> HttpResponse:
        envelope = request.read(LIMIT + 8193)
        if len(envelope) > LIMIT + 8192:
            return _problem(413, "too-large", gettext("The message is larger than a message may be."))
        if read_envelope(envelope).recipient != to:
            return _problem(400, "wrong_recipient", gettext("This message is for somebody else."))
        answer = receive(envelope, at=clock())
        if isinstance(answer, Held):
            return HttpResponse(encode({"waiting_for": answer.waiting_for}), status=202, content_type=CBOR)
        return HttpResponse(answer.receipt, content_type=COSE)

    return post


def bundle(clock: Callable[[], datetime]) -> View:
    """``GET /bundle``: everything that a verifier needs to be offline."""

    @door("GET")
    def get(request: HttpRequest) -> HttpResponse:
        if trust() is None:
            raise NotFound(N_("This node holds no trust list yet."), code="no-trust-list")
        return HttpResponse(trust_bundle(clock()), content_type=CBOR)

    return get


@door("GET")
def trust_list(request: HttpRequest) -> HttpResponse:
    """``GET /trust/list``: the newest version."""
    lists = list_chain()
    if not lists:
        raise NotFound(N_("This node holds no trust list yet."), code="no-trust-list")
    return HttpResponse(lists[-1], content_type=CBOR)


@door("GET")
def manifest(request: HttpRequest, code: str) -> HttpResponse:
    """``GET /trust/manifest/CODE``: the newest key manifest of a member."""
    held = trust()
    by_code = dict(zip((each.participant for each in held[1]), newest_manifests(), strict=True)) if held else {}
    found = by_code.get(code) or own_manifest(code)
    if found is None:
        raise NotFound(N_("No key manifest of this member is here."), code="no-manifest")
    return HttpResponse(found, content_type=COSE)


@door("GET")
def status_list(request: HttpRequest, authority: str, year: str) -> HttpResponse:
    """``GET /status/AUTHORITY/YY``: the status list to which certificates of that year point."""
    home = authority_by_code(authority)
    uri = f"{home.base_url}/status/{authority}/{year}"
    return HttpResponse(_published(STATUS, home.participant, name=uri), content_type=COSE)


@door("GET")
def checkpoint(request: HttpRequest, participant: str) -> HttpResponse:
    """``GET /log/CODE/checkpoint``: the newest signed head of the log (c2sp.org/tlog-checkpoint)."""
    return HttpResponse(_published(CHECKPOINT, _hosted(participant)), content_type=TEXT)


@door("GET")
def tile(request: HttpRequest, participant: str, level: str, place: str, width: str | None = None) -> HttpResponse:
    """``GET /log/CODE/tile/L/N[.p/W]``: the hashes of a tile (c2sp.org/tlog-tiles); N is written ``x001/234``."""
    index, wanted = int(place.replace("x", "").replace("/", "")), TILE if width is None else int(width)
    nodes = LogNode.objects.filter(participant=_hosted(participant), level=8 * int(level))
    within = nodes.filter(index__gte=index * TILE, index__lt=index * TILE + min(wanted, TILE)).order_by("index")
    hashes = [bytes(found) for found in within.values_list("hash", flat=True)]
    if len(hashes) != wanted or not wanted:
        raise NotFound(N_("The log is not that long."), code="no-tile")
    return HttpResponse(b"".join(hashes), content_type=BYTES)


@door("GET")
def consistency(request: HttpRequest, participant: str) -> HttpResponse:
    """``GET /log/CODE/consistency?old=&new=``: the proof that the log only grew."""
    old, new = _numbers(request, "old", "new")
    _check_within(participant, old <= new, new)
    return HttpResponse(encode(statements.consistency(participant, old, new)), content_type=CBOR)


@door("GET")
def inclusion(request: HttpRequest, participant: str) -> HttpResponse:
    """``GET /log/CODE/inclusion?index=&size=``: the proof that an entry is in the log."""
    index, size = _numbers(request, "index", "size")
    _check_within(participant, index < size, size)
    return HttpResponse(encode(statements.inclusion(participant, index, size)), content_type=CBOR)


def _published(kind: str, issuer: str, **named: str) -> bytes:
    found = Publication.objects.filter(kind=kind, issuer=issuer, **named).order_by("-at").first()
    if found is None:
        raise NotFound(N_("Nothing was published here yet."), code="not-published")
    return bytes(found.data)


def _hosted(participant: str) -> str:
    if participant not in hosted_participants():
        raise NotFound(N_("The log of this Participant is kept elsewhere."), code="not-hosted")
    return participant


def _numbers(request: HttpRequest, *names: str) -> list[int]:
    values = [request.GET.get(name, "") for name in names]
    if not all(value.isascii() and value.isdigit() and len(value) < 16 for value in values):
        raise NotFound(N_("Such a proof does not exist."), code="no-proof")
    return [int(value) for value in values]


def _check_within(participant: str, ordered: bool, size: int) -> None:
    head = LogHead.objects.filter(pk=_hosted(participant)).first()
    if not ordered or head is None or size > head.size:
        raise NotFound(N_("Such a proof does not exist."), code="no-proof")
