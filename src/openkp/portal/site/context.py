"""What the frame of every page needs to know: who is here, in which language, on what kind of node."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi

from openkp.portal.site.navigation import address_of, navigation
from openkp.registry.accounts.actors import ANYONE, Actor


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor named in `TEMPLATES`."""
    actor = actor_of(request)
    return {
        "actor": actor,
        "navigation": navigation(request, actor.roles()),
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": language_links(request),
        "specimen": getattr(settings, "OPENKP_PROFILE", "live") != "live",
        "node_name": getattr(settings, "OPENKP_NODE", {}).get("name", ""),
        "home": address_of("node:home") or "/",
        "help_page": address_of("node:help"),
        "sign_in": address_of("accounts:sign-in"),
        "sign_out": address_of("accounts:sign-out"),
    }


def actor_of(request: HttpRequest) -> Actor:
    """The person at the counter, as whoever signed them in has left them on the request."""
    return getattr(request, "actor", ANYONE)


def language_links(request: HttpRequest) -> list[dict[str, object]]:
    """One link a language, back to this very page; a plain link, for browsers without scripts."""
    back = request.get_full_path() if request.method == "GET" else "/"
    return [
        {
            "code": code,
            "name": name,
            "href": f"{reverse('language', args=[code])}?{urlencode({'next': back})}",
            "current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]
