"""The node's own pages."""

import gzip

import pytest
from django.conf import settings
from django.test import Client

from openkp.scheme.life import Status
from openkp.scheme.rules.catalogue import catalogue
from openkp.scheme.void_reasons import VOID_REASONS
from tests.factories import NOW, certificate_at
from tests.portal.counter import at_counter, main_of, words
from tests.portal.trust import introduce, published

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/verify/",
    "/v",
    "/rules/",
    "/rules/EXP-02/",
    "/participants/",
    "/help/",
    "/accessibility/",
    "/sign-in/",
]


@pytest.mark.parametrize("page", PUBLIC)
def test_a_first_visit_is_light(here, page):
    answer = Client().get(page, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    sheets = sorted((settings.STATIC_ROOT / "built").glob("openkp.*.css.gz"))
    style = sheets[0].stat().st_size if sheets else len(gzip.compress(b""))
    assert len(answer.content) + style <= 60_000


@pytest.mark.parametrize("page", PUBLIC)
def test_no_page_runs_a_script(here, page):
    assert "<script" not in Client().get(page).content.decode()


def test_the_first_page_names_who_runs_it_and_its_keys(here):
    introduce(NOW)
    certificate_at(Status.VALIDATED, here)
    published(NOW)
    page = Client().get("/")
    said = words(page)
    for part in (
        "National Minerals Agency , Freetown (Sierra Leone)",
        "Fingerprint (SHA-256)",
        "Checkpoint of Sierra Leone",
        "SL-NMA/26",
    ):
        assert part in said
    for address in ("/bundle", "/log/SL/checkpoint", "/status/SL-NMA/26", "/trust/manifest/SL"):
        assert f'href="{address}"' in main_of(page)
        assert Client().get(address).status_code == 200, address
    assert "SPECIMEN" in page.content.decode()


def test_every_rule_has_its_page(here):
    listed = main_of(Client().get("/rules/"))
    for entry in catalogue():
        assert f'href="/rules/{entry.id}/"' in listed
    assert "not a Participant on the day" in words(Client().get("/rules/EXP-02/"))
    assert Client().get("/rules/exp-02/").headers["Location"] == "/rules/EXP-02/"
    assert Client().get("/rules/NONE-1/").status_code == 404


def test_rules_are_narrowed_by_how_far_they_are_kept(here):
    assert "EXP-02" in words(Client().get("/rules/?state=enforced"))
    assert "EXP-02" not in words(Client().get("/rules/?state=not_yet"))


@pytest.mark.parametrize(
    ("day", "said"), [("2013-12-18", "54 Participants, 81 countries"), ("2002-12-31", "0 Participants")]
)
def test_who_is_a_participant_on_any_day(here, day, said):
    assert said in words(Client().get(f"/participants/?on={day}"))


@pytest.mark.parametrize("day", ["2013-13-01", "yesterday", "1e9", "-1"])
def test_a_day_that_is_none_is_said(here, day):
    answer = Client().get("/participants/", {"on": day})
    assert answer.status_code == 422 and "year-month-day" in words(answer)


def test_an_auditor_reads_the_journal_of_the_own_authority(here):
    row = certificate_at(Status.CLOSED, here)
    client = at_counter(here.auditor)
    said = words(client.get("/journal/"))
    assert row.number in said and "Mariama Bangura" in said and "certificate:" not in said
    assert "The journal has no entry here" in words(client.get("/journal/?subject=authority:EU-ANT"))
    assert "Validated and signed" in words(client.get(f"/journal/?subject=certificate:{row.number}"))
    assert client.get("/journal/?after=-1").status_code == 422
    void = certificate_at(Status.VOID, here)
    assert VOID_REASONS[void.void_reason] in words(client.get(f"/journal/?subject=certificate:{void.number}"))


@pytest.mark.parametrize("who", ["exporter", "preparing", "validating", "importing"])
def test_nobody_else_reads_the_journal(here, who):
    assert at_counter(getattr(here, who)).get("/journal/").status_code == 403


def test_an_unknown_address_is_told_as_one(here):
    answer = Client().get("/nothing/here/")
    assert answer.status_code == 404
