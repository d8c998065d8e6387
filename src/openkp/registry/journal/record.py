"""Writing the journal: the one function through which rows change."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import connection

from openkp.documents.log import leaf_hash
from openkp.registry.accounts.actors import Actor
from openkp.registry.errors import Conflict
from openkp.registry.journal.frontiers import grown
from openkp.registry.journal.models import Entry, Head, Journaled, _writing
from openkp.scheme.words import N_

Change = tuple[str, int, dict[str, object]]


def record(
    event: str, *, actor: Actor, at: datetime, subject: str, rows: Iterable[Journaled] = (), note: str = ""
) -> Entry:
    """Save ``rows`` and the entry that says why, in the caller's transaction.

    The journal's end is locked last and held shortest; everybody who writes queues there.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the journal is written inside the operation's transaction")
    changes = [_write(row) for row in rows]
    head = Head.objects.select_for_update().get(pk=1)
    data = canonical_json({"rows": changes})
    entry = Entry(seq=head.size, at=at, event=event, actor=actor.label, subject=subject, note=note, data=data)
    entry.leaf = leaf_hash(entry_bytes(entry))
    entry.chain = sha256(bytes(head.chain) + entry.leaf).digest()
    entry.save(force_insert=True)
    frontier = grown(head.size, bytes(head.frontier), entry.leaf)
    moved = Head.objects.filter(pk=1, size=head.size).update(size=head.size + 1, chain=entry.chain, frontier=frontier)
    if moved != 1:
        raise Conflict(N_("Another change was written at the same moment."), code="journal-moved")
    return entry


def _write(row: Journaled) -> Change:
    """Save one row, the changed columns only, and say what changed in it."""
    changed = row.changed()
    before = row.stored_as_plain(changed)
    token = _writing.set(True)
    try:
        row.save(update_fields=None if row._state.adding else changed)
    finally:
        _writing.reset(token)
    after = row.stored_as_plain(changed)
    told = {name: value for name, value in after.items() if name not in before or before[name] != value}
    return (row._meta.label_lower, row.pk, told)


def canonical_json(value: object) -> str:
    """One spelling of a value, so that its hash means something."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def entry_bytes(entry: Entry) -> bytes:
    """The bytes that an entry's leaf hash covers: all of it."""
    stamp = entry.at.isoformat(timespec="microseconds")
    fields = [entry.seq, stamp, entry.event, entry.actor, entry.subject, entry.note, entry.data]
    return canonical_json(fields).encode()
