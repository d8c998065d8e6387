"""Guessing reveals nothing: what is foreign reads like what is not there, and who guesses is slowed."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.factories import PASSWORD
from tests.portal.matrix.api_ways import OPERATIONS
from tests.portal.matrix.ways import PAGES
from tests.portal.matrix.world import signed_in

pytestmark = pytest.mark.django_db
INSIDERS = ("rival", "applicant", "preparing", "validating", "importing", "administrator", "auditor", "statistician")
OURS = ("draft", "edit", "upload", "file", "send-back", "drop", "filing", "filing-document", "correct", "prove") + (
    "questionnaire",
    "case-answer",
)
NAMED = sorted(
    name
    for name in PAGES
    if PAGES[name].names is not None and (name.startswith("certificates:") or name in {f"statistics:{n}" for n in OURS})
)
MOVING = re.compile(r'(csrfmiddlewaretoken|name="key")[^>]*|"reference": "[0-9a-f]*"')


def missing(text):
    """A name of the same kind that is nobody's."""
    if isinstance(text, str) and text.isdigit():
        return str(10**6 + int(text))
    return re.sub(r"\d(?=\d{0,2}$)", "9", text) if isinstance(text, str) else 10**6 + text


def told(answer, *names):
    """An answer without the name that was asked for, which the caller knows."""
    body = MOVING.sub("", answer.content.decode())
    for name in names:
        body = re.sub(rf"(/|%2F|=|%3D){re.escape(name)}\b", r"\1NAME", body)
    headers = {k: v.replace(names[-1], "NAME") for k, v in answer.headers.items() if k != "Content-Length"}
    return answer.status_code, body, headers


@pytest.mark.parametrize("name", NAMED)
def test_a_foreign_page_reads_like_none(world, name):
    names = PAGES[name].names(world.other)
    key = next(k for k in ("reference", "number", "company_id", "draft_id", "filing_id") if k in names)
    nobody = {**names, key: missing(names[key])}
    for role in INSIDERS:
        browser = signed_in(world.person(role))
        for verb in ("get", "post"):
            foreign = getattr(browser, verb)(reverse(name, kwargs=names))
            absent = getattr(browser, verb)(reverse(name, kwargs=nobody))
            assert told(foreign, str(names[key])) == told(absent, str(nobody[key])), (role, verb)
            assert foreign.status_code in (404, 405)


@pytest.mark.parametrize(("method", "path"), sorted(key for key in OPERATIONS if "{" in key[1]))
def test_a_foreign_resource_reads_like_none(world, method, path):
    asked = OPERATIONS[method, path](world.other)
    for role in INSIDERS:
        headers = {"Authorization": f"Bearer {world.token(role)}"}
        if "row" in asked:
            headers["If-Match"] = f'"{asked["row"].version}"'
        answers = []
        for name in (asked["path"], missing(asked["path"])):
            address = re.sub(r"\{\w+\}", name, path)
            body = asked.get("body") or {}
            answer = Client().generic(method, address, json.dumps(body), "application/json", headers=headers)
            answers.append(told(answer, name))
        assert answers[0] == answers[1], role
        assert answers[0][0] == 404


def test_a_foreign_company_reads_like_none(world):
    headers = {"Authorization": f"Bearer {world.token('applicant')}", "Idempotency-Key": "guess-0001"}
    answers = []
    for company in (world.other.cast.company.name, "x" * len(world.other.cast.company.name), "Rival of sl"):
        body = {"authority": world.other.cast.sierra_leone.code, "company": company}
        answer = Client().post("/api/v1/applications", body, "application/json", headers=headers)
        answers.append(told(answer, "NAME"))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404


@pytest.mark.parametrize("page", ["person", "close-account"])
def test_a_foreign_person_reads_like_none(world, page):
    browser = signed_in(world.person("administrator"))
    foreign, absent = world.other.cast.preparing.username, "nobody-at-all"
    answers = [told(browser.get(reverse(f"accounts:{page}", args=[name])), name) for name in (foreign, absent)]
    assert answers[0] == answers[1]


def test_a_search_for_a_foreign_number_reads_like_none(world):
    for role in INSIDERS:
        browser = signed_in(world.person(role))
        number = world.other.issued.number
        answers = [told(browser.get(f"/certificates/?number={n}"), n) for n in (number, missing(number))]
        assert answers[0] == answers[1]


def test_a_foreign_certificate_cannot_be_presented(world):
    data = bytes(world.other.issued.document.data)
    headers = {"Authorization": f"Bearer {world.token('importing')}"}
    answer = Client().post("/api/v1/arrivals", data, "application/cose", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "wrong-destination")
    assert not hasattr(type(world.other.issued).objects.get(pk=world.other.issued.pk), "arrival")


@pytest.mark.parametrize("token", ["", "okp_", "okp_" + "a" * 40, "x", "é", "okp_\x00"])
def test_a_guessed_token_is_nobody(world, token):
    answer = Client().get("/api/v1/applications", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


def sign_in(name, password, browser=None):
    browser = browser or Client()
    return browser.post("/sign-in/", {"username": name, "password": password})


def test_signing_in_does_not_say_who_exists(world):
    known, unknown = world.own.cast.exporter.username, "somebody"
    answers = [sign_in(name, "wrong password 1") for name in (known, unknown)]
    bodies = [
        MOVING.sub("", answer.content.decode()).replace(f'value="{name}"', "")
        for answer, name in zip(answers, (known, unknown), strict=True)
    ]
    assert bodies[0] == bodies[1]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].headers.keys() == answers[1].headers.keys()


def test_five_wrong_passwords_close_the_door_for_a_while(world):
    for name in (world.own.cast.exporter.username, "somebody"):
        seen = [sign_in(name, f"wrong password {i}").status_code for i in range(7)]
        assert seen[:4] == [422] * 4
        assert seen[5:] == [429] * 2
    locked = sign_in(world.own.cast.exporter.username, PASSWORD)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert sign_in(world.own.cast.preparing.username, PASSWORD).status_code == 302


def test_a_wrong_code_slows_the_next(world):
    person = world.own.cast.preparing
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    device = TOTPDevice.objects.get(user=person)
    assert browser.post("/second-factor/", {"token": "000000"}).status_code == 422
    right = f"{totp(device.bin_key):06d}"
    assert browser.post("/second-factor/", {"token": right}).status_code == 422, "even the right one must wait"


def test_verification_is_paced_for_pages_and_programs_together(world, settings):
    settings.OPENKP_VERIFY_CALLS = 4
    data = bytes(world.own.issued.document.data)
    api = [Client().post("/api/v1/verify", data, "application/cose").status_code for _ in range(3)]
    page = [Client().post("/verify/", {"text": "KPC1:1"}).status_code for _ in range(2)]
    assert api == [200] * 3
    assert page[1] == 429
    told_ = Client().post("/api/v1/verify", data, "application/cose")
    assert (told_.status_code, told_["Retry-After"], told_.json()["code"]) == (429, "60", "too-many-calls")


def test_verification_says_no_more_than_the_document(world):
    """The public form has no party and no weight; nor has the verdict, though this node knows them all."""
    from openkp.documents.certificate_v1 import public_form

    data = public_form(bytes(world.other.issued.document.data))
    answer = Client().post("/api/v1/verify", data, "application/cose")
    assert answer.status_code == 200
    assert b"canary" not in answer.content.lower()
    assert b"1000.00" not in answer.content


def test_a_number_in_the_log_or_status_list_names_nobody(world):
    for address in (
        "/bundle",
        "/trust/list",
        "/log/BW/checkpoint",
        f"/status/BW-ONE/{world.other.issued.issued_on:%y}",
    ):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert b"canary" not in answer.content.lower()
