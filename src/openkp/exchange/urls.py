"""The addresses of the post. ``project.urls`` includes them and gives the clock."""

from collections.abc import Callable
from datetime import datetime

from django.urls import URLPattern, path, re_path

from openkp.exchange import views

LOG = "log/<str:participant>/"
TILE = (
    r"^log/(?P<participant>[A-Z]{2})/tile/(?P<level>[0-5])/"
    r"(?P<place>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?\Z"
)


def post_urls(clock: Callable[[], datetime]) -> list[URLPattern]:
    """Every address, with the clock that their views ask."""
    return [
        path("mbx/<str:to>", views.mailbox(clock), name="mailbox"),
        path("bundle", views.bundle(clock), name="bundle"),
        path("trust/list", views.trust_list, name="trust-list"),
        path("trust/manifest/<str:code>", views.manifest, name="manifest"),
        path("status/<str:authority>/<str:year>", views.status_list, name="status-list"),
        path(f"{LOG}checkpoint", views.checkpoint, name="checkpoint"),
        path(f"{LOG}consistency", views.consistency, name="consistency"),
        path(f"{LOG}inclusion", views.inclusion, name="inclusion"),
        re_path(TILE, views.tile, name="tile"),
    ]
