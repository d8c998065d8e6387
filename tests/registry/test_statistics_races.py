"""Two people of statistics at one moment: one is first, the other is told, and nothing happens twice."""

import pytest

from openkp.documents.total_v1 import Scope
from openkp.registry.errors import Conflict
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import Entry
from openkp.registry.journal.once import once
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.statistics.models import (
    Allocation,
    AnomalyFound,
    Draft,
    Filing,
    ProvenTotal,
    Questionnaire,
    Release,
    Reminder,
)
from openkp.registry.statistics.operations.analyse import allocate
from openkp.registry.statistics.operations.answer import answer_questionnaire
from openkp.registry.statistics.operations.ask import open_questionnaire, send_questionnaire
from openkp.registry.statistics.operations.draft import start_draft
from openkp.registry.statistics.operations.file import file_return
from openkp.registry.statistics.operations.prove_filed import DONE
from openkp.registry.statistics.operations.prove_total import prove_total
from openkp.registry.statistics.operations.release import READINGS, build_release, publish_release
from openkp.registry.statistics.operations.remind import remind
from openkp.scheme.life import Status
from openkp.scheme.returns import Flow, ReturnKind
from tests.factories import FILING_DAY, QUARTER, anomaly_row, certificate_at, draft_at, filed, node, statistics
from tests.registry.test_races import split
from tests.registry.together import together

pytestmark = pytest.mark.usefixtures("own_database")
AT = FILING_DAY


@pytest.fixture
def here(own_database):
    return node()


@pytest.fixture
def desk(here):
    return statistics(here)


def assert_sound():
    assert audit().broken == ()
    assert rebuild() == []


def test_two_persons_file_one_return_and_one_filing_is_signed(here, desk):
    draft = draft_at("prepared", here, desk)
    filer = desk.actor("filer")
    done, conflicts = split(together(*[lambda: file_return(draft.pk, actor=filer, at=AT)] * 4))
    assert len(done) == 1 and set(conflicts) <= {"is-filed", "changed-meanwhile"} and len(conflicts) == 3
    assert Filing.objects.count() == 1
    assert_sound()


def test_two_persons_begin_one_return_and_one_draft_is_open(here, desk):
    acts = [
        lambda who=who: start_draft(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=desk.actor(who), at=AT)
        for who in ("writer", "filer")
    ]
    done, _ = split(together(*acts * 2))
    assert {draft.pk for draft in done} == {Draft.objects.get().pk}
    assert_sound()


def test_two_analysts_ask_about_one_anomaly_and_one_questionnaire_is_opened(here, desk):
    row = anomaly_row()
    acts = [
        lambda who=who: open_questionnaire([row.pk], actor=desk.actor(who), at=AT) for who in ("analyst", "publisher")
    ]
    done, conflicts = split(together(*acts))
    assert len(done) == 1 and conflicts == ["is-asked"]
    assert Questionnaire.objects.count() == 1 and AnomalyFound.objects.get().state == "asked"
    assert_sound()


def test_two_questionnaires_at_once_have_two_references(here, desk):
    rows = [anomaly_row(test="swing"), anomaly_row(test="price")]
    acts = [lambda row=row: open_questionnaire([row.pk], actor=desk.actor("analyst"), at=AT) for row in rows]
    done, conflicts = split(together(*acts))
    assert set(conflicts) <= {"opened-twice"}
    assert len({each.reference for each in done}) == len(done) >= 1
    assert_sound()


def test_two_statisticians_answer_one_questionnaire_once(here, desk):
    row = open_questionnaire([anomaly_row().pk], actor=desk.actor("analyst"), at=AT)
    send_questionnaire(row.pk, actor=desk.actor("analyst"), at=AT)
    answers = {"Q1": {"kind": "explained", "answer": "A mine was opened."}}
    acts = [
        lambda who=who: answer_questionnaire(row.pk, answers, actor=desk.actor(who), at=AT)
        for who in ("writer", "filer")
    ]
    done, conflicts = split(together(*acts))
    assert (len(done), conflicts) == (1, ["is-answered"])
    assert_sound()


def test_the_clock_looked_at_twice_at_once_takes_each_step_once(here, desk):
    filed(here, desk, period=QUARTER.previous)
    for outcome in together(lambda: remind(at=AT), lambda: remind(at=AT)):
        if isinstance(outcome, BaseException):
            raise outcome
    names = list(Reminder.objects.values_list("participant", "kind", "period", "step"))
    assert len(names) == len(set(names)) > 0
    assert_sound()


def test_several_loops_and_a_person_prove_one_total_at_one_moment(here, desk):
    for _ in range(4):
        certificate_at(Status.VALIDATED, here)
    filed(here, desk, visibility="public")
    scope, writer = Scope(participant="SL", flow=Flow.EXPORT, period=QUARTER), desk.actor("writer")
    for outcome in together(*[lambda: remind(at=AT)] * 3, lambda: prove_total(scope, actor=writer, at=AT)):
        if isinstance(outcome, BaseException):
            raise outcome
    assert ProvenTotal.objects.count() == 1 and Entry.objects.filter(event=DONE).count() == 1
    assert_sound()


def test_work_is_shared_out_once_and_an_edition_is_published_once(here, desk):
    filed(here, desk, kind=ReturnKind.PRODUCTION)
    analyst, publisher = desk.actor("analyst"), desk.actor("publisher")
    _, conflicts = split(together(*[lambda: allocate(2025, actor=analyst, at=AT)] * 2))
    assert set(conflicts) <= {"allocated-twice"} and Allocation.objects.count() == 60
    release = build_release(2026, actor=analyst, at=AT)
    done, conflicts = split(together(*[lambda: publish_release(release.pk, actor=publisher, at=AT)] * 2))
    assert (len(done), conflicts) == (1, ["is-published"])
    assert_sound()


def test_a_double_click_builds_one_edition(here, desk):
    filed(here, desk, kind=ReturnKind.PRODUCTION)
    done, conflicts = split(together(*[lambda: build_release(2026, actor=desk.actor("analyst"), at=AT)] * 2))
    assert (len({row.pk for row in done}), conflicts, Release.objects.count()) == (1, [], 1)
    assert_sound()


def test_of_two_editions_published_at_once_one_is_built_again(here, desk):
    filed(here, desk, kind=ReturnKind.PRODUCTION)
    publisher = desk.actor("publisher")
    rows = [build_release(2026, reading=each, actor=desk.actor("analyst"), at=AT) for each in READINGS]
    done, conflicts = split(together(*[lambda pk=row.pk: publish_release(pk, actor=publisher, at=AT) for row in rows]))
    assert (len(done), conflicts) == (1, ["built-before-another"])
    assert_sound()


def test_one_key_files_once_however_often_it_is_sent(here, desk):
    draft = draft_at("prepared", here, desk)
    filer, request = desk.actor("filer"), {"draft": draft.pk}

    def act():
        return once("file", "key-1", request, lambda: str(file_return(draft.pk, actor=filer, at=AT).pk), at=AT)

    answers = together(act, act)
    assert answers[0] == answers[1] == act() == str(Filing.objects.get().pk)
    with pytest.raises(Conflict):
        once("file", "key-1", {"draft": 0}, lambda: "", at=AT)
