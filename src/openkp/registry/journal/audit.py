"""Proving that nobody changed the journal, the statement logs or the documents; naming the first bad entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from openkp.documents.errors import DocumentError
from openkp.registry.certificates.models import Document
from openkp.registry.journal.models import Entry, JournalCheckpoint, LogCheckpoint, LogEntry
from openkp.registry.journal.proofs import Broken, journal_faults, log_faults, log_keys, logs, opened
from openkp.registry.journal.reading import DAMAGED
from openkp.registry.journal.signed import document_faults
from openkp.registry.journal.snapshot import snapshot

__all__ = ["Audit", "Broken", "audit"]


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


def audit(kept: bytes | None = None) -> Audit:
    """Read everything that is only ever added and recompute every hash, root and signature.

    ``kept`` is a checkpoint of the journal or of a log that was put aside earlier, outside the reach of whoever may
    change this database: the record it speaks of must still begin with exactly those entries.
    """
    with snapshot():
        return Audit(
            entries=Entry.objects.count(),
            statements=LogEntry.objects.count(),
            documents=Document.objects.count(),
            checkpoints=JournalCheckpoint.objects.count() + LogCheckpoint.objects.count(),
            broken=tuple(_broken(kept)),
        )


def _broken(note: bytes | None) -> Iterator[Broken]:
    kept = opened(note, log_keys()) if note is not None else None
    if note is not None and kept is None:
        yield Broken("kept checkpoint", 0, "checkpoint-not-ours")
    of_journal = kept is not None and kept.origin.endswith("/journal")
    found, root = journal_faults(kept if of_journal else None)
    roots = {root}
    yield from found
    for participant in logs():
        found, root = log_faults(participant, None if of_journal else kept)
        roots.add(root)
        yield from found
    yield from _documents()
    if kept is not None and kept.root not in roots:
        yield Broken(kept.origin, kept.size, "rolled-back" if roots == {None} else "another-history")


def _documents() -> Iterator[Broken]:
    try:
        yield from document_faults()
    except (*DAMAGED, DocumentError):  # the journal or the keys, by which documents are judged
        yield Broken("documents", 0, "documents-unreadable")
