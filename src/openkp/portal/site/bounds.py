"""No request is larger than a scanned sheet: what says it is, is not read at all, nor put on the disk meanwhile."""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

LARGEST = 21_000_000
"""Bytes: a file of 20 MB, and the form around it."""


class Bounded:
    """The middleware. A request that does not say how long it is has no body for us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if not said.isascii() or not said.isdigit() or int(said[:12]) > LARGEST:
            raise RequestDataTooBig("larger than this node reads")
        return self.get_response(request)
