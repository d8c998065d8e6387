"""Sealed messages: what a carrier, a thief, a forger or a forgetful peer can do to them, and what they cannot."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.canonical import decode, encode
from openkp.documents.envelope import seal
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Unsupported
from openkp.documents.keyring import Keyring
from openkp.documents.keys import ED25519, KeyUse, new_private_key
from openkp.documents.messages import (
    BODY,
    RECEIPT,
    STEP,
    Chain,
    Message,
    MessageType,
    Outcome,
    Receipt,
    open_message,
    open_receipt,
    read_envelope,
    seal_message,
    seal_receipt,
    seal_signed,
    sign_message,
    sign_receipt,
)
from openkp.documents.messages import Outcome as MessageOutcome
from openkp.documents.sealing import MLKEM768_X25519, PREFERRED, X25519, MessageKey, SealingKey
from tests.unit.documents.trust_world import DAY, END, HOUR, NOON, START, manifest, message_key, trust_list, use_signer

RING = Keyring(trust_list(), [manifest(code) for code in ("BW", "EU", "SECRETARIAT", "SL")], at=NOON)
SL, EU = use_signer("SL", KeyUse.MESSAGE), use_signer("EU", KeyUse.MESSAGE)
TO_EU = message_key("EU").sealing_key(valid_from=START, valid_until=END)


def message(**changes) -> Message:
    plain = Message(
        type=MessageType.NOTICE,
        sender="SL",
        recipient="EU",
        id=bytes(range(16)),
        seq=1,
        prev=bytes(32),
        at=NOON,
        not_after=NOON + 30 * DAY,
        body=b"the certificate",
    )
    return replace(plain, **changes)


def opened(data: bytes, *, code="EU", at=NOON + HOUR):
    return open_message(data, RING, message_key(code), me=code, at=at)


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(DocumentError) as error:
        call(*arguments, **named)
    return error.value.code


SEALED = seal_message(message(), SL, TO_EU)


def test_the_reader_gets_what_was_sent():
    got = opened(SEALED)
    assert got.message == message()
    assert got.key_record.participant == "SL"
    assert got.inside == sign_message(message(), SL)


def test_sealing_twice_gives_two_outsides_and_one_inside():
    again = seal_message(message(), SL, TO_EU)
    assert again != SEALED
    assert opened(again).inside_hash == opened(SEALED).inside_hash


def test_the_post_quantum_suite():
    key = message_key("EU", MLKEM768_X25519)
    assert PREFERRED == MLKEM768_X25519
    data = seal_message(message(), SL, key.sealing_key(valid_from=START, valid_until=END))
    assert open_message(data, RING, key, me="EU", at=NOON).message == message()


def test_sizes_say_little():
    sizes = {len(seal_message(message(body=bytes(size)), SL, TO_EU)) for size in (0, 1, 500, 1000)}
    assert len(sizes) == 1
    assert len(read_envelope(SEALED).sealed) % STEP == 48


def test_a_large_body_passes_and_a_huge_one_is_refused():
    assert len(opened(seal_message(message(body=bytes(300_000)), SL, TO_EU)).message.body) == 300_000
    assert refusal(seal_message, message(body=bytes(9_000_000)), SL, TO_EU) == "too_large"


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "s"},
        {"recipient": "e u"},
        {"id": b"short"},
        {"prev": b"short"},
        {"seq": 0},
        {"seq": 2},
        {"prev": bytes(31) + b"1"},
        {"not_after": NOON},
    ],
)
def test_a_message_that_cannot_be(changes):
    with pytest.raises(ValueError):
        message(**changes)


# What goes wrong on the way.


def outside(**changes) -> bytes:
    return encode(decode(SEALED, limit=10**7) | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 2}, "version"),
        ({"from": "BW"}, "seal_broken"),
        ({"to": "BW"}, "wrong_recipient"),
        ({"id": bytes(16)}, "seal_broken"),
        ({"suite": MLKEM768_X25519}, "wrong_key"),
        ({"key": bytes(8)}, "wrong_key"),
        ({"sealed": b""}, "seal_broken"),
        ({"from": "sl"}, "address"),
        ({"from": 5}, "field"),
        ({"more": 1}, "unknown_field"),
    ],
)
def test_a_changed_outside_is_refused(changes, code):
    assert refusal(opened, outside(**changes)) == code


def test_it_opens_with_no_other_key():
    assert refusal(open_message, SEALED, RING, message_key("BW"), me="EU", at=NOON) == "wrong_key"
    other = SealingKey(suite=X25519, public=message_key("BW").public, valid_from=START, valid_until=END)
    assert refusal(opened, seal_message(message(), SL, other)) == "wrong_key"


def test_nobody_passes_a_message_on_as_sent_to_another():
    """The reader takes the signed inside and seals it for a third: the inside still names the first."""
    inside = opened(SEALED).inside
    to_bw = message_key("BW").sealing_key(valid_from=START, valid_until=END)
    assert refusal(opened, seal_signed(inside, message(recipient="BW"), to_bw), code="BW") == "readdressed"


def test_nobody_sends_it_again_as_another_message():
    assert refusal(opened, seal_signed(opened(SEALED).inside, message(id=bytes(16)), TO_EU)) == "readdressed"


def test_another_body_under_the_same_signature():
    forged = seal_signed(sign_message(message(), SL), message(body=b"another certificate"), TO_EU)
    with pytest.raises(BadSignature):
        opened(forged)


@pytest.mark.parametrize(
    ("signer", "code"),
    [
        (EU, "wrong_issuer"),
        (use_signer("SL", KeyUse.CERTIFICATE), "key_use"),
        (use_signer("VE", KeyUse.MESSAGE), "unknown_key"),
    ],
)
def test_only_the_senders_message_key_signs(signer, code):
    assert refusal(opened, seal_message(message(), signer, TO_EU)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda said: said | {"type": "gossip"}, "message_type"),
        (lambda said: said | {"seq": 0}, "field"),
        (lambda said: said | {"seq": 2}, "field"),
        (lambda said: said | {"more": 1}, "unknown_field"),
        (lambda said: {}, "field"),
    ],
)
def test_a_wrong_inside_is_refused(change, code):
    claims = message().claims
    inside = seal("kpm", claims | {BODY: change(claims[BODY])}, SL)
    assert refusal(opened, seal_signed(inside, message(), TO_EU)) == code


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        bytes(4),
        bytes(STEP),
        b"\xff" * STEP,
        (5).to_bytes(4, "big") + b"\x82\x40\x40xx" + bytes(STEP - 9),
        (3).to_bytes(4, "big") + b"\x82\x40\x40" + bytes(STEP * 2 - 7),
        (1).to_bytes(4, "big") + b"\x00" + bytes(STEP - 5),
    ],
)
def test_a_wrong_padding_is_refused(plain):
    envelope = read_envelope(SEALED)
    with pytest.raises(Malformed):
        opened(outside(sealed=TO_EU.seal(plain, envelope.info)))


def test_a_message_ends():
    assert opened(SEALED, at=NOON + 30 * DAY - HOUR).message.seq == 1
    assert refusal(opened, SEALED, at=NOON + 30 * DAY) == "message_expired"


# Order.


def chain_of(length: int):
    prev, made = bytes(32), []
    for seq in range(1, length + 1):
        each = opened(seal_message(message(seq=seq, prev=prev, id=seq.to_bytes(16, "big")), SL, TO_EU))
        made.append(each)
        prev = each.inside_hash
    return made


def test_a_chain_goes_on_one_by_one():
    chain = Chain()
    for each in chain_of(3):
        chain = chain.after(each)
    assert chain.seq == 3


def test_what_does_not_follow_is_named():
    first, second, third = chain_of(3)
    start = Chain().after(first)
    fork = opened(seal_message(message(body=b"another"), SL, TO_EU))
    stray = opened(seal_message(message(seq=2, prev=b"x" * 32), SL, TO_EU))
    assert refusal(Chain().after, second) == "message_gap"
    assert refusal(start.after, third) == "message_gap"
    assert refusal(start.after, first) == "message_repeated"
    assert refusal(start.after(second).after, first) == "message_repeated"
    assert refusal(start.after, fork) == "message_fork"
    assert refusal(start.after, stray) == "message_fork"


# Receipts.


def test_a_receipt_proves_what_was_received():
    receipt = open_receipt(seal_receipt(opened(SEALED), EU, at=NOON + HOUR), RING, envelope=SEALED)
    assert (receipt.receiver, receipt.sender, receipt.at) == ("EU", "SL", NOON + HOUR)


def test_a_receipt_is_for_one_envelope_and_by_its_reader():
    data = seal_receipt(opened(SEALED), EU, at=NOON)
    assert refusal(open_receipt, data, RING, envelope=seal_message(message(), SL, TO_EU)) == "wrong_receipt"
    assert refusal(open_receipt, seal_receipt(opened(SEALED), SL, at=NOON), RING, envelope=SEALED) == "wrong_issuer"
    said = {"envelope": bytes(32), "outcome": "accepted"}
    plain = {1: "EU", 3: "SL", 6: 1772366400, 7: bytes(16), RECEIPT: said}
    for extra in (plain | {9: 1}, plain | {RECEIPT: said | {"more": 1}}):
        assert refusal(open_receipt, seal("kpr", extra, EU), RING, envelope=SEALED) == "unknown_field"


def test_a_receipt_says_what_the_reader_made_of_it():
    made = seal_receipt(opened(SEALED), EU, at=NOON)
    accepted = open_receipt(made, RING, envelope=SEALED)
    assert (accepted.outcome, accepted.code) == (Outcome.ACCEPTED, "")
    warned = replace(accepted, outcome=Outcome.WARNING, code="never-issued")
    assert open_receipt(sign_receipt(warned, EU), RING, envelope=SEALED) == warned


def test_an_outcome_and_its_code_belong_together():
    accepted = open_receipt(seal_receipt(opened(SEALED), EU, at=NOON), RING, envelope=SEALED)
    for wrong in ({"code": "never-issued"}, {"outcome": Outcome.WARNING}, {"code": "Ä", "outcome": Outcome.WARNING}):
        with pytest.raises(ValueError):
            replace(accepted, **wrong)
    said = {"envelope": bytes(32), "outcome": "splendid"}
    unknown = seal("kpr", {1: "EU", 3: "SL", 6: 1772366400, 7: bytes(16), RECEIPT: said}, EU)
    assert refusal(open_receipt, unknown, RING, envelope=SEALED) == "field"


def receipt(**changes) -> Receipt:
    held = opened(SEALED)
    plain = Receipt(receiver="EU", sender="SL", id=held.message.id, envelope_hash=held.envelope_hash, at=NOON)
    return replace(plain, **changes)


def test_a_receipt_says_what_came_of_the_message():
    warned = receipt(outcome=MessageOutcome.WARNING, code="number_unknown")
    assert open_receipt(sign_receipt(warned, EU), RING, envelope=SEALED) == warned


@pytest.mark.parametrize(
    "changes",
    [{"code": "x"}, {"outcome": MessageOutcome.WARNING}, {"outcome": MessageOutcome.UNREADABLE, "code": "Not a code"}],
)
def test_a_receipt_that_cannot_be(changes):
    with pytest.raises(ValueError):
        receipt(**changes)


@pytest.mark.parametrize(
    "said", [{}, {"envelope": bytes(32), "outcome": "eaten"}, {"envelope": b"", "outcome": "accepted"}]
)
def test_a_receipt_that_says_nonsense(said):
    data = seal("kpr", {1: "EU", 3: "SL", 6: 1772366400, 7: bytes(16), RECEIPT: said}, EU)
    assert refusal(open_receipt, data, RING, envelope=SEALED) == "field"


# Keys.


@pytest.mark.parametrize("suite", [X25519, MLKEM768_X25519])
def test_a_message_key_is_kept_as_pem(suite):
    key = MessageKey.new(b"k" * 32, suite)
    again = MessageKey.from_pem(key.to_pem())
    assert (again.suite, again.public, again.id) == (suite, key.public, key.id)
    assert again.open(key.sealing_key(valid_from=START, valid_until=END).seal(b"x", b"i"), b"i") == b"x"


def test_what_is_no_message_key():
    hybrid = MessageKey.new(b"k" * 32).to_pem()
    first = hybrid[: hybrid.index(b"-----END") + 26]
    for pem in (b"", b"x", hybrid + b"x", first, use_signer_pem(), hybrid[:70] + b"!" + hybrid[71:]):
        with pytest.raises(Malformed):
            MessageKey.from_pem(pem)
    with pytest.raises(ValueError):
        MessageKey.new(b"short")
    with pytest.raises(Unsupported):
        MessageKey.new(b"k" * 32, "ROT13")


def use_signer_pem() -> bytes:
    return new_private_key(ED25519, b"k" * 32)


def test_a_point_of_small_order_seals_nothing():
    weak = SealingKey(suite=X25519, public=bytes(32), valid_from=START, valid_until=END)
    assert refusal(seal_message, message(), SL, weak) == "not_a_key"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_changed_byte_is_accepted(data):
    at = data.draw(st.integers(0, len(SEALED) - 1))
    changed = SEALED[:at] + bytes([SEALED[at] ^ data.draw(st.integers(1, 255))]) + SEALED[at + 1 :]
    with pytest.raises(DocumentError):
        opened(changed)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_else(data):
    with pytest.raises(DocumentError):
        opened(data)
    with pytest.raises(DocumentError):
        open_receipt(data, RING, envelope=SEALED)
