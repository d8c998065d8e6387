"""The node's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from openkp.exchange.urls import post_urls
from openkp.portal.api.urls import api
from openkp.portal.site.urls import handler400, handler403, handler404, handler500
from openkp.project.clock import now

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("openkp.portal.api.pages_urls")),
    *post_urls(now),
    path("", include("openkp.portal.site.urls")),
    path("", include("openkp.portal.accounts.urls")),
    path("", include("openkp.portal.certificates.urls")),
    path("", include("openkp.portal.verification.urls")),
    path("", include("openkp.portal.figures.urls")),
    path("", include("openkp.portal.statistics.urls")),
    path("", include("openkp.portal.node.urls")),
]
