"""Writing a return: begun, generated from the node's own documents, saved, dropped, corrected."""

from datetime import datetime
from typing import Any

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Draft
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind


def start_draft(authority_id: int, kind: ReturnKind, period: Period, *, actor: Actor, at: datetime) -> Draft:
    """Open the draft of a return, pre-filled; the one that is open already is given back."""
    raise NotImplementedError


def generate_return(authority_id: int, kind: ReturnKind, period: Period, *, actor: Actor, at: datetime) -> Draft:
    """Work the return out from the node's own documents; ``generated`` is kept, and ``fields`` where it was empty."""
    raise NotImplementedError


def save_draft(
    draft_id: int,
    fields: dict[str, Any],
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    came: str = "typed",
) -> Draft:
    """Keep what was typed or uploaded, right or wrong; it is judged when it is prepared."""
    raise NotImplementedError


def drop_draft(draft_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Draft:
    """Lay a draft aside; another may be begun."""
    raise NotImplementedError


def correct_return(filing_id: int, *, reason: str, actor: Actor, at: datetime) -> Draft:
    """Open the next version of a return that was filed: its lines, and why it is corrected."""
    raise NotImplementedError
