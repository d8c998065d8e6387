"""Returns at the desk: begun, generated, written by one person, filed by another, corrected."""

import pytest

from openkp.registry.statistics.models import Draft, Filing
from openkp.scheme.life import Status
from openkp.scheme.returns import ReturnKind
from tests.factories import certificate_at, draft_at, filed
from tests.portal.counter import at_counter, hidden, main_of, send, words

pytestmark = pytest.mark.django_db

HEAD = {
    "nature": "figures",
    "value_basis": "FOB",
    "visibility": "kp_only",
    "certificates_issued": "1",
    "certificates_received": "0",
    "method": "From our register.",
}
LINE = {
    "trade-0-flow": "export",
    "trade-0-partner": "EU",
    "trade-0-origin": "SL",
    "trade-0-hs": "7102.31",
    "trade-0-carats": "1250.40",
    "trade-0-value_usd": "312600.00",
    "trade-0-certificates": "1",
}
Q1 = "/statistics/start/SL-NMA/trade/2026-Q1/"


def page(row, step=""):
    return f"/statistics/drafts/{row.pk}/{step}"


def test_the_desk_shows_what_is_due_and_how_late(writer):
    said = words(writer.get("/statistics/"))
    assert "2026 (first quarter)" in said and "Overdue by 36 days" in said
    assert "2026 (first half)" in said and "Due in 56 days" in said
    assert Q1 in main_of(writer.get("/statistics/"))


def test_a_production_return_cannot_be_generated_and_says_so(writer):
    opened = writer.get("/statistics/start/SL-NMA/production/2026-H1/")
    assert "no record of what is mined" in words(opened) and "Generate it" not in words(opened)
    assert send(writer, "/statistics/start/SL-NMA/production/2026-H1/", opened=opened, empty="1").status_code == 302


@pytest.mark.parametrize("address", ["production/2026-Q1", "trade/2026-H1", "trade/2026-Q9", "trade/x", "gold/2026-Q1"])
def test_a_period_that_is_none_is_no_page(writer, address):
    assert writer.get(f"/statistics/start/SL-NMA/{address}/").status_code == 404


def test_the_return_of_another_authority_is_not_begun(writer, here):
    assert writer.get("/statistics/start/EU-ANT/trade/2026-Q1/").status_code == 404


def test_generated_beside_filed_with_the_difference_of_each_line_and_an_explanation(writer, filer, here):
    certificate_at(Status.VALIDATED, here)
    made = send(writer, Q1)
    row = Draft.objects.get()
    assert made.headers["Location"] == page(row)
    assert "generated from this node's documents" in words(writer.get(page(row)))
    edit = writer.get(page(row, "edit/"))
    assert 'value="1250.40"' in main_of(edit) and "the same as this node's own documents" in words(edit)
    fields = {**HEAD, **LINE, "trade-0-carats": "1300.40", "trade-0-hs": "7102.31", "pass-on": "1"}
    refused = send(writer, page(row, "edit/"), **fields)
    assert refused.status_code == 422 and "Explain in words why" in words(refused)
    assert 'href="#id_explanation"' in main_of(refused)
    passed = send(writer, page(row, "edit/"), **fields, explanation="One parcel was weighed again.")
    assert passed.headers["Location"] == page(row)
    said = words(filer.get(page(row, "file/"))).replace("\u202f", " ")
    assert "+50.00" in said and "One parcel was weighed again." in said


def test_every_finding_comes_at_once_each_at_its_field(writer, here, desk):
    row = draft_at("draft", here, desk)
    wrong = {**HEAD, "nature": "", **LINE, "trade-0-carats": "12 kg", "trade-0-hs": "", "trade-1-partner": "Nowhere"}
    answer = send(writer, page(row, "edit/"), **wrong, **{"pass-on": "1"})
    assert answer.status_code == 422
    for place in ("nature", "trade-0-carats", "trade-0-hs", "trade-1-partner", "trade-1-carats"):
        assert f'href="#id_{place}' in main_of(answer), place
    assert 'value="12 kg"' in main_of(answer)
    row.refresh_from_db()
    assert row.status == "draft" and row.fields["trade"][0]["carats"] == "1250.40"


def test_saving_keeps_what_is_wrong_and_says_what(writer, here, desk):
    row = draft_at("draft", here, desk)
    answer = send(writer, page(row, "edit/"), **HEAD, **{**LINE, "trade-0-carats": "lots"})
    assert "saved" in answer.headers["Location"]
    shown = writer.get(answer.headers["Location"])
    assert "Saved. What is still to be corrected" in words(shown) and 'href="#id_trade-0-carats"' in main_of(shown)


def test_an_empty_line_between_two_moves_no_finding_to_the_wrong_line(writer, here, desk):
    row = draft_at("draft", here, desk)
    third = {name.replace("-0-", "-2-"): value for name, value in LINE.items()} | {"trade-2-carats": "no"}
    answer = send(writer, page(row, "edit/"), **HEAD, **LINE, **third, **{"pass-on": "1"})
    assert 'href="#id_trade-2-carats"' in main_of(answer) and 'href="#id_trade-1-carats"' not in main_of(answer)


def test_more_lines_without_a_script_and_nothing_is_saved_meanwhile(writer, here, desk):
    row = draft_at("draft", here, desk)
    answer = send(writer, page(row, "edit/"), **HEAD, **LINE, **{"more-lines": "1"})
    assert answer.status_code == 200 and 'name="trade-10-carats"' in main_of(answer)
    row.refresh_from_db()
    assert row.version == Draft.objects.get(pk=row.pk).version


def test_a_long_return_is_written_in_parts_and_the_other_lines_stay(writer, here, desk):
    lines = [
        {
            "flow": "export",
            "partner": "EU",
            "origin": "SL",
            "hs": "7102.31",
            "carats": f"{n}.00",
            "value_usd": "1.00",
            "certificates": "0",
        }
        for n in range(1, 101)
    ]
    row = draft_at("draft", here, desk, trade=lines)
    second = writer.get(page(row, "edit/?from=40"))
    assert 'name="trade-40-carats"' in main_of(second) and 'name="trade-0-carats"' not in main_of(second)
    edited = {
        **HEAD,
        **{f"trade-{n}-{name}": value for n in range(40, 80) for name, value in lines[n].items()},
        "trade-41-carats": "9.00",
    }
    assert send(writer, page(row, "edit/?from=40"), **edited).status_code == 302
    row.refresh_from_db()
    amounts = [line["carats"] for line in row.fields["trade"]]
    assert len(amounts) == 100 and amounts[41] == "9.00" and amounts[0] == "1.00" and amounts[99] == "100.00"
    wrong = [*lines[:99], {**lines[99], "carats": "x"}]
    other = draft_at("draft", here, desk, kind=ReturnKind.TRADE, trade=wrong)
    assert "Line 100:" in words(writer.get(page(other, "edit/")))


def test_one_person_prepares_and_another_files_once(writer, filer, here, desk):
    row = draft_at("prepared", here, desk)
    assert "a colleague must file it" in words(writer.get(page(row)))
    assert writer.get(page(row, "file/")).status_code == 403
    opened = filer.get(page(row, "file/"))
    assert "Prepared by Writer" in words(opened)
    first, second = (send(filer, page(row, "file/"), opened=opened) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Filing.objects.count() == 1
    shown = words(filer.get(first.headers["Location"]))
    assert "In force" in shown and "Filed and signed" in shown


def test_sent_back_with_a_reason_that_the_first_person_reads(writer, filer, here, desk):
    row = draft_at("prepared", here, desk)
    assert send(filer, page(row, "send-back/"), reason="").status_code == 422
    assert send(filer, page(row, "send-back/"), reason="The value is missing a nought.").status_code == 302
    assert "missing a nought" in words(writer.get(page(row, "edit/")))


def test_who_looks_at_an_older_page_is_told(writer, here, desk):
    row = draft_at("draft", here, desk)
    old = writer.get(page(row, "edit/"))
    send(writer, page(row, "edit/"), **HEAD, **LINE)
    answer = send(writer, page(row, "edit/"), opened=old, **HEAD, **{**LINE, "trade-0-carats": "7.00"})
    assert answer.status_code == 409 and "Someone was first" in words(answer) and 'value="7.00"' in main_of(answer)


def test_a_draft_is_dropped(writer, here, desk):
    row = draft_at("draft", here, desk)
    assert send(writer, page(row, "drop/")).headers["Location"] == "/statistics/"
    assert writer.get(page(row, "edit/")).headers["Location"] == page(row)
    assert "Dropped" in words(writer.get(page(row)))


def test_a_filing_is_corrected_by_a_new_version_with_its_reason(writer, filer, here, desk):
    filing = filed(here, desk)
    shown = writer.get(f"/statistics/filings/{filing.pk}/")
    assert "Correct it" in words(shown) and "1 250.40" in words(shown).replace("\u202f", " ")
    assert send(writer, f"/statistics/filings/{filing.pk}/correct/", reason="").status_code == 422
    began = send(writer, f"/statistics/filings/{filing.pk}/correct/", reason="A certificate was counted twice.")
    row = Draft.objects.get(status="draft")
    assert began.headers["Location"] == page(row, "edit/")
    assert "A certificate was counted twice." in main_of(writer.get(page(row, "edit/")))
    fields = {**HEAD, **LINE, "reason": "A certificate was counted twice.", "trade-0-carats": "1000.00"}
    assert send(writer, page(row, "edit/"), **fields, **{"pass-on": "1"}).status_code == 302
    send(filer, page(row, "file/"))
    assert "Replaced" in words(writer.get(f"/statistics/filings/{filing.pk}/"))
    newest = Filing.objects.get(number=2)
    assert "In force" in words(writer.get(f"/statistics/filings/{newest.pk}/"))


def test_the_signed_return_is_taken_away_byte_for_byte(writer, here, desk):
    filing = filed(here, desk)
    answer = writer.get(f"/statistics/filings/{filing.pk}/return.kpf")
    assert answer.content == bytes(filing.document.data)
    assert "SL-trade-2026-Q1-v1.kpf" in answer.headers["Content-Disposition"]


def test_the_list_of_filings_is_narrowed(writer, here, desk):
    filed(here, desk)
    assert "2026 (first quarter)" in words(writer.get("/statistics/filings/?kind=trade&participant=sl"))
    assert "No filing fits" in words(writer.get("/statistics/filings/?kind=production"))
    assert writer.get("/statistics/filings/?kind=gold").status_code == 404


@pytest.mark.parametrize("who", ["preparing", "importing", "administrator", "exporter", "stranger"])
def test_others_do_not_stand_at_this_desk(who, here, desk):
    row = draft_at("draft", here, desk)
    visitor = at_counter(getattr(here, who))
    assert visitor.get("/statistics/").status_code == 403
    assert visitor.get(page(row)).status_code == 404
    assert visitor.get(page(row, "edit/")).status_code == 404


def test_an_auditor_reads_and_changes_nothing(here, desk):
    row = draft_at("draft", here, desk)
    visitor = at_counter(here.auditor)
    shown = visitor.get("/statistics/")
    assert "Go on" in words(shown) and "Begin" not in words(shown)
    assert "Upload a file" not in words(visitor.get(page(row)))
    assert visitor.get(page(row, "edit/")).status_code == 403


def test_a_page_carries_no_script(writer, here, desk):
    row = draft_at("draft", here, desk)
    for address in ("/statistics/", page(row), page(row, "edit/")):
        assert "<script" not in writer.get(address).content.decode()
    assert hidden(writer.get(page(row, "edit/")))["version"] == str(row.version)
