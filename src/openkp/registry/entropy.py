"""Where random bytes come from: the system, unless a simulation gives its own source."""

import secrets
from collections.abc import Callable
from contextvars import ContextVar

source: ContextVar[Callable[[int], bytes]] = ContextVar("openkp_entropy", default=secrets.token_bytes)


def random_bytes(count: int) -> bytes:
    """``count`` unpredictable bytes."""
    return source.get()(count)
