"""A total of another Participant is bound to what this node saw of that log: asked for, verified, kept beside it.

Nothing of it enters the journal. As with the status lists and checkpoints of others, what is kept is derived: signed
by its log, verified whenever it is shown, and to be asked for again at any time.
"""

from datetime import datetime

from openkp.documents.canonical import encode
from openkp.documents.log import verify_consistency
from openkp.registry.participation.bundles import trust
from openkp.registry.participation.models import Publication
from openkp.registry.participation.operations.receive_publication import (
    CHECKPOINT,
    keep,
    newest,
    open_member_checkpoint,
)
from openkp.registry.participation.queries import own_codes
from openkp.registry.statistics.growth import GROWTH, Consistency, name_of
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations.prove_total import read_kept


def unbound() -> list[ProvenTotal]:
    """The totals of others of which this was not proven here yet, each time in another order.

    So one that cannot be bound is never always in front of those that can.
    """
    bound = set(Publication.objects.filter(kind=GROWTH).values_list("name", flat=True))
    rows = ProvenTotal.objects.exclude(participant__in=own_codes()).select_related("document").order_by("?")
    return [row for row in rows if name_of(row) not in bound]


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
    keep(GROWTH, row.participant, name_of(row), data, content=new.root, at=at)
    return True
