"""Publishing the annual global summary: built by one person, published by another, reproducible for ever."""

from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Release


def build_release(year: int, *, world: str = "real", reading: str = "resolved", actor: Actor, at: datetime) -> Release:
    """Make the next edition of a year from everything filed and imported until now, small cells suppressed."""
    raise NotImplementedError


def publish_release(
    release_id: int,
    *,
    embargo_until: datetime | None = None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Release:
    """Let the public read it, from the end of the embargo on. Another person than who built it."""
    raise NotImplementedError


def drop_release(release_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Release:
    """Lay an edition aside that was never published."""
    raise NotImplementedError


def reproduce(release: Release) -> bytes:
    """The content made again from the inputs as they were then: the same bytes, whatever came later."""
    raise NotImplementedError
