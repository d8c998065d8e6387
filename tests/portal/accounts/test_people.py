"""Administrators look after the people of their authority; nobody else does."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from openkp.registry.accounts.models import Membership, Person
from tests.portal.counter import at_counter, send, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(here):
    return at_counter(here.administrator)


def test_an_administrator_adds_a_person_and_gives_a_role(here, office):
    made = send(office, "/people/add/", name="Hawa Sankoh", username="hawa-sankoh", password="four quiet river stones")
    assert made.headers["Location"] == "/people/hawa-sankoh/"
    given = send(office, "/people/hawa-sankoh/", authority="SL-NMA", role="preparing_officer", company="")
    assert given.status_code == 302
    assert "Preparing officer, National Minerals Agency" in words(office.get("/people/hawa-sankoh/"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "X", "username": "preparing", "password": "four quiet river stones"}, "taken"),
        ({"name": "X", "username": "x y", "password": "four quiet river stones"}, "User name"),
        ({"name": "X", "username": "xy", "password": "short"}, "12 characters"),
        ({"name": "", "username": "xy", "password": "four quiet river stones"}, "Name"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said(office, fields, said):
    answer = send(office, "/people/add/", **fields)
    assert answer.status_code in (409, 422)
    assert said in words(answer)


def test_an_applicant_holds_no_office(here, office):
    answer = send(office, "/people/exporter/", authority="SL-NMA", role="auditor", company="")
    assert answer.status_code == 409
    assert "holds no office" in words(answer)


def test_nobody_gives_a_role_to_themselves(here, office):
    answer = send(office, "/people/administrator/", authority="SL-NMA", role="auditor", company="")
    assert answer.status_code == 403


def test_a_role_is_withdrawn_and_an_account_closed(here, office):
    held = Membership.objects.get(person=here.preparing)
    assert send(office, f"/people/preparing/roles/{held.pk}/withdraw/").status_code == 302
    assert not Membership.objects.get(pk=held.pk).is_active
    assert send(office, "/people/validating/close/").status_code == 302
    assert not Person.objects.get(username="validating").is_active


def test_a_lost_telephone_is_taken_off(here, office):
    TOTPDevice.objects.create(user=here.preparing, confirmed=True)
    assert send(office, "/people/preparing/close/?telephone").status_code == 302
    assert not TOTPDevice.objects.filter(user=here.preparing).exists()


def test_people_of_another_authority_are_not_here(here, office):
    assert "An Peeters" not in words(office.get("/people/"))
    assert office.get("/people/importing/").status_code == 404
    held = Membership.objects.get(person=here.importing)
    assert office.get(f"/people/importing/roles/{held.pk}/withdraw/").status_code == 404


@pytest.mark.parametrize("who", ["exporter", "preparing", "validating", "importing"])
def test_nobody_else_sees_people(here, who):
    client = at_counter(getattr(here, who))
    assert {client.get(page).status_code for page in ("/people/", "/people/add/", "/people/preparing/")} == {403}


def test_an_auditor_looks_and_changes_nothing(here):
    client = at_counter(here.auditor)
    assert client.get("/people/").status_code == 200
    assert client.get("/people/add/").status_code == 403
    assert client.get("/people/preparing/close/").status_code == 403
    page = client.get("/people/preparing/")
    assert "Give a role" not in words(page)
    assert send(client, "/people/preparing/", authority="SL-NMA", role="auditor").status_code == 422
