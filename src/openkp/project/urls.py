"""The node's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from openkp.portal.api.urls import api
from openkp.portal.site.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("openkp.portal.site.urls")),
]
