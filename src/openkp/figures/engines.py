"""Where expressions run: DuckDB in this process, or Spark. An expression never knows which.

``Engine.tables`` are Ibis tables over the facts; ``Engine.rows`` gives plain rows with exact decimals back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from openkp.figures.tables import Facts, whole

Tables = dict[str, ir.Table]


@dataclass(frozen=True)
class Engine:
    """One backend with the fact tables in it."""

    name: str
    backend: Any
    tables: Tables

    def arrow(self, expression: ir.Table) -> pa.Table:
        """What the expression gives, as Arrow."""
        return self.backend.to_pyarrow(expression)

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """What the expression gives, as plain rows."""
        return self.arrow(expression).to_pylist()

    def close(self) -> None:
        """Let the backend go."""
        self.backend.disconnect()


def duckdb_engine(facts: Mapping[str, pa.Table], *, memory: str = "", threads: int = 0) -> Engine:
    """DuckDB over Arrow tables in memory. ``memory`` such as "2GB" bounds it."""
    settings: dict[str, Any] = {}
    if memory:
        settings["memory_limit"] = memory
    if threads:
        settings["threads"] = threads
    backend = ibis.duckdb.connect(**settings)
    return Engine("duckdb", backend, _loaded(backend, whole(dict(facts))))


def duckdb_lake(directory: Path, *, memory: str = "", threads: int = 0) -> Engine:
    """DuckDB over a lake: ``directory/<table>/**/*.parquet``; tables that the lake does not have are empty."""
    engine = duckdb_engine({}, memory=memory, threads=threads)
    found = {}
    for name, blank in engine.tables.items():
        files = sorted((directory / name).rglob("*.parquet"))
        found[name] = (
            engine.backend.read_parquet([str(f) for f in files], table_name=f"lake_{name}").select(*blank.columns)
            if files
            else blank
        )
    return Engine("duckdb", engine.backend, found)


def spark_engine(facts: Mapping[str, pa.Table]) -> Engine:
    """Spark in local mode over the same tables. Needs the extra ``openkp[spark]`` and Java; raises ``ImportError``."""
    from openkp.figures.spark import session

    backend = ibis.pyspark.connect(session())
    return Engine("spark", backend, _loaded(backend, whole(dict(facts))))


def _loaded(backend: Any, facts: Facts) -> Tables:
    if backend.name == "duckdb":
        for name, data in facts.items():
            backend.con.register(name, data)  # no copy: DuckDB reads the Arrow table where it lies
        return {name: backend.table(name) for name in facts}
    for name, data in facts.items():
        backend._session.createDataFrame(data).createOrReplaceTempView(name)
    return {name: backend.table(name) for name in facts}
