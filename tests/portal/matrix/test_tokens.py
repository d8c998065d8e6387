"""A token is made at the counter, shown once, works for its person, and ends when it is withdrawn."""

import re

import pytest
from django.test import Client

from tests.portal.matrix.world import signed_in

pytestmark = pytest.mark.django_db


def answers(token):
    return Client().get("/api/v1/applications", headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_life_of_a_token(world):
    browser = signed_in(world.person("preparing"))
    made = browser.post("/account/tokens/", {"label": "weighing machine"})
    [token] = re.findall(r"okp_[a-z2-7]{40}", made.content.decode())
    assert made["Cache-Control"] == "private, no-store"
    again = browser.get("/account/tokens/").content.decode()
    assert "weighing machine" in again
    assert token not in again
    assert answers(token) == 200
    row = world.person("preparing").tokens.get(label="weighing machine")
    assert signed_in(world.person("validating")).post(f"/account/tokens/{row.pk}/withdraw/").status_code == 404
    assert answers(token) == 200
    assert browser.post(f"/account/tokens/{row.pk}/withdraw/").status_code == 302
    assert answers(token) == 401


def test_a_token_needs_a_purpose(world):
    answer = signed_in(world.person("applicant")).post("/account/tokens/", {"label": ""})
    assert answer.status_code == 422
    assert "okp_" not in answer.content.decode()


def test_who_lost_the_role_lost_it_for_the_token_too(world):
    from openkp.project import clock
    from openkp.registry.accounts.actors import NODE
    from openkp.registry.accounts.operations.people import disable, withdraw_role

    token, person = world.token("auditor"), world.person("auditor")
    address = f"/api/v1/applications/{world.own.applied.reference}"
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get(address, headers=headers).status_code == 200
    withdraw_role(person.memberships.get(), actor=NODE, at=clock.now())
    assert Client().get(address, headers=headers).status_code == 404
    disable(person, actor=NODE, at=clock.now())
    assert answers(token) == 401
