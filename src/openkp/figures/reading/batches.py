"""Rows gathered into an Arrow table a batch at a time, so that a large file is never held as Python objects."""

from typing import Any

import pyarrow as pa

from openkp.figures.tables import TABLES

_BATCH = 10_000


class Batches:
    """The rows of one fact table, in the order in which they come."""

    def __init__(self, name: str) -> None:
        self._schema = TABLES[name]
        self._rows: list[dict[str, Any]] = []
        self._done: list[pa.RecordBatch] = []

    def add(self, **row: Any) -> None:
        """One row; a column left out is null."""
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._close()

    def table(self) -> pa.Table:
        """All of them."""
        self._close()
        return pa.Table.from_batches(self._done, schema=self._schema)

    def _close(self) -> None:
        if self._rows:
            self._done.append(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
            self._rows = []
