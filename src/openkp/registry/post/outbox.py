"""Putting a message into the outbox, in the transaction of the change that it tells."""

from datetime import datetime, timedelta
from hashlib import sha256

from openkp.documents.messages import Message, MessageType, sign_message
from openkp.registry.entropy import random_bytes
from openkp.registry.participation.queries import active_key
from openkp.registry.post.models import Delivery, Outgoing, Sent
from openkp.registry.signers import signer_at

LIFETIME = timedelta(days=365)
"""How long a message may wait for a bad line before its reader refuses it; ours, no rule was found."""


def enqueue(own: str, peer: str, typ: str, body: bytes, *, subject: str, at: datetime) -> Outgoing:
    """Sign the next message from ``own`` to ``peer`` and keep it; each names the hash of the one before."""
    lines = Sent.objects.select_for_update().filter(own=own, peer=peer)
    if (line := lines.first()) is None:
        Sent.objects.get_or_create(own=own, peer=peer)
        line = lines.get()
    message = Message(
        type=MessageType(typ),
        sender=own,
        recipient=peer,
        id=random_bytes(16),
        seq=line.seq + 1,
        prev=bytes(line.chain),
        at=at.replace(microsecond=0),
        not_after=at.replace(microsecond=0) + LIFETIME,
        body=body,
    )
    inside = sign_message(message, signer_at(active_key(own, "message", at).uri))
    outgoing = Outgoing(
        message_id=message.id,
        sender=own,
        peer=peer,
        seq=message.seq,
        prev=message.prev,
        typ=typ,
        inside=inside,
        body=body,
        signed_at=message.at,
        not_after=message.not_after,
        subject=subject,
        next_attempt_at=at,
        created_at=at,
    )
    outgoing.save(force_insert=True)
    line.seq, line.chain = message.seq, sha256(inside).digest()
    line.save(update_fields=["seq", "chain"])
    return outgoing


def delivery_of(message_id: bytes) -> Delivery:
    """Where the message with this id stands; ``NOT_EXISTS`` for one that this node never wrote."""
    state = Outgoing.objects.filter(message_id=message_id).values_list("state", flat=True).first()
    return Delivery(state) if state else Delivery.NOT_EXISTS
