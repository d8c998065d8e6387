"""A questionnaire reaches this node by the post: questions to us, answers to ours, or how a case ended."""

from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Questionnaire


def record_questionnaire(data: bytes, *, actor: Actor, at: datetime) -> Questionnaire:
    """Verify the statement and move the case; the same bytes again change nothing."""
    raise NotImplementedError
