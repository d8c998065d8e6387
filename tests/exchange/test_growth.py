"""A total that came by the post is bound to what this node saw of that log, and to nothing else."""

from datetime import UTC, date, datetime
from unittest.mock import Mock

import pytest

from openkp.documents.canonical import encode
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import Grade, read_proof
from openkp.documents.total_v1 import Scope
from openkp.documents.trust import Member
from openkp.exchange import publications
from openkp.exchange.errors import PeerError
from openkp.exchange.publications import bind_totals
from openkp.registry.accounts.actors import ANYONE, NODE
from openkp.registry.journal import statements
from openkp.registry.journal.models import Entry
from openkp.registry.participation.operations.publish import publish_checkpoint
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics import growth, proofs, totals
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations import bind_total
from openkp.registry.statistics.operations.prove_total import prove_total
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from tests.factories import certificate_at, node

pytestmark = pytest.mark.django_db
AFTER = datetime(2026, 4, 2, 8, tzinfo=UTC)


class Log:
    """The log of Sierra Leone as it answers, or as one that lies."""

    def __init__(self, lie=None):
        self.asked, self.lie = [], lie

    def fetch(self, endpoint, path):
        self.asked.append(path)
        if self.lie is PeerError:
            raise PeerError("away", code="unreachable")
        old, new = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        return encode(self.lie or statements.consistency("SL", old, new))


@pytest.fixture
def elsewhere(monkeypatch):
    """A total of Sierra Leone, whose log went on; this node only knows its newest checkpoint, as if it lived there."""
    here = node()
    for _ in range(4):
        certificate_at(Status.VALIDATED, here)
    row = prove_total(Scope(participant="SL", flow=Flow.EXPORT, period=Period(2026, "Q", 1)), actor=NODE, at=AFTER)
    grown(here)
    member = Member(
        code="SL",
        name="Sierra Leone",
        roots=(public_key(active_key("SL", "root", AFTER)),),
        since=date(2003, 1, 1),
        endpoint="https://kp.example.sl",
        log_key=public_key(active_key("SL", "log", AFTER)),
        log_origin="kp.example.sl/log/SL",
    )
    held = type("List", (), {"find": lambda self, code: member if code == "SL" else None})()
    for module in (bind_total, totals):
        monkeypatch.setattr(module, "trust", lambda: (held, ()))
    monkeypatch.setattr(bind_total, "own_codes", lambda: frozenset({"EU"}))
    return here, row


def grown(here):
    certificate_at(Status.VALIDATED, here, at=AFTER)
    publish_checkpoint("SL", at=AFTER)


def outcomes(row):
    newer, known = growth.seen(row, keyring(AFTER))
    report = totals.check_total(row, keyring(AFTER), newer=newer, known=known)
    return report.fits, {check.id: str(check.outcome) for check in report.checks}


def test_a_total_is_bound_once_and_stays_bound_while_the_log_grows(elsewhere):
    here, row = elsewhere
    assert outcomes(row)[1]["log.known"] == "skipped"
    log, entries = Log(), Entry.objects.count()
    assert bind_totals(log, at=AFTER) == 1 and len(log.asked) == 1
    assert Entry.objects.count() == entries  # derived, as all that others publish
    assert outcomes(row) == (True, {"total.signature": "pass", "log.newer": "pass", "log.known": "pass"})
    grown(here)
    assert bind_totals(log, at=AFTER) == 0 and len(log.asked) == 1
    assert outcomes(row)[1]["log.known"] == "pass"


def test_the_public_proof_carries_it_for_everybody(elsewhere, monkeypatch):
    _, row = elsewhere
    bind_totals(Log(), at=AFTER)
    none = {"objects.filter.return_value.order_by.return_value.first.return_value": None}
    monkeypatch.setattr(proofs, "LogCheckpoint", Mock(**none))  # its log is not here
    proof = read_proof(proofs.proof_of(row, Grade.PUBLIC, actor=ANYONE, at=AFTER))
    found = check_proof(proof, Known(keyring=keyring(AFTER), checkpoint=totals.checkpoint_of("SL")))
    assert found.fits and {check.id: str(check.outcome) for check in found.checks}["log.known"] == "pass"


@pytest.mark.parametrize("lie", [PeerError, [bytes(32)], [bytes(32), bytes(32), bytes(32)]])
def test_what_does_not_hold_or_does_not_come_binds_nothing(elsewhere, lie):
    _, row = elsewhere
    assert bind_totals(Log(lie), at=AFTER) == 0
    assert outcomes(row)[1]["log.known"] == "skipped"
    assert bind_totals(Log(), at=AFTER) == 1


def test_of_our_own_totals_no_log_is_asked(elsewhere, monkeypatch):
    monkeypatch.setattr(bind_total, "own_codes", lambda: frozenset({"SL"}))
    log = Log()
    assert bind_totals(log, at=AFTER) == 0 and log.asked == []


def many(row, **counts):
    """So many totals of each Participant; which document they have makes no difference here."""
    return [
        ProvenTotal(participant=code, document=row.document) for code, count in counts.items() for _ in range(count)
    ]


def asked_of(monkeypatch, rows, silent=()):
    """Whose logs are asked in one fetch, in order; those of ``silent`` do not answer."""
    asked = []

    def bind(row, consistency, *, at):
        asked.append(row.participant)
        if row.participant in silent:
            raise PeerError("away", code="unreachable")
        return True

    monkeypatch.setattr(publications, "unbound", lambda: rows)
    monkeypatch.setattr(publications, "bind", bind)
    assert bind_totals(Log(), at=AFTER) == len([code for code in asked if code not in silent])
    return asked


def test_a_log_that_does_not_answer_is_asked_once_a_fetch_and_is_in_nobodys_way(elsewhere, monkeypatch):
    rows = many(elsewhere[1], SL=200, LR=2)
    assert asked_of(monkeypatch, rows, silent={"SL"}) == ["SL", "LR", "LR"]


def test_however_many_totals_came_a_fetch_ends_and_everybody_has_a_turn(elsewhere, monkeypatch):
    asked = asked_of(monkeypatch, many(elsewhere[1], SL=200, LR=1))
    assert len(asked) == publications.MOST_ASKED and asked[:3] == ["SL", "LR", "SL"]
