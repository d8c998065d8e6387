"""Reading rows that somebody may have damaged: what cannot be read is told, and the rest is read on."""

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

#: What a column raises that holds something else than its type, here or where it is used.
DAMAGED = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, DatabaseError, ValidationError)
CHUNK = 500


def readable(rows: QuerySet[Row, Row]) -> Iterator[tuple[int, Row | None]]:
    """The key of every row of ``rows`` in their order, each with the row, or ``None`` where it cannot be read."""
    keys = rows.values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    while chunk := list(islice(keys, CHUNK)):
        yield from _chunk(rows, chunk)


def _chunk(rows: QuerySet[Row, Row], keys: list[int]) -> Iterator[tuple[int, Row | None]]:
    found: dict[int, Row | None]
    try:
        found = {row.pk: row for row in rows.filter(pk__in=keys)}
    except DAMAGED:
        found = {key: _single(rows, key) for key in keys}
    for key in keys:
        yield key, found.get(key)


def _single(rows: QuerySet[Row, Row], key: int) -> Row | None:
    try:
        return rows.filter(pk=key).first()
    except DAMAGED:
        return None
