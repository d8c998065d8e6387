"""The Data Anomaly Questionnaire on the side that is asked. Source: STAT-12."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.steps import locked
from openkp.registry.certificates.typed import storable
from openkp.registry.journal.record import record
from openkp.registry.statistics.models import Filing, Questionnaire
from openkp.registry.statistics.permissions import check_may_answer
from openkp.registry.statistics.questionnaires import move, subject, told
from openkp.registry.statistics.steps import printable
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.questionnaires import Answer, AnswerKind, Stage
from openkp.scheme.reading import tidy
from openkp.scheme.rules.base import check
from openkp.scheme.rules.statistics import QUESTIONNAIRE_RULES, QuestionnaireCase
from openkp.scheme.words import N_, Sentence


@transaction.atomic
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
    row = locked(Questionnaire, questionnaire_id, version=version)
    check_may_answer(actor, row)
    event = move(row, Stage.ANSWERED, at=at)
    given = tuple(_answer(each["id"], answers.get(each["id"], {})) for each in row.questions)
    correction, findings = _correction(row, correction_filing_id)
    case = QuestionnaireCase(
        asked=tuple(each["id"] for each in row.questions), answers=given, has_correction=correction is not None
    )
    findings += check(QUESTIONNAIRE_RULES, case)
    if findings:
        raise Refused(findings)
    words = {each.question: each for each in given}
    row.questions = [
        {**each, "kind": str(words[each["id"]].kind or ""), "answer": words[each["id"]].text} for each in row.questions
    ]
    row.correction, row.answered_at = correction, at
    record(event, actor=actor, at=at, subject=subject(row), rows=[row, *told(row, "answered", at=at)])
    return row


def _answer(question: str, typed: Mapping[str, Any]) -> Answer:
    """One answer as typed; what is missing is found by the rules."""
    kind, text = str(typed.get("kind", "")), tidy(str(storable(typed.get("answer", ""))))
    if text:
        text = printable(text, f"answers.{question}.text", rule="STAT-12", longest=2000)
    return Answer(question=question, kind=AnswerKind(kind) if kind in list(AnswerKind) else None, text=text)


def _correction(row: Questionnaire, filing_id: int | None) -> tuple[Filing | None, tuple[Finding, ...]]:
    """The corrected return: the Participant's own, and not its first version."""
    if filing_id is None:
        return None, ()
    filing = Filing.objects.filter(pk=filing_id, participant=row.participant, number__gt=1).first()
    if filing is not None:
        return filing, ()
    sentence = Sentence(N_("Attach a corrected version of one of your own returns."))
    return None, (Finding("STAT-12", "correction-unknown", "correction", sentence),)
