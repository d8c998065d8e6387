"""The import officer: what is coming, what is here, found beside certified, and the sealed confirmation."""

import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openkp.documents.qr import qr_text
from openkp.registry.certificates.models import Arrival, Confirmation
from openkp.registry.certificates.operations.void import void
from openkp.registry.certificates.papers import certificate_paper
from openkp.scheme.life import Status
from tests.factories import NOW, application_at, arrival_at, certificate_at
from tests.portal.counter import at_counter, hidden, main_of, send, words

pytestmark = pytest.mark.django_db

FOUND = {
    "received_on_day": "5",
    "received_on_month": "3",
    "received_on_year": "2026",
    "original_present": "yes",
    "seals_intact": "yes",
    "seals-0": "SL-884201",
    "seals-1": "SL-884202",
    "lines-1-carats": "300.00",
    "lines-1-value_usd": "4500.00",
    "lines-1-parcels": "1",
    "lines-2-carats": "1250.40",
    "lines-2-value_usd": "312600.00",
    "lines-2-parcels": "2",
    "outcome": "accepted",
    "remarks": "",
}


@pytest.fixture
def officer(here):
    """An Peeters, four days later."""
    return at_counter(here.importing)


@pytest.fixture(autouse=True)
def later(here, monkeypatch):
    ahead = float(os.environ["OPENKP_CLOCK_OFFSET"]) + timedelta(days=4).total_seconds()
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", str(ahead))


def test_the_board_shows_expected_arrived_and_overdue(officer, here, monkeypatch):
    expected, arrived = arrival_at(Status.EXPECTED, here), arrival_at(Status.ARRIVED, here)
    said = words(officer.get("/arrivals/"))
    assert expected.certificate.number in said and arrived.certificate.number in said
    assert "Expected 1" in said and "Overdue 0" in said
    assert "4 days" in said
    assert expected.certificate.number not in words(officer.get("/arrivals/?show=overdue"))
    monkeypatch.setenv("OPENKP_CLOCK_OFFSET", str(0))
    assert "Overdue by" in words(officer.get("/arrivals/?show=overdue"))
    assert officer.get("/arrivals/?show=odd").status_code == 404


def test_a_shipment_comes_and_is_received_as_certified(officer, here):
    row = arrival_at(Status.EXPECTED, here)
    home = f"/arrivals/{row.certificate.number}/"
    day = {"arrived_on_day": "5", "arrived_on_month": "3", "arrived_on_year": "2026"}
    assert send(officer, home, **day).headers["Location"] == home
    page = officer.get(f"{home}receive/")
    assert "Certified: SL-884201, SL-884202" in words(page)
    done = send(officer, f"{home}receive/", opened=page, **FOUND)
    assert done.headers["Location"] == f"{home}confirmed/"
    assert "Accepted as certified" in words(officer.get(f"{home}confirmed/"))
    again = send(officer, f"{home}receive/", opened=page, **FOUND)
    assert again.headers["Location"] == f"{home}confirmed/"
    assert Confirmation.objects.count() == 1


def test_found_stands_beside_certified_and_what_differs_is_said(officer, here):
    row = arrival_at(Status.ARRIVED, here)
    home = f"/arrivals/{row.certificate.number}/receive/"
    wrong = {**FOUND, "lines-2-carats": "1249.10", "seals-1": "SL-999999", "seals_intact": "no"}
    answer = send(officer, home, **wrong)
    assert answer.status_code == 422
    said = words(answer)
    for sentence in ("1249.10 ct found, 1250.40 ct certified", "a seal is broken", "are not those certified", "Found:"):
        assert sentence in said
    assert 'href="#id_lines-2-carats"' in main_of(answer)
    assert 'href="#id_seals-0"' in main_of(answer)
    told = {**FOUND, "lines-2-carats": "1249.10", "outcome": "accepted_with_discrepancy", "remarks": "1.30 ct less."}
    assert send(officer, home, **told).status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"outcome": ""}, "Enter what you decided"),
        ({"outcome": "odd"}, "is none of them"),
        ({"received_on_day": "31", "received_on_month": "2"}, "is no such day"),
        ({"received_on_year": "2031"}, "is still to come"),
        ({"received_on_month": "1"}, "lies before"),
        ({"original_present": ""}, "yes or no"),
        ({"outcome": "refused"}, "Say why in the remarks"),
        ({"outcome": "accepted_with_discrepancy", "remarks": "none"}, "lines and seals are as certified"),
    ],
)
def test_each_wrong_answer_has_its_own_words(officer, here, fields, said):
    row = arrival_at(Status.ARRIVED, here)
    answer = send(officer, f"/arrivals/{row.certificate.number}/receive/", **{**FOUND, **fields})
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_day_that_is_none_is_said(officer, here):
    row = arrival_at(Status.EXPECTED, here)
    home = f"/arrivals/{row.certificate.number}/"
    day = {"arrived_on_day": "x", "arrived_on_month": "3", "arrived_on_year": "2026"}
    assert "day, month and year" in words(send(officer, home, **day))
    day = {"arrived_on_day": "5", "arrived_on_month": "3", "arrived_on_year": "2031"}
    assert "is still to come" in words(send(officer, home, **day))


def test_a_received_certificate_is_never_received_again(officer, here):
    row = arrival_at(Status.RECEIVED, here)
    home = f"/arrivals/{row.certificate.number}/"
    assert officer.get(f"{home}receive/").headers["Location"] == home
    other = arrival_at(Status.ARRIVED, here)
    carried = hidden(officer.get(f"/arrivals/{other.certificate.number}/receive/")) | {"version": row.version}
    answer = officer.post(f"{home}receive/", {**carried, **FOUND})
    assert answer.status_code == 409 and "Received" in words(answer)


@pytest.mark.parametrize("how", ["file", "print", "code"])
def test_a_certificate_is_presented_before_its_notice(officer, here, how):
    certificate = application_at(Status.ISSUED, here).certificate
    data = bytes(certificate.document.data)
    given = {
        "file": lambda: {"file": SimpleUploadedFile("c.kpc", data)},
        "print": lambda: {"file": SimpleUploadedFile("c.pdf", certificate_paper(certificate, NOW))},
        "code": lambda: {"text": qr_text(data, "https://anything.example")},
    }[how]()
    answer = send(officer, "/arrivals/present/", **given)
    assert answer.headers["Location"] == f"/arrivals/{certificate.number}/"
    assert Arrival.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"text": "hello"}, 400),
        ({"text": "https://kp.example/v#123"}, 400),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")}, 400),
    ],
)
def test_what_is_no_certificate_is_refused_by_name(officer, given, status):
    answer = send(officer, "/arrivals/present/", **given)
    assert answer.status_code == status
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("change", ["cut", "padded", "flipped"])
def test_an_altered_certificate_is_not_kept(officer, here, change):
    data = bytes(application_at(Status.ISSUED, here).certificate.document.data)
    altered = {"cut": data[:-1], "padded": data + b"\0", "flipped": data[:60] + bytes([data[60] ^ 1]) + data[61:]}[
        change
    ]
    answer = send(officer, "/arrivals/present/", file=SimpleUploadedFile("c.kpc", altered))
    assert answer.status_code == 400
    assert not Arrival.objects.exists()


def test_only_an_import_officer_presents_and_receives(here):
    row = arrival_at(Status.ARRIVED, here)
    for who in ("preparing", "validating", "exporter"):
        client = at_counter(getattr(here, who))
        assert client.get("/arrivals/").status_code == 403
        assert client.get("/arrivals/present/").status_code == 403
        assert client.get(f"/arrivals/{row.certificate.number}/receive/").status_code == 404
    assert at_counter(here.auditor).get("/arrivals/").status_code == 200


def test_cautions_are_shown_before_anything_is_opened(officer, here):
    row = arrival_at(Status.ARRIVED, here)
    void(row.certificate_id, "printer_error", actor=here.actor("validating"), at=NOW + timedelta(days=4))
    said = words(officer.get(f"/arrivals/{row.certificate.number}/"))
    assert "Be careful" in said and "is void" in said


def test_a_certificate_that_closed_has_its_confirmation(officer, here):
    row = certificate_at(Status.CLOSED, here)
    assert officer.get(f"/arrivals/{row.number}/confirmed/").status_code == 200
    assert officer.get("/arrivals/SL999999/").status_code == 404
