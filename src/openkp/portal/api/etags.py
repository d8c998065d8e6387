"""Versions on the wire: ``ETag`` out, ``If-Match`` in."""

import re

from django.http import HttpRequest, HttpResponse

from openkp.portal.api.problems import PreconditionNeeded
from openkp.registry.errors import Conflict
from openkp.scheme.words import N_

_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"', re.ASCII)


def tag(response: HttpResponse, version: int) -> None:
    """Name the version that is answered."""
    response["ETag"] = f'"{version}"'


def matched(request: HttpRequest) -> int:
    """The version that the caller saw. Raises ``PreconditionNeeded`` (428) or ``Conflict`` (412)."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise PreconditionNeeded(N_("A change says which version it was made from."))
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise Conflict(N_("This is no version of the resource."), code="changed-meanwhile")
    return int(found[1])
