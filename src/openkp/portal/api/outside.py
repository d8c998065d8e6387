"""Under the API's address every answer is for programs, also those that never reach an operation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from openkp.portal.api.problems import NO_METHOD, PREFIX, told
from openkp.portal.site.problems import BAD_REQUEST, FORBIDDEN, NO_PAGE, TOO_LARGE, UNEXPECTED

ANSWERS = {answer.status: answer for answer in (BAD_REQUEST, FORBIDDEN, NO_PAGE, NO_METHOD, TOO_LARGE, UNEXPECTED)}


class ProblemsOutside:
    """The middleware: a page of a problem becomes a problem document; its headers stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX) or response.status_code < 400 or is_problem(response):
            return response
        answer = told(request, ANSWERS.get(response.status_code, BAD_REQUEST))
        if "Allow" in response:
            answer["Allow"] = response["Allow"]
        return answer


def is_problem(response: HttpResponse) -> bool:
    """Whether a program can read what went wrong."""
    return response.get("Content-Type", "").startswith("application/problem+json")
