"""The Data Anomaly Questionnaire on the side that asks: opened, sent, judged, closed. Source: STAT-12."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction

from openkp.documents.questionnaire_v1 import MOST_QUESTIONS
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.steps import locked
from openkp.registry.certificates.typed import storable
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import canonical_json, record
from openkp.registry.statistics.models import AnomalyFound, Questionnaire, QuestionnaireAnomaly
from openkp.registry.statistics.permissions import check_may_analyse, check_may_judge, office_of
from openkp.registry.statistics.questionnaires import move, subject, told
from openkp.registry.statistics.steps import expect, printable, touch, worded
from openkp.scheme.deadlines import statistics_parameters
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.periods import Period
from openkp.scheme.questionnaires import Stage
from openkp.scheme.reading import tidy
from openkp.scheme.words import N_, Sentence

JUDGEMENTS = (Stage.EXPLAINED, Stage.CORRECTED, Stage.UNSATISFACTORY)
MOST = MOST_QUESTIONS - 1
"""How many anomalies one questionnaire asks about: there is room for the question why an answer did not satisfy."""


@transaction.atomic
def open_questionnaire(
    anomaly_ids: Sequence[int], questions: Mapping[int, str] | None = None, *, actor: Actor, at: datetime
) -> Questionnaire:
    """Draw up the questions about anomalies of one Participant; ``questions`` words them by the anomaly's id."""
    check_may_analyse(actor)
    rows = list(AnomalyFound.objects.select_for_update(no_key=True).filter(pk__in=anomaly_ids).order_by("pk"))
    _check_anomalies(anomaly_ids, rows)
    participant, office = rows[0].participant, office_of(actor)
    questionnaire = Questionnaire(
        reference=_reference(office, participant, at.year),
        participant=participant,
        asked_by=office,
        period=_period(rows),
        stage=Stage.COMPUTED.value,
        questions=[_question(place, row, (questions or {}).get(row.pk, "")) for place, row in enumerate(rows, start=1)],
        created_at=at,
        changed_at=at,
    )
    for row in rows:
        row.state = "asked"
        touch(row, at=at)
    asked: list[Journaled] = [QuestionnaireAnomaly(questionnaire=questionnaire, anomaly=row) for row in rows]
    changed: list[Journaled] = [questionnaire, *rows, *asked]
    try:
        record("questionnaire.opened", actor=actor, at=at, subject=subject(questionnaire), rows=changed)
    except IntegrityError as error:
        raise Conflict(N_("Another questionnaire was opened at this moment."), code="opened-twice") from error
    return questionnaire


def _reference(office: str, participant: str, year: int) -> str:
    """Who asks whom, when, for which time in that year: two offices never give one reference to two cases."""
    earlier = Questionnaire.objects.filter(asked_by=office, participant=participant, created_at__year=year)
    return f"{office}-{participant}-{year}-{earlier.count() + 1:03d}"


def _check_anomalies(asked: Sequence[int], rows: list[AnomalyFound]) -> None:
    if not rows or len(rows) != len(set(asked)):
        raise NotFound(N_("There is nothing here under this number."))
    for row in rows:
        expect(row.state, ("computed",))
    if len({row.participant for row in rows}) > 1 or len(rows) > MOST:
        sentence = Sentence(N_("Choose anomalies of one Participant, at most %(most)s."), {"most": MOST})
        raise Refused([Finding("STAT-12", "one-participant", "anomalies", sentence)])


def _period(rows: list[AnomalyFound]) -> str:
    """The period of all of them, or the year of the latest."""
    periods = {row.period for row in rows}
    return periods.pop() if len(periods) == 1 else str(Period(max(Period.parse(text).year for text in periods)))


def _question(place: int, row: AnomalyFound, words: str) -> dict[str, str]:
    text = tidy(storable(words)) or tidy(str(row.evidence.get("what") or row.test))
    return {
        "id": f"Q{place}",
        "anomaly": row.key,
        "text": printable(text, f"questions.{row.pk}", rule="STAT-12"),
        "evidence_hash": sha256(canonical_json(row.evidence).encode()).hexdigest(),
        "kind": "",
        "answer": "",
    }


@transaction.atomic
def send_questionnaire(
    questionnaire_id: int, *, actor: Actor, at: datetime, version: int | None = None
) -> Questionnaire:
    """Sign it, send it and start its clock.

    One that was judged unsatisfactory is sent again: the answers are taken out (the statement keeps them), and a
    question is added that says what was not satisfactory.
    """
    row = locked(Questionnaire, questionnaire_id, version=version)
    check_may_judge(actor, row)
    again = row.stage == Stage.UNSATISFACTORY
    event = move(row, Stage.SENT, at=at)
    if again:
        row.questions = _asked_again(row)
        row.verdict, row.correction = "", None
    row.sent_at, row.answered_at = at, None
    row.due_on = at.date() + timedelta(days=statistics_parameters(at.date()).questionnaire_answer_days)
    record(event, actor=actor, at=at, subject=subject(row), rows=[row, *told(row, "asked", at=at)])
    return row


def _asked_again(row: Questionnaire) -> list[dict[str, str]]:
    """The same questions and why the answers did not satisfy, which takes the place of the last where all are used."""
    before = [{**each, "kind": "", "answer": ""} for each in row.questions[:MOST]]
    return [*before, {**before[0], "id": f"Q{len(before) + 1}", "text": row.verdict[:1000].strip()}]


@transaction.atomic
def judge_questionnaire(
    questionnaire_id: int, stage: Stage, text: str, *, actor: Actor, at: datetime, version: int | None = None
) -> Questionnaire:
    """Say of the answers: explained, corrected or unsatisfactory, with the reason in words."""
    row = locked(Questionnaire, questionnaire_id, version=version)
    check_may_judge(actor, row)
    if stage not in JUDGEMENTS or (stage is Stage.CORRECTED and row.correction_id is None):
        sentence = Sentence(N_("Choose a verdict; “corrected” needs a corrected return."))
        raise Refused([Finding("STAT-12", "verdict-wrong", "verdict", sentence)])
    event = move(row, stage, at=at)
    row.verdict = worded(text, "text", rule="STAT-12")
    record(event, actor=actor, at=at, subject=subject(row), rows=[row], note=row.verdict)
    return row


@transaction.atomic
def close_questionnaire(
    questionnaire_id: int, text: str = "", *, actor: Actor, at: datetime, version: int | None = None
) -> Questionnaire:
    """End the case and tell the Participant the verdict; its anomalies are settled.

    ``text`` is needed where nobody answered, and may replace the words of the verdict elsewhere.
    """
    row = locked(Questionnaire, questionnaire_id, version=version)
    check_may_judge(actor, row)
    event = move(row, Stage.CLOSED, at=at)
    row.verdict = worded(text or row.verdict, "text", rule="STAT-12")
    row.closed_at = at
    asked = AnomalyFound.objects.select_for_update(no_key=True).filter(asked_in__questionnaire=row).order_by("pk")
    settled = list(asked)
    for anomaly in settled:
        anomaly.state = "settled"
        touch(anomaly, at=at)
    changed: list[Journaled] = [row, *settled, *told(row, "closed", at=at)]
    record(event, actor=actor, at=at, subject=subject(row), rows=changed, note=row.verdict)
    return row
