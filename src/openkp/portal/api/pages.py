"""Lists by key: ``after`` in, ``Link: rel=next`` out."""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.queries import Page

Row = TypeVar("Row", Application, Certificate, Arrival)
Out = TypeVar("Out", bound=Schema)


class Paged(Schema, Generic[Out]):
    """One page, and what to give as ``after`` for the next; ``null`` at the end."""

    rows: list[Out]
    after: str | None


def paged(
    request: HttpRequest, response: HttpResponse, page: Page[Row], shape: Callable[[Row], Out]
) -> dict[str, object]:
    """The page for the wire, with the address of the next."""
    if page.after is not None:
        asked = request.GET.copy()
        asked["after"] = page.after
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{asked.urlencode()}>; rel="next"'
    return {"rows": [shape(row) for row in page.rows], "after": page.after}
