"""Applying what the inbox holds: each message once, in the order in which its sender signed it.

The effect, the outcome, the receipt and the end of the chain are one transaction. What does not fit (a confirmation
of a certificate that was never issued, say) is an outcome: told in the receipt, written in the journal, and no reason
to hold up what comes after it. Only two things wait: a message whose forerunner is missing, and, for a day, a
document whose signer this node does not know yet.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, DataError, IntegrityError, transaction

from openkp.documents.errors import Malformed, Unsupported
from openkp.documents.messages import MessageType, Outcome, Receipt, sign_receipt
from openkp.exchange.publications import take_trust
from openkp.registry import faults
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.operations.record_status import record_status
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import active_key
from openkp.registry.post.models import Fork, Heard, Incoming, Reading
from openkp.registry.signers import signer_at
from openkp.registry.statistics.operations.record_filing import record_filing
from openkp.registry.statistics.operations.record_questionnaire import record_questionnaire
from openkp.registry.statistics.operations.record_total import record_total
from openkp.scheme.errors import OpenkpError

log = logging.getLogger("openkp.exchange")

PATIENCE = timedelta(days=1)
"""How long a document waits for the manifest that names its key, before it is answered with a warning."""
NOT_YET = frozenset({"unknown_key", "no-trust-list"})
"""What a newer manifest will probably mend."""
OURS = frozenset({"journal-moved"})
"""What is no fault of the message: another change of ours was written at the same moment."""
PASSING = (DatabaseError, OSError, OpenkpError)
"""This node's own trouble, which may pass. What else our program stumbles over must not stop what comes behind it."""
UNFIT = (DataError, IntegrityError)
"""What the database says of a row that it will never take: a place in a status list that is taken, say."""
LONGEST_CODE = 60

EFFECTS: dict[str, Callable[..., object]] = {
    MessageType.NOTICE: record_notice,
    MessageType.CONFIRMATION: record_confirmation,
    MessageType.STATUS: record_status,
    MessageType.FILING: record_filing,
    MessageType.QUESTIONNAIRE: record_questionnaire,
    MessageType.TOTAL: record_total,
    MessageType.TRUST: take_trust,
}
Effect = Callable[[Incoming, datetime], tuple[Reading, str]]


def apply_waiting(recipient: str, peer: str, at: datetime) -> int:
    """Apply whatever is next in line, until the next one is missing or must wait. Gives how many."""
    applied = 0
    while True:
        try:
            if not _apply_next(recipient, peer, at, effect):
                return applied
        except Exception as error:
            if isinstance(error, PASSING) and not isinstance(error, UNFIT):
                raise  # the sender gets no receipt and tries again
            log.exception("a message from %s could not be applied", peer)
            _apply_next(recipient, peer, at, _stumbled)
        applied += 1


def apply_all_waiting(at: datetime) -> int:
    """The same for every line: after a crash, or once a manifest came."""
    held = Incoming.objects.filter(state=Reading.HELD).values_list("recipient", "peer").distinct()
    return sum(apply_waiting(recipient, peer, at) for recipient, peer in list(held))


@transaction.atomic
def _apply_next(recipient: str, peer: str, at: datetime, effect: Effect) -> bool:
    line = Heard.objects.select_for_update().get(own=recipient, peer=peer)
    row = Incoming.objects.filter(recipient=recipient, peer=peer, seq=line.seq + 1).first()
    if row is None:
        return False
    if bytes(row.prev) != bytes(line.chain):
        set_apart(row, at)
        row.delete()
        return False
    reading, row.problem = effect(row, at)
    row.state = reading.value
    if reading is not Reading.HELD:
        row.receipt, row.applied_at = signed_receipt(row, bytes(row.envelope_hash), at), at
        line.seq, line.chain = row.seq, row.inside_hash
        line.save(update_fields=["seq", "chain"])
    row.save(update_fields=["state", "problem", "receipt", "applied_at"])
    faults.point("during-inbox")
    return reading is not Reading.HELD


def effect(row: Incoming, at: datetime) -> tuple[Reading, str]:
    """Do what the message asks, and say what came of it."""
    if at >= row.not_after:
        return _warned(row, "message_expired", at)
    if row.typ not in EFFECTS:
        return _warned(row, "message_type", at, Reading.UNREADABLE)
    try:
        with transaction.atomic():
            EFFECTS[row.typ](bytes(row.body), actor=Actor.peer(row.peer), at=at)
    except OpenkpError as problem:
        if isinstance(problem, BrokenRecord) or problem.code in OURS:
            raise
        if problem.code in NOT_YET and at < row.received_at + PATIENCE:
            return Reading.HELD, problem.code
        unreadable = isinstance(problem, Malformed | Unsupported)
        return _warned(row, problem.code, at, Reading.UNREADABLE if unreadable else Reading.WARNING)
    return Reading.ACCEPTED, ""


def _stumbled(row: Incoming, at: datetime) -> tuple[Reading, str]:
    """Our own fault: kept unread, for the next version of the program."""
    return _warned(row, "fault", at, Reading.UNREADABLE)


def _warned(row: Incoming, code: str, at: datetime, reading: Reading = Reading.WARNING) -> tuple[Reading, str]:
    code = code[:LONGEST_CODE]
    subject = f"message:{row.recipient}/{row.peer}/{row.seq}"
    record(f"message.{reading.value}", actor=Actor.peer(row.peer), at=at, subject=subject, note=code)
    return reading, code


def set_apart(row: Incoming, at: datetime) -> None:
    """Keep a message that cannot stand where its sender put it. Its signature is the proof."""
    evidence = {"inside": row.inside, "body": row.body, "seq": row.seq, "seen_at": at}
    _, new = Fork.objects.get_or_create(
        recipient=row.recipient, peer=row.peer, inside_hash=row.inside_hash, defaults=evidence
    )
    if new:
        subject = f"message:{row.recipient}/{row.peer}/{row.seq}"
        note = bytes(row.inside_hash).hex()
        record("message.forked", actor=Actor.peer(row.peer), at=at, subject=subject, note=note)


def signed_receipt(row: Incoming, envelope_hash: bytes, at: datetime) -> bytes:
    """What our message key says about a message that was applied."""
    receipt = Receipt(
        receiver=row.recipient,
        sender=row.peer,
        id=bytes(row.message_id),
        envelope_hash=envelope_hash,
        at=at.replace(microsecond=0),
        outcome=Outcome(row.state),
        code=row.problem,
    )
    return sign_receipt(receipt, signer_at(active_key(row.recipient, "message", at).uri))
