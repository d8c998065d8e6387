"""The operations over JSON: what goes well, and what each wrong request is told."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from openkp.project import clock
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.operations.tokens import make_token, withdraw_token
from openkp.registry.certificates.models import Application, Certificate
from openkp.scheme.life import Status
from tests.factories import APPLICATION, INSPECTION, application_at, node

pytestmark = pytest.mark.django_db
KEY = "0c1d7a2e-first"


@pytest.fixture
def here():
    return node(clock.now() - timedelta(days=1))


@pytest.fixture
def call(here):
    """``call("exporter", "post", "/applications", {...})`` with a token of that person."""
    client = Client()
    tokens = {}

    def say(who, verb, path, body=None, **headers):
        if who and who not in tokens:
            actor = Actor.of(getattr(here, who))
            tokens[who] = make_token("test", actor=actor, at=clock.now())
        given = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return (
            getattr(client, verb)(
                f"/api/v1{path}", data=json.dumps(body), content_type="application/json", headers=given
            )
            if verb != "get"
            else client.get(f"/api/v1{path}", headers=given)
        )

    return say


def start(call, key=KEY, **fields):
    body = {"authority": "SL-NMA", "company": APPLICATION["exporter_name"], "fields": {**APPLICATION, **fields}}
    return call("exporter", "post", "/applications", body, Idempotency_Key=key)


def test_what_a_caller_has_is_not_sent_again(call):
    started = start(call)
    address, version = started["Location"].removeprefix("/api/v1"), started["ETag"]
    for had in (version, f"W/{version}", f'"99", {version}', "*"):
        again = call("exporter", "get", address, If_None_Match=had)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", version)
    for other in ('"99"', "", "not a tag", version.strip('"')):
        assert call("exporter", "get", address, If_None_Match=other).status_code == 200
    changed = call("exporter", "patch", address, {"remarks": "A word more."}, If_Match=version, If_None_Match=version)
    assert changed.status_code == 200
    assert call("exporter", "get", address, If_None_Match=version).json()["version"] > started.json()["version"]


def test_the_way_of_a_certificate_over_the_api(call):
    started = start(call)
    assert started.status_code == 201
    address = started["Location"].removeprefix("/api/v1")
    submitted = call("exporter", "post", f"{address}/submit", If_Match=started["ETag"])
    prepared = call("preparing", "post", f"{address}/prepare", INSPECTION, If_Match=submitted["ETag"])
    assert prepared.json()["status"] == "prepared"
    validated = call("validating", "post", f"{address}/validate", If_Match=prepared["ETag"])
    assert validated.status_code == 201
    number = validated.json()["number"]
    document = call("exporter", "get", f"/certificates/{number}/document")
    assert document.content == bytes(Certificate.objects.get(number=number).document.data)
    presented = Client().post(
        "/api/v1/arrivals",
        document.content,
        content_type="application/octet-stream",
        headers={"Authorization": call("importing", "get", "/arrivals").wsgi_request.headers["Authorization"]},
    )
    assert presented.status_code == 201
    today = clock.now().date().isoformat()
    arrived = call(
        "importing", "post", f"/arrivals/{number}/arrival", {"arrived_on": today}, If_Match=presented["ETag"]
    )
    assert arrived.status_code == 200, arrived.content
    receipt = {
        "received_on": today,
        "outcome": "accepted",
        "lines": INSPECTION["lines"],
        "seals": INSPECTION["seals"],
        "seals_intact": "yes",
        "original_present": "yes",
    }
    confirmed = call("importing", "post", f"/arrivals/{number}/confirmation", receipt, If_Match=arrived["ETag"])
    assert (confirmed.status_code, confirmed.json()["status"]) == (201, "received")


def test_the_same_key_starts_one_application(call):
    first, second = start(call), start(call)
    assert first.json()["reference"] == second.json()["reference"]
    assert Application.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(call):
    start(call)
    again = start(call, remarks="another request")
    assert (again.status_code, again.json()["code"]) == (422, "idempotency-key-reused")


def test_a_change_without_a_version_is_asked_for_one(call, here):
    row = application_at(Status.DRAFT, here)
    answer = call("exporter", "patch", f"/applications/{row.reference}", {"remarks": "x"})
    assert (answer.status_code, answer.json()["code"]) == (428, "if-match-missing")


def test_a_change_of_an_old_version_is_stale(call, here):
    row = application_at(Status.DRAFT, here)
    assert (
        call("exporter", "patch", f"/applications/{row.reference}", {"remarks": "x"}, If_Match='"1"').status_code == 200
    )
    answer = call("exporter", "patch", f"/applications/{row.reference}", {"remarks": "y"}, If_Match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (412, "changed-meanwhile")


def test_every_finding_comes_at_once_with_its_rule_and_place(call):
    started = start(call, destination="KE", importer_country="KE", lines=[{"hs": "7102.39", "carats": "-1"}])
    answer = call("exporter", "post", f"/applications/{started.json()['reference']}/submit", If_Match='"1"')
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert len(problem["errors"]) >= 3
    assert all(e["rule"] and e["code"] and e["detail"] for e in problem["errors"])
    assert any(e["pointer"] == "/lines/0/carats" for e in problem["errors"])


@pytest.mark.parametrize("who", [None, "stranger"])
def test_who_has_no_role_sees_nothing(call, here, who):
    row = application_at(Status.APPLIED, here)
    answer = call(who, "get", f"/applications/{row.reference}")
    assert answer.status_code == (401 if who is None else 404)


def test_a_withdrawn_token_is_nobody(call, here):
    actor = Actor.of(here.exporter)
    token = make_token("old", actor=actor, at=clock.now())
    withdraw_token(here.exporter.tokens.get(label="old").pk, actor=actor, at=clock.now())
    answer = Client().get("/api/v1/applications", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize("after", ["-1", "1000000~", "x~y", "~", "9" * 40])
def test_a_page_that_does_not_exist_is_refused(call, after):
    answer = call("exporter", "get", f"/applications?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-page")


def test_lists_are_paged_by_key_and_linked(call, here):
    rows = [application_at(Status.DRAFT, here) for _ in range(51)]
    first = call("exporter", "get", "/applications")
    assert len(first.json()["rows"]) == 50
    assert 'rel="next"' in first["Link"]
    rest = call("exporter", "get", f"/applications?after={first.json()['after'].replace('+', '%2B')}")
    assert [r["reference"] for r in rest.json()["rows"]] == [rows[-1].reference]


def test_the_description_is_openapi_3_1_and_names_every_problem():
    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "409" in described["paths"]["/api/v1/applications"]["post"]["responses"]


def test_participants_on_a_day(call):
    answer = call(None, "get", "/participants?on=2013-12-18").json()
    assert (answer["participants"], answer["countries"]) == (54, 81)
