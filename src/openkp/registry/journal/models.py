"""The journal: every change, in order, each chained to the one before, and the rows it changed.

``Journaled`` rows cannot be saved, updated or deleted except by ``journal.record``: a write
without its entry cannot be expressed.
"""

from collections.abc import Collection
from contextvars import ContextVar
from copy import deepcopy
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from django.db.models.fields import Field

Row = TypeVar("Row", bound=models.Model, covariant=True)
_writing: ContextVar[bool] = ContextVar("openkp_journal_writing", default=False)


class JournaledQuerySet(models.QuerySet[Row, Row]):
    """Reads as any query set does; refuses every write around the journal."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("rows are written by journal.record only")

    create = get_or_create = update_or_create = bulk_create = bulk_update = update = delete = _refuse


class Journaled(models.Model):
    """A row that only the journal writes. ``secret_fields`` never enter the journal: passwords, documents' bytes."""

    secret_fields: tuple[str, ...] = ()
    objects = JournaledQuerySet.as_manager()

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: dict[str, Any] = {}
        self._known_secrets: dict[str, Any] = {}

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Self:
        row = super().from_db(db, field_names, values, **how)
        row._known, row._known_secrets = row.as_plain(), row.secrets()
        return row

    @classmethod
    def journaled_fields(cls) -> list["Field[Any, Any]"]:
        """The columns that the journal keeps."""
        return [f for f in cls._meta.concrete_fields if f.name not in cls.secret_fields and not f.primary_key]

    def as_plain(self) -> dict[str, Any]:
        """The row as values that canonical JSON can hold."""
        deferred = self.get_deferred_fields()
        return {
            f.attname: plain(f.get_prep_value(getattr(self, f.attname)))
            for f in self.journaled_fields()
            if f.attname not in deferred
        }

    def secrets(self) -> dict[str, Any]:
        """The columns that stay out of the journal."""
        deferred = self.get_deferred_fields()
        return {name: getattr(self, name) for name in self.secret_fields if name not in deferred}

    def changed(self) -> list[str]:
        """The columns that differ from what the database is known to hold."""
        known = {**self._known, **self._known_secrets}
        now = {**self.as_plain(), **self.secrets()}
        return [name for name, value in now.items() if name not in known or known[name] != value]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not _writing.get():
            raise RuntimeError("rows are written by journal.record only")
        super().save(*args, **kwargs)
        self._known, self._known_secrets = self.as_plain(), self.secrets()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("nothing is ever deleted")


def plain(value: Any) -> Any:
    """One column's value as JSON can hold it: bytes as hex, decimals and dates as their text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return deepcopy(value)  # or a change inside it would go unseen
    adapted = getattr(value, "adapted", None)  # JSON columns arrive wrapped for the database
    if isinstance(adapted, dict | list | str):
        return deepcopy(adapted)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class Entry(models.Model):
    """One thing that happened. Never updated, never deleted: the database refuses both."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor = models.CharField(max_length=120)
    subject = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    data = models.TextField()
    leaf = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["subject", "seq"])]


class Head(models.Model):
    """Where the journal ends: the one row that writers queue for."""

    size = models.BigIntegerField(default=0)
    chain = models.BinaryField(max_length=32, default=bytes(32))
    frontier = models.BinaryField(default=bytes)


class JournalCheckpoint(models.Model):
    """The journal's size and Merkle root, signed by the node's log key."""

    size = models.BigIntegerField(primary_key=True)
    signed_at = models.DateTimeField()
    note = models.BinaryField()


class IdempotencyKey(models.Model):
    """A request that was answered, kept for ever: the same key never makes a second thing."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    fingerprint = models.BinaryField(max_length=32)
    result = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_answer_a_key")]


from openkp.registry.journal.statements import LogCheckpoint, LogEntry, LogHead, LogNode  # noqa: E402

__all__ = [
    "Entry",
    "Head",
    "IdempotencyKey",
    "JournalCheckpoint",
    "Journaled",
    "JournaledQuerySet",
    "LogCheckpoint",
    "LogEntry",
    "LogHead",
    "LogNode",
]
