"""The one place that asks what time it is. Everything below is told."""

import os
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """By how many seconds ``OPENKP_CLOCK_OFFSET`` shifts the clock: on specimen nodes only, never on a live one."""
    if os.environ.get("OPENKP_PROFILE") != "specimen":
        return timedelta()
    return timedelta(seconds=float(os.environ.get("OPENKP_CLOCK_OFFSET", "0")))
