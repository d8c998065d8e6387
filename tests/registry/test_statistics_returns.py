"""A return from the first draft to a signed filing, and what is refused on the way."""

from dataclasses import replace

import pytest
from django.db import connection

from openkp.documents.envelope import open_envelope
from openkp.documents.filing_v1 import read_filing
from openkp.registry.errors import Conflict, NotAllowed
from openkp.registry.journal.audit import audit
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics import generated
from openkp.registry.statistics.certificate_facts import certificate_facts
from openkp.registry.statistics.generated import generated_trade
from openkp.registry.statistics.models import Draft, Filing
from openkp.registry.statistics.operations.draft import (
    correct_return,
    drop_draft,
    generate_return,
    save_draft,
    start_draft,
)
from openkp.registry.statistics.operations.file import file_return, prepare_return, send_back_draft
from openkp.registry.statistics.operations.record_filing import record_filing
from openkp.registry.statistics.queries import differences
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from openkp.scheme.reconciliation import reconciliation
from openkp.scheme.returns import ReturnKind
from tests.factories import (
    FILING_DAY,
    HALF,
    QUARTER,
    TRADE,
    certificate_at,
    draft_at,
    filed,
    node,
    statistics,
)
from tests.registry.stage import codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return node()


@pytest.fixture
def desk(here):
    return statistics(here)


def assert_sound():
    assert audit().broken == ()
    assert rebuild() == []


@pytest.mark.parametrize("kind", ReturnKind)
def test_what_is_filed_is_signed_and_reads_as_typed(here, desk, kind):
    filing = filed(here, desk, kind=kind)
    document = read_filing(open_envelope(bytes(filing.document.data), keyring(FILING_DAY), typ="kpf"))
    assert (document.participant, document.kind, document.version) == ("SL", kind, 1)
    lines = document.value.trade or document.value.production
    assert str(lines[0].carats) in ("1250.40", "120000.10")
    assert (filing.filed_by, filing.draft.prepared_by) == (desk.filer, desk.writer)
    assert bytes(filing.public_hash) == document.public_hash
    assert_sound()


def test_two_persons_and_nobody_of_another_authority(here, desk):
    draft = draft_at("prepared", here, desk)
    for who, code in ((desk.actor("writer"), "second-person-needed"), (desk.actor("analyst"), "role-needed")):
        with pytest.raises(NotAllowed) as caught:
            file_return(draft.pk, actor=who, at=FILING_DAY)
        assert caught.value.code == code
    with pytest.raises(NotAllowed):
        start_draft(here.antwerp.pk, ReturnKind.TRADE, QUARTER, actor=desk.actor("writer"), at=FILING_DAY)


def test_an_older_page_and_a_step_that_is_not_open_are_told(here, desk):
    draft = draft_at("draft", here, desk)
    with pytest.raises(Conflict) as caught:
        save_draft(draft.pk, TRADE, actor=desk.actor("filer"), at=FILING_DAY, version=draft.version - 1)
    assert caught.value.code == "changed-meanwhile"
    with pytest.raises(Conflict) as caught:
        file_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY)
    assert caught.value.code == "is-draft"
    prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    with pytest.raises(Conflict) as caught:
        save_draft(draft.pk, TRADE, actor=desk.actor("writer"), at=FILING_DAY)
    assert caught.value.code == "is-prepared"


def test_sent_back_with_a_reason_and_prepared_again(here, desk):
    draft = draft_at("prepared", here, desk)
    with pytest.raises(Refused) as caught:
        send_back_draft(draft.pk, " ", actor=desk.actor("filer"), at=FILING_DAY)
    assert codes(caught.value) == ["reason-missing"]
    draft = send_back_draft(draft.pk, "The weight of June is missing.", actor=desk.actor("filer"), at=FILING_DAY)
    assert (draft.status, draft.sent_back, draft.prepared_by) == ("draft", "The weight of June is missing.", None)
    prepare_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY)
    assert file_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY).number == 1


def test_every_finding_at_once(here, desk):
    line = {**TRADE["trade"][0], "carats": "-3", "value_usd": "12 EUR"}
    draft = draft_at("draft", here, desk, trade=[line], value_basis="FREE")
    with pytest.raises(Refused) as caught:
        prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    assert len(caught.value.findings) >= 3
    assert {"trade.0.carats", "trade.0.value_usd"} <= {each.field for each in caught.value.findings}


@pytest.mark.parametrize(
    ("period", "flow", "partner", "code"),
    [
        (Period(2026, "Q", 3), "export", "EU", "period_not_over"),
        (Period(2999, "Q", 4), "export", "EU", "period_not_over"),
        (Period(2026, "Q", 1), "export", "KP", "partner_not_participant"),
        (Period(2010, "Q", 1), "export", "KH", "partner_not_participant"),  # admitted in 2012
        (Period(2006, "Q", 1), "import", "CI", "partner_barred"),
        (Period(2002, "Q", 1), "export", "EU", "filer_not_participant"),
    ],
)
def test_returns_that_cannot_be(here, desk, period, flow, partner, code):
    line = {**TRADE["trade"][0], "flow": flow, "partner": partner}
    draft = draft_at("draft", here, desk, period=period, trade=[line])
    with pytest.raises(Refused) as caught:
        prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    assert code in codes(caught.value)


def test_a_period_of_another_kind_and_a_return_that_was_filed_are_not_begun(here, desk):
    writer = desk.actor("writer")
    with pytest.raises(Refused) as caught:
        start_draft(here.sierra_leone.pk, ReturnKind.TRADE, HALF, actor=writer, at=FILING_DAY)
    assert codes(caught.value) == ["period-of-another-kind"]
    filed(here, desk)
    with pytest.raises(Conflict) as caught:
        start_draft(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=writer, at=FILING_DAY)
    assert caught.value.code == "filed-already"


def test_one_open_draft_a_period_and_another_after_it_was_dropped(here, desk):
    writer = desk.actor("writer")
    first = draft_at("draft", here, desk)
    again = start_draft(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=writer, at=FILING_DAY)
    assert again.pk == first.pk and again.fields["trade"] == TRADE["trade"]
    drop_draft(first.pk, actor=writer, at=FILING_DAY)
    other = start_draft(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=writer, at=FILING_DAY)
    assert other.pk != first.pk and not other.fields.get("trade")


def test_a_correction_is_the_next_version_and_the_first_stays(here, desk):
    first = filed(here, desk)
    draft = correct_return(first.pk, reason="A shipment was counted twice.", actor=desk.actor("writer"), at=FILING_DAY)
    assert draft.fields["trade"] == TRADE["trade"] and draft.fields["reason"] == "A shipment was counted twice."
    with pytest.raises(Refused) as caught:
        prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    assert codes(caught.value) == ["nothing_changed"]
    line = {**TRADE["trade"][0], "carats": "1000.00"}
    save_draft(draft.pk, {"trade": [line]}, actor=desk.actor("writer"), at=FILING_DAY)
    prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    second = file_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY)
    assert [row.number for row in Filing.objects.order_by("number")] == [1, 2]
    assert second.document_id != first.document_id
    newest = start = correct_return(first.pk, reason="Again.", actor=desk.actor("writer"), at=FILING_DAY)
    assert newest.fields["trade"][0]["carats"] == "1000.00" and start.status == "draft"
    assert_sound()


def test_a_second_reason_is_not_lost_while_a_correction_is_open(here, desk):
    first, writer = filed(here, desk), desk.actor("writer")
    draft = correct_return(first.pk, reason="A shipment was counted twice.", actor=writer, at=FILING_DAY)
    again = correct_return(first.pk, reason=" A shipment was  counted twice.", actor=writer, at=FILING_DAY)
    assert again.pk == draft.pk
    with pytest.raises(Conflict) as caught:
        correct_return(first.pk, reason="The value was in euros.", actor=writer, at=FILING_DAY)
    assert caught.value.code == "correction-open"
    drop_draft(draft.pk, actor=writer, at=FILING_DAY)
    other = correct_return(first.pk, reason="The value was in euros.", actor=writer, at=FILING_DAY)
    assert other.fields["reason"] == "The value was in euros."


def test_a_return_is_worked_out_from_certificates_and_differences_are_explained(here, desk):
    certificate_at(Status.VALIDATED, here)
    certificate_at(Status.VOID, here)
    writer = desk.actor("writer")
    draft = generate_return(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=writer, at=FILING_DAY)
    assert (draft.came, draft.fields["certificates_issued"], draft.fields["nature"]) == ("generated", "1", "figures")
    lines = {(line["flow"], line["partner"], line["origin"], line["hs"]): line for line in draft.fields["trade"]}
    assert lines["export", "EU", "SL", "7102.31"]["carats"] == "1250.40"
    assert lines["export", "EU", "SL", "7102.21"]["value_usd"] == "4500.00"
    assert differences(draft) == ()
    changed = [{**line, "carats": "1,250.4" if line["hs"] == "7102.31" else "301"} for line in draft.fields["trade"]]
    draft = save_draft(draft.pk, {"trade": changed, "value_basis": "FOB"}, actor=writer, at=FILING_DAY)
    (found,) = differences(draft)
    assert (found.hs, found.measure, found.generated, found.filed) == ("7102.21", "carats", "300.00", "301.00")
    with pytest.raises(Refused) as caught:
        prepare_return(draft.pk, actor=writer, at=FILING_DAY)
    assert codes(caught.value) == ["difference-unexplained"]
    prepare_return(draft.pk, explanation="Weighed again in Freetown.", actor=writer, at=FILING_DAY)
    assert file_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY).draft.explanation


def test_imports_are_counted_as_found_by_who_confirmed_them(here, desk):
    from openkp.registry.accounts.actors import NODE

    certificate_at(Status.CONFIRMED, here)
    draft = generate_return(here.antwerp.pk, ReturnKind.TRADE, QUARTER, actor=NODE, at=FILING_DAY)
    lines = {(line["flow"], line["partner"], line["hs"]): line["carats"] for line in draft.fields["trade"]}
    assert lines == {("import", "SL", "7102.31"): "1249.10", ("import", "SL", "7102.21"): "300.00"}
    assert (draft.fields["certificates_issued"], draft.fields["certificates_received"]) == ("0", "1")


@pytest.mark.parametrize(("destination", "partner"), [("HK", "HK"), ("EU", "EU"), ("CN", "CN")])
def test_the_partner_of_an_export_is_who_trades_for_the_country_as_in_the_facts(here, desk, destination, partner):
    country = "BE" if destination == "EU" else destination
    certificate_at(Status.VALIDATED, here, destination=destination, importer_country=country)
    draft = generate_return(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=desk.actor("writer"), at=FILING_DAY)
    assert {line["partner"] for line in draft.fields["trade"]} == {partner}
    assert {row["destination"] for row in certificate_facts()["issued"].to_pylist()} == {partner}


def test_what_is_not_counted_is_what_the_dated_data_say_of_the_period(here, desk, monkeypatch):
    certificate_at(Status.EXPIRED_UNUSED, here)
    certificate_at(Status.CONFIRMED, here)
    asked = []

    def other(on):
        asked.append(on)
        return replace(reconciliation(on), not_imported=("accepted_with_discrepancy",))

    assert generated_trade(here.sierra_leone, QUARTER, FILING_DAY)["certificates_issued"] == "1"
    assert generated_trade(here.antwerp, QUARTER, FILING_DAY)["certificates_received"] == "1"
    monkeypatch.setattr(generated, "reconciliation", other)
    assert generated_trade(here.antwerp, QUARTER, FILING_DAY)["certificates_received"] == "0"
    assert set(asked) == {QUARTER.last_day}


def test_without_documents_a_nil_return_is_worked_out_and_production_cannot_be(here, desk):
    writer = desk.actor("writer")
    draft = generate_return(here.sierra_leone.pk, ReturnKind.TRADE, QUARTER, actor=writer, at=FILING_DAY)
    assert draft.fields["nature"] == "nil"
    prepare_return(draft.pk, actor=writer, at=FILING_DAY)
    assert file_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY).nature == "nil"
    with pytest.raises(Conflict) as caught:
        generate_return(here.sierra_leone.pk, ReturnKind.PRODUCTION, HALF, actor=writer, at=FILING_DAY)
    assert caught.value.code == "no-production-ledger"


def test_our_own_filing_that_comes_back_changes_nothing(here, desk):
    filing = filed(here, desk)
    again = record_filing(bytes(filing.document.data), actor=desk.actor("analyst"), at=FILING_DAY)
    assert again.pk == filing.pk and Filing.objects.count() == Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("column", "value", "codes_"),
    [
        ("visibility", "public", {"row-differs", "index-differs-from-document"}),
        ("number", 7, {"row-differs", "index-differs-from-document"}),
    ],
)
def test_a_filing_changed_behind_the_journal_is_named(here, desk, column, value, codes_):
    filing = filed(here, desk)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE statistics_filing SET {column} = %s WHERE id = %s", [value, filing.pk])
    assert {each.code for each in rebuild() if each.record == "statistics.filing"} == codes_
