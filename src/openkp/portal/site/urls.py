"""The frame's own addresses. `openkp.project.urls` includes them and takes the four handlers by name."""

from django.conf import settings
from django.urls import path

from openkp.portal.site.problems import bad_request as handler400
from openkp.portal.site.problems import not_allowed as handler403
from openkp.portal.site.problems import not_found as handler404
from openkp.portal.site.problems import server_error as handler500
from openkp.portal.site.views import choose_language

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("language/<str:code>/", choose_language, name="language")]

if getattr(settings, "OPENKP_GALLERY", False):
    from openkp.portal.site.gallery.pages import urlpatterns as gallery

    urlpatterns += gallery
