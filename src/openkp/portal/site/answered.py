"""The last moment before an answer leaves: what was asked is done for good, and who asked does not know it yet."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from openkp.registry import faults


class Answered:
    """The middleware: a place where tests kill the process (see ``registry.faults``); otherwise nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        faults.point("before-response")
        return response
