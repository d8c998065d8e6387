"""The one place that asks what time it is. Everything below is told."""

import os
from datetime import UTC, datetime, timedelta

#: Profiles in which ``OPENKP_CLOCK_OFFSET`` (seconds) may shift the clock.
SHIFTING_PROFILES = frozenset({"test", "demo"})


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """How far a test or demonstration shifts the clock; nothing on a node that works for real."""
    if os.environ.get("OPENKP_PROFILE") not in SHIFTING_PROFILES:
        return timedelta()
    return timedelta(seconds=float(os.environ.get("OPENKP_CLOCK_OFFSET", "0")))
