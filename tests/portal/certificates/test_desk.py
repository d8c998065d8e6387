"""Officers prepare, validate and decide; two of them for each certificate."""

import pytest
from django.db import connection

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.operations.people import grant
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.prepare import prepare
from openkp.scheme.life import Status
from tests.factories import INSPECTION, NOW, application_at
from tests.portal.counter import at_counter, hidden, main_of, send, words

pytestmark = pytest.mark.django_db

WEIGHED = {
    "goods_presented": "yes",
    "lines-1-carats": "300.00",
    "lines-1-value_usd": "4500.00",
    "lines-1-parcels": "1",
    "lines-2-carats": "1250.40",
    "lines-2-value_usd": "312600.00",
    "lines-2-parcels": "2",
    "seals-0": "SL-1",
    "seals-1": "SL-2",
    "container": "BOX-12",
    "certificate_location": "inside",
    "blank_serial": "B1",
    "parcel_reference": "",
    "remarks": "",
}


@pytest.fixture
def preparing(here):
    return at_counter(here.preparing)


@pytest.fixture
def validating(here):
    return at_counter(here.validating)


def page_of(row, step=""):
    return f"/applications/{row.reference}/{step}"


def test_the_queue_shows_what_waits_how_long_and_where(preparing, here):
    row = application_at(Status.APPLIED, here)
    application_at(Status.PREPARED, here)
    page = words(preparing.get("/queue/"))
    assert row.reference in page and "2 hours" in page and "1 550.40" in page.replace("\u202f", " ")
    assert "(chosen; open to remove) 1" in page and "To validate 1" in page
    assert "Prepared by me" in words(preparing.get("/queue/?desk=mine"))
    assert preparing.get("/queue/?desk=elsewhere").status_code == 404


def test_the_expert_prepares_on_one_screen(preparing, here):
    row = application_at(Status.APPLIED, here)
    assert send(preparing, page_of(row, "prepare/"), **WEIGHED).headers["Location"] == page_of(row)
    row.refresh_from_db()
    assert (row.status, row.inspection["seals"][:2]) == (Status.PREPARED, ["SL-1", "SL-2"])


def test_every_finding_comes_at_once_each_at_its_field_with_its_rule(preparing, here):
    row = application_at(Status.APPLIED, here)
    wrong = {
        "lines-1-carats": "301.00",
        "lines-1-value_usd": "4500.00",
        "lines-1-parcels": "1",
        "lines-2-carats": "12,5",
    }
    answer = send(preparing, page_of(row, "prepare/"), **wrong)
    assert answer.status_code == 422
    said, page = words(answer), main_of(answer)
    for sentence in (
        "12,5 means different amounts",
        "Enter the value in US dollars",
        "Confirm that the goods lie before you",
        "at least one seal",
        "container's number",
        "Say where the certificate travels",
    ):
        assert sentence in said
    for place in ("#id_lines-2-carats", "#id_lines-2-value_usd", "#id_goods_presented", "#id_seals-0", "#id_container"):
        assert f'href="{place}"' in page
    assert 'href="/rules/EXP-03/"' in page


def test_a_weight_that_differs_is_said_at_its_row(preparing, here):
    row = application_at(Status.APPLIED, here)
    answer = send(preparing, page_of(row, "prepare/"), **{**WEIGHED, "lines-1-carats": "301.00"})
    assert "301.00 ct weighed, 300.00 ct declared" in words(answer)
    assert 'href="#id_lines-1-carats"' in main_of(answer)
    gone = {name: value for name, value in WEIGHED.items() if not name.startswith("lines-1")}
    answer = send(preparing, page_of(row, "prepare/"), **gone)
    assert "HS 7102.21: 0 ct found, 300.00 ct declared" in words(answer)
    assert 'href="#id_lines-1-carats"' in main_of(answer)


def test_the_guided_pages_save_each_step_and_judge_at_the_end(preparing, here):
    row = application_at(Status.APPLIED, here)
    goods = {name: value for name, value in WEIGHED.items() if name.startswith(("lines", "goods"))}
    answer = send(preparing, page_of(row, "prepare/goods/"), **goods)
    assert answer.headers["Location"] == page_of(row, "prepare/seals/")
    assert send(preparing, page_of(row, "prepare/seals/"), **{"seals-0": "SL-1", "container": ""}).status_code == 302
    elsewhere = at_counter(here.preparing)
    assert 'value="SL-1"' in main_of(elsewhere.get(page_of(row, "prepare/seals/")))
    send(elsewhere, page_of(row, "prepare/paper/"), certificate_location="inside", blank_serial="", remarks="")
    refused = send(elsewhere, page_of(row, "prepare/check/"))
    assert refused.status_code == 422 and "container's number" in words(refused)
    send(elsewhere, page_of(row, "prepare/seals/"), **{"seals-0": "SL-1", "container": "BOX-1"})
    assert send(elsewhere, page_of(row, "prepare/check/")).status_code == 302
    row.refresh_from_db()
    assert row.status == Status.PREPARED


def test_validating_shows_what_will_be_signed_and_signs_once(validating, here):
    row = application_at(Status.PREPARED, here)
    page = validating.get(page_of(row, "validate/"))
    said = words(page)
    assert "Prepared by Ibrahim Sesay" in said and "SL-884201" in said and "Kono Alluvial Export Ltd" in said
    first, second = (send(validating, page_of(row, "validate/"), opened=page) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Certificate.objects.count() == 1
    assert "Validated and signed" in words(validating.get(first.headers["Location"]))


def test_what_cannot_be_signed_any_more_is_said_before_the_signature(validating, here):
    row = application_at(Status.PREPARED, here)
    with connection.cursor() as cursor:  # as a rule that changed since it was prepared would
        cursor.execute(
            "UPDATE certificates_application SET fields = %s WHERE id = %s", ['{"destination": "KE"}', row.pk]
        )
    page = validating.get(page_of(row, "validate/"))
    assert page.status_code == 200 and "This cannot be signed as it stands" in words(page)


def test_nobody_validates_what_they_prepared(here, validating):
    row = application_at(Status.APPLIED, here)
    grant(here.validating, here.sierra_leone, Role.PREPARING_OFFICER, at=NOW)
    prepare(row.pk, INSPECTION, actor=Actor.of(here.validating), at=NOW)
    page = validating.get(page_of(row))
    assert "a colleague must validate it" in words(page)
    assert page_of(row, "validate/") not in main_of(page)
    answer = validating.get(page_of(row, "validate/"))
    assert answer.status_code == 403 and "Another person must validate" in words(answer)


def test_two_officers_at_once_one_prepares_the_other_is_told(preparing, here):
    row = application_at(Status.APPLIED, here)
    page = preparing.get(page_of(row, "prepare/"))
    prepare(row.pk, INSPECTION, actor=here.actor("preparing"), at=NOW)
    late = send(preparing, page_of(row, "prepare/"), opened=page, **WEIGHED)
    assert late.status_code == 409
    assert "Someone was first" in words(late) and "Waits for validation" in words(late)
    assert preparing.get(page_of(row, "prepare/")).headers["Location"] == page_of(row)


@pytest.mark.parametrize(
    ("step", "who", "begin", "end"),
    [
        ("return/", "preparing", Status.APPLIED, Status.RETURNED),
        ("reject/", "preparing", Status.APPLIED, Status.REJECTED),
        ("return/", "validating", Status.PREPARED, Status.RETURNED),
        ("send-back/", "validating", Status.PREPARED, Status.APPLIED),
    ],
)
def test_a_decision_needs_a_reason_and_reaches_its_reader(here, step, who, begin, end):
    row = application_at(begin, here)
    officer = at_counter(getattr(here, who))
    refused = send(officer, page_of(row, step), reason=" ")
    assert refused.status_code == 422 and "Say why" in words(refused)
    send(officer, page_of(row, step), reason="The invoice is missing.")
    row.refresh_from_db()
    assert row.status == end
    assert "The invoice is missing." in words(at_counter(here.exporter, second_factor=False).get(page_of(row)))


def test_a_decided_application_is_never_decided_again(preparing, here):
    row = application_at(Status.APPLIED, here)
    page = preparing.get(page_of(row, "reject/"))
    send(preparing, page_of(row, "reject/"), reason="No lawful source.")
    replayed = preparing.post(page_of(row, "reject/"), {**hidden(page), "reason": "Again, with other words."})
    assert replayed.status_code == 409


def test_an_auditor_looks_at_the_queue_and_can_do_nothing(here):
    row = application_at(Status.APPLIED, here)
    auditor = at_counter(here.auditor)
    assert row.reference in words(auditor.get("/queue/"))
    assert page_of(row, "prepare/") not in main_of(auditor.get(page_of(row)))
    assert auditor.get(page_of(row, "prepare/")).status_code == 403


def test_officers_of_another_authority_see_nothing(here):
    row = application_at(Status.APPLIED, here)
    assert at_counter(here.importing).get(page_of(row)).status_code == 404


def test_the_last_guided_page_shows_the_tick_and_leads_to_what_is_missing(preparing, here):
    row = application_at(Status.APPLIED, here)
    page = preparing.get(page_of(row, "prepare/check/"))
    assert "step 4 of 4" in words(page) and "Goods presented Not given" in words(page)
    assert f'href="{page_of(row, "prepare/paper/")}" class="govuk-back-link"' in page.content.decode()
    answer = main_of(send(preparing, page_of(row, "prepare/check/"), opened=page))
    summary = answer.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert f'href="{page_of(row, "prepare/goods/")}"' in summary


def test_whose_turn_it_is_is_said_to_them(preparing, validating, here):
    row = application_at(Status.APPLIED, here)
    assert "It is your turn" in words(preparing.get(page_of(row)))
    assert "It is the turn of a preparing officer" in words(validating.get(page_of(row)))


def test_no_tolerance_is_said_in_words(preparing, here):
    row = application_at(Status.APPLIED, here)
    assert "No difference is tolerated" in words(preparing.get(page_of(row, "prepare/")))
