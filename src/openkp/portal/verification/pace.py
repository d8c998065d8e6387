"""A gentle limit for pages that anyone may call and that cost work: so many calls a minute from one address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

A_MINUTE = 60
CALLS = 30

View = Callable[..., HttpResponse]


def gently(view: View) -> View:
    """Answer the first ``CALLS`` sendings of a minute; ask the others to wait. Looking at the page is free."""

    @wraps(view)
    def paced(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and calls_of(request) > getattr(settings, "OPENKP_VERIFY_CALLS", CALLS):
            answer = render(request, "verification/wait.html", status=429)
            answer["Retry-After"] = str(A_MINUTE)
            return answer
        return view(request, *args, **named)

    return paced


def calls_of(request: HttpRequest) -> int:
    """How often this address has called in this minute, this call counted."""
    key = f"verify:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, A_MINUTE)
    try:
        return int(cache.incr(key))
    except ValueError:  # the minute ended between the two lines
        return 1
