"""The Data Anomaly Questionnaire: its states and the moves between them. Source: STAT-12; the states are inferred."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a questionnaire stands."""

    COMPUTED = "computed"
    DISMISSED = "dismissed"
    SENT = "sent"
    ANSWERED = "answered"
    EXPLAINED = "explained"
    CORRECTED = "corrected"
    UNSATISFACTORY = "unsatisfactory"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    LISTED = "listed"
    CLOSED = "closed"


MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.COMPUTED: frozenset({Stage.DISMISSED, Stage.SENT}),
    Stage.DISMISSED: frozenset(),
    Stage.SENT: frozenset({Stage.ANSWERED, Stage.OVERDUE}),
    Stage.OVERDUE: frozenset({Stage.ANSWERED, Stage.ESCALATED}),
    Stage.ESCALATED: frozenset({Stage.ANSWERED, Stage.LISTED}),
    Stage.LISTED: frozenset({Stage.ANSWERED, Stage.CLOSED}),
    Stage.ANSWERED: frozenset({Stage.EXPLAINED, Stage.CORRECTED, Stage.UNSATISFACTORY}),
    Stage.UNSATISFACTORY: frozenset({Stage.SENT, Stage.ESCALATED}),
    Stage.EXPLAINED: frozenset({Stage.CLOSED}),
    Stage.CORRECTED: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
}
"""The stages that may follow each stage; ``DISMISSED`` and ``CLOSED`` are ends."""


class AnswerKind(StrEnum):
    """How a question is answered: the figure is right and here is why, or it was wrong and is corrected."""

    EXPLAINED = "explained"
    CORRECTED = "corrected"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one question; ``kind`` is None and ``text`` empty as long as there is none."""

    question: str
    kind: AnswerKind | None = None
    text: str = ""
