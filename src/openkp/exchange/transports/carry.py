"""By hand: a folder on a stick, or attachments of an e-mail. The same sealed bytes, and the same signed receipts.

    SL-EU-000012-0b1c….kpo   an envelope: from, to, place in the line, id
    SL-EU-000012-0b1c….kpr   its receipt, on the way back

``export`` writes what waits, ``take_in`` reads whatever lies there: envelopes for us are answered with receipts
beside them, receipts for us settle what we sent. Both may be done twice, in any order, with anything missing.
"""

from datetime import datetime
from pathlib import Path

from openkp.documents.errors import DocumentError
from openkp.documents.messages import LIMIT
from openkp.exchange import outbox
from openkp.exchange.answers import Receipted
from openkp.exchange.errors import PeerError
from openkp.exchange.inbox import receive
from openkp.registry.errors import Conflict
from openkp.registry.post.models import Delivery, Outgoing

ENVELOPE, RECEIPT = ".kpo", ".kpr"


def export(folder: Path, *, at: datetime, peer: str = "") -> list[str]:
    """Write every message that waits (for ``peer`` only, where that is given) into ``folder``; their names."""
    waiting = Outgoing.objects.filter(state=Delivery.PENDING).order_by("sender", "peer", "seq")
    written = []
    for message in waiting.filter(peer=peer) if peer else waiting:
        path = folder / f"{_name(message)}{ENVELOPE}"
        path.write_bytes(outbox.sealed(message, at))
        written.append(path.name)
    return written


def take_in(folder: Path, *, at: datetime) -> dict[str, str]:
    """Take every envelope and every receipt in ``folder`` that is ours; what came of each file.

    Envelopes are taken in the order of their names, which is that of their lines, so that none is held needlessly.
    """
    outcome: dict[str, str] = {}
    for path in sorted(folder.glob(f"*{ENVELOPE}")):
        outcome[path.name] = _received(path, at)
    for path in sorted(folder.glob(f"*{RECEIPT}")):
        message = next((each for each in _sent_as(path.stem)), None)
        if message is not None:
            outcome[path.name] = _settled(message, path, at)
    return outcome


def _name(message: Outgoing) -> str:
    return f"{message.sender}-{message.peer}-{message.seq:06d}-{bytes(message.message_id).hex()}"


def _sent_as(stem: str) -> list[Outgoing]:
    """Our message of this file name."""
    try:
        named = bytes.fromhex(stem.rpartition("-")[2])
    except ValueError:
        return []
    return list(Outgoing.objects.filter(message_id=named))


def _received(path: Path, at: datetime) -> str:
    try:
        answer = receive(_bounded(path), at=at)
    except (DocumentError, Conflict) as problem:
        return problem.code
    if not isinstance(answer, Receipted):
        return f"held: waits for {answer.waiting_for}"
    path.with_suffix(RECEIPT).write_bytes(answer.receipt)
    return "received"


def _settled(message: Outgoing, path: Path, at: datetime) -> str:
    try:
        return outbox.settle(message.pk, _bounded(path), at=at).value
    except (DocumentError, PeerError) as problem:
        return problem.code


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LIMIT + 8193)
