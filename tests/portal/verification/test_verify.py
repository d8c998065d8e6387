"""Anyone verifies, without an account; nothing is kept, and nothing is called genuine that was not proven."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openkp.documents.envelope import public_form
from openkp.documents.qr import qr_text
from openkp.registry.participation.operations.publish import certificate_with_receipt
from openkp.scheme.life import Status
from tests.factories import NOW, certificate_at
from tests.portal.counter import main_of, words
from tests.portal.trust import introduce, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def trusted(here):
    introduce(NOW - timedelta(days=2))
    return here


def verified(**given):
    return Client().post("/verify/", given)


def file_of(data):
    return SimpleUploadedFile("given", data)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.VALIDATED, "Genuine and still open"),
        (Status.VOID, "Genuine, but closed"),
        (Status.CLOSED, "Genuine, but closed"),
    ],
)
def test_a_certificate_is_named_for_what_it_is(trusted, status, said):
    row = certificate_at(status, trusted)
    published(NOW + timedelta(hours=1))
    answer = verified(file=file_of(certificate_with_receipt(row)))
    assert answer.status_code == 200
    page = words(answer)
    for part in (
        said,
        row.number,
        "1 550.40",
        "SL-884201",
        "Kono Alluvial Export Ltd",
        "SPECIMEN",
        "The trust list is",
    ):
        assert part in page.replace("\u202f", " ")


def test_the_public_code_shows_no_more_than_it_holds(trusted):
    row = certificate_at(Status.VALIDATED, trusted)
    published(NOW + timedelta(hours=1))
    page = words(verified(text=qr_text(public_form(bytes(row.document.data)), "https://evil.example")))
    assert row.number in page
    assert "Kono" not in page and "1 550" not in page


@pytest.mark.parametrize("place", [3, 40, 90, 200, -3])
def test_one_changed_byte_is_not_genuine(trusted, place):
    data = bytearray(certificate_at(Status.VALIDATED, trusted).document.data)
    data[place] ^= 1
    page = words(verified(file=file_of(bytes(data))))
    assert "Not genuine" in page or "Cannot be read" in page
    assert "Genuine and still open" not in page


@pytest.mark.parametrize("given", [b"hello", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xd2", b"KPC1:12x"])
def test_what_holds_no_certificate_cannot_be_read(trusted, given):
    assert "Cannot be read" in words(verified(file=file_of(given)))


def test_nothing_given_is_said(here):
    answer = verified()
    assert answer.status_code == 422 and "Choose a file, or paste" in words(answer)


def test_a_node_without_a_trust_list_says_that_it_cannot_tell(here):
    answer = verified(text="KPC1:123")
    assert answer.status_code == 404 and "holds no trust list" in words(answer)


def test_too_many_from_one_address_are_asked_to_wait(here, settings):
    settings.OPENKP_VERIFY_CALLS = 2
    answers = [verified().status_code for _ in range(4)]
    assert answers == [422, 422, 429, 429]
    assert Client().get("/verify/").status_code == 200


def test_the_page_behind_the_code_claims_nothing(here):
    page = words(Client().get("/v"))
    assert "has verified nothing" in page and "we have not seen it" in page
    assert "genuine" not in page.lower()


def test_scripts_in_a_document_stay_text(trusted):
    row = certificate_at(Status.VALIDATED, trusted, importer_name="<script>alert(1)</script>")
    assert "<script>" not in main_of(verified(file=file_of(bytes(row.document.data))))
