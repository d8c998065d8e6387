"""Certificates as fact tables: made of the documents, line by line, with no trader's name in them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkp.figures import mirror
from openkp.figures.engines import duckdb_engine
from openkp.registry.certificates.models import Certificate, Confirmation, Document
from openkp.registry.errors import BrokenRecord
from openkp.registry.statistics.certificate_facts import certificate_facts, trader_token
from openkp.scheme.life import Status
from openkp.scheme.reconciliation import reconciliation
from tests.factories import APPLICATION, NOW, arrival_at, certificate_at, node, received

pytestmark = pytest.mark.django_db
RULE = reconciliation(NOW.date())


def test_lines_of_a_certificate_add_up_to_its_index_and_name_no_trader():
    certificate = certificate_at(Status.VALIDATED, node())
    issued = certificate_facts()["issued"].to_pylist()
    assert [(row["line"], row["hs"], row["carats"], row["usd"]) for row in issued] == [
        (1, "7102.31", Decimal("1250.40"), Decimal("312600.00")),
        (2, "7102.21", Decimal("300.00"), Decimal("4500.00")),
    ]
    assert sum(row["carats"] for row in issued) == certificate.carats
    assert {row["source"] for row in issued} == {bytes(certificate.document.sha256).hex()}
    assert {(row["issuer"], row["destination"], row["origin"]) for row in issued} == {("SL", "EU", "SL")}
    assert {row["exporter"] for row in issued} == {trader_token(APPLICATION["exporter_name"].upper())}
    assert not any(name in str(issued) for name in ("Kono", "Scheldt"))


def test_a_void_certificate_and_one_under_way_and_one_confirmed_stand_in_their_states():
    here = node()
    void = certificate_at(Status.VOID, here)
    waiting = arrival_at(Status.EXPECTED, here).certificate
    confirmed = arrival_at(Status.RECEIVED, here).certificate
    engine = duckdb_engine(certificate_facts())
    rows = engine.rows(mirror.certificates(engine, rule=RULE))
    assert {row["number"]: row["state"] for row in rows} == {
        void.number: "not-counted",
        waiting.number: "unconfirmed",
        confirmed.number: "matched",
    }
    (row,) = [row for row in rows if row["number"] == confirmed.number]
    assert row["arrived_on"] is not None and row["carats_found"] == row["carats"] == Decimal("1550.40")
    assert row["carats_notified"] == row["carats"]


def test_what_was_refused_is_told_and_not_counted_as_imported():
    here = node()
    received(certificate_at(Status.DELIVERED, here), here, outcome="refused")
    facts = certificate_facts()
    assert {row["outcome"] for row in facts["confirmed"].to_pylist()} == {"refused"}
    engine = duckdb_engine(facts)
    (row,) = engine.rows(mirror.certificates(engine, rule=RULE))
    assert row["state"] == "not-imported"
    (pair,) = engine.rows(mirror.pairs(engine, rule=RULE, hs=False))
    assert pair["certificates_issued"] == 1 and pair["certificates_confirmed"] is None


def test_the_number_of_queries_does_not_grow_with_the_certificates():
    here = node()
    certificate_at(Status.VALIDATED, here)
    with CaptureQueriesContext(connection) as few:
        certificate_facts()
    for _ in range(3):
        arrival_at(Status.RECEIVED, here)
    with CaptureQueriesContext(connection) as more:
        facts = certificate_facts()
    assert len(facts["issued"]) == 8 and len(few) == len(more) <= 4


def test_a_document_that_was_changed_is_not_counted_but_told(monkeypatch):
    certificate_at(Status.VALIDATED, node())
    monkeypatch.setattr(
        "openkp.registry.statistics.certificate_facts._rows",
        lambda found, names: ({**row, "document__data": b"other"} for row in found.values(*names)),
    )
    with pytest.raises(BrokenRecord) as told:
        certificate_facts()
    assert told.value.code == "document-changed"
    assert Certificate.objects.count() == 1 and not Confirmation.objects.exists() and Document.objects.exists()
