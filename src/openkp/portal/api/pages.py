"""Lists by key: ``after`` in, ``Link: rel=next`` out."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Query

from openkp.portal.api.base import NO_NUL, Told
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.queries import Page
from openkp.registry.statistics.models import Filing

MOST_ROWS = 200
After = Annotated[
    str,
    Query(
        description="Where the page begins: `after` of the page before, or its `Link`. Empty: the first page.",
        max_length=80,
        pattern=NO_NUL,
    ),
]
Size = Annotated[int, Query(description="How many rows on a page.", ge=1, le=MOST_ROWS)]

Row = TypeVar("Row", Application, Certificate, Arrival, Filing)
Out = TypeVar("Out", bound=Told)


class Paged(Told, Generic[Out]):
    """One page, and what to give as ``after`` for the next; ``null`` at the end."""

    rows: list[Out]
    """The rows of this page."""
    after: str | None
    """Where the next page begins."""


def paged(
    request: HttpRequest, response: HttpResponse, page: Page[Row], shape: Callable[[Row], Out]
) -> dict[str, object]:
    """The page for the wire, with the address of the next."""
    if page.after is not None:
        asked = request.GET.copy()
        asked["after"] = page.after
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{asked.urlencode()}>; rel="next"'
    return {"rows": [shape(row) for row in page.rows], "after": page.after}
