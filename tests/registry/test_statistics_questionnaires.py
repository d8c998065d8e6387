"""A questionnaire from the anomaly to the verdict: both sides, every step, the clock."""

from datetime import timedelta

import pytest
from django.db import transaction

from openkp.documents.envelope import open_envelope
from openkp.documents.errors import Malformed
from openkp.documents.questionnaire_v1 import MOST_QUESTIONS, read_questionnaire
from openkp.documents.sign1 import LIMITS
from openkp.registry.accounts.actors import NODE
from openkp.registry.errors import Conflict, NotAllowed
from openkp.registry.journal.audit import audit
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.journal.record import record
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.models import AnomalyFound, Questionnaire, QuestionnaireStatement
from openkp.registry.statistics.operations import ask
from openkp.registry.statistics.operations import record_questionnaire as record_questionnaire_module
from openkp.registry.statistics.operations.analyse import dismiss_anomaly
from openkp.registry.statistics.operations.answer import answer_questionnaire
from openkp.registry.statistics.operations.ask import (
    MOST,
    close_questionnaire,
    judge_questionnaire,
    open_questionnaire,
    send_questionnaire,
)
from openkp.registry.statistics.operations.draft import correct_return, save_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.registry.statistics.operations.record_questionnaire import record_questionnaire
from openkp.registry.statistics.operations.remind import remind
from openkp.scheme.errors import Refused
from openkp.scheme.questionnaires import Stage
from tests.factories import FILING_DAY, TRADE, anomaly_row, filed, node, statistics
from tests.registry.stage import codes

pytestmark = pytest.mark.django_db
EXPLAINED = {"kind": "explained", "answer": "A mine was opened in January."}
CORRECTED = {"kind": "corrected", "answer": "A shipment was counted twice."}


@pytest.fixture
def here():
    return node()


@pytest.fixture
def desk(here):
    return statistics(here)


def opened(desk, *tests):
    ids = [anomaly_row(test=test).pk for test in tests or ("swing",)]
    return open_questionnaire(ids, actor=desk.actor("analyst"), at=FILING_DAY)


def sent(desk, *tests):
    return send_questionnaire(opened(desk, *tests).pk, actor=desk.actor("analyst"), at=FILING_DAY)


def assert_sound():
    assert audit().broken == ()
    assert rebuild() == []


def test_asked_answered_explained_and_closed(here, desk):
    row = sent(desk, "swing", "price")
    assert row.reference == "SECRETARIAT-SL-2026-001" and row.period == "2026-Q1" and row.asked_by == "SECRETARIAT"
    assert row.due_on == FILING_DAY.date() + timedelta(days=30)
    answers = {"Q1": EXPLAINED, "Q2": EXPLAINED}
    row = answer_questionnaire(row.pk, answers, actor=desk.actor("writer"), at=FILING_DAY)
    row = judge_questionnaire(
        row.pk, Stage.EXPLAINED, "The mine is on the list.", actor=desk.actor("analyst"), at=FILING_DAY
    )
    row = close_questionnaire(row.pk, actor=desk.actor("publisher"), at=FILING_DAY)
    assert (row.stage, row.verdict) == ("closed", "The mine is on the list.")
    assert {each.state for each in AnomalyFound.objects.all()} == {"settled"}
    statements = [
        read_questionnaire(open_envelope(bytes(each.document.data), keyring(FILING_DAY), typ="kpq"))
        for each in QuestionnaireStatement.objects.order_by("pk")
    ]
    assert [(each.stage, each.signer) for each in statements] == [
        ("asked", "SECRETARIAT"),
        ("answered", "SL"),
        ("closed", "SECRETARIAT"),
    ]
    assert statements[0].questions[0].text == "Exports rose by 75 percent."
    assert statements[2].verdict == "The mine is on the list."
    assert_sound()


def test_every_question_must_be_answered_and_a_correction_attached(here, desk):
    row = sent(desk, "swing", "price")
    writer = desk.actor("writer")
    with pytest.raises(Refused) as caught:
        answer_questionnaire(row.pk, {"Q1": CORRECTED}, actor=writer, at=FILING_DAY)
    assert codes(caught.value) == ["answer_missing", "correction_missing", "kind_missing"]
    first = filed(here, desk)
    with pytest.raises(Refused) as caught:
        answer_questionnaire(row.pk, {"Q1": CORRECTED, "Q2": EXPLAINED}, first.pk, actor=writer, at=FILING_DAY)
    assert "correction-unknown" in codes(caught.value)
    second = corrected(first, desk)
    row = answer_questionnaire(row.pk, {"Q1": CORRECTED, "Q2": EXPLAINED}, second.pk, actor=writer, at=FILING_DAY)
    row = judge_questionnaire(row.pk, Stage.CORRECTED, "It fits now.", actor=desk.actor("analyst"), at=FILING_DAY)
    assert (row.stage, row.correction) == ("corrected", second)
    assert_sound()


def corrected(first, desk):
    draft = correct_return(first.pk, reason="Counted twice.", actor=desk.actor("writer"), at=FILING_DAY)
    line = {**TRADE["trade"][0], "carats": "1000.00"}
    save_draft(draft.pk, {"trade": [line]}, actor=desk.actor("writer"), at=FILING_DAY)
    prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    return file_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY)


def test_what_does_not_satisfy_is_asked_again_with_the_reason(here, desk):
    row = answer_questionnaire(sent(desk).pk, {"Q1": EXPLAINED}, actor=desk.actor("writer"), at=FILING_DAY)
    analyst = desk.actor("analyst")
    with pytest.raises(Refused) as caught:
        judge_questionnaire(row.pk, Stage.CORRECTED, "Nothing is corrected.", actor=analyst, at=FILING_DAY)
    assert codes(caught.value) == ["verdict-wrong"]
    row = judge_questionnaire(row.pk, Stage.UNSATISFACTORY, "Which mine was it?", actor=analyst, at=FILING_DAY)
    row = send_questionnaire(row.pk, actor=analyst, at=FILING_DAY)
    assert [(each["id"], each["text"], each["answer"]) for each in row.questions] == [
        ("Q1", "Exports rose by 75 percent.", ""),
        ("Q2", "Which mine was it?", ""),
    ]
    assert row.stage == "sent" and row.verdict == ""


def test_asked_again_and_again_about_as_many_anomalies_as_there_may_be(here, desk):
    """Each time the newest question is there; what was asked before stands in the signed statements."""
    analyst = desk.actor("analyst")
    ids = [anomaly_row(test=f"test-{number}").pk for number in range(MOST + 1)]
    with pytest.raises(Refused):
        open_questionnaire(ids, actor=analyst, at=FILING_DAY)
    row = open_questionnaire(ids[:MOST], actor=analyst, at=FILING_DAY)
    row = send_questionnaire(row.pk, actor=analyst, at=FILING_DAY)
    for reason in ("Which mine was it?", "And which river?"):
        answers = {each["id"]: {"kind": "explained", "answer": "金" * 2000} for each in row.questions}
        answer_questionnaire(row.pk, answers, actor=desk.actor("writer"), at=FILING_DAY)
        judge_questionnaire(row.pk, Stage.UNSATISFACTORY, reason, actor=analyst, at=FILING_DAY)
        row = send_questionnaire(row.pk, actor=analyst, at=FILING_DAY)
        assert len(row.questions) == MOST_QUESTIONS and row.questions[-1]["text"] == reason
    assert {each["anomaly"] for each in row.questions} == set(
        AnomalyFound.objects.filter(asked_in__isnull=False).values_list("key", flat=True)
    )
    assert_sound()


def test_two_offices_that_ask_one_participant_give_two_references(here, desk):
    """Each on a node of its own, neither of which knows what the other counts."""
    assert opened(desk).reference == "SECRETARIAT-SL-2026-001"
    assert opened(desk, "price").reference == "SECRETARIAT-SL-2026-002"
    assert ask._reference("WGS", "SL", 2026) == "WGS-SL-2026-001"
    assert len(ask._reference("X" * 12, "SL", 2026)) <= Questionnaire._meta.get_field("reference").max_length


def test_nothing_is_sent_that_nobody_could_read(here, desk, monkeypatch):
    row = opened(desk)
    monkeypatch.setitem(LIMITS, "kpq", 100)
    with pytest.raises(Malformed):
        send_questionnaire(row.pk, actor=desk.actor("analyst"), at=FILING_DAY)
    assert not QuestionnaireStatement.objects.exists()


def test_the_clock_escalates_each_step_once_and_an_answer_is_still_taken(here, desk):
    row = sent(desk)
    stages = []
    for days in (30, 31, 45, 60, 61, 119, 120, 400):
        at = FILING_DAY + timedelta(days=days)
        remind(at=at)
        remind(at=at)
        row.refresh_from_db()
        stages.append(row.stage)
    assert stages == ["sent", "overdue", "overdue", "escalated", "escalated", "escalated", "listed", "listed"]
    with pytest.raises(Refused) as caught:
        close_questionnaire(row.pk, actor=desk.actor("analyst"), at=FILING_DAY)
    assert codes(caught.value) == ["text-missing"]
    row = answer_questionnaire(row.pk, {"Q1": EXPLAINED}, actor=desk.actor("writer"), at=FILING_DAY)
    assert row.stage == "answered"
    assert_sound()


def asked_from_elsewhere(desk):
    """The same case as it is on the other node: an office that does not live here asks."""
    row = sent(desk)
    there = Questionnaire(
        **{name: getattr(row, name) for name in ("participant", "period", "stage", "questions", "sent_at", "due_on")},
        reference="WGS-SL-2026-001",
        asked_by="WGS",
        created_at=FILING_DAY,
        changed_at=FILING_DAY,
    )
    with transaction.atomic():
        record("questionnaire.received", actor=NODE, at=FILING_DAY, subject="questionnaire:WGS", rows=[there])
    return row, there


def test_both_sides_see_the_same_stage_on_the_same_day(here, desk):
    row, there = asked_from_elsewhere(desk)
    for days, stage in ((30, "sent"), (31, "overdue"), (60, "escalated"), (120, "listed")):
        remind(at=FILING_DAY + timedelta(days=days))
        row.refresh_from_db()
        there.refresh_from_db()
        assert row.stage == there.stage == stage


@pytest.mark.parametrize("stage", ["sent", "overdue", "escalated", "listed", "answered"])
def test_who_is_asked_takes_the_word_of_who_asks_in_any_stage(here, desk, stage):
    """Asked again, or closed, while this side's clock or an answer under way says something else."""
    row = sent(desk)
    statement = QuestionnaireStatement.objects.get()
    proven = read_questionnaire(open_envelope(bytes(statement.document.data), keyring(FILING_DAY), typ="kpq"))
    row.stage = stage
    with transaction.atomic():
        record("questionnaire.moved", actor=NODE, at=FILING_DAY, subject="questionnaire:1", rows=[row])
        assert record_questionnaire_module._asked(proven, FILING_DAY)[0].stage == Stage.SENT
        assert record_questionnaire_module._closed(proven, FILING_DAY)[0].stage == Stage.CLOSED


def test_steps_that_are_not_open_and_people_who_may_not(here, desk):
    row = opened(desk)
    analyst, writer = desk.actor("analyst"), desk.actor("writer")
    for act in (
        lambda: answer_questionnaire(row.pk, {"Q1": EXPLAINED}, actor=writer, at=FILING_DAY),
        lambda: judge_questionnaire(row.pk, Stage.EXPLAINED, "Fine.", actor=analyst, at=FILING_DAY),
        lambda: close_questionnaire(row.pk, "Fine.", actor=analyst, at=FILING_DAY),
    ):
        with pytest.raises(Conflict) as caught:
            act()
        assert caught.value.code == "is-computed"
    with pytest.raises(NotAllowed):
        send_questionnaire(row.pk, actor=writer, at=FILING_DAY)
    send_questionnaire(row.pk, actor=analyst, at=FILING_DAY)
    with pytest.raises(NotAllowed):
        answer_questionnaire(row.pk, {"Q1": EXPLAINED}, actor=analyst, at=FILING_DAY)
    with pytest.raises(Conflict):
        send_questionnaire(row.pk, actor=analyst, at=FILING_DAY)


def test_anomalies_are_asked_about_once_and_of_one_participant(here, desk):
    analyst = desk.actor("analyst")
    first, other, innocent = anomaly_row(), anomaly_row("EU"), anomaly_row(test="price")
    with pytest.raises(Refused) as caught:
        open_questionnaire([first.pk, other.pk], actor=analyst, at=FILING_DAY)
    assert codes(caught.value) == ["one-participant"]
    with pytest.raises(Refused) as caught:
        dismiss_anomaly(innocent.pk, "", actor=analyst, at=FILING_DAY)
    assert codes(caught.value) == ["reason-missing"]
    assert dismiss_anomaly(innocent.pk, "Seasonal.", actor=analyst, at=FILING_DAY).state == "dismissed"
    row = open_questionnaire([first.pk], {first.pk: "Why did exports rise?"}, actor=analyst, at=FILING_DAY)
    assert row.questions[0]["text"] == "Why did exports rise?"
    for each in (first, innocent):
        with pytest.raises(Conflict):
            open_questionnaire([each.pk], actor=analyst, at=FILING_DAY)


def test_a_statement_that_comes_back_changes_nothing(here, desk):
    sent(desk)
    statement = QuestionnaireStatement.objects.get()
    record_questionnaire(bytes(statement.document.data), actor=desk.actor("analyst"), at=FILING_DAY)
    assert Questionnaire.objects.count() == QuestionnaireStatement.objects.count() == 1
