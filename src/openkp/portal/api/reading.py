"""Reading what a program sends, strictly: one spelling, no key twice, no number that is none.

A body that is no JSON of ours is refused before anything in it is looked at: ``wrong-media-type`` (415),
``not-json``, ``key-twice`` or ``too-deep`` (400). Its size is bounded by the settings (413).
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

JSON = "application/json"
COSE = 'application/cose; cose-type="cose-sign1"'
DOCUMENTS = ("application/cose", "application/octet-stream")
SHOWN = (*DOCUMENTS, "application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain")
LARGEST_FILE = 20_000_000
_DEEPEST = 16
_OPENING = re.compile(rb"[\[{\]}]|\"(?:[^\"\\]|\\.)*\"")


class NotRead(OpenkpError):
    """The body of a request cannot be read."""

    code = "not-json"
    advice = Sentence(N_("Send JSON in UTF-8 as the OpenAPI document describes it."))


class WrongMediaType(NotRead):
    """The body says that it is something else than this address takes."""

    code = "wrong-media-type"
    advice = Sentence(N_("Name what you send in Content-Type, as the OpenAPI document says."))


class TooLarge(NotRead):
    """The body is longer than this address takes."""

    code = "too-large"
    advice = Sentence(N_("Send a smaller file, or fewer lines at once."))


class StrictParser(Parser):
    """JSON objects only, as ``parse_body`` of the framework hands them on."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body of a request."""
        if request.content_type != JSON:
            raise WrongMediaType(N_("This address takes JSON."))
        return read_json(request.body)


def read_json(data: bytes) -> dict[str, Any]:
    """The object in ``data``. Raises ``NotRead``."""
    if _depth(data) > _DEEPEST:
        raise NotRead(N_("The JSON is nested too deeply."), code="too-deep")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotRead(N_("The body is not JSON in UTF-8.")) from error
    if not isinstance(value, dict):
        raise NotRead(N_("The body is not a JSON object."))
    return value


def check_media_type(request: HttpRequest, allowed: tuple[str, ...]) -> None:
    """Raise ``WrongMediaType`` for a body that says it is something else."""
    if request.content_type not in allowed:
        raise WrongMediaType(N_("This address does not take this kind of body."))


def media(allowed: tuple[str, ...]) -> dict[str, Any]:
    """What the OpenAPI document says of a body of plain bytes."""
    return {"requestBody": {"required": True, "content": {name: {} for name in allowed}}}


def read_file(request: HttpRequest) -> bytes:
    """The whole body, up to what a scanned sheet may need. Raises ``TooLarge``."""
    data = request.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise TooLarge(N_("The file is larger than 20 MB."))
    return data


def _depth(data: bytes) -> int:
    deepest = depth = 0
    for found in _OPENING.finditer(data):
        mark = found[0]
        depth += (mark in (b"{", b"[")) - (mark in (b"}", b"]"))
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            raise NotRead(N_("The body names the same field twice."), code="key-twice")
        value[key] = item
    return value


def _no_number(name: str) -> None:
    raise NotRead(N_("The body has a number that is none, such as NaN."))
