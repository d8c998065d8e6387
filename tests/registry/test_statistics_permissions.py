"""Who may do and read what in statistics; every operation tried by everybody."""

from datetime import timedelta

import pytest
from django.db import transaction

from openkp.registry.accounts.actors import ANYONE, Actor
from openkp.registry.accounts.operations.people import add_person, grant
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import NotAllowed, NotFound
from openkp.registry.statistics import queries
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.operations import analyse, answer, ask, draft, file
from openkp.registry.statistics.operations.release import build_release, publish_release
from openkp.scheme.questionnaires import Stage
from openkp.scheme.returns import ReturnKind
from tests.factories import FILING_DAY, HALF, PASSWORD, QUARTER, TRADE, anomaly_row, draft_at, filed, statistics
from tests.registry.stage import held

AT = FILING_DAY


class Undone(Exception):
    """Takes back what a test allowed."""


@pytest.fixture
def desk(stage):
    return statistics(stage.node)


def everybody(stage, desk):
    """Every actor by name: all roles at both authorities, nobody, and the people of statistics."""
    found = {name: stage.who(name) for name in stage.everybody}
    return found | {name: desk.actor(name) for name in ("writer", "filer", "analyst", "publisher")}


WRITERS = {"statistician@SL", "writer", "filer"}
ANALYSTS = {"analyst", "publisher"}


def deeds(stage, desk):
    """Each operation, ready to be tried, and who may do it."""
    here = stage.node
    open_draft = draft_at("draft", here, desk)
    prepared = draft_at("prepared", here, desk, kind=ReturnKind.PRODUCTION)
    filing = filed(here, desk, period=QUARTER.previous)
    anomaly, other = anomaly_row(), anomaly_row(test="price")
    case = ask.open_questionnaire([other.pk], actor=desk.actor("analyst"), at=AT)
    asked = ask.open_questionnaire([anomaly_row(test="asked").pk], actor=desk.actor("analyst"), at=AT)
    asked = ask.send_questionnaire(asked.pk, actor=desk.actor("analyst"), at=AT)
    kept = {"kind": "explained", "answer": "A mine was opened."}
    authority, sl = here.sierra_leone.pk, WRITERS
    return {
        "start": (lambda who: draft.start_draft(authority, ReturnKind.PRODUCTION, HALF, actor=who, at=AT), sl),
        "generate": (
            lambda who: draft.generate_return(authority, ReturnKind.TRADE, QUARTER, actor=who, at=AT),
            sl,
        ),
        "save": (lambda who: draft.save_draft(open_draft.pk, TRADE, actor=who, at=AT), sl),
        "drop": (lambda who: draft.drop_draft(open_draft.pk, actor=who, at=AT), sl),
        "correct": (lambda who: draft.correct_return(filing.pk, reason="Wrong.", actor=who, at=AT), sl),
        "prepare": (lambda who: file.prepare_return(open_draft.pk, explanation="So.", actor=who, at=AT), sl),
        "send_back": (lambda who: file.send_back_draft(prepared.pk, "Look again.", actor=who, at=AT), sl),
        "file": (lambda who: file.file_return(prepared.pk, actor=who, at=AT), sl - {"writer"}),
        "dismiss": (lambda who: analyse.dismiss_anomaly(anomaly.pk, "Seasonal.", actor=who, at=AT), ANALYSTS),
        "allocate": (lambda who: analyse.allocate(2025, actor=who, at=AT), ANALYSTS),
        "open": (lambda who: ask.open_questionnaire([anomaly.pk], actor=who, at=AT), ANALYSTS),
        "send": (lambda who: ask.send_questionnaire(case.pk, actor=who, at=AT), ANALYSTS),
        "answer": (lambda who: answer.answer_questionnaire(asked.pk, {"Q1": kept}, actor=who, at=AT), sl),
    }


def test_each_operation_is_open_to_those_named_and_to_nobody_else(stage, desk):
    actors = everybody(stage, desk)
    for name, (act, allowed) in deeds(stage, desk).items():
        let_in, before = set(), held()
        for who, actor in actors.items():
            try:
                with transaction.atomic():
                    act(actor)
                    raise Undone
            except NotAllowed as error:
                assert error.code in ("role-needed", "second-person-needed"), name
            except Undone:
                let_in.add(who)
            assert held() == before
        assert let_in == allowed, name


def test_judging_and_closing_are_for_the_office_that_asks(stage, desk):
    row = ask.open_questionnaire([anomaly_row().pk], actor=desk.actor("analyst"), at=AT)
    for who, actor in everybody(stage, desk).items():
        if who in ANALYSTS:
            continue
        for act in (
            lambda actor=actor: ask.judge_questionnaire(row.pk, Stage.EXPLAINED, "Fine.", actor=actor, at=AT),
            lambda actor=actor: ask.close_questionnaire(row.pk, "Fine.", actor=actor, at=AT),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_an_analyst_of_a_participant_has_no_right_of_an_office(stage, desk):
    for act in (
        lambda who: analyse.run_anomalies(2026, actor=who, at=AT),
        lambda who: build_release(2026, actor=who, at=AT),
    ):
        for who, actor in everybody(stage, desk).items():
            if who not in ANALYSTS:
                with pytest.raises(NotAllowed):
                    act(actor)


def test_filings_are_read_by_their_class(stage, desk):
    here = stage.node
    for back, visibility in enumerate(("participant_private", "wgs", "kp_only", "public")):
        period = QUARTER
        for _ in range(back):
            period = period.previous
        filed(here, desk, period=period, visibility=visibility)
    officer = stage.who("import_officer@EU")
    seen = {
        "own": queries.filings(desk.actor("writer")),
        "own officer": queries.filings(stage.who("preparing_officer@SL")),
        "analyst": queries.filings(desk.actor("analyst")),
        "other officer": queries.filings(officer),
        "their analyst": queries.filings(stage.who("analyst@EU")),
        "exporter": queries.filings(stage.who("applicant@SL"), on=AT.date()),
        "anyone": queries.filings(ANYONE),
        "anyone at once": queries.filings(ANYONE, on=AT.date()),
        "anyone after the delay": queries.filings(ANYONE, on=(AT + timedelta(days=190)).date()),
    }
    readable = {who: {row.visibility for row in rows} for who, rows in seen.items()}
    public = {"public"}
    assert readable == {
        "own": {"participant_private", "wgs", "kp_only", "public"},
        "own officer": {"kp_only", "public"},
        "analyst": {"wgs", "kp_only", "public"},
        "other officer": {"kp_only", "public"},
        "their analyst": {"kp_only", "public"},
        "exporter": set(),
        "anyone": set(),
        "anyone at once": set(),
        "anyone after the delay": public,
    }
    private = queries.filings(desk.actor("writer")).get(visibility="participant_private")
    with pytest.raises(NotFound):
        queries.filing(officer, private.pk)


def test_drafts_anomalies_and_questionnaires_are_read_by_those_who_work_on_them(stage, desk):
    draft_at("draft", stage.node, desk)
    anomaly_row(test="queue")
    row = ask.open_questionnaire([anomaly_row().pk], actor=desk.actor("analyst"), at=AT)
    readers = {
        "drafts": {who for who, actor in everybody(stage, desk).items() if queries.drafts(actor)},
        "anomalies": {who for who, actor in everybody(stage, desk).items() if queries.anomalies(actor)},
        "opened": {who for who, actor in everybody(stage, desk).items() if queries.questionnaires(actor)},
    }
    ask.send_questionnaire(row.pk, actor=desk.actor("analyst"), at=AT)
    readers["sent"] = {who for who, actor in everybody(stage, desk).items() if queries.questionnaires(actor)}
    near = WRITERS | {"auditor@SL", "auditor"} & set(everybody(stage, desk))
    assert readers == {"drafts": near, "anomalies": ANALYSTS, "opened": ANALYSTS, "sent": near | ANALYSTS}


def test_a_release_is_published_by_another_and_read_after_its_embargo(stage, desk):
    from openkp.registry.journal.record import record

    release = Release(
        year=2025, edition=1, content="{}", sha256=bytes(32), built_by=desk.analyst, built_at=AT, inputs={}
    )
    with transaction.atomic():
        record("release.built", actor=desk.actor("analyst"), at=AT, subject="release:real/2025/1", rows=[release])
    assert list(queries.releases(AT)) == []
    with pytest.raises(NotAllowed) as caught:
        publish_release(release.pk, actor=desk.actor("analyst"), at=AT)
    assert caught.value.code == "second-person-needed"
    ends = AT + timedelta(days=2)
    publish_release(release.pk, embargo_until=ends, actor=desk.actor("publisher"), at=AT)
    assert list(queries.releases(AT)) == [] and list(queries.releases(AT, desk.actor("analyst"))) == [release]
    assert queries.release(2025, ends) == release
    with pytest.raises(NotFound):
        queries.release(2025, ends, 2)


def test_an_analyst_is_one_at_an_office_only(stage, desk):
    person = add_person("guest", "Guest", password=PASSWORD, at=AT)
    grant(person, stage.sl, Role.ANALYST, at=AT)
    with pytest.raises(NotAllowed):
        analyse.allocate(2025, actor=Actor.of(person), at=AT)
