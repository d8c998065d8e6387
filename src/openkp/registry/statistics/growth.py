"""A total of another Participant, bound to what this node saw of that log: the log only grew from the one to the other.

A total says which state of its log it counted. Which states others have seen is known from checkpoints that were
fetched; the log proves that the one begins with the other, and that proof is kept beside the total, for everybody.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from openkp.documents.canonical import decode, encode
from openkp.documents.checkpoint import Checkpoint
from openkp.documents.errors import DocumentError
from openkp.documents.keys import Keys
from openkp.documents.log import verify_consistency
from openkp.documents.receipts import verify_checkpoint
from openkp.documents.total_proof import Newer
from openkp.documents.trust import Member
from openkp.registry.participation.bundles import trust
from openkp.registry.participation.models import Publication
from openkp.registry.participation.operations.receive_publication import (
    CHECKPOINT,
    keep,
    newest,
    open_member_checkpoint,
)
from openkp.registry.participation.queries import own_codes
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations.prove_total import read_kept
from openkp.registry.statistics.totals import checkpoint_of

GROWTH = "growth"
Consistency = Callable[[Member, int, int], list[bytes]]


def unbound() -> list[ProvenTotal]:
    """The totals of others of which this was not proven here yet."""
    bound = set(Publication.objects.filter(kind=GROWTH).values_list("name", flat=True))
    rows = ProvenTotal.objects.exclude(participant__in=own_codes()).select_related("document").order_by("pk")
    return [row for row in rows if _name(row) not in bound]


def bind(row: ProvenTotal, consistency: Consistency, *, at: datetime) -> bool:
    """Ask the log, and keep its proof if it holds; whether there is one. Raises a ``DocumentError``."""
    held = trust()
    member = held[0].find(row.participant) if held else None
    if member is None or member.log_key is None:
        return False
    note = newest(CHECKPOINT, member.code, member.log_origin)
    if note is None:
        return False
    old, new = read_kept(row.document, at).checkpoint, open_member_checkpoint(note, member)
    if new.size < old.size:
        return False
    proof = consistency(member, old.size, new.size) if 0 < old.size < new.size else []
    verify_consistency(old.size, new.size, old.root, new.root, proof)
    data = encode([member.log_key.kid, note, proof])
    keep(GROWTH, row.participant, _name(row), data, content=new.root, at=at)
    return True


def newer_of(row: ProvenTotal) -> Newer | None:
    """The proof that is kept beside a total."""
    data = newest(GROWTH, row.participant, _name(row))
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


def _name(row: ProvenTotal) -> str:
    return sha256(bytes(row.document.data)).hexdigest()
