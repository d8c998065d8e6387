"""The register: lists that stay light, one certificate with all around it, and the ends of its life."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkp.documents.envelope import type_of
from openkp.portal.certificates.words import STATUSES
from openkp.registry.certificates.models import Certificate
from openkp.scheme.life import Status
from tests.factories import APPLICATION, application_at, arrival_at, certificate_at
from tests.portal.counter import at_counter, hidden, main_of, send, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def validating(here):
    return at_counter(here.validating)


def test_the_list_is_narrowed_paged_and_searched(validating, here):
    rows = [certificate_at(Status.VALIDATED, here) for _ in range(3)]
    void = certificate_at(Status.VOID, here)
    page = validating.get("/certificates/?size=2")
    assert f"/certificates/{void.number}/" in main_of(page)
    older = main_of(page).split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    assert rows[1].number in words(validating.get(f"/certificates/{older}"))
    assert void.number not in words(validating.get("/certificates/?status=validated"))
    assert rows[0].number not in words(validating.get("/certificates/?issued_from=2027-01-01"))
    typed = f"{void.number[:2].lower()} {void.number[2:5]}-{void.number[5:]}"
    assert validating.get("/certificates/", {"number": typed}).headers["Location"] == f"/certificates/{void.number}/"
    assert validating.get("/certificates/?number=SL999999").status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("after=-1", "A page begins where the one before it ended"),
        ("after=1%20OR%201=1", "A page begins where"),
        ("size=1000000", "A page has 1 to 200 rows"),
        ("size=-1", "A page has 1 to 200 rows"),
        ("size=abc", "A page has 1 to 200 rows"),
        ("status=odd", "no such status"),
        ("issued_from=31.12.2026", "year-month-day"),
    ],
)
def test_a_list_asked_for_nonsense_says_so_above_the_form(validating, asked, said):
    answer = validating.get(f"/certificates/?exporter=Kono&{asked}")
    assert answer.status_code == 422
    assert said in words(answer)
    assert "rule" not in words(answer)
    assert 'value="Kono"' in main_of(answer)


def test_nonsense_on_a_list_without_a_form_is_told_without_a_rule_that_is_none(validating):
    answer = validating.get("/queue/?after=-1")
    assert answer.status_code == 422
    assert "/rules/" not in main_of(answer)


def test_a_destination_is_chosen_by_name_and_half_a_name_is_nobody(validating, here):
    row = certificate_at(Status.VALIDATED, here)
    assert '<option value="EU">European Union</option>' in main_of(validating.get("/certificates/"))
    assert row.number in words(validating.get("/certificates/?destination=EU"))
    assert row.number not in words(validating.get("/certificates/?destination=European"))


@pytest.mark.parametrize("name", ["exporter", "destination", "number"])
def test_a_list_asked_for_what_no_database_keeps_says_so(validating, name):
    assert validating.get(f"/certificates/?{name}=a%00").status_code == 400


@pytest.mark.parametrize("after", ["-1", "nonsense~1", "2026-03-02T09:30:00+00:00"])
def test_the_queue_asked_for_nonsense_says_so(validating, after):
    assert validating.get("/queue/", {"after": after}).status_code == 422


def test_the_queue_is_paged_by_key(here):
    rows = [application_at(Status.APPLIED, here) for _ in range(3)]
    officer = at_counter(here.preparing)
    page = officer.get("/queue/?size=2")
    older = main_of(page).split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    assert rows[2].reference in words(officer.get(f"/queue/{older}"))


def test_the_whole_list_is_taken_away_as_csv_with_formulas_made_harmless(validating, here):
    certificate_at(Status.VALIDATED, here, exporter_name="=HYPERLINK(1)", importer_name="+49 Diamonds")
    certificate_at(Status.VALIDATED, here, importer_name="@SUM(A1)")
    answer = validating.get("/certificates.csv")
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert text.startswith("\ufeff")
    table = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["importer"] for row in table] == ["'@SUM(A1)", "'+49 Diamonds"]
    assert table[1]["exporter"] == "'=HYPERLINK(1)"
    assert table[0]["carats"] == "1550.40"


@pytest.mark.parametrize("status", [Status.VALIDATED, Status.VOID, Status.CONFIRMED, Status.CLOSED])
def test_a_certificate_shows_everything_around_it(validating, here, status):
    row = certificate_at(status, here)
    said = words(validating.get(f"/certificates/{row.number}/"))
    for part in (row.number, "1 550.40", "SL-884201", APPLICATION["importer_name"], "Validated and signed", "Proofs"):
        assert part in said.replace("\u202f", " ")
    assert ("Import confirmation" in said) == (status in (Status.CONFIRMED, Status.CLOSED))
    assert "Shipment arrived" not in said


def test_each_side_of_a_shared_node_sees_its_own_history(here):
    row = certificate_at(Status.CLOSED, here)
    importer = words(at_counter(here.importing).get(f"/certificates/{row.number}/"))
    assert "Shipment arrived" in importer and "An Peeters" in importer
    assert "Ibrahim Sesay" not in importer and row.application.reference not in importer


def test_its_files(validating, here):
    row = certificate_at(Status.CLOSED, here)
    home = f"/certificates/{row.number}/"
    document = validating.get(f"{home}certificate.kpc")
    assert type_of(document.content) == "kpc"
    assert document.headers["Content-Disposition"] == f'attachment; filename="{row.number}.kpc"'
    assert validating.get(f"{home}certificate.pdf").content.startswith(b"%PDF-")
    assert validating.get(f"{home}confirmation.pdf").content.startswith(b"%PDF-")
    assert type_of(validating.get(f"{home}confirmation.kpi").content) == "kpi"
    assert b"<svg" in validating.get(f"{home}code.svg").content


def test_voiding_needs_a_reason_of_the_list_and_cannot_be_undone(validating, here):
    row = certificate_at(Status.VALIDATED, here)
    home = f"/certificates/{row.number}/void/"
    assert "Choose a reason from the list" in words(send(validating, home, reason="", note=""))
    assert "Choose a reason from the list" in words(send(validating, home, reason="bored", note=""))
    assert "Say why in words" in words(send(validating, home, reason="other", note=""))
    page = validating.get(home)
    assert send(validating, home, opened=page, reason="printer_error", note="").status_code == 302
    assert Certificate.objects.get(pk=row.pk).status == Status.VOID
    assert "Printer error" in words(validating.get(f"/certificates/{row.number}/"))
    same = send(validating, home, opened=page, reason="printer_error", note="")
    assert same.headers["Location"] == f"/certificates/{row.number}/"
    other = validating.post(home, {**hidden(page), "reason": "surrendered", "note": ""})
    assert other.status_code == 409
    assert Certificate.objects.get(pk=row.pk).void_reason == "printer_error"


@pytest.mark.parametrize("status", [Status.CLOSED, Status.VOID])
@pytest.mark.parametrize("step", ["void", "close", "expire"])
def test_nothing_that_is_closed_opens_again(validating, here, status, step):
    open_one, row = certificate_at(Status.VALIDATED, here), certificate_at(status, here)
    carried = hidden(validating.get(f"/certificates/{open_one.number}/void/"))
    carried["version"] = row.version
    answer = validating.post(
        f"/certificates/{row.number}/{step}/", {**carried, "reason": "printer_error", "note": "Replayed."}
    )
    assert answer.status_code == 409
    assert Certificate.objects.get(pk=row.pk).status == status
    assert validating.get(f"/certificates/{row.number}/{step}/").status_code == 302


def test_a_certificate_that_has_not_expired_is_not_recorded_as_unused(validating, here):
    row = certificate_at(Status.VALIDATED, here)
    page = validating.get(f"/certificates/{row.number}/expire/")
    assert "has not expired" in words(send(validating, f"/certificates/{row.number}/expire/", opened=page))


def test_a_difference_is_explained_before_the_certificate_is_closed(here):
    row = certificate_at(Status.CONFIRMED, here)
    officer = at_counter(here.preparing)
    assert send(officer, f"/certificates/{row.number}/close/", reason="").status_code == 422
    assert send(officer, f"/certificates/{row.number}/close/", reason="Weighed twice.").status_code == 302
    assert Certificate.objects.get(pk=row.pk).status == Status.CLOSED


def test_a_preparing_officer_voids_nothing(here):
    row = certificate_at(Status.VALIDATED, here)
    officer = at_counter(here.preparing)
    assert officer.get(f"/certificates/{row.number}/void/").status_code == 403
    assert "Void" not in words(officer.get(f"/certificates/{row.number}/"))


APPLICATIONS, CERTIFICATES, ARRIVALS = "/applications/", "/certificates/", "/arrivals/"
PAGES = {
    "exporter": ["", "{draft}/", "{draft}/part/goods/", "{draft}/check/"],
    "preparing": ["{applied}/", "{applied}/prepare/", "{applied}/prepare/goods/"],
    "validating": ["{prepared}/validate/"],
}
PAGES = {who: [APPLICATIONS + page for page in pages] for who, pages in PAGES.items()}
PAGES["preparing"] += ["/queue/"]
PAGES["validating"] += ["/queue/", CERTIFICATES, CERTIFICATES + "{closed}/", CERTIFICATES + "{valid}/void/"]
PAGES["importing"] = [ARRIVALS + page for page in ("", "{arrived}/", "{arrived}/receive/", "{closed}/confirmed/")]
PAGES["administrator"] = ["/people/", "/people/preparing/", "/journal/"]


@pytest.mark.parametrize(("who", "page"), [(who, page) for who, pages in PAGES.items() for page in pages])
def test_no_page_asks_the_database_more_than_ten_times_or_weighs_more_than_a_repeat_may(here, who, page):
    names = {
        "draft": application_at(Status.DRAFT, here).reference,
        "applied": application_at(Status.APPLIED, here).reference,
        "prepared": application_at(Status.PREPARED, here).reference,
        "valid": certificate_at(Status.VALIDATED, here).number,
        "closed": certificate_at(Status.CLOSED, here).number,
        "arrived": arrival_at(Status.ARRIVED, here).certificate.number,
    }
    client = at_counter(getattr(here, who), second_factor=who != "exporter")
    address = page.format(**names)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(address, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert len(asked) <= 10, "\n".join(query["sql"][:160] for query in asked)
    assert len(answer.content) <= 10_000


def test_a_certificate_expires_and_gives_its_whole_hash(validating, here):
    row = certificate_at(Status.VALIDATED, here)
    page = words(validating.get(f"/certificates/{row.number}/"))
    assert "Expires in" in page and "Due in" not in page
    assert bytes(row.public_hash).hex() in page.replace(" ", "")


def test_a_confirmation_is_offered_once_this_side_of_the_border_knows_it(validating, here):
    under_way, back = arrival_at(Status.RECEIVED, here), certificate_at(Status.CLOSED, here)
    assert "Import confirmation" not in words(validating.get(f"/certificates/{under_way.certificate.number}/"))
    assert "Import confirmation" in words(validating.get(f"/certificates/{back.number}/"))


def test_what_was_found_stands_beside_what_was_certified_where_one_must_explain_it(validating, here):
    row = certificate_at(Status.CONFIRMED, here)
    page = words(validating.get(f"/certificates/{row.number}/"))
    assert "It is your turn" in page
    for said in (page, words(validating.get(f"/certificates/{row.number}/close/"))):
        assert re.search(r"Weight found [0-9. ]+ ct +\( ?certified: +1.550\.40", said), said
        assert "Parcels found 3" in said and "certified: 3" not in said


def test_no_status_is_worded_as_the_button_that_leads_to_it(validating, here):
    """Other languages have two words where English has one: what to do, and what was done."""
    row = certificate_at(Status.VALIDATED, here)
    buttons = re.findall(r'role="button"[^>]*>([^<]+)', main_of(validating.get(f"/certificates/{row.number}/")))
    assert "Void" in buttons
    assert not set(buttons) & {words for words, _ in STATUSES.values()}
