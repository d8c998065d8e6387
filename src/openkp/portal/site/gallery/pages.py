"""The gallery's pages; only a node with `OPENKP_GALLERY` has them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from openkp.portal.site.gallery.samples import SAMPLES


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """All samples by name."""
    return render(request, "gallery/index.html", {"samples": SAMPLES})


@login_not_required
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One component or page with its sample data."""
    if name not in SAMPLES:
        raise Http404
    shown = SAMPLES[name]
    return render(request, f"gallery/{shown.template or name}.html", {"sample": shown, **shown.context()})


@login_not_required
def failing(request: HttpRequest) -> HttpResponse:
    """A page whose view is refused, to look at the answer."""
    from openkp.portal.site.gallery.samples import FINDINGS
    from openkp.scheme.errors import Refused

    raise Refused(FINDINGS)


urlpatterns = [
    path("design-system/", index, name="design-system"),
    path("design-system/refused/", failing, name="design-system-refused"),
    path("design-system/<slug:name>/", sample, name="design-system-sample"),
]
