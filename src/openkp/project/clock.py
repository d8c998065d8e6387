"""The one place that asks what time it is. Everything below is told."""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from openkp.project.errors import BadSetting
from openkp.scheme.words import N_, Sentence

FARTHEST = timedelta(days=36_525)


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """By how many seconds ``OPENKP_CLOCK_OFFSET`` shifts the clock: on specimen nodes only, never on a live one.

    Raises ``BadSetting`` for what is no number, or more than a century.
    """
    if os.environ.get("OPENKP_PROFILE") != "specimen":
        return timedelta()
    given = os.environ.get("OPENKP_CLOCK_OFFSET") or "0"
    with suppress(ValueError, OverflowError):
        shift = timedelta(seconds=float(given))
        if abs(shift) <= FARTHEST:
            return shift
    raise BadSetting(
        Sentence(N_("OPENKP_CLOCK_OFFSET is “%(given)s”; it must be seconds, a century at most."), {"given": given}),
        advice=Sentence(N_("Unset it: the clock of this machine is then the node's.")),
    )
