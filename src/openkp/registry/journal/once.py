"""Doing what was asked once, however often the same request comes: a double click, the Back button, a retry."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from openkp.registry.errors import REUSED, Conflict
from openkp.registry.journal.idempotency import earlier_answer, remember

Request = Mapping[str, object]


def once(scope: str, key: str, request: Request, act: Callable[[], str], *, at: datetime) -> str:
    """What ``act`` gives, in one transaction with the key that it was asked with; the same key again gives the same.

    Two requests that race for one key end alike: the one that came second finds its own change refused as a
    ``Conflict``, then finds the answer of the first.
    """
    try:
        with transaction.atomic():
            return _answered(scope, key, request, act, at=at)
    except Conflict as error:
        return _earlier(scope, key, request, error)


def once_in_steps(scope: str, key: str, request: Request, act: Callable[[], str], *, at: datetime) -> str:
    """As ``once``, for an act that needs several transactions of its own and can itself tell a repetition."""
    try:
        return _answered(scope, key, request, act, at=at)
    except Conflict as error:
        return _earlier(scope, key, request, error)


def _answered(scope: str, key: str, request: Request, act: Callable[[], str], *, at: datetime) -> str:
    earlier = earlier_answer(scope, key, request)
    if earlier is not None:
        return earlier
    answer = act()
    remember(scope, key, request, result=answer, at=at)
    return answer


def _earlier(scope: str, key: str, request: Request, error: Conflict) -> str:
    if error.code == REUSED:
        raise error
    earlier = earlier_answer(scope, key, request)
    if earlier is None:
        raise error
    return earlier
