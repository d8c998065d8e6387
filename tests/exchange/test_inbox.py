"""One line between Sierra Leone and Antwerp, and all that can come along it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from openkp.documents.errors import DocumentError, Untrusted
from openkp.documents.messages import Message, MessageType, Outcome, open_receipt, seal_signed, sign_message
from openkp.exchange import outbox, peers, reading
from openkp.exchange.answers import Held, Receipted
from openkp.exchange.errors import PeerError
from openkp.exchange.inbox import receive
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.errors import Conflict
from openkp.registry.journal.models import Entry
from openkp.registry.participation.queries import active_key
from openkp.registry.participation.trust import keyring
from openkp.registry.post.models import Delivery, Fork, Heard, Incoming, Outgoing, Reading
from openkp.registry.post.outbox import LIFETIME, delivery_of, enqueue
from openkp.registry.signers import signer_at
from openkp.scheme.life import Status
from tests.exchange.simulator import CLEAR, MINUTE, Simulation
from tests.exchange.world import actor, removed

pytestmark = pytest.mark.usefixtures("open_database")


@pytest.fixture
def story(templates):
    made, folder = templates
    told = Simulation(0, made, folder, CLEAR)
    told.begin()
    yield told
    for node in told.nodes.values():
        node.stop()
        removed(node.path)


@pytest.fixture
def sl(story):
    return story.nodes["SL"]


@pytest.fixture
def eu(story):
    return story.nodes["EU"]


def issued(node):
    """A certificate for Antwerp, with its notice in the outbox."""
    with node.running():
        waiting = Application.objects.filter(status=Status.PREPARED, fields__destination="EU").order_by("pk")
        return validate(waiting.first().pk, actor=actor(Role.VALIDATING_OFFICER), at=node.clock())


def written(node, body, typ="notice", **changes):
    """An envelope with anything in it, put into the outbox as operations do."""
    with node.running():
        with transaction.atomic():
            message = enqueue("SL", "EU", typ, body, subject="certificate:none", at=node.clock())
        return outbox.sealed(message, node.clock())


def envelopes(node):
    with node.running():
        return [outbox.sealed(message, node.clock()) for message in Outgoing.objects.order_by("seq")]


def taken(node, envelope):
    with node.running():
        return receive(envelope, at=node.clock())


def outcome(node, envelope, answer):
    with node.running():
        receipt = open_receipt(answer.receipt, keyring(node.clock()), envelope=envelope)
    return receipt.outcome, receipt.code


def test_a_notice_is_applied_and_answered_with_a_signed_receipt(sl, eu):
    certificate = issued(sl)
    [envelope] = envelopes(sl)
    answer = taken(eu, envelope)
    assert outcome(sl, envelope, answer) == (Outcome.ACCEPTED, "")
    with eu.running():
        assert Arrival.objects.get().certificate.number == certificate.number


def test_the_same_bytes_get_the_same_receipt(sl, eu):
    issued(sl)
    [envelope] = envelopes(sl)
    assert taken(eu, envelope) == taken(eu, envelope)
    with eu.running():
        assert Incoming.objects.count() == Arrival.objects.count() == 1


def test_the_same_message_sealed_again_gets_a_receipt_for_what_was_sent(sl, eu):
    issued(sl)
    [first] = envelopes(sl)
    taken(eu, first)
    with sl.running():
        Outgoing.objects.update(sealed=None)
    [second] = envelopes(sl)
    assert first != second
    assert outcome(sl, second, taken(eu, second)) == (Outcome.ACCEPTED, "")
    with eu.running():
        assert Incoming.objects.count() == 1


def test_a_message_ahead_of_its_line_is_held_and_the_missing_one_is_named(sl, eu):
    issued(sl), issued(sl)
    first, second = envelopes(sl)
    assert taken(eu, second) == Held(1)
    with eu.running():
        assert Incoming.objects.get().state == Reading.HELD and not Arrival.objects.exists()
    assert isinstance(taken(eu, first), Receipted)
    with eu.running():
        assert Arrival.objects.count() == 2
    assert outcome(sl, second, taken(eu, second)) == (Outcome.ACCEPTED, "")


def test_the_sender_sends_what_its_reader_misses(story, sl, eu):
    """A reader that lost its database asks for the first message, although the sender has its receipt."""
    issued(sl)
    with sl.running():
        sl.loop.turn()
        assert Outgoing.objects.get().state == Delivery.DELIVERED
    with eu.running():
        Incoming.objects.all().delete()
        Heard.objects.all().delete()
    issued(sl)
    for _ in range(3):
        with sl.running():
            sl.loop.turn()
    with eu.running():
        assert list(Incoming.objects.order_by("seq").values_list("seq", "state")) == [(1, "accepted"), (2, "accepted")]


def test_a_confirmation_of_a_certificate_never_issued_is_told_back_and_blocks_nothing(sl, eu):
    certificate = issued(sl)
    with eu.running():
        with transaction.atomic():
            statement = enqueue("EU", "SL", "status", bytes(certificate.document.data), subject="x", at=eu.clock())
        wrong = outbox.sealed(statement, eu.clock())
    code = outcome(eu, wrong, taken(sl, wrong))
    assert code[0] in (Outcome.WARNING, Outcome.UNREADABLE) and code[1]
    with sl.running():
        assert Heard.objects.get(own="SL", peer="EU").seq == 1
        assert Entry.objects.filter(event__startswith="message.").count() == 1


@pytest.mark.parametrize("typ", ["notice", "confirmation", "status", "trust", "acknowledgement"])
@pytest.mark.parametrize("body", [b"", b"\xff" * 40, b"\xa0", b"\x80", b"\xd2\x84" + b"\x40" * 4])
def test_no_body_stops_the_line(sl, eu, typ, body):
    envelope = written(sl, body, typ)
    kind, code = outcome(sl, envelope, taken(eu, envelope))
    assert kind is not Outcome.ACCEPTED and code
    issued(sl)
    last = envelopes(sl)[-1]
    assert outcome(sl, last, taken(eu, last)) == (Outcome.ACCEPTED, "")


def test_a_fault_of_our_own_program_stops_no_line(sl, eu, monkeypatch, caplog):
    def broken(data, *, actor, at):
        raise ZeroDivisionError

    monkeypatch.setitem(reading.EFFECTS, MessageType.NOTICE, broken)
    issued(sl)
    [envelope] = envelopes(sl)
    assert outcome(sl, envelope, taken(eu, envelope)) == (Outcome.UNREADABLE, "fault")
    assert "ZeroDivisionError" in caplog.text


def test_what_the_database_will_never_take_is_told_back_and_blocks_nothing(sl, eu, monkeypatch):
    def taken_twice(data, *, actor, at):
        raise IntegrityError("one_status_an_index")

    issued(sl), issued(sl)
    first, second = envelopes(sl)
    monkeypatch.setitem(reading.EFFECTS, MessageType.NOTICE, taken_twice)
    assert outcome(sl, first, taken(eu, first)) == (Outcome.UNREADABLE, "fault")
    monkeypatch.undo()
    assert outcome(sl, second, taken(eu, second)) == (Outcome.ACCEPTED, "")


def test_trouble_with_our_own_database_is_no_receipt(sl, eu, monkeypatch):
    def full(data, *, actor, at):
        raise DatabaseError("disk is full")

    monkeypatch.setitem(reading.EFFECTS, MessageType.NOTICE, full)
    issued(sl)
    [envelope] = envelopes(sl)
    with pytest.raises(DatabaseError):
        taken(eu, envelope)
    monkeypatch.undo()
    assert outcome(sl, envelope, taken(eu, envelope)) == (Outcome.ACCEPTED, "")


def test_a_fork_is_refused_and_both_messages_are_kept(sl, eu):
    first = written(sl, b"one")
    taken(eu, first)
    second = forked(sl, b"another")
    with pytest.raises(Conflict) as problem:
        taken(eu, second)
    assert problem.value.code == "message_fork"
    with eu.running():
        assert Incoming.objects.count() == Fork.objects.count() == 1
        assert Entry.objects.filter(event="message.forked").count() == 1
    with pytest.raises(Conflict):
        taken(eu, second)
    with eu.running():
        assert Fork.objects.count() == 1


def forked(node, body, seq=1, prev=bytes(32)):
    """Another message that the same sender signed for a place that was taken."""
    with node.running():
        at = node.clock().replace(microsecond=0)
        message = Message(
            type=MessageType.NOTICE,
            sender="SL",
            recipient="EU",
            id=bytes([seq]) * 16,
            seq=seq,
            prev=prev,
            at=at,
            not_after=at + LIFETIME,
            body=body,
        )
        inside = sign_message(message, signer_at(active_key("SL", "message", at).uri))
        return seal_signed(inside, message, peers.sealing_key("EU", at))


def test_a_message_that_follows_another_past_is_a_fork(sl, eu):
    taken(eu, written(sl, b"one"))
    with pytest.raises(Conflict):
        taken(eu, forked(sl, b"two", seq=2, prev=b"p" * 32))
    with eu.running():
        assert Fork.objects.get().seq == 2 and Heard.objects.get(peer="SL").seq == 1


def test_a_held_message_that_follows_another_past_is_set_apart_when_its_turn_comes(sl, eu):
    assert taken(eu, forked(sl, b"two", seq=2, prev=b"p" * 32)) == Held(1)
    issued(sl)
    first = envelopes(sl)[0]
    assert isinstance(taken(eu, first), Receipted)
    with eu.running():
        assert Fork.objects.get().seq == 2 and Incoming.objects.count() == 1


def test_what_is_not_believed_is_not_stored(sl, eu, story):
    issued(sl)
    [envelope] = envelopes(sl)
    for changed in (envelope[:-1], envelope + b"\0", envelope[:-1] + bytes([envelope[-1] ^ 1]), b"", b"\xa0"):
        with pytest.raises(DocumentError):
            taken(eu, changed)
    with pytest.raises(Untrusted):
        taken(story.nodes["BW"], envelope)
    with eu.running():
        assert not Incoming.objects.exists() and not Heard.objects.exists()


def test_a_stranger_is_not_heard(sl, eu):
    with sl.running():
        at = sl.clock().replace(microsecond=0)
        message = Message(
            type=MessageType.NOTICE,
            sender="BW",
            recipient="EU",
            id=b"i" * 16,
            seq=1,
            prev=bytes(32),
            at=at,
            not_after=at + MINUTE,
            body=b"",
        )
        inside = sign_message(message, signer_at(active_key("SL", "message", at).uri))
        envelope = seal_signed(inside, message, peers.sealing_key("EU", at))
    with pytest.raises(DocumentError) as problem:
        taken(eu, envelope)
    assert problem.value.code == "wrong_issuer"


def test_a_message_that_comes_after_its_end_is_answered_and_not_applied(story, sl, eu):
    issued(sl)
    [envelope] = envelopes(sl)
    story.now += LIFETIME + 5 * MINUTE
    with eu.running():
        before = Certificate.objects.count()
    answer = taken(eu, envelope)
    with eu.running():
        row = Incoming.objects.get()
        assert (row.state, row.problem) == (Reading.WARNING, "message_expired")
        assert Certificate.objects.count() == before
    assert isinstance(answer, Receipted)


def test_a_document_by_an_unknown_key_waits_a_day_for_its_manifest(story, sl, eu, monkeypatch):
    def unknown(data, *, actor, at):
        raise Untrusted("no trusted key", code="unknown_key")

    issued(sl)
    [envelope] = envelopes(sl)
    with monkeypatch.context() as patch:
        patch.setitem(reading.EFFECTS, MessageType.NOTICE, unknown)
        assert taken(eu, envelope) == Held(1)
        with sl.running():
            sl.loop.turn()
            message = Outgoing.objects.get()
            assert (message.state, message.last_problem) == (Delivery.PENDING, "held")
            assert message.next_attempt_at > sl.clock()
        story.now += timedelta(days=1, minutes=5)
        assert outcome(sl, envelope, taken(eu, envelope)) == (Outcome.WARNING, "unknown_key")


def test_a_manifest_that_comes_later_lets_the_waiting_document_in(story, sl, eu, monkeypatch):
    def unknown(data, *, actor, at):
        raise Untrusted("no trusted key", code="unknown_key")

    issued(sl)
    [envelope] = envelopes(sl)
    with monkeypatch.context() as patch:
        patch.setitem(reading.EFFECTS, MessageType.NOTICE, unknown)
        taken(eu, envelope)
    with eu.running():
        assert eu.loop.apply() == 1 and Arrival.objects.exists()


def test_only_a_receipt_by_the_reader_settles_a_message(story, sl, eu):
    issued(sl), issued(sl)
    first, second = envelopes(sl)
    receipts = [taken(eu, each).receipt for each in (first, second)]
    with sl.running():
        message = Outgoing.objects.get(seq=1)
        for wrong in (receipts[1], receipts[0][:-1], first, b""):
            with pytest.raises(DocumentError):
                outbox.settle(message.pk, wrong, at=sl.clock())
        assert delivery_of(bytes(message.message_id)) is Delivery.PENDING
        assert outbox.settle(message.pk, receipts[0], at=sl.clock()) is Delivery.DELIVERED
        assert outbox.settle(message.pk, receipts[0], at=sl.clock()) is Delivery.DELIVERED
        number = message.subject.removeprefix("certificate:")
        assert Certificate.objects.get(number=number).status == Status.DELIVERED
        assert Entry.objects.filter(event="notice.delivered").count() == 1
        assert delivery_of(b"never sent 16 b.") is Delivery.NOT_EXISTS


def test_a_message_is_claimed_by_one_loop(sl):
    issued(sl)
    with sl.running():
        [one], [other] = outbox.due(sl.clock()), outbox.due(sl.clock())
        assert outbox.claim(one, sl.clock()) and not outbox.claim(other, sl.clock())
        assert outbox.due(sl.clock()) == []
        assert len(outbox.due(sl.clock() + outbox.LEASE)) == 1


def test_a_line_that_fails_waits_longer_each_time_and_at_least_as_long_as_asked(sl):
    issued(sl), issued(sl)
    with sl.running():
        at, delays = sl.clock(), []
        for _ in range(12):
            message = Outgoing.objects.get(seq=1)
            outbox.claim(message, at)
            outbox.back_off(message, PeerError("no", code="no-answer"), at=at)
            delays.append(Outgoing.objects.get(seq=1).next_attempt_at - at)
        assert outbox.FIRST / 2 <= delays[0] <= outbox.FIRST * 1.5
        assert max(delays) <= outbox.LONGEST * 1.5 and delays[-1] >= outbox.LONGEST / 2
        assert Outgoing.objects.get(seq=2).next_attempt_at >= Outgoing.objects.get(seq=1).next_attempt_at
        message = Outgoing.objects.get(seq=1)
        outbox.back_off(message, PeerError("busy", code="busy", retry_after=timedelta(minutes=29)), at=at)
        assert Outgoing.objects.get(seq=1).next_attempt_at >= at + timedelta(minutes=15)


def test_a_message_that_failed_until_its_end_has_failed(story, sl):
    issued(sl)
    story.cut |= {("SL", "EU")}
    story.now += LIFETIME + 5 * MINUTE
    with sl.running():
        [message] = outbox.due(sl.clock())
        outbox.back_off(message, PeerError("no", code="no-answer"), at=sl.clock())
        assert Outgoing.objects.get().state == Delivery.FAILED
        assert Entry.objects.filter(event="message.failed").count() == 1


def test_a_spoilt_receipt_is_tried_again(sl, eu, story, monkeypatch):
    issued(sl)
    monkeypatch.setattr(Simulation, "push", lambda self, envelope, endpoint, *, to: Receipted(b"\xa0"))
    with sl.running():
        assert sl.loop.send() == 0
        message = Outgoing.objects.get()
        assert message.state == Delivery.PENDING and message.last_problem
