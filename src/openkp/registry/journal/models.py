"""The journal: every change, in order, each chained to the one before, and the rows it changed.

``Journaled`` rows cannot be saved, updated or deleted except by ``journal.record``: a write
without its entry cannot be expressed.
"""

import json
from collections.abc import Collection
from contextvars import ContextVar
from typing import Any, NoReturn, Self, TypeVar

from django.db import models

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
        self._stored: dict[str, Any] = {}

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Self:
        row = super().from_db(db, field_names, values, **how)
        row._keep()
        return row

    def as_plain(self) -> dict[str, Any]:
        """The row as the journal keeps it: values that canonical JSON can hold, without secrets."""
        return self._plain(self._held())

    def stored_as_plain(self, names: Collection[str]) -> dict[str, Any]:
        """The same of these columns, as the database is known to hold them; nothing of a row that is new."""
        return self._plain({name: self._stored[name] for name in names if name in self._stored})

    def changed(self) -> list[str]:
        """The columns that differ from what the database is known to hold: all of a row that is new."""
        return [name for name, value in self._held().items() if self._stored.get(name, ...) != value]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not _writing.get():
            raise RuntimeError("rows are written by journal.record only")
        super().save(*args, **kwargs)
        self._keep(kwargs.get("update_fields"))

    def _held(self) -> dict[str, Any]:
        """Every column that was loaded or set, but the key."""
        held = self.__dict__
        names = (f.attname for f in self._meta.concrete_fields if not f.primary_key)
        return {name: held[name] for name in names if name in held}

    def _keep(self, names: Collection[str] | None = None) -> None:
        """Note what the database now holds in these columns, or in all: a copy, so that a change within is seen."""
        held = self._held()
        self._stored |= {name: _copied(held[name]) for name in (held if names is None else names)}

    def _plain(self, columns: dict[str, Any]) -> dict[str, Any]:
        fields = (f for f in self._meta.concrete_fields if f.attname in columns and f.name not in self.secret_fields)
        return {f.attname: plain(f.get_prep_value(columns[f.attname])) for f in fields}

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("nothing is ever deleted")


def _copied(value: Any) -> Any:
    """A column's value as it stands now; only those of JSON can change inside."""
    return json.loads(json.dumps(value)) if isinstance(value, dict | list) else value


def plain(value: Any) -> Any:
    """One column's value as JSON can hold it: bytes as hex, decimals and dates as their text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return value
    adapted = getattr(value, "adapted", None)  # JSON columns arrive wrapped for the database
    if isinstance(adapted, dict | list | str):
        return adapted
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
