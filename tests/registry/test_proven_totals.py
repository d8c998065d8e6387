"""A total is what the log holds of the period: void certificates apart, each counted once, nobody named."""

import os
from datetime import UTC, datetime

import pytest

from openkp.documents.counted import TYPES
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import Grade, read_proof
from openkp.documents.total_v1 import Scope
from openkp.registry.accounts.actors import NODE
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import Conflict, NotAllowed, NotFound
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import Entry, LogEntry
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.operations.publish import publish_checkpoint
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations import prove_total as proving
from openkp.registry.statistics.operations.prove_total import prove_tally, prove_total, tally
from openkp.registry.statistics.proofs import proof_of
from openkp.scheme.goods import HsSubheading
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from tests.factories import NOW, certificate_at
from tests.registry.stage import held

AFTER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
SCOPE = Scope(participant="SL", flow=Flow.EXPORT, period=Period.parse("2026-Q1"))
IMPORTS = Scope(participant="EU", flow=Flow.IMPORT, period=Period.parse("2026-Q1"))


@pytest.fixture
def issued(stage):
    """Three certificates of the first quarter and one that is void; the third was confirmed with less."""
    made = [certificate_at(Status.VALIDATED, stage.node), certificate_at(Status.DELIVERED, stage.node)]
    made += [certificate_at(Status.CONFIRMED, stage.node), certificate_at(Status.VOID, stage.node)]
    return made


def proven(stage, scope=SCOPE, at=AFTER):
    return prove_total(scope, actor=stage.who(f"statistician@{scope.participant}"), at=at)


def report(row, grade=Grade.OPEN, *, number="", certificate=None):
    proof = read_proof(proof_of(row, grade, number=number, actor=NODE, at=AFTER))
    return check_proof(proof, Known(keyring=keyring(AFTER), certificate=certificate))


def test_the_total_is_what_the_log_holds_and_void_is_not_counted(stage, issued):
    row = proven(stage)
    assert (str(row.carats), str(row.usd), row.certificates) == ("4651.20", "951300.00", 3)
    found = report(row)
    assert found.fits and (found.total.void, found.total.other, found.total.logged_in_period) == (1, 0, 4)
    entries = LogEntry.objects.filter(participant="SL", typ=TYPES[Flow.EXPORT])
    assert entries.count() == found.total.logged_in_period


def test_imports_are_what_was_found(stage, issued):
    row = proven(stage, IMPORTS)
    assert (str(row.carats), row.certificates) == ("1549.10", 1)
    assert report(row).fits


def test_one_subheading_and_one_origin(stage, issued):
    gems = proven(stage, Scope(participant="SL", flow=Flow.EXPORT, period=SCOPE.period, hs=HsSubheading.NON_INDUSTRIAL))
    assert (str(gems.carats), gems.hs) == ("3751.20", "7102.31") and report(gems).fits
    own = proven(stage, Scope(participant="SL", flow=Flow.EXPORT, period=SCOPE.period, origin="SL"))
    assert own.certificates == 3 and report(own).fits
    other = proven(stage, Scope(participant="SL", flow=Flow.EXPORT, period=SCOPE.period, origin="LR"))
    assert other.certificates == 0 and report(other).total.other == 3


def test_every_holder_gets_a_proof_and_a_stranger_none(stage, issued):
    row = proven(stage)
    for certificate in issued[:3]:
        data = bytes(certificate.document.data)
        assert report(row, Grade.HOLDER, number=certificate.number, certificate=data).fits
    with pytest.raises(NotFound):
        report(row, Grade.HOLDER, number=issued[3].number)


def test_once_published_the_proof_shows_that_the_log_only_grew_and_holds_the_total(stage, issued):
    publish_checkpoint("SL", at=AFTER)
    row = proven(stage)
    publish_checkpoint("SL", at=AFTER)
    found = report(row, Grade.PUBLIC)
    assert found.fits and len(found.total.logged) == 1
    assert {check.id: check.outcome for check in found.checks}["log.newer"] == "pass"


def test_the_same_total_is_not_made_twice_and_a_later_void_makes_another(stage, issued):
    row, before = proven(stage), held()
    assert proven(stage).pk == row.pk and held() == before
    void(issued[0].pk, "printer_error", actor=stage.who("validating_officer@SL"), at=AFTER)
    again = proven(stage)
    assert (again.certificates, again.pk > row.pk) == (2, True)
    assert report(row).fits and report(again).fits


def test_a_total_that_another_proved_meanwhile_is_given_back(stage, issued, monkeypatch):
    others = []

    def meanwhile(size):
        monkeypatch.setattr(proving, "random_bytes", os.urandom)
        others.append(proven(stage))
        return os.urandom(size)

    monkeypatch.setattr(proving, "random_bytes", meanwhile)
    assert [proven(stage)] == others and ProvenTotal.objects.count() == 1


@pytest.mark.parametrize("when", ["before it is signed", "while it is signed"])
def test_an_older_count_never_takes_the_place_of_a_newer_one(stage, issued, monkeypatch, when):
    """Between counting and keeping, another voids a certificate and proves the total of the longer log."""
    first = proven(stage)
    void(issued[0].pk, "printer_error", actor=stage.who("validating_officer@SL"), at=AFTER)
    counted, newer = tally(SCOPE, at=AFTER), []

    def meanwhile(size=0):
        monkeypatch.setattr(proving, "random_bytes", os.urandom)
        void(issued[1].pk, "printer_error", actor=stage.who("validating_officer@SL"), at=AFTER)
        newer.append(proven(stage))
        return os.urandom(size)

    if when == "while it is signed":
        monkeypatch.setattr(proving, "random_bytes", meanwhile)
    else:
        meanwhile()
    assert [prove_tally(counted, actor=NODE, at=AFTER)] == newer and newer[0].certificates == 1
    assert list(ProvenTotal.objects.order_by("pk")) == [first, *newer]


def test_it_is_written_in_the_journal_and_the_secret_is_not(stage, issued):
    row = proven(stage)
    entry = Entry.objects.order_by("-seq").first()
    assert (entry.event, entry.subject) == ("total.proven", "total:SL:export:2026-Q1")
    assert bytes(row.secret).hex() not in entry.data
    assert not audit(None).broken and not rebuild()


def test_a_period_that_has_not_ended_has_no_total(stage, issued):
    with pytest.raises(Conflict) as caught:
        proven(stage, at=NOW)
    assert caught.value.code == "period-open"


@pytest.mark.parametrize("who", ["statistician@EU", "validating_officer@SL", "stranger", "anyone", "disabled"])
def test_others_prove_nothing_and_open_nothing(stage, issued, who):
    before = held()
    with pytest.raises(NotAllowed):
        prove_total(SCOPE, actor=stage.who(who), at=AFTER)
    assert held() == before
    row = proven(stage)
    for grade in (Grade.OPEN, Grade.HOLDER):
        with pytest.raises(NotAllowed):
            proof_of(row, grade, number=issued[0].number, actor=stage.who(who), at=AFTER)
    assert proof_of(row, Grade.PUBLIC, actor=stage.who(who), at=AFTER)


def test_a_participant_of_another_node_is_not_found(stage):
    with pytest.raises(NotFound):
        prove_total(Scope(participant="BW", flow=Flow.EXPORT, period=SCOPE.period), actor=NODE, at=AFTER)


def test_who_only_received_a_total_opens_nothing(stage, issued):
    """As at the Secretariat, which has the document and not the secret."""
    row = proven(stage)
    row.secret = b""
    assert report(row, Grade.PUBLIC).fits
    with pytest.raises(NotFound):
        report(row, Grade.OPEN)


def test_nobody_is_named_in_an_open_proof(stage, issued):
    data = proof_of(proven(stage), Grade.OPEN, actor=NODE, at=AFTER)
    certificate = Certificate.objects.first()
    for name in (certificate.exporter, certificate.importer, certificate.seals[0]):
        assert name.encode() not in data
    assert ProvenTotal.objects.count() == 1
