"""What nobody else may keep: every answer to someone who is known, by session or token."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NOT_KEPT = "private, no-store"


class Privacy:
    """The middleware: such an answer is kept by no browser and no proxy, unless its view said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and is_known(request):
            response["Cache-Control"] = NOT_KEPT
        return response


def is_known(request: HttpRequest) -> bool:
    """Whether the caller said who they are; a form's cookie alone says nothing."""
    session = getattr(request, "session", None)
    return "Authorization" in request.headers or (session is not None and bool(session.session_key))
