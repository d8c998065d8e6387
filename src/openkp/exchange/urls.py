"""The addresses of the post. ``project.urls`` includes them and gives the clock."""

from collections.abc import Callable
from datetime import datetime

from django.urls import URLPattern, path

from openkp.exchange import views

LOG = "log/<str:participant>/"


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
        path(f"{LOG}tile/<int:level>/<int:index>", views.tile, name="tile"),
        path(f"{LOG}tile/<int:level>/<int:index>.p/<int:width>", views.tile, name="partial-tile"),
    ]
