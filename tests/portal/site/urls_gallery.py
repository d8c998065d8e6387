"""The gallery's addresses, and pages that fail on purpose."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from openkp.portal.site import urls as frame
from openkp.portal.site.gallery import pages
from openkp.portal.site.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

TROUBLE: dict[str, Exception] = {}
"""What the page /trouble/<name>/ raises; a test puts it there."""


def trouble(request: HttpRequest, name: str) -> HttpResponse:
    raise TROUBLE[name]


known = {str(pattern.pattern) for pattern in frame.urlpatterns}
urlpatterns = [
    *frame.urlpatterns,
    *(pattern for pattern in pages.urlpatterns if str(pattern.pattern) not in known),
    path("trouble/<str:name>/", trouble),
    path("", include(([path("rules/<str:rule>/", trouble, name="rule")], "node"))),
]
