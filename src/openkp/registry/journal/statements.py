"""The statement log of each hosted Participant: the public forms of what it signed, in order, for ever.

Inner hashes are stored as they are completed, so that a proof reads a few rows, not the whole log.
"""

from django.db import models

from openkp.documents.log import consistency_path, inclusion_path, leaf_hash, node_hash
from openkp.registry.journal.frontiers import frontier_of


class LogHead(models.Model):
    """Where one Participant's statement log ends."""

    participant = models.CharField(max_length=2, primary_key=True)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)

    class Meta:
        app_label = "journal"


class LogEntry(models.Model):
    """One public form. The database refuses to change or delete it."""

    participant = models.CharField(max_length=2)
    index = models.BigIntegerField()
    typ = models.CharField(max_length=8)
    data = models.BinaryField()

    class Meta:
        app_label = "journal"
        constraints = [models.UniqueConstraint(fields=["participant", "index"], name="one_log_entry_an_index")]


class LogNode(models.Model):
    """The hash of a complete subtree: ``level`` 0 is a leaf, ``index`` counts subtrees of that level."""

    participant = models.CharField(max_length=2)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        app_label = "journal"
        constraints = [models.UniqueConstraint(fields=["participant", "level", "index"], name="one_hash_a_subtree")]


class LogCheckpoint(models.Model):
    """A signed tree head of a statement log."""

    participant = models.CharField(max_length=2)
    size = models.BigIntegerField()
    signed_at = models.DateTimeField()
    note = models.BinaryField()

    class Meta:
        app_label = "journal"
        indexes = [models.Index(fields=["participant", "-size"])]


def append(participant: str, typ: str, public_form: bytes) -> int:
    """Add a public form to the log of ``participant`` and give its index. Locks the log's end."""
    heads = LogHead.objects.select_for_update().filter(pk=participant)
    if (head := heads.first()) is None:
        LogHead.objects.get_or_create(participant=participant)
        head = heads.get()
    LogEntry(participant=participant, index=head.size, typ=typ, data=public_form).save(force_insert=True)
    hashes = list(frontier_of(head.size, bytes(head.frontier)).hashes)
    completed = leaf_hash(public_form)
    nodes = [LogNode(participant=participant, level=0, index=head.size, hash=completed)]
    size, level = head.size, 0
    while size & 1:
        completed = node_hash(hashes.pop(), completed)
        size, level = size >> 1, level + 1
        nodes.append(LogNode(participant=participant, level=level, index=size, hash=completed))
    LogNode.objects.bulk_create(nodes)
    frontier = b"".join([*hashes, completed])
    LogHead.objects.filter(pk=participant, size=head.size).update(size=head.size + 1, frontier=frontier)
    return head.size


def inclusion(participant: str, index: int, size: int) -> list[bytes]:
    """The proof that entry ``index`` is among the first ``size``."""
    return [_range_root(participant, start, end) for start, end in inclusion_path(index, size)]


def consistency(participant: str, old: int, new: int) -> list[bytes]:
    """The proof that the first ``new`` entries begin with the first ``old``."""
    return [_range_root(participant, start, end) for start, end in consistency_path(old, new)]


def root_at(participant: str, size: int) -> bytes:
    """The root over the first ``size`` entries."""
    return _range_root(participant, 0, size) if size else frontier_of(0, b"").root


def _range_root(participant: str, start: int, end: int) -> bytes:
    """The root of a range that begins where a subtree begins: its complete subtrees, folded from the right."""
    pieces: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        node = LogNode.objects.get(participant=participant, level=level, index=start >> level)
        pieces.append(bytes(node.hash))
        start += 1 << level
    found = pieces.pop()
    while pieces:
        found = node_hash(pieces.pop(), found)
    return found
