"""Recomputing what the journal and the statement logs say of themselves: order, hashes, roots, signed checkpoints.

Each function gives the first thing that does not fit, or nothing. What a signed checkpoint covers cannot be made to
fit again by anybody without the log's key; what came after the newest one can, until the next is signed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest

from openkp.documents.checkpoint import Checkpoint, open_checkpoint
from openkp.documents.envelope import type_of
from openkp.documents.errors import DocumentError
from openkp.documents.keys import PublicKey
from openkp.documents.log import Frontier, leaf_hash, node_hash
from openkp.registry.journal.models import (
    Entry,
    Head,
    JournalCheckpoint,
    LogCheckpoint,
    LogEntry,
    LogHead,
    LogNode,
)
from openkp.registry.journal.reading import DAMAGED, readable
from openkp.registry.journal.record import entry_bytes
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.queries import public_key


@dataclass(frozen=True)
class Broken:
    """Something that does not fit: in which record, at which entry of it, and a stable code.

    Where a signed checkpoint is contradicted, ``entry`` is the first that no earlier checkpoint proves.
    """

    record: str
    entry: int
    code: str


@dataclass
class Stated:
    """The signed checkpoints of one record, and a checkpoint that somebody kept outside this node."""

    record: str
    rows: dict[int, list[JournalCheckpoint | LogCheckpoint]]
    keys: list[PublicKey]
    kept: Checkpoint | None = None
    kept_root: bytes | None = None
    proven: int = field(default=0)

    def against(self, frontier: Frontier) -> Iterator[Broken]:
        """What a checkpoint of just this size says otherwise."""
        if self.kept is not None and self.kept.size == frontier.size:
            self.kept_root = frontier.root
        for row in self.rows.pop(frontier.size, []):
            code = self._fault(row, frontier)
            if code:
                yield Broken(self.record, self.proven, code)
            self.proven = frontier.size

    def left(self, size: int) -> Iterator[Broken]:
        """Checkpoints of more entries than there are."""
        if self.rows:
            yield Broken(self.record, size, "entries-cut-off")

    def _fault(self, row: JournalCheckpoint | LogCheckpoint, frontier: Frontier) -> str:
        stated = opened(bytes(row.note), self.keys)
        if stated is None:
            return "checkpoint-not-ours"
        if (stated.size, stated.root) != (frontier.size, frontier.root):
            return "root-differs-from-checkpoint"
        return "" if row.signed_at.replace(microsecond=0) == stated.at else "checkpoint-changed"


def opened(note: bytes, keys: Iterable[PublicKey]) -> Checkpoint | None:
    """What a note states, if one of ``keys`` signed it."""
    for key in keys:
        try:
            return open_checkpoint(note, key)
        except DocumentError:
            continue
    return None


def log_keys(participant: str = "") -> list[PublicKey]:
    """The keys of this node that sign checkpoints: of one Participant, or of all."""
    rows = NodeKey.objects.filter(use="log", **({"participant": participant} if participant else {}))
    found = []
    for _, row in readable(rows.order_by("pk")):
        try:
            found.append(public_key(row)) if row else None
        except DocumentError:
            continue
    return found


def journal_faults(kept: Checkpoint | None = None) -> tuple[list[Broken], bytes | None]:
    """The first fault of the journal, and its root at the size of ``kept``."""
    stated, damaged = _stated("journal", JournalCheckpoint.objects.order_by("size"), log_keys())
    stated.kept = kept
    return _first(damaged, lambda: _journal(stated)), stated.kept_root


def log_faults(participant: str, kept: Checkpoint | None = None) -> tuple[list[Broken], bytes | None]:
    """The first fault of one Participant's statement log, and its root at the size of ``kept``."""
    rows = LogCheckpoint.objects.filter(participant=participant).order_by("size", "pk")
    stated, damaged = _stated(f"log:{participant}", rows, log_keys(participant))
    stated.kept = kept
    return _first(damaged, lambda: _log(participant, stated)), stated.kept_root


def logs() -> list[str]:
    """Every Participant of whose statement log anything is here."""
    tables = (LogHead, LogEntry, LogNode, LogCheckpoint)
    found: set[str] = set()
    for table in tables:
        found |= {str(name) for name in table._default_manager.values_list("participant", flat=True).distinct()}
    return sorted(found)


def _first(damaged: list[Broken], look: Callable[[], Iterator[Broken]]) -> list[Broken]:
    found = next(look(), None)
    return [found] if found else damaged[:1]


def _stated(record: str, rows: "Iterable[object]", keys: list[PublicKey]) -> tuple[Stated, list[Broken]]:
    found: dict[int, list[JournalCheckpoint | LogCheckpoint]] = {}
    damaged = []
    for key, row in readable(rows):  # type: ignore[arg-type]
        if isinstance(row, JournalCheckpoint | LogCheckpoint) and row.signed_at is not None:
            found.setdefault(row.size, []).append(row)
        else:
            damaged.append(Broken(record, key, "checkpoint-unreadable"))
    return Stated(record, found, keys), damaged


def _journal(stated: Stated) -> Iterator[Broken]:
    """Order, leaf and chain of every entry, the root at every signed checkpoint, and the end."""
    frontier, chain = Frontier(), bytes(32)
    yield from stated.against(frontier)
    for seq, entry in readable(Entry.objects.order_by("seq")):
        leaf = _leaf(entry)
        if seq != frontier.size:
            yield Broken("journal", frontier.size, "entry-missing")
        if entry is None or leaf is None:
            yield Broken("journal", seq, "entry-unreadable")
            return
        chain = sha256(chain + leaf).digest()
        if (entry.leaf, entry.chain) != (leaf, chain):
            yield Broken("journal", seq, "entry-changed")
        frontier = frontier.append(leaf)
        yield from stated.against(frontier)
    yield from stated.left(frontier.size)
    heads = list(Head.objects.values_list("pk", "size", "chain", "frontier"))
    if heads != [(1, frontier.size, chain, b"".join(frontier.hashes))]:
        yield Broken("journal", frontier.size, "end-differs")


def _leaf(entry: Entry | None) -> bytes | None:
    try:
        return leaf_hash(entry_bytes(entry)) if entry is not None else None
    except DAMAGED:
        return None


def _log(participant: str, stated: Stated) -> Iterator[Broken]:
    """The same for a statement log: entries that are what their type says, and the hash of each complete subtree."""
    frontier, leaves = Frontier(), _hashes(participant, 0)
    yield from stated.against(frontier)
    for _, entry in readable(LogEntry.objects.filter(participant=participant).order_by("index")):
        leaf = _proven_leaf(entry)
        if entry is None or leaf is None:
            yield Broken(stated.record, frontier.size, "entry-unreadable")
            return
        if entry.index != frontier.size:
            yield Broken(stated.record, frontier.size, "entry-missing")
        if next(leaves, None) != (frontier.size, leaf):
            yield Broken(stated.record, frontier.size, "entry-changed")
        frontier = frontier.append(leaf)
        yield from stated.against(frontier)
    yield from stated.left(frontier.size)
    yield from _subtrees(participant, stated.record, frontier.size)
    head = LogHead.objects.filter(pk=participant).values_list("size", "frontier").first()
    if head != (frontier.size, b"".join(frontier.hashes)):
        yield Broken(stated.record, frontier.size, "end-differs")


def _proven_leaf(entry: LogEntry | None) -> bytes | None:
    """The leaf hash of an entry that is of the type written beside it."""
    try:
        if entry is None or type_of(bytes(entry.data), limit=len(entry.data)) != entry.typ:
            return None
        return leaf_hash(bytes(entry.data))
    except (*DAMAGED, DocumentError):
        return None


def _subtrees(participant: str, record: str, size: int) -> Iterator[Broken]:
    """Each stored hash of a subtree against the two below it; a wrong one is told by the entry that completed it."""
    level, stored = 1, size
    while count := size >> level:
        below = (hash_ for _, hash_ in _hashes(participant, level - 1))
        expected = enumerate(node_hash(left, right) for left, right in zip(below, below, strict=False))
        for wanted, found in zip_longest(expected, _hashes(participant, level)):
            if wanted != found:
                index = wanted[0] if wanted else count
                yield Broken(record, (index + 1 << level) - 1, "subtree-changed")
        level, stored = level + 1, stored + count
    if LogNode.objects.filter(participant=participant).count() != stored:
        yield Broken(record, size, "subtree-without-entries")


def _hashes(participant: str, level: int) -> Iterator[tuple[int, bytes]]:
    nodes = LogNode.objects.filter(participant=participant, level=level).order_by("index")
    for index, hash_ in nodes.values_list("index", "hash").iterator(chunk_size=2000):
        yield index, hash_ if isinstance(hash_, bytes) else b""
