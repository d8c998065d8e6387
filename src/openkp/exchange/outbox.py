"""The outbox: what is due, claimed by one loop at a time, sealed once, and settled by a signed receipt.

``registry.post.outbox`` puts messages in, inside the transaction of the change that they tell.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from openkp.documents.messages import Message, MessageType, Outcome, open_receipt, seal_signed
from openkp.exchange import peers
from openkp.exchange.errors import PeerError
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.operations.record_delivery import record_delivery
from openkp.registry.entropy import random_bytes
from openkp.registry.journal.record import record
from openkp.registry.participation.trust import keyring
from openkp.registry.post.models import Delivery, Outgoing
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_

LEASE = timedelta(seconds=25)
"""How long a claim lasts: longer than an attempt; then a dead loop's message is taken up again. Twice is no harm."""
FIRST, LONGEST = timedelta(seconds=4), timedelta(minutes=30)
BATCH = 100

STATES = {
    Outcome.ACCEPTED: Delivery.DELIVERED,
    Outcome.WARNING: Delivery.DELIVERED_WITH_WARNINGS,
    Outcome.UNREADABLE: Delivery.DELIVERED_NOT_READABLE,
}


def due(at: datetime) -> list[Outgoing]:
    """Messages that wait and whose time has come, each conversation in its own order."""
    waiting = Outgoing.objects.filter(state=Delivery.PENDING, next_attempt_at__lte=at)
    return list(waiting.order_by("sender", "peer", "seq")[:BATCH])


def claim(message: Outgoing, at: datetime) -> bool:
    """Take the message for this attempt; false where another loop was first: the statement itself decides."""
    seen = Outgoing.objects.filter(
        pk=message.pk, state=Delivery.PENDING, attempts=message.attempts, next_attempt_at=message.next_attempt_at
    )
    return seen.update(attempts=F("attempts") + 1, next_attempt_at=at + LEASE) == 1


def sealed(message: Outgoing, at: datetime) -> bytes:
    """The envelope: made at the first attempt, stored before it is sent, and the same ever after."""
    if message.sealed is None:
        content = Message(
            type=MessageType(message.typ),
            sender=message.sender,
            recipient=message.peer,
            id=bytes(message.message_id),
            seq=message.seq,
            prev=bytes(message.prev),
            at=message.signed_at,
            not_after=message.not_after,
            body=bytes(message.body),
        )
        envelope = seal_signed(bytes(message.inside), content, peers.sealing_key(message.peer, at))
        Outgoing.objects.filter(pk=message.pk, sealed=None).update(sealed=envelope)
        message.refresh_from_db(fields=["sealed"])
    return bytes(message.sealed or b"")


@transaction.atomic
def settle(message_id: int, data: bytes, *, at: datetime) -> Delivery:
    """Verify the receipt and close the message with it; the effect and the state change together."""
    message = Outgoing.objects.select_for_update().get(pk=message_id)
    receipt = open_receipt(data, keyring(at), envelope=bytes(message.sealed or b""))
    if message.state not in (Delivery.PENDING, Delivery.FAILED):
        return Delivery(message.state)
    message.state, message.receipt = STATES[receipt.outcome].value, data
    message.delivered_at, message.last_problem = at, receipt.code
    message.save(update_fields=["state", "receipt", "delivered_at", "last_problem"])
    peer = Actor.peer(message.peer)
    if receipt.outcome is not Outcome.ACCEPTED:
        record("message.warned", actor=peer, at=at, subject=message.subject, note=receipt.code)
    elif message.typ == MessageType.NOTICE:
        record_delivery(message.subject.removeprefix("certificate:"), actor=peer, at=at)
    return Delivery(message.state)


def send_from(message: Outgoing, seq: int, *, at: datetime) -> None:
    """The reader misses ``seq``: send it and all up to this one again, at once."""
    line = Outgoing.objects.filter(sender=message.sender, peer=message.peer)
    line.filter(seq__gte=seq, seq__lte=message.seq).update(state=Delivery.PENDING, next_attempt_at=at)


@transaction.atomic
def back_off(message: Outgoing, problem: OpenkpError, *, at: datetime) -> None:
    """Try later: the message, and with it the rest of its line, which cannot be read before it.

    Twice as long each time, up to half an hour, give or take half, so that many senders do not come back together.
    Once its time has ended, the message has failed.
    """
    attempts = message.attempts + 1
    delay = min(LONGEST, FIRST * 2 ** min(attempts - 1, 16)) * (0.5 + random_bytes(1)[0] / 255)
    least = problem.retry_after if isinstance(problem, PeerError) else timedelta()
    later = at + max(delay, min(least, LONGEST))
    mine = Outgoing.objects.filter(pk=message.pk, state=Delivery.PENDING)
    if at < message.not_after:
        mine.update(next_attempt_at=later, last_problem=problem.code)
    line = Outgoing.objects.filter(sender=message.sender, peer=message.peer, state=Delivery.PENDING)
    line.exclude(pk=message.pk).filter(next_attempt_at__lt=later).update(next_attempt_at=later)
    if at >= message.not_after and mine.update(state=Delivery.FAILED, last_problem=problem.code):
        record("message.failed", actor=Actor.peer(message.peer), at=at, subject=message.subject, note=problem.code)


def held_back() -> PeerError:
    """The reader holds the message and waits for something that we cannot send: its own trust in a key, say."""
    return PeerError(N_("The message is held until its reader knows the signer of what is inside."), code="held")
