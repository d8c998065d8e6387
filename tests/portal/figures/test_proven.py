"""Proven totals on public pages: checked now, kept back where they name a trader, compared with what was filed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openkp.cli.figuring.check import look
from openkp.documents.bundle import Bundle
from openkp.documents.total_proof import read_proof
from openkp.documents.total_v1 import Scope
from openkp.portal.figures import proven as proven_totals
from openkp.registry.certificates.operations.void import void
from openkp.registry.participation.operations.publish import publish_checkpoint
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics import growth
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations.prove_total import prove_total
from openkp.registry.statistics.totals import check_total
from openkp.scheme.goods import HsSubheading
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from tests.factories import FILING_DAY, TRADE, certificate_at, filed, node, statistics
from tests.portal.counter import at_counter, main_of, send, words
from tests.portal.figures import factory
from tests.registry.forgery import take_triggers_off

pytestmark = pytest.mark.django_db

AT = FILING_DAY
FOUR = {"carats": "6201.60", "value_usd": "1268400.00", "certificates": "4"}


def standing(monkeypatch, at):
    """The counter's clock stands there."""
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", str((at - datetime.now(UTC)).total_seconds()))
    cache.clear()


@pytest.fixture
def here(db, monkeypatch):
    standing(monkeypatch, FILING_DAY + timedelta(hours=2))
    return node()


@pytest.fixture
def desk(here):
    return statistics(here)


@pytest.fixture
def issued(here):
    """Four certificates of the first quarter."""
    return [certificate_at(Status.VALIDATED, here) for _ in range(4)]


def proven(desk, period="2026-Q1", at=AT, **scope):
    wanted = Scope(participant="SL", flow=Flow.EXPORT, period=Period.parse(period), **scope)
    return prove_total(wanted, actor=desk.actor("writer"), at=at)


@pytest.fixture
def total(desk, issued):
    return proven(desk)


def page(row, ending="/"):
    return f"/figures/proven/{row.pk}{ending}"


def line(**amounts):
    return {"trade": [{**TRADE["trade"][0], **amounts}], "certificates_issued": amounts["certificates"]}


@pytest.mark.parametrize("address", ["/figures/proven/", "one"])
def test_a_page_is_open_to_anyone_and_light(total, address):
    address = page(total) if address == "one" else address
    browser = Client()
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200 and not answer.cookies and "<script" not in main_of(answer)
    assert len(asked) <= 10
    assert browser.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_the_list_tells_what_was_signed_and_how_to_check_it(total):
    said = words(Client().get("/figures/proven/"))
    assert "Sierra Leone Exports 2026-Q1 6 201.60 1 268 400.00 4" in said and "Fits" in said
    assert "openkp statistics check total.kpp --bundle trust.bundle" in said
    assert "curl -o trust.bundle http://testserver/bundle" in said
    assert 'href="/log/SL/checkpoint"' in main_of(Client().get("/figures/proven/"))
    assert "/figures/proven/" in main_of(Client().get("/figures/"))


def test_without_a_total_the_page_says_so(here):
    assert "No total has been proven here yet." in words(Client().get("/figures/proven/"))


@pytest.mark.parametrize("ending", [".csv", ".json", ".metadata.json"])
def test_both_pages_are_files_too(total, ending):
    for address in (f"/figures/proven{ending}", page(total, ending)):
        answer = Client().get(address)
        assert answer.status_code == 200
        if ending == ".json":
            (row,) = json.loads(answer.content)["rows"]
            assert (row["carats"], row["state"], row["participant"]) == ("6201.60", "fits", "SL")
            assert len(row["log_root"]) == 64
    assert Client().get(page(total, ".svg")).status_code == 404


def test_one_total_shows_our_check_and_files_that_fit_elsewhere(total):
    publish_checkpoint("SL", at=AT)
    said = words(Client().get(page(total)))
    assert "The total fits" in said and "The total is signed by its Participant" in said
    proof = read_proof(Client().get(page(total, "/total.kpp")).content)
    bundle = Bundle(
        keyring=keyring(AT), genesis=None, statuses={}, checkpoints={}, left_out=(), made_at=AT, pinned=False
    )
    report = look(proof, bundle, None)
    assert report.fits and report.total.certificates == 4
    document = Client().get(page(total, "/total.kpn"))
    assert document.content == bytes(total.document.data)
    assert document["Content-Disposition"] == 'attachment; filename="SL-export-2026-Q1.kpn"'


@pytest.mark.parametrize("ending", ["/", ".json", "/total.kpn", "/total.kpp"])
def test_a_number_without_a_total_is_no_page(total, ending):
    assert Client().get(f"/figures/proven/{total.pk + 999}{ending}").status_code == 404
    assert Client().get(f"/figures/proven/{'9' * 30}{ending}").status_code == 404


def altered(row):
    """The same row over a document whose last byte is another."""
    data = bytearray(bytes(row.document.data))
    data[-1] ^= 1
    take_triggers_off()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_document SET data = %s WHERE id = %s", [bytes(data), row.document_id])


def test_a_total_that_does_not_fit_is_told_and_gives_no_figure(total):
    altered(total)
    said = words(Client().get(page(total)))
    assert "The total does NOT fit" in said and "6 201.60" not in said
    assert "Does not fit" in words(Client().get("/figures/proven/"))
    assert "6 201.60" not in words(Client().get("/figures/proven/"))
    assert Client().get(page(total, "/total.kpp")).status_code == 404


def test_a_total_that_came_by_post_is_checked_against_what_is_known_of_that_log(total, monkeypatch):
    """The Participant lives elsewhere: no log of its is here, and its newest checkpoint is one that was fetched."""
    checkpoint = check_total(total, keyring(AT)).total.checkpoint
    monkeypatch.setattr(proven_totals, "hosted_participants", frozenset)
    monkeypatch.setattr(growth, "checkpoint_of", lambda participant: checkpoint)
    said = words(Client().get(page(total)))
    assert "The checkpoint is the one that the trust bundle has." in said and "kept here" not in said
    forked = replace(checkpoint, root=b"\1" * 32)
    monkeypatch.setattr(growth, "checkpoint_of", lambda participant: forked)
    said = words(Client().get(page(total)))
    assert "two different contents for one size" in said and "6 201.60" not in said


# Kept back.


@pytest.fixture
def small(desk, here):
    for _ in range(2):
        certificate_at(Status.VALIDATED, here)
    return proven(desk)


def test_a_total_of_few_certificates_is_not_for_everybody(small):
    stranger = Client()
    for address in ("/figures/proven/", page(small), page(small, ".json"), "/figures/proven.csv"):
        said = stranger.get(address).content.decode()
        assert "3100.80" not in said and "3\u202f100.80" not in said
    assert "too few certificates" in words(stranger.get(page(small)))
    for ending in ("/total.kpn", "/total.kpp"):
        assert stranger.get(page(small, ending)).status_code == 404


@pytest.mark.parametrize("who", ["writer", "analyst"])
def test_its_own_statisticians_and_the_analysts_read_it_all_the_same(small, desk, who):
    person = at_counter(getattr(desk, who))
    assert "3 100.80" in words(person.get(page(small)))
    assert person.get(page(small, "/total.kpp")).status_code == 200


def test_two_totals_that_differ_by_one_certificate_are_not_both_shown(total, desk, issued, here):
    void(issued[0].pk, "printer_error", actor=here.actor("validating"), at=AT)
    newer = proven(desk)
    assert (newer.certificates, total.certificates) == (3, 4)
    said = words(Client().get(page(total)))
    assert "could be calculated" in said and "A newer total of the same scope stands." in said
    assert "4 651.20" in words(Client().get(page(newer)))
    theirs = words(at_counter(desk.writer).get("/figures/proven/"))
    assert "Replaced" in theirs and "6 201.60" in theirs


def test_a_part_that_leaves_too_little_of_the_whole_is_not_shown(total, desk, here):
    part = proven(desk, hs=HsSubheading.NON_INDUSTRIAL)
    assert part.certificates == 4  # nothing is left: each certificate has both headings
    assert "HS subheading" in Client().get(page(part, ".metadata.json")).content.decode()
    assert "7102.31" in words(Client().get(page(part)))


def test_what_an_edition_does_not_show_no_total_tells(total, desk):
    year = {"year": 2026, "suppressed": [{"participant": "SL", "flow": "exports", "reason": "complementary"}]}
    factory.published(year, year=2026, at=AT - timedelta(days=1))
    assert "another cell that is not shown could be calculated" in words(Client().get(page(total)))
    assert Client().get(page(total, "/total.kpn")).status_code == 404


# Beside what was filed.


def test_a_return_that_says_the_same(total, desk, here):
    filed(here, desk, visibility="public", **line(**FOUR))
    said = words(at_counter(desk.writer).get(page(total)))
    assert "says exactly this" in said and "version 1" in said


def test_a_return_that_says_something_else_is_told_in_both_measures(total, desk, here):
    filed(here, desk, **line(carats="6213.60", value_usd="1268300.00", certificates="5"))
    said = words(at_counter(desk.writer).get(page(total)))
    assert "12.00 ct more" in said and "US$ 100.00 less" in said and "1 certificate more" in said


def test_strangers_compare_with_what_is_public_only(total, desk, here, monkeypatch):
    filed(here, desk, visibility="kp_only", **line(**FOUR))
    assert "whose lines are not public" in words(Client().get(page(total)))


def test_after_the_delay_a_public_return_is_compared_for_everybody(total, desk, here, monkeypatch):
    filed(here, desk, visibility="public", **line(**FOUR))
    standing(monkeypatch, FILING_DAY + timedelta(days=300))
    answer = Client().get(page(total))
    assert "says exactly this" in words(answer) and "/statistics/" not in main_of(answer)


def test_without_a_return_nothing_is_compared(total):
    assert "No return with figures is here for: 2026-Q1 ." in words(Client().get(page(total)))


# Beside the published cells.

NEXT_YEAR = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def year(desk, issued, monkeypatch):
    standing(monkeypatch, NEXT_YEAR + timedelta(hours=2))
    return proven(desk, "2026", at=NEXT_YEAR)


def edition(carats, usd):
    cell = {"SL": {"name": "Sierra Leone", "exports": factory.amounts(carats, usd)}}
    reading = {"world": {}, "participants": cell}
    return factory.published({"year": 2026, "as_filed": reading, "resolved": reading}, year=2026, at=NEXT_YEAR)


def test_a_cell_that_agrees_says_that_it_is_proven(year):
    edition(6201.60, 1268400.00)
    for address in ("/figures/2026/SL/exports/", "/figures/participants/SL/"):
        browser = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(address)
        assert len(asked) <= 10
        assert "This total is proven." in words(answer) and page(year) in main_of(answer)


def test_a_cell_that_differs_says_by_how_much(year):
    edition(6200.60, 1268500.00)
    for address in ("/figures/2026/SL/exports/", "/figures/participants/SL/"):
        said = words(Client().get(address))
        assert "1.00 ct less" in said and "US$ 100.00 more" in said and "is proven" not in said


@pytest.mark.parametrize(
    ("carats", "said"), [(6201.60, "This total is proven."), (6200.60, "The published figure differs")]
)
def test_the_annual_summary_leads_to_the_proofs_of_its_cells(year, carats, said):
    edition(carats, 1268400.00)
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/figures/2026/")
    assert len(asked) <= 10
    assert f"Exports of Sierra Leone : {said}" in words(answer) and page(year) in main_of(answer)


def test_a_total_that_does_not_fit_proves_no_cell(year):
    edition(6201.60, 1268400.00)
    altered(year)
    for address in ("/figures/2026/SL/exports/", "/figures/participants/SL/"):
        assert "proven" not in words(Client().get(address))


def test_of_the_synthetic_world_nothing_is_proven(total):
    assert Client().get("/figures/proven/?world=synthetic").status_code == 404


def test_the_quarters_together_prove_a_year(desk, issued, monkeypatch):
    standing(monkeypatch, NEXT_YEAR + timedelta(hours=2))
    rows = [proven(desk, f"2026-Q{part}", at=NEXT_YEAR) for part in (1, 2, 3, 4)]
    edition(6201.60, 1268400.00)
    answer = Client().get("/figures/2026/SL/exports/")
    assert "This total is proven." in words(answer)
    assert all(page(row) in main_of(answer) for row in rows)


def test_a_cell_without_a_total_says_nothing(desk, monkeypatch):
    standing(monkeypatch, NEXT_YEAR + timedelta(hours=2))
    edition(6201.60, 1268400.00)
    assert "proven" not in words(Client().get("/figures/2026/SL/exports/"))


# At the desk.


def test_a_statistician_proves_a_return_in_two_clicks(desk, issued, here):
    row, writer = filed(here, desk, **line(**FOUR)), at_counter(desk.writer)
    address = f"/statistics/filings/{row.pk}/prove/"
    assert address in main_of(writer.get(f"/statistics/filings/{row.pk}/"))
    answer = send(writer, address, flow="export")
    total = ProvenTotal.objects.get()
    assert answer.headers["Location"] == page(total) and str(total.carats) == "6201.60"
    assert send(writer, address, flow="export").headers["Location"] == page(total)
    assert ProvenTotal.objects.count() == 1
    assert send(writer, address, flow="gold").status_code == 400


@pytest.mark.parametrize("who", ["writer", "analyst"])
def test_beside_a_return_stand_the_totals_that_are_proven_of_it(desk, here, total, who):
    row, person = filed(here, desk, visibility="wgs", **line(**FOUR)), at_counter(getattr(desk, who))
    later = filed(here, desk, period=Period(2025, "Q", 4), visibility="wgs", **line(**FOUR))
    with CaptureQueriesContext(connection) as asked:
        answer = person.get(f"/statistics/filings/{row.pk}/")
    assert len(asked) <= 14
    assert "are proven: 6 201.60" in words(answer) and page(total) in main_of(answer)
    assert "are proven" not in words(person.get(f"/statistics/filings/{later.pk}/"))


def test_others_find_no_button_and_prove_nothing(desk, issued, here):
    row, analyst = filed(here, desk, visibility="wgs", **line(**FOUR)), at_counter(desk.analyst)
    address = f"/statistics/filings/{row.pk}/prove/"
    assert address not in main_of(analyst.get(f"/statistics/filings/{row.pk}/"))
    assert analyst.get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert not ProvenTotal.objects.exists()
