"""The inbox: verified before it is stored, stored before it is applied, applied once and in order.

1. Open: sealed for us, signed by a message key of the sender, addressed to us. Nothing is stored before this.
2. Keep: one row a message. The same message again is the same row; another one in its place is a fork, and both
   are kept as evidence.
3. Apply, in the order of the chain (``reading``). A message whose forerunner is missing is held.
4. Answer: the signed receipt of what is stored *and* applied, or which message to send first. The same bytes again
   get the same receipt.
"""

from datetime import UTC, datetime

from django.db import transaction

from openkp.documents.messages import OpenedMessage, open_message, read_envelope
from openkp.exchange.answers import Answer, Held, Receipted
from openkp.exchange.reading import apply_waiting, set_apart, signed_receipt
from openkp.registry.errors import Conflict
from openkp.registry.participation.trust import keyring
from openkp.registry.post.models import Heard, Incoming
from openkp.registry.signers import message_key
from openkp.scheme.words import N_

BEFORE_ANY_END = datetime(1970, 1, 1, tzinfo=UTC)
"""A message that came too late is refused when it is applied: it must not block the ones behind it."""


def receive(envelope: bytes, *, at: datetime) -> Answer:
    """Take one envelope in. Raises a ``DocumentError`` for what is not believed, ``Conflict`` for a fork."""
    opened = _opened(envelope, at)
    row = _kept(opened, at)
    if row is not None:
        apply_waiting(row.recipient, row.peer, at)
        row = Incoming.objects.filter(pk=row.pk).first()
    if row is None:
        raise Conflict(N_("Another message was signed for this place; both are kept."), code="message_fork")
    return _answer(row, opened, at)


def _opened(envelope: bytes, at: datetime) -> OpenedMessage:
    outside = read_envelope(envelope)
    key = message_key(outside.recipient, outside.key)
    return open_message(envelope, keyring(at), key, me=outside.recipient, at=BEFORE_ANY_END)


@transaction.atomic
def _kept(opened: OpenedMessage, at: datetime) -> Incoming | None:
    """The row of this message, new or known; ``None`` for a fork, which is set apart."""
    message = opened.message
    line = Heard.objects.filter(own=message.recipient, peer=message.sender)
    Heard.objects.get_or_create(own=message.recipient, peer=message.sender)
    line.select_for_update().get()
    line.update(last_at=at)
    row = _row(opened, at)
    received = Incoming.objects.filter(recipient=row.recipient, peer=row.peer)
    known = list(received.filter(seq=row.seq) | received.filter(message_id=row.message_id))
    same = [other for other in known if bytes(other.inside_hash) == row.inside_hash]
    if same:
        return same[0]
    if known:
        set_apart(row, at)
        return None
    row.save(force_insert=True)
    return row


def _row(opened: OpenedMessage, at: datetime) -> Incoming:
    message = opened.message
    return Incoming(
        message_id=message.id,
        recipient=message.recipient,
        peer=message.sender,
        seq=message.seq,
        prev=message.prev,
        typ=message.type.value,
        not_after=message.not_after,
        envelope_hash=opened.envelope_hash,
        inside=opened.inside,
        inside_hash=opened.inside_hash,
        body=message.body,
        received_at=at,
    )


def _answer(row: Incoming, opened: OpenedMessage, at: datetime) -> Answer:
    """The stored receipt; a new one of the same outcome where the sender sealed the same message again."""
    if row.receipt is None:
        return Held(Heard.objects.get(own=row.recipient, peer=row.peer).seq + 1)
    if bytes(row.envelope_hash) == opened.envelope_hash:
        return Receipted(bytes(row.receipt))
    return Receipted(signed_receipt(row, opened.envelope_hash, at))
