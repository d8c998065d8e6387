"""The log helps the operator and tells nobody's secrets: no password, token, code, name or number is in it."""

import logging

import pytest
from django.test import Client

from openkp.registry.certificates import queries
from tests.factories import PASSWORD
from tests.portal.matrix.world import signed_in

pytestmark = pytest.mark.django_db
SECRET = "canary-horse-battery-9"


@pytest.fixture
def said(caplog):
    """Everything that the node's own settings let into the log, tracebacks included."""
    caplog.handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    yield lambda: "\n".join(caplog.handler.format(record) for record in caplog.records) + caplog.text


def test_signing_in_leaves_no_secret(world, said):
    name = world.own.cast.exporter.username
    for username, password in ((name, SECRET), (SECRET, "wrong"), (SECRET, SECRET), (name, PASSWORD)):
        for _ in range(7):
            Client().post("/sign-in/", {"username": username, "password": password})
    assert SECRET not in said()
    assert PASSWORD not in said()
    assert name not in said()


def test_tokens_and_codes_leave_no_trace(world, said):
    Client().get("/api/v1/applications", headers={"Authorization": f"Bearer okp_{SECRET}"})
    browser = Client()
    browser.force_login(world.own.cast.preparing, backend="django.contrib.auth.backends.ModelBackend")
    browser.post("/second-factor/", {"token": "987654"})
    browser.post("/second-factor/", {"token": SECRET[:16]})
    half = signed_in(world.person("half"))
    half.post("/second-factor/set-up/", {"token": "987654"})
    assert "987654" not in said()
    assert SECRET[:16] not in said()


def test_a_fault_of_ours_leaves_its_place_and_not_its_matter(world, said, monkeypatch):
    def broken(*args, **named):
        raise RuntimeError("a broken cog")

    monkeypatch.setattr(queries, "application", broken)
    browser = signed_in(world.person("applicant"))
    browser.raise_request_exception = False
    reference = world.own.draft.reference
    page = browser.post(f"/applications/{reference}/part/goods/", {"remarks": SECRET, "key": "k" * 20})
    headers = {"Authorization": f"Bearer {world.token('applicant')}", "If-Match": '"1"'}
    answer = Client(raise_request_exception=False).patch(
        f"/api/v1/applications/{reference}", {"remarks": SECRET}, "application/json", headers=headers
    )
    assert (page.status_code, answer.status_code) == (500, 500)
    assert answer.json()["reference"] in said()
    assert "a broken cog" in said()
    assert "a broken cog" not in answer.content.decode() + page.content.decode()
    assert SECRET not in said()
    assert world.token("applicant") not in said()


def test_wrong_addresses_and_refusals_are_no_news(world, said):
    browser = signed_in(world.person("applicant"))
    for address in (f"/certificates/{SECRET}/", f"/people/{SECRET}/", f"/certificates/?number={SECRET}", "/journal/"):
        browser.get(address)
    browser.post("/account/", {"key": "k" * 20, "old": SECRET, "new": SECRET})
    Client(enforce_csrf_checks=True).post("/sign-in/", {"username": SECRET, "password": SECRET})
    Client().get("/sign-in/", headers={"host": f"{SECRET}.example"})
    assert SECRET not in said()


def test_the_journal_keeps_no_secret(world):
    from openkp.registry.journal.models import Entry

    browser = signed_in(world.person("applicant"))
    browser.post("/account/", {"key": "k" * 20, "old": PASSWORD, "new": SECRET})
    world.token("preparing")
    written = "".join(f"{e.data}{e.note}{e.subject}" for e in Entry.objects.all())
    assert SECRET not in written
    assert "md5$" not in written
    assert world.token("preparing") not in written
