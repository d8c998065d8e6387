"""Filing a return: prepared by one person, filed by another, signed, kept and sent."""

from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Draft, Filing


def prepare_return(
    draft_id: int, *, explanation: str = "", actor: Actor, at: datetime, version: int | None = None
) -> Draft:
    """Judge the draft and hand it to another person. Raises ``Refused`` with every finding.

    ``explanation`` says in words why it differs from what the node's own documents give.
    """
    raise NotImplementedError


def send_back_draft(draft_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None) -> Draft:
    """The second person gives it back to the first, and says why."""
    raise NotImplementedError


def file_return(draft_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Filing:
    """Sign the return, keep it as the next version, and send it to whom its visibility allows."""
    raise NotImplementedError
