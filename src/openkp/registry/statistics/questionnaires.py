"""Signing, keeping and sending the statements of a questionnaire, for both sides."""

from datetime import date, datetime, timedelta

from openkp.documents.envelope import open_envelope
from openkp.documents.questionnaire_v1 import (
    Question,
    QuestionnaireStatement,
    compose_questionnaire,
    finish_questionnaire,
    read_questionnaire,
)
from openkp.registry.certificates.documents import document_row
from openkp.registry.journal.models import Journaled
from openkp.registry.participation.queries import active_key, own_codes, public_key
from openkp.registry.participation.trust import is_specimen, keyring
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.registry.statistics.models import Questionnaire
from openkp.registry.statistics.models import QuestionnaireStatement as Kept
from openkp.registry.statistics.steps import expect, touch
from openkp.scheme.deadlines import statistics_parameters
from openkp.scheme.periods import Period
from openkp.scheme.questionnaires import MOVES, Stage


def move(row: Questionnaire, to: Stage, *, at: datetime) -> str:
    """Put a case into a stage and give the journal's event. Raises ``Conflict`` for a step that is not open."""
    expect(row.stage, {stage.value for stage, after in MOVES.items() if to in after})
    row.stage = to.value
    touch(row, at=at)
    return f"questionnaire.{to.value}"


def steps_without_answer(row: Questionnaire, on: date) -> tuple[tuple[Stage, date], ...]:
    """The stages that follow while no answer comes, each with its first day, by the parameters of a day."""
    assert row.due_on is not None, "what was sent has a day for its answer"
    parameters = statistics_parameters(on)
    days = {
        Stage.OVERDUE: 1,
        Stage.ESCALATED: parameters.questionnaire_escalate_after_days,
        Stage.LISTED: parameters.questionnaire_list_after_days,
    }
    return tuple((stage, row.due_on + timedelta(days=after)) for stage, after in days.items())


def told(row: Questionnaire, stage: str, *, at: datetime) -> list[Journaled]:
    """Sign what the case says now, send it to the other side, and give the rows for the journal to write."""
    assert row.due_on is not None, "a questionnaire is told once it has a day for its answer"
    statement = QuestionnaireStatement(
        reference=row.reference,
        stage=stage,
        participant=row.participant,
        asked_by=row.asked_by,
        period=Period.parse(row.period),
        questions=tuple(question(each, answered=stage != "asked") for each in row.questions),
        due_on=row.due_on,
        at=at.replace(microsecond=0),
        verdict=row.verdict if stage == "closed" else "",
        correction_hash=bytes(row.correction.public_hash) if row.correction and stage != "asked" else b"",
        specimen=is_specimen(),
    )
    key = active_key(statement.signer, "message", at)
    unsigned = compose_questionnaire(statement, key=public_key(key))
    data = finish_questionnaire(unsigned, signer_at(key.uri).sign(unsigned.to_sign))
    read_questionnaire(open_envelope(data, keyring(at), typ="kpq"))  # nothing is sent that nobody could read
    reader = row.asked_by if statement.signer == row.participant else row.participant
    if reader not in own_codes():
        enqueue(statement.signer, reader, "questionnaire", data, subject=subject(row), at=at)
    document = document_row(data, typ="kpq", issuer=statement.signer, at=at)
    return [document, Kept(questionnaire=row, document=document, stage=stage, at=at)]


def question(kept: dict[str, str], *, answered: bool) -> Question:
    """One question as a document holds it, with its answer where there is one."""
    return Question(
        id=kept["id"],
        anomaly=kept["anomaly"],
        text=kept["text"],
        evidence_hash=bytes.fromhex(kept["evidence_hash"]),
        kind=kept["kind"] if answered else "",
        answer=kept["answer"] if answered else "",
    )


def plain(asked: Question) -> dict[str, str]:
    """One question as the row keeps it."""
    return {
        "id": asked.id,
        "anomaly": asked.anomaly,
        "text": asked.text,
        "evidence_hash": asked.evidence_hash.hex(),
        "kind": asked.kind,
        "answer": asked.answer,
    }


def subject(row: Questionnaire) -> str:
    """A case as the journal names it."""
    return f"questionnaire:{row.reference}"
