"""The exporter applies: part by part, saved as typed, judged at once, sent once."""

import pytest

from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations.decide import return_to_applicant
from openkp.registry.certificates.operations.start import save
from openkp.scheme.life import Status
from tests.factories import NOW, application_at, certificate_at
from tests.portal.counter import at_counter, hidden, main_of, send, words

pytestmark = pytest.mark.django_db

GOODS = {"lines-2-carats": "1250.40", "lines-2-value_usd": "312600.00", "lines-2-parcels": "2"}
IMPORTER = {
    "destination": "EU",
    "importer_name": "Scheldt Rough BV",
    "importer_address": "Hoveniersstraat 22, 2018 Antwerpen",
    "importer_country": "BE",
}


@pytest.fixture
def exporter(here):
    return at_counter(here.exporter, second_factor=False)


def started(exporter, here):
    """A new application by the page; its address."""
    answer = send(exporter, f"/applications/start/{here.company.pk}/")
    return answer.headers["Location"]


def test_the_whole_way_from_start_to_reference(exporter, here):
    home = started(exporter, here)
    assert "To do" in words(exporter.get(home))
    assert send(exporter, f"{home}part/importer/", **IMPORTER).headers["Location"] == f"{home}part/goods/"
    assert send(exporter, f"{home}part/goods/", **GOODS, remarks="").headers["Location"] == f"{home}part/declaration/"
    assert send(exporter, f"{home}part/declaration/", non_conflict_declared="yes").headers["Location"] == home
    assert "Ready" in words(exporter.get(home))
    sent = send(exporter, f"{home}check/")
    assert sent.headers["Location"] == f"{home}sent/"
    assert home.split("/")[2] in words(exporter.get(f"{home}sent/"))
    page = words(exporter.get(home))
    assert "It is the turn of a preparing officer" in page
    assert "Application sent" in page


def test_a_new_application_begins_with_the_company_and_the_last_shipment(exporter, here):
    application_at(Status.APPLIED, here)
    row = Application.objects.get(reference=started(exporter, here).split("/")[2])
    assert row.fields["exporter_name"] == here.company.name
    assert row.fields["importer_name"] == "Scheldt Rough BV"
    assert "lines" not in row.fields and "non_conflict_declared" not in row.fields


def test_starting_twice_with_one_page_starts_one(exporter, here):
    page = exporter.get(f"/applications/start/{here.company.pk}/")
    first, second = (send(exporter, f"/applications/start/{here.company.pk}/", opened=page) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Application.objects.count() == 1


def test_sending_twice_sends_once_and_ends_on_the_same_page(exporter, here):
    row = application_at(Status.DRAFT, here)
    page = exporter.get(f"/applications/{row.reference}/check/")
    first, second = (send(exporter, f"/applications/{row.reference}/check/", opened=page) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_what_is_wrong_is_saved_all_the_same_and_said_at_once(exporter, here):
    home = started(exporter, here)
    wrong = {"lines-2-carats": "12,5", "lines-2-value_usd": "-1", "lines-2-parcels": "٣", "remarks": ""}
    answer = send(exporter, f"{home}part/goods/", **wrong)
    assert answer.headers["Location"] == f"{home}part/goods/?saved"
    page = exporter.get(answer.headers["Location"])
    said = words(page)
    assert "12,5 means different amounts" in said
    assert "-1 is below zero" in said
    assert "uses others, which cannot be compared abroad" in said
    assert 'value="12,5"' in main_of(page)
    assert 'href="/rules/CFLD-10/"' in main_of(page)
    assert "3 things to correct" in words(exporter.get(home))


@pytest.mark.parametrize(
    ("part", "fields", "said"),
    [
        ("importer", {**IMPORTER, "destination": "KE"}, "Kenya (KE) was not a Participant"),
        ("importer", {**IMPORTER, "destination": "SL", "importer_country": "SL"}, "both belong to"),
        ("importer", {**IMPORTER, "importer_country": "AE"}, "does not belong to"),
        ("importer", {**IMPORTER, "destination": "XX"}, "is no country's code"),
        ("importer", {**IMPORTER, "importer_name": "x" * 121}, "Shorten the name of the importer"),
        ("importer", {**IMPORTER, "importer_name": "Rough\u202egnp.exe"}, "invisible characters"),
        ("origin", {"origin_mode": "mixed_listed", "origin_countries-0": "SL"}, "two or more"),
        ("origin", {"origin_mode": "mixed", "origin_countries-0": "SL"}, "names none"),
        ("origin", {"origin_mode": "single", "origin_countries-0": ""}, "Name the one country of origin"),
        ("origin", {"origin_mode": "odd", "origin_countries-0": "SL"}, "is none of them"),
        ("origin", {"origin_mode": "single", "origin_countries-0": "SL", "predecessors-1": "004911"}, "two letters"),
        ("goods", {**GOODS, "lines-2-carats": "9" * 30}, "largest that a certificate can carry"),
        ("goods", {**GOODS, "lines-2-parcels": "1.5"}, "whole number"),
        ("goods", {**GOODS, "lines-2-carats": "1e6"}, "shorthand"),
        ("goods", {**GOODS, "remarks": "x" * 1001}, "Shorten the remarks"),
        ("exporter", {"exporter_name": "", "exporter_address": "x", "exporter_country": "SL"}, "name of the exporter"),
    ],
)
def test_each_wrong_answer_has_its_own_words_at_its_field(exporter, here, part, fields, said):
    home = started(exporter, here)
    page = exporter.get(send(exporter, f"{home}part/{part}/", **fields).headers["Location"])
    assert said in words(page)
    assert 'class="govuk-error-summary"' in main_of(page)
    assert 'href="#id_' in main_of(page)


def test_a_null_character_is_refused_before_it_reaches_the_database(exporter, here):
    home = started(exporter, here)
    answer = send(exporter, f"{home}part/importer/", **{**IMPORTER, "importer_name": "a\x00b"})
    assert answer.status_code == 422


def test_names_in_any_script_are_kept(exporter, here):
    home = started(exporter, here)
    send(exporter, f"{home}part/importer/", **{**IMPORTER, "importer_name": "شركة الماس 鑽石 Алмаз"})
    assert "شركة الماس 鑽石 Алмаз" in words(exporter.get(f"{home}check/"))


def test_more_boxes_keep_what_was_typed(exporter, here):
    home = started(exporter, here)
    page = exporter.get(f"{home}part/origin/")
    more = send(exporter, f"{home}part/origin/", opened=page, **{"predecessors-0": "AE00123", "more-predecessors": "1"})
    assert more.status_code == 200
    assert 'name="predecessors-5"' in main_of(more)
    assert "AE00123" in main_of(more)


def test_an_incomplete_application_is_refused_with_every_reason(exporter, here):
    home = started(exporter, here)
    page = exporter.get(f"{home}check/")
    answer = send(exporter, f"{home}check/", opened=page)
    assert answer.status_code == 422
    for said in ("name of the importer", "Enter the lines of goods", "Declare that the diamonds"):
        assert said in words(answer)


def test_two_people_on_one_application_see_who_was_first(exporter, here):
    row = application_at(Status.DRAFT, here)
    page = exporter.get(f"/applications/{row.reference}/part/importer/")
    save(row.pk, {"remarks": "colleague"}, actor=here.actor("exporter"), at=NOW)
    fields = {**IMPORTER, "importer_name": "Typed meanwhile"}
    late = send(exporter, f"/applications/{row.reference}/part/importer/", opened=page, **fields)
    assert late.status_code == 409
    assert "Someone was first" in words(late)
    assert "Typed meanwhile" in main_of(late)
    again = exporter.post(f"/applications/{row.reference}/part/importer/", {**hidden(late), **fields})
    assert again.status_code == 302
    assert Application.objects.get(pk=row.pk).fields["importer_name"] == "Typed meanwhile"


def test_what_was_sent_cannot_be_changed(exporter, here):
    row = application_at(Status.DRAFT, here)
    page = exporter.get(f"/applications/{row.reference}/part/importer/")
    send(exporter, f"/applications/{row.reference}/check/")
    late = send(exporter, f"/applications/{row.reference}/part/importer/", opened=page, **IMPORTER)
    assert late.status_code == 409
    assert "Waits to be prepared" in words(late)
    assert exporter.get(f"/applications/{row.reference}/part/importer/").status_code == 302


def test_a_returned_application_says_why_and_can_be_sent_again(exporter, here):
    row = application_at(Status.APPLIED, here)
    return_to_applicant(row.pk, "The address is incomplete.", actor=here.actor("preparing"), at=NOW)
    assert "The address is incomplete." in words(exporter.get(f"/applications/{row.reference}/"))
    assert send(exporter, f"/applications/{row.reference}/check/").status_code == 302


def test_withdrawing_ends_it(exporter, here):
    row = application_at(Status.APPLIED, here)
    assert send(exporter, f"/applications/{row.reference}/withdraw/").status_code == 302
    assert Application.objects.get(pk=row.pk).status == Status.WITHDRAWN
    assert exporter.get(f"/applications/{row.reference}/withdraw/").status_code == 302


@pytest.mark.parametrize("missing", ["key", "version"])
def test_a_form_without_its_key_or_version_is_no_form_of_ours(exporter, here, missing):
    row = application_at(Status.DRAFT, here)
    carried = hidden(exporter.get(f"/applications/{row.reference}/check/"))
    carried.pop(missing)
    assert exporter.post(f"/applications/{row.reference}/check/", carried).status_code == 400


def test_an_exporter_sees_the_certificate_and_nothing_of_the_desks(exporter, here):
    certificate = certificate_at(Status.CLOSED, here)
    page = words(exporter.get(f"/certificates/{certificate.number}/"))
    assert "Closed" in page and "Shipment arrived" not in page
    assert exporter.get(f"/certificates/{certificate.number}/certificate.kpc").status_code == 200
    assert exporter.get("/queue/").status_code == 403
    reference = certificate.application.reference
    for step in ("prepare", "validate", "return", "reject", "send-back"):
        assert exporter.get(f"/applications/{reference}/{step}/").status_code == 403


def test_another_company_is_nobodys_business(here):
    row = application_at(Status.APPLIED, here)
    stranger = at_counter(here.stranger, second_factor=False)
    assert stranger.get(f"/applications/{row.reference}/").status_code == 404
    assert stranger.get("/applications/").status_code == 200
    assert row.reference not in words(stranger.get("/applications/"))
    assert stranger.get(f"/applications/start/{here.company.pk}/").status_code == 404


def test_each_thing_to_correct_leads_to_the_part_where_it_is_corrected(exporter, here):
    home = started(exporter, here)
    page = main_of(exporter.get(f"{home}check/"))
    summary = page.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert f'href="{home}part/goods/"' in summary and f'href="{home}part/declaration/"' in summary
    assert "Not ready yet" in words(exporter.get(home))


def test_goods_are_added_up_and_written_as_on_the_certificate(exporter, here):
    row = application_at(Status.APPLIED, here)
    page = words(exporter.get(f"/applications/{row.reference}/")).replace("\u202f", " ").replace("\xa0", " ")
    assert "7102.31 non-industrial 1 250.40 ct · US$ 312 600.00 · 2 parcels" in page
    assert "Total 1 550.40 ct · US$ 317 100.00 · 3 parcels" in page


def test_what_cannot_be_added_up_stays_as_typed(exporter, here):
    home = started(exporter, here)
    send(exporter, f"{home}part/goods/", **GOODS, **{"lines-1-carats": "12,5"}, remarks="")
    page = words(exporter.get(f"{home}check/"))
    assert "Carats: 12,5" in page and "Total" not in page


def test_mistakes_in_a_row_of_goods_stand_below_it_at_full_width(exporter, here):
    home = started(exporter, here)
    send(exporter, f"{home}part/goods/", **GOODS | {"lines-2-carats": "-5"}, remarks="x" * 1001)
    page = main_of(exporter.get(f"{home}part/goods/"))
    row, below = page.split("<tbody")[1].split('class="okp-lines__wrong"')
    assert 'aria-describedby="id_lines-2-carats-error"' in row and "minus sign" not in row
    assert 'id="id_lines-2-carats-error"' in below and "minus sign" in below
    assert page.index("#id_lines-2-carats") < page.index("#id_remarks"), "the summary follows the page"
