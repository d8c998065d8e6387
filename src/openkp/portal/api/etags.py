"""Versions on the wire: ``ETag`` out, ``If-Match`` and ``If-None-Match`` in."""

import re
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from ninja import Header

from openkp.registry.errors import Conflict
from openkp.scheme.words import N_

_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"', re.ASCII)

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description="The `ETag` of the version that you read. Missing: 428. No longer the newest: 412.",
        examples=['"3"'],
    ),
]


def tag(response: HttpResponse, version: int) -> None:
    """Name the version that is answered."""
    response["ETag"] = f'"{version}"'


def matched(given: str) -> int:
    """The version that the caller saw. Raises ``Conflict`` (412)."""
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise Conflict(N_("This is no version of the resource."), code="changed-meanwhile")
    return int(found[1])


def known_or_new(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a reading, or 304 without a word where the caller has this version already (RFC 9110, 13.1.2)."""
    if request.method != "GET" or response.status_code != HTTPStatus.OK or "ETag" not in response:
        return response
    had = {each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))}
    if not had & {"*", response["ETag"]}:
        return response
    return HttpResponseNotModified(headers={"ETag": response["ETag"]})
