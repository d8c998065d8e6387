"""The Data Anomaly Questionnaire on the side that asks: opened, sent, judged, closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Questionnaire
from openkp.scheme.questionnaires import Stage


def open_questionnaire(
    anomaly_ids: Sequence[int], questions: Mapping[int, str] | None = None, *, actor: Actor, at: datetime
) -> Questionnaire:
    """Draw up the questions about anomalies of one Participant; ``questions`` words them by the anomaly's id."""
    raise NotImplementedError


def send_questionnaire(
    questionnaire_id: int, *, actor: Actor, at: datetime, version: int | None = None
) -> Questionnaire:
    """Sign it, send it and start its clock. One that was judged unsatisfactory is sent again."""
    raise NotImplementedError


def judge_questionnaire(
    questionnaire_id: int, stage: Stage, text: str, *, actor: Actor, at: datetime, version: int | None = None
) -> Questionnaire:
    """Say of the answers: explained, corrected or unsatisfactory, with the reason in words."""
    raise NotImplementedError


def close_questionnaire(
    questionnaire_id: int, *, actor: Actor, at: datetime, version: int | None = None
) -> Questionnaire:
    """End the case and tell the Participant the verdict; its anomalies are settled."""
    raise NotImplementedError
