"""A total of another Participant, bound to what this node saw of that log: the log only grew from the one to the other.

A total says which state of its log it counted. Which states others have seen is known from checkpoints that were
fetched; the log proves that the one begins with the other, and that proof is kept beside the total, for everybody.
"""

from collections.abc import Callable
from hashlib import sha256

from openkp.documents.canonical import decode
from openkp.documents.checkpoint import Checkpoint
from openkp.documents.errors import DocumentError
from openkp.documents.keys import Keys
from openkp.documents.receipts import verify_checkpoint
from openkp.documents.total_proof import Newer
from openkp.documents.trust import Member
from openkp.registry.participation.operations.receive_publication import newest
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.totals import checkpoint_of

GROWTH = "growth"
Consistency = Callable[[Member, int, int], list[bytes]]


def newer_of(row: ProvenTotal) -> Newer | None:
    """The proof that is kept beside a total."""
    data = newest(GROWTH, row.participant, name_of(row))
    if data is None:
        return None
    key_id, note, proof = decode(data)
    return Newer(key_id, note, tuple(proof))


def seen(row: ProvenTotal, keys: Keys) -> tuple[Newer | None, Checkpoint | None]:
    """That proof and the checkpoint it leads to; without one, the newest checkpoint that this node took in."""
    newer = newer_of(row)
    try:
        if newer is not None:
            return newer, verify_checkpoint(newer.key_id, newer.note, keys, participant=row.participant)
    except DocumentError:
        pass  # the log's key was revoked since
    return None, checkpoint_of(row.participant)


def name_of(row: ProvenTotal) -> str:
    """What that proof is filed under: the hash of the total's document."""
    return sha256(bytes(row.document.data)).hexdigest()
