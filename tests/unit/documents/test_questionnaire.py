"""Questionnaires as documents: who says what at which stage, and what is refused."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from openkp.documents.canonical import decode
from openkp.documents.envelope import compose, finish, open_envelope
from openkp.documents.errors import DocumentError, Malformed, Untrusted
from openkp.documents.questionnaire_v1 import MOST_QUESTIONS, read_questionnaire
from tests.unit.documents.makers import AT, KEYS, SECRETARIAT, SL_MESSAGE, SL_STATUS
from tests.unit.documents.statistics_makers import ANSWERED, QUESTION, questionnaire, questionnaire_document

ANSWER = questionnaire(stage="answered", questions=(ANSWERED,), correction_hash=bytes(32))
CLOSE = replace(ANSWER, stage="closed", verdict="Explained.")


def read(data):
    return read_questionnaire(open_envelope(data, KEYS, typ="kpq"))


def same(document, statement):
    return all(getattr(document, name) == getattr(statement, name) for name in statement.__dataclass_fields__)


@pytest.mark.parametrize("statement", [questionnaire(), ANSWER, CLOSE], ids=lambda each: each.stage)
def test_each_stage_reads_as_it_was_written(statement):
    document = read(questionnaire_document(statement))
    assert same(document, statement) and len(document.public_hash) == 32


def test_closing_without_an_answer_is_possible():
    """Who never answers is closed, and listed."""
    assert same(
        read(questionnaire_document(replace(questionnaire(), stage="closed", verdict="No answer."))),
        replace(questionnaire(), stage="closed", verdict="No answer."),
    )


def test_the_most_questions_of_the_greatest_length_fit():
    questions = tuple(
        replace(ANSWERED, id=f"{number:040}", anomaly="𠀀" * 80, text="𠀀" * 1000, answer="𠀀" * 2000)
        for number in range(MOST_QUESTIONS)
    )
    largest = questionnaire_document(replace(ANSWER, stage="closed", verdict="𠀀" * 2000, questions=questions))
    assert len(read(largest).questions) == MOST_QUESTIONS
    with pytest.raises(Malformed) as caught:
        read(largest + bytes(500_000))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("statement", "by"),
    [(questionnaire(), SL_MESSAGE), (ANSWER, SECRETARIAT), (CLOSE, SL_MESSAGE)],
    ids=["asked", "answered", "closed"],
)
def test_nobody_speaks_for_the_other(statement, by):
    claims = decode(decode(questionnaire_document(statement)).value[2])
    claims[1] = "SL" if by is SL_MESSAGE else "SECRETARIAT"
    unsigned = compose("kpq", claims, by.key)
    with pytest.raises(Untrusted) as caught:
        read(finish(unsigned, by.sign(unsigned.to_sign)))
    assert caught.value.code == "wrong_issuer"


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "sent"},
        {"asked_by": "SL"},
        {"participant": "sl"},
        {"questions": ()},
        {"questions": (QUESTION, QUESTION)},
        {"questions": (ANSWERED,)},
        {"stage": "answered"},
        {"stage": "closed"},
        {"verdict": "Guilty."},
        {"correction_hash": b"short"},
        {"correction_hash": bytes(32)},
        {"at": AT.replace(tzinfo=None)},
        {"at": datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=1)))},
        {"reference": ""},
    ],
)
def test_what_cannot_be_is_not_built(changes):
    with pytest.raises((ValueError, TypeError)):
        questionnaire(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"kind": "explained"}, {"answer": "Because."}, {"kind": "other", "answer": "x"}, {"evidence_hash": b""}],
)
def test_a_question_is_answered_wholly_or_not_at_all(changes):
    with pytest.raises(ValueError, match=r"answer|SHA"):
        replace(QUESTION, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {-70042: []},
        {-70042: [["1", "a", "Why?", bytes(32), ""]]},
        {-70042: "Why?"},
        {-70041: ["asked", "D", "SL", "SECRETARIAT"]},
        {-70041: ["asked", "D", "SL", "SECRETARIAT", "2025-X1"]},
        {-70044: "15 April"},
        {-70043: ""},
        {-70005: b""},
        {4: 1_790_000_000},
        {-70099: 1},
    ],
)
def test_claims_that_cannot_be_are_refused(changes):
    claims = decode(decode(questionnaire_document()).value[2]) | changes
    unsigned = compose("kpq", claims, SECRETARIAT.key)
    with pytest.raises(Malformed):
        read(finish(unsigned, SECRETARIAT.sign(unsigned.to_sign)))


def test_only_message_keys_sign_it():
    with pytest.raises(DocumentError) as caught:
        read(questionnaire_document(ANSWER, by=SL_STATUS))
    assert caught.value.code == "key_use"
