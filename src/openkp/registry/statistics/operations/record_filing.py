"""A return of another Participant reaches this node by the post."""

from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Filing


def record_filing(data: bytes, *, actor: Actor, at: datetime) -> Filing:
    """Verify the filing and keep it beside its earlier versions; the same bytes again change nothing."""
    raise NotImplementedError
