"""Messages between authorities: signed by the sender, sealed for the reader, acknowledged by a signed receipt.

The signed inside is a statement of type ``kpm`` and names its reader, so that nobody can pass it on as sent to
another. The sealed outside is what every carrier sees: the same bytes over HTTPS, by e-mail or on a stick.

    inside   {1: from, 3: to, 4: not after, 6: at, 7: id, -70030: {type, seq, prev, hash of the body}}
    plain    length, [inside, body] in deterministic CBOR, zeros up to a multiple of 2048 bytes
    outside  {"v": 1, from, to, id, suite, key, sealed}

    receipt  {1: receiver, 3: sender, 6: at, 7: id, -70031: {envelope: hash, outcome, code}}: type ``kpr``

Each pair of authorities has one chain a direction: ``seq`` rises by one, ``prev`` is the hash of the inside before.
A receipt is given for what is stored and was applied; its outcome says whether the reader could use it.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from openkp.documents.canonical import decode, encode
from openkp.documents.envelope import open_envelope, seal
from openkp.documents.errors import BadSignature, Malformed, Unsupported, Untrusted
from openkp.documents.keys import KeyRecord, Keys, Signer
from openkp.documents.sealing import MessageKey, SealingKey
from openkp.documents.shapes import Fields, built, seconds
from openkp.scheme.words import N_

LIMIT = 8_388_608
STEP = 2048
BODY, RECEIPT = -70030, -70031
FROM, TO, NOT_AFTER, AT, ID = 1, 3, 4, 6, 7
_ADDRESS = re.compile(r"[A-Z]{2,12}", re.ASCII)
_CODE = re.compile(r"[a-z0-9_-]{0,60}", re.ASCII)
_NOT_A_MESSAGE = N_("This is not a sealed message.")


class MessageType(StrEnum):
    """What the body of a message is."""

    NOTICE = "notice"  # the certificate, full form, before the goods arrive: Core Document Annex II 19 (EXP-07)
    CONFIRMATION = "confirmation"  # the import confirmation: Core Document III(b) (IMP-02)
    STATUS = "status"  # a status statement, such as a void
    FILING = "filing"  # a return for the statistics of the scheme, full form: Core Document Annex III (STAT-01, 04)
    QUESTIONNAIRE = "questionnaire"  # a Data Anomaly Questionnaire: asked, answered or closed (STAT-12)
    TOTAL = "total"  # a proven total of a period
    TRUST = "trust"  # a trust list, a key manifest or a trust bundle
    ACKNOWLEDGEMENT = "acknowledgement"  # a signed receipt, where it travels as a message


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a message says. ``id`` is 16 bytes and never used again; ``prev`` is 32 bytes, zeros where ``seq`` is 1.

    ``at`` and ``not_after`` are aware UTC instants; ``body`` is a document in itself.
    """

    type: MessageType
    sender: str
    recipient: str
    id: bytes
    seq: int
    prev: bytes
    at: datetime
    not_after: datetime
    body: bytes

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.sender) or not _ADDRESS.fullmatch(self.recipient):
            raise ValueError("a sender and a recipient are codes of the trust list")
        if len(self.id) != 16 or len(self.prev) != 32 or self.seq < 1:
            raise ValueError("id, prev or seq")
        if (self.prev == bytes(32)) != (self.seq == 1):
            raise ValueError("the first message of a chain follows none, every other one follows one")
        if not self.at < self.not_after:
            raise ValueError("not_after")

    @property
    def claims(self) -> dict[int, Any]:
        """What the sender signs."""
        said = {"type": str(self.type), "seq": self.seq, "prev": self.prev, "body": _hash(self.body)}
        times = {NOT_AFTER: seconds(self.not_after), AT: seconds(self.at)}
        return {FROM: self.sender, TO: self.recipient, ID: self.id, BODY: said} | times


@dataclass(frozen=True, kw_only=True)
class OpenedMessage:
    """What ``open_message`` proved. ``inside`` is the sender's signed statement: keep it, it is the evidence.

    ``inside_hash`` is the next ``prev``; ``envelope_hash`` is what a receipt names.
    """

    message: Message
    inside: bytes
    inside_hash: bytes
    envelope_hash: bytes
    key_record: KeyRecord


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What a carrier sees, unverified: enough to deliver it."""

    sender: str
    recipient: str
    id: bytes
    suite: str
    key: bytes
    sealed: bytes

    @property
    def info(self) -> bytes:
        """The outside, bound into the seal."""
        return b"KPMSG1" + encode([self.sender, self.recipient, self.id, self.suite, self.key])


def seal_message(message: Message, signer: Signer, sealing_key: SealingKey) -> bytes:
    """Sign ``message`` and seal it for the holder of ``sealing_key``. Two calls give two different outsides."""
    return seal_signed(sign_message(message, signer), message, sealing_key)


def sign_message(message: Message, signer: Signer) -> bytes:
    """The signed inside: the same bytes for the same message. Keep it to seal again and to chain."""
    return seal("kpm", message.claims, signer)


def seal_signed(inside: bytes, message: Message, sealing_key: SealingKey) -> bytes:
    """Seal what ``sign_message`` made. Raises ``Malformed`` for a message that is too large."""
    content = encode([inside, message.body])
    padding = -(4 + len(content)) % STEP
    plain = len(content).to_bytes(4, "big") + content + bytes(padding)
    if len(plain) > LIMIT:
        raise Malformed(N_("The message is larger than a message may be."), code="too_large")
    envelope = Envelope(
        sender=message.sender,
        recipient=message.recipient,
        id=message.id,
        suite=sealing_key.suite,
        key=sealing_key.id,
        sealed=b"",
    )
    return encode(
        {
            "v": 1,
            "from": envelope.sender,
            "to": envelope.recipient,
            "id": envelope.id,
            "suite": envelope.suite,
            "key": envelope.key,
            "sealed": sealing_key.seal(plain, envelope.info),
        }
    )


def read_envelope(data: bytes) -> Envelope:
    """The outside of a message, **unverified**: to choose the key, to route it. Raises a ``DocumentError``."""
    fields = Fields(decode(data, limit=LIMIT + 8192))
    if fields.whole("v") != 1:
        raise Unsupported(N_("This message is of a newer version."), code="version")
    envelope = Envelope(
        sender=_address(fields.text("from", longest=12)),
        recipient=_address(fields.text("to", longest=12)),
        id=fields.blob("id", size=16),
        suite=fields.text("suite", longest=40),
        key=fields.blob("key", size=8),
        sealed=fields.blob("sealed"),
    )
    fields.done()
    return envelope


def open_message(data: bytes, keyring: Keys, key: MessageKey, *, me: str, at: datetime) -> OpenedMessage:
    """Open and verify a message for ``me``. Raises a ``DocumentError``.

    1. Outside: well formed, addressed to ``me``, sealed for this key and suite.
    2. Seal: unbroken, and the outside is the one it was sealed with.
    3. Padding: zeros, and no more than needed.
    4. Inside: a statement of type ``kpm`` with a good signature by the sender's message key.
    5. Addresses and id: the inside repeats the outside.
    6. Body: the one whose hash the inside holds.
    7. Time: not after its end. (Order and repetition are for ``Chain``.)
    """
    # 1
    envelope = read_envelope(data)
    if envelope.recipient != me:
        raise Untrusted(N_("This message is for somebody else."), code="wrong_recipient")
    if (envelope.key, envelope.suite) != (key.id, key.suite):
        raise Untrusted(N_("This message is sealed for another key than this one."), code="wrong_key")
    # 2, 3
    inside, body = _contents(key.open(envelope.sealed, envelope.info))
    # 4
    opened = open_envelope(inside, keyring, typ="kpm")
    # 5, 6
    message = _message(Fields(opened.claims), body)
    if (message.sender, message.recipient, message.id) != (envelope.sender, envelope.recipient, envelope.id):
        raise Untrusted(N_("The message was signed for another recipient, or as another message."), code="readdressed")
    # 7
    if at >= message.not_after:
        raise Untrusted(N_("The message arrived after its end."), code="message_expired")
    return OpenedMessage(
        message=message,
        inside=inside,
        inside_hash=_hash(inside),
        envelope_hash=_hash(data),
        key_record=opened.key_record,
    )


@dataclass(frozen=True)
class Chain:
    """How far one direction between two authorities has come: the last ``seq`` and the hash of that inside."""

    seq: int = 0
    hash: bytes = bytes(32)

    def after(self, opened: OpenedMessage) -> "Chain":
        """The chain with this message at its end. Raises ``Untrusted``: ``message_gap`` (keep it and ask for what is
        missing), ``message_repeated`` (send the same receipt again) or ``message_fork`` (the sender signed two
        different messages for one place: keep both, they prove it)."""
        message = opened.message
        if message.seq > self.seq + 1:
            raise Untrusted(N_("A message before this one is missing."), code="message_gap")
        if message.seq == self.seq and opened.inside_hash == self.hash:
            raise Untrusted(N_("This message was received before."), code="message_repeated")
        if message.seq == self.seq or (message.seq == self.seq + 1 and message.prev != self.hash):
            raise Untrusted(N_("The sender signed two different messages for one place."), code="message_fork")
        if message.seq <= self.seq:
            raise Untrusted(N_("This message is older than one already received."), code="message_repeated")
        return Chain(message.seq, opened.inside_hash)


class Outcome(StrEnum):
    """What the reader made of a message that it holds."""

    ACCEPTED = "accepted"
    WARNING = "warning"  # read and kept, but it does not fit what the reader knows; the code says why
    UNREADABLE = "unreadable"  # kept, but this reader's program cannot read what is inside


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The signed fact that ``receiver`` holds the envelope with this hash, since ``at``, and what came of it.

    ``code`` is a stable code, empty where the outcome is ``ACCEPTED``. Raises ``ValueError``.
    """

    receiver: str
    sender: str
    id: bytes
    envelope_hash: bytes
    at: datetime
    outcome: Outcome = Outcome.ACCEPTED
    code: str = ""

    def __post_init__(self) -> None:
        if bool(self.code) == (self.outcome is Outcome.ACCEPTED) or not _CODE.fullmatch(self.code):
            raise ValueError("code")


def sign_receipt(receipt: Receipt, signer: Signer) -> bytes:
    """The signed receipt: the same bytes for the same receipt. Keep it: the same message again gets the same."""
    said: dict[str, Any] = {"envelope": receipt.envelope_hash, "outcome": str(receipt.outcome)}
    if receipt.code:
        said["code"] = receipt.code
    addresses = {FROM: receipt.receiver, TO: receipt.sender, AT: seconds(receipt.at), ID: receipt.id}
    return seal("kpr", addresses | {RECEIPT: said}, signer)


def seal_receipt(opened: OpenedMessage, signer: Signer, *, at: datetime) -> bytes:
    """The receipt for a message that was opened, stored and accepted."""
    message = opened.message
    receipt = Receipt(
        receiver=message.recipient,
        sender=message.sender,
        id=message.id,
        envelope_hash=opened.envelope_hash,
        at=at,
    )
    return sign_receipt(receipt, signer)


def open_receipt(data: bytes, keyring: Keys, *, envelope: bytes) -> Receipt:
    """The receipt for exactly the bytes ``envelope`` that we sent. Raises a ``DocumentError``."""
    opened = open_envelope(data, keyring, typ="kpr")
    receipt, sent = _receipt(Fields(opened.claims)), read_envelope(envelope)
    expected = (sent.recipient, sent.sender, sent.id, _hash(envelope))
    if (receipt.receiver, receipt.sender, receipt.id, receipt.envelope_hash) != expected:
        raise Untrusted(N_("This receipt is for another message."), code="wrong_receipt")
    return receipt


def _receipt(fields: Fields) -> Receipt:
    said = fields.fields(RECEIPT)
    values: dict[str, Any] = {
        "receiver": fields.text(FROM),
        "sender": fields.text(TO),
        "id": fields.blob(ID, size=16),
        "envelope_hash": said.blob("envelope", size=32),
        "at": fields.instant(AT),
        "code": said.text("code", longest=60) if said.has("code") else "",
    }
    outcome = said.text("outcome")
    fields.done()
    said.done()
    return built(lambda: Receipt(outcome=Outcome(outcome), **values))


def _contents(plain: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(plain[:4], "big")
    padding = plain[end:]
    if end > len(plain) or len(plain) % STEP or len(padding) >= STEP or any(padding):
        raise Malformed(N_("The inside of the message is cut or padded wrongly."), code="padding")
    match decode(plain[4:end], limit=LIMIT):
        case [bytes() as inside, bytes() as body]:
            return inside, body
    raise Malformed(_NOT_A_MESSAGE, code="not_a_message")


def _message(claims: Fields, body: bytes) -> Message:
    sender, recipient, identity = claims.text(FROM), claims.text(TO), claims.blob(ID, size=16)
    at, not_after, said = claims.instant(AT), claims.instant(NOT_AFTER), claims.fields(BODY)
    claims.done()
    typ, seq, prev = said.text("type"), said.whole("seq", least=1), said.blob("prev", size=32)
    body_hash = said.blob("body", size=32)
    said.done()
    if body_hash != _hash(body):
        raise BadSignature(N_("The body of the message is not the one that was signed."), code="body")
    if typ not in list(MessageType):
        raise Unsupported(N_("This program does not read messages of this type."), code="message_type")
    return built(
        lambda: Message(
            type=MessageType(typ),
            sender=sender,
            recipient=recipient,
            id=identity,
            seq=seq,
            prev=prev,
            at=at,
            not_after=not_after,
            body=body,
        )
    )


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise Malformed(_NOT_A_MESSAGE, code="address")
    return text


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
