"""Who may do what: every operation, tried by everybody, at their own and at the other authority."""

import pytest
from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.password import change_password
from openkp.registry.accounts.operations.people import add_company, add_person, disable, grant, withdraw_role
from openkp.registry.accounts.operations.second_factor import reset
from openkp.registry.accounts.operations.tokens import holder, make_token
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.operations.start import start
from openkp.registry.certificates.permissions import (
    allows,
    check_may_close,
    check_may_decide,
    check_may_edit,
    check_may_prepare,
    check_may_receive,
    check_may_validate,
    check_may_void,
)
from openkp.registry.errors import NotAllowed
from openkp.registry.journal.queries import journal
from openkp.registry.participation.operations.host import add_key, change_settings
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status
from tests.factories import APPLICATION, NOW, PASSWORD, application_at
from tests.registry.deeds import DEEDS, subject
from tests.registry.stage import codes, held

#: What the page's button asks, for each operation that has one.
CHECKS = {
    **dict.fromkeys(("save", "apply", "withdraw"), check_may_edit),
    **dict.fromkeys(("save_inspection", "prepare"), check_may_prepare),
    **dict.fromkeys(("return_to_applicant", "reject"), check_may_decide),
    **dict.fromkeys(("send_back", "validate"), check_may_validate),
    **dict.fromkeys(("close", "expire"), check_may_close),
    **dict.fromkeys(("record_arrival", "confirm"), check_may_receive),
    "void": check_may_void,
}


class Undone(Exception):
    """Takes back what a test allowed, so that the next person finds the same."""


@pytest.mark.parametrize("name", DEEDS)
def test_operation_is_open_to_those_of_the_table_and_to_nobody_else(stage, name):
    deed = DEEDS[name]
    row, before = subject(deed.model, deed.open_from[-1], stage.node), held()
    let_in = set()
    for who in stage.everybody:
        actor = stage.who(who)
        try:
            with transaction.atomic():
                deed.act(row.pk, actor)
                raise Undone
        except NotAllowed as error:
            assert error.code in ("role-needed", "not-the-applicant")
            assert not allows(CHECKS[name], actor, row)
        except Undone:
            assert allows(CHECKS[name], actor, row)
            let_in.add(who)
        assert held() == before
    assert let_in == {who for who in deed.allowed if who in stage.everybody}


# Administration: what an administrator of Sierra Leone may, and those of Antwerp and everybody else may not.
ADMINISTRATION = {
    "add_company": lambda stage, actor: add_company(
        stage.sl, "New Ltd", address="Bo", country="SL", actor=actor, at=NOW
    ),
    "grant": lambda stage, actor: grant(stage.people["stranger"], stage.sl, Role.AUDITOR, actor=actor, at=NOW),
    "withdraw_role": lambda stage, actor: withdraw_role(stage.node.auditor.memberships.get(), actor=actor, at=NOW),
    "disable": lambda stage, actor: disable(stage.node.auditor, actor=actor, at=NOW),
    "reset": lambda stage, actor: reset(stage.node.auditor, actor=actor, at=NOW),
    "change_settings": lambda stage, actor: change_settings(
        stage.sl, {"confirmation_due_days": 5}, actor=actor, at=NOW
    ),
    "add_key": lambda stage, actor: add_key("SL", "certificate", "ESP256", authority=stage.sl, actor=actor, at=NOW),
}


@pytest.mark.parametrize("name", ADMINISTRATION)
def test_administration_is_for_the_administrators_of_that_authority(stage, name):
    before = held()
    let_in = set()
    for who in stage.everybody:
        try:
            with transaction.atomic():
                ADMINISTRATION[name](stage, stage.who(who))
                raise Undone
        except NotAllowed:
            pass
        except Undone:
            let_in.add(who)
        assert held() == before
    assert let_in == {"administrator@SL"}


def test_accounts_are_added_by_administrators_of_any_authority(stage):
    for who in stage.everybody:
        if who in ("administrator@SL", "administrator@EU"):
            assert add_person(f"by-{who}", "New", password=PASSWORD, actor=stage.who(who), at=NOW).pk
        else:
            with pytest.raises(NotAllowed):
                add_person("new", "New", password=PASSWORD, actor=stage.who(who), at=NOW)
    # Without a role, and so without an authority: still nobody but an administrator closes it.
    with pytest.raises(NotAllowed):
        disable(Person.objects.get(username="stranger"), actor=stage.who("auditor@SL"), at=NOW)


def test_applications_are_started_for_ones_own_company_only(stage):
    let_in = set()
    for who in stage.everybody:
        try:
            start(stage.sl.pk, stage.node.company.pk, actor=stage.who(who), at=NOW, fields=APPLICATION)
            let_in.add(who)
        except NotAllowed as error:
            assert error.code == "not-the-applicant"
    assert let_in == {"applicant@SL"}


def test_the_journal_is_read_by_auditors_and_administrators(stage):
    readers = {who for who in stage.everybody if allows(lambda actor: bool(journal(actor)), stage.who(who))}
    assert readers == {f"{role}@{place}" for role in ("auditor", "administrator") for place in ("SL", "EU")}


def test_nobody_validates_what_they_prepared(stage):
    person = stage.people["preparing_officer@SL"]
    grant(person, stage.sl, Role.VALIDATING_OFFICER, at=NOW)
    both = stage.who("preparing_officer@SL")
    application = application_at(Status.APPLIED, stage.node)
    DEEDS["prepare"].act(application.pk, both)
    for name in ("validate", "send_back"):
        with pytest.raises(NotAllowed) as caught:
            DEEDS[name].act(application.pk, both)
        assert caught.value.code == "second-person-needed"
    assert DEEDS["validate"].act(application.pk, stage.who("validating_officer@SL")).number


def test_nobody_handles_an_application_of_their_own(stage):
    """Roles change; what a person applied for as an applicant is not theirs to judge as an officer."""
    application = application_at(Status.APPLIED, stage.node)
    exporter = stage.node.exporter
    withdraw_role(exporter.memberships.get(), actor=stage.who("administrator@SL"), at=NOW)
    for role in (Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER):
        grant(exporter, stage.sl, role, at=NOW)
    turned = Actor.of(exporter)
    for name in ("prepare", "save_inspection", "return_to_applicant", "reject"):
        with pytest.raises(NotAllowed) as caught:
            DEEDS[name].act(application.pk, turned)
        assert caught.value.code == "own-application"
    DEEDS["prepare"].act(application.pk, stage.who("preparing_officer@SL"))
    with pytest.raises(NotAllowed) as caught:
        DEEDS["validate"].act(application.pk, turned)
    assert caught.value.code == "second-person-needed"


def test_roles_that_cannot_go_together_and_roles_for_oneself(stage):
    administrator = stage.who("administrator@SL")
    with pytest.raises(NotAllowed) as caught:
        grant(stage.people["administrator@SL"], stage.sl, Role.VALIDATING_OFFICER, actor=administrator, at=NOW)
    assert caught.value.code == "own-role"
    with pytest.raises(Refused) as caught:
        grant(stage.people["stranger"], stage.sl, Role.APPLICANT, actor=administrator, at=NOW)
    assert codes(caught.value) == ["company-wrong"]
    foreign = stage.people["applicant@EU"].memberships.get().company
    with pytest.raises(Refused):
        grant(stage.people["stranger"], stage.sl, Role.APPLICANT, company=foreign, actor=administrator, at=NOW)
    with pytest.raises(Refused):
        grant(stage.people["stranger"], stage.sl, Role.AUDITOR, company=stage.node.company, actor=administrator, at=NOW)


def test_a_password_is_changed_by_its_owner_who_knows_the_old_one(stage):
    person = stage.node.exporter
    for who in stage.everybody:
        with pytest.raises(NotAllowed):
            change_password(person.pk, PASSWORD, "another battery 8 staple", actor=stage.who(who), at=NOW)
    own = Actor.of(person)
    for old, new, code in (
        ("wrong", "another battery 8 staple", "password-wrong"),
        (PASSWORD, "short", "password-weak"),
    ):
        with pytest.raises(Refused) as caught:
            change_password(person.pk, old, new, actor=own, at=NOW)
        assert code in codes(caught.value)
    assert change_password(person.pk, PASSWORD, "another battery 8 staple", actor=own, at=NOW)
    person.refresh_from_db()
    assert person.check_password("another battery 8 staple")


def test_a_token_speaks_for_its_person_until_that_person_is_disabled(stage):
    officer = stage.people["validating_officer@SL"]
    token = make_token("script", actor=Actor.of(officer), at=NOW)
    assert holder(token, at=NOW).label == f"person:{officer.pk}"
    with pytest.raises(NotAllowed):
        holder(token, at=NOW.replace(year=NOW.year + 1))
    disable(officer, actor=stage.who("administrator@SL"), at=NOW)
    with pytest.raises(NotAllowed):
        holder(token, at=NOW)
