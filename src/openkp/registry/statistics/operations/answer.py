"""The Data Anomaly Questionnaire on the side that is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Questionnaire


def answer_questionnaire(
    questionnaire_id: int,
    answers: Mapping[str, Mapping[str, Any]],
    correction_filing_id: int | None = None,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Questionnaire:
    """Answer every question and send the answers, with the corrected filing where there is one.

    ``answers`` maps a question's id to ``{"kind": "explained" or "corrected", "answer": words}``.
    """
    raise NotImplementedError
