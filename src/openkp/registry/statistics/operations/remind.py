"""The clock of statistics: late returns are chased and questionnaires without an answer escalate, each step once."""

from datetime import datetime

from openkp.registry.accounts.actors import NODE, Actor


def remind(*, at: datetime, actor: Actor = NODE) -> int:
    """Take every step that is due; gives how many were taken."""
    raise NotImplementedError
