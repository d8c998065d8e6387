"""Proving that nobody changed the journal, the statement logs or the documents; naming the first bad entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from openkp.documents.checkpoint import open_checkpoint
from openkp.documents.errors import DocumentError
from openkp.documents.log import Frontier, leaf_hash
from openkp.registry.certificates.models import Document
from openkp.registry.journal.frontiers import frontier_of
from openkp.registry.journal.models import Entry, Head, JournalCheckpoint, LogCheckpoint, LogEntry, LogHead
from openkp.registry.journal.record import entry_bytes
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.queries import public_key


@dataclass(frozen=True)
class Broken:
    """The first thing that does not fit: which record, which entry of it, and a stable code."""

    record: str
    entry: int
    code: str


@dataclass(frozen=True)
class Audit:
    """What was looked at, and the first thing broken in each record."""

    entries: int
    statements: int
    documents: int
    checkpoints: int
    broken: tuple[Broken, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.broken


def audit() -> Audit:
    """Read everything that is only ever added and recompute every hash, root and signature."""
    broken = [*_first(_journal()), *_first(_documents())]
    for head in LogHead.objects.order_by("participant"):
        broken += _first(_statements(head))
    return Audit(
        entries=Entry.objects.count(),
        statements=LogEntry.objects.count(),
        documents=Document.objects.count(),
        checkpoints=JournalCheckpoint.objects.count() + LogCheckpoint.objects.count(),
        broken=tuple(broken),
    )


def _first(problems: Iterator[Broken]) -> list[Broken]:
    found = next(problems, None)
    return [found] if found else []


def _journal() -> Iterator[Broken]:
    """Order, leaf and chain of every entry, the root at every signed checkpoint, and the end."""
    notes = {row.size: bytes(row.note) for row in JournalCheckpoint.objects.all()}
    frontier, chain, size = Frontier(), bytes(32), 0
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        leaf = leaf_hash(entry_bytes(entry))
        chain = sha256(chain + leaf).digest()
        if entry.seq != size:
            yield Broken("journal", size, "entry-missing")
        if (bytes(entry.leaf), bytes(entry.chain)) != (leaf, chain):
            yield Broken("journal", entry.seq, "entry-changed")
        frontier, size = frontier.append(leaf), size + 1
        if size in notes:
            yield from _checkpoint("journal", notes.pop(size), size, frontier.root)
    yield from _end("journal", Head.objects.get(pk=1), frontier)
    if notes:
        yield Broken("journal", size, "entries-cut-off")


def _statements(head: LogHead) -> Iterator[Broken]:
    """The same for one Participant's statement log."""
    name = f"log:{head.participant}"
    rows = LogCheckpoint.objects.filter(participant=head.participant)
    notes = {row.size: bytes(row.note) for row in rows}
    frontier = Frontier()
    for entry in LogEntry.objects.filter(participant=head.participant).order_by("index").iterator(chunk_size=2000):
        if entry.index != frontier.size:
            yield Broken(name, frontier.size, "entry-missing")
        frontier = frontier.append(leaf_hash(bytes(entry.data)))
        if frontier.size in notes:
            yield from _checkpoint(name, notes.pop(frontier.size), frontier.size, frontier.root)
    yield from _end(name, head, frontier)
    if notes:
        yield Broken(name, frontier.size, "entries-cut-off")


def _checkpoint(record: str, note: bytes, size: int, root: bytes) -> Iterator[Broken]:
    """Whether a signed checkpoint states the root that was recomputed."""
    for key in NodeKey.objects.filter(use="log"):
        try:
            stated = open_checkpoint(note, public_key(key))
        except DocumentError:
            continue
        if (stated.size, stated.root) != (size, root):
            yield Broken(record, size - 1, "root-differs-from-checkpoint")
        return
    yield Broken(record, size - 1, "checkpoint-not-ours")


def _end(record: str, head: Head | LogHead, frontier: Frontier) -> Iterator[Broken]:
    if head.size != frontier.size or frontier_of(head.size, bytes(head.frontier)) != frontier:
        yield Broken(record, min(head.size, frontier.size), "end-differs")


def _documents() -> Iterator[Broken]:
    """Every document still has the bytes that its hash names."""
    for document in Document.objects.order_by("id").iterator(chunk_size=500):
        if sha256(bytes(document.data)).digest() != bytes(document.sha256):
            yield Broken("documents", document.pk, "document-changed")
