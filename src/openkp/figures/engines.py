"""Where expressions run: DuckDB in this process, or Spark. An expression never knows which.

``Engine.tables`` are Ibis tables over the facts; ``Engine.rows`` gives plain rows with exact decimals back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from openkp.figures.tables import TABLES, Facts, whole

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
        return list(self.arrow(expression).to_pylist())

    def close(self) -> None:
        """Let the backend go."""
        self.backend.disconnect()


def duckdb_engine(
    facts: Mapping[str, pa.Table], *, memory: str = "", threads: int = 0, spill: Path | None = None
) -> Engine:
    """DuckDB over Arrow tables in memory. ``memory`` such as "2GB" bounds it; what does not fit goes to ``spill``."""
    settings: dict[str, Any] = {}
    if memory:
        settings["memory_limit"] = memory
    if threads:
        settings["threads"] = threads
    if spill:
        settings["temp_directory"] = str(spill)
    backend = ibis.duckdb.connect(**settings)
    return Engine("duckdb", backend, _loaded(backend, whole(dict(facts))))


def duckdb_lake(directory: Path, *, memory: str = "", threads: int = 0, spill: Path | None = None) -> Engine:
    """DuckDB over a lake: ``directory/<table>/**/*.parquet``; tables that the lake does not have are empty."""
    engine = duckdb_engine({}, memory=memory, threads=threads, spill=spill)
    found = {}
    for name, blank in engine.tables.items():
        files = sorted((directory / name).rglob("*.parquet"))
        found[name] = _view(engine.backend, name, files, directory) if files else blank
    return Engine("duckdb", engine.backend, found)


def _view(backend: Any, name: str, files: Sequence[Path], directory: Path) -> ir.Table:
    """The files as one table of the house's schema; folders such as ``year=2024`` let DuckDB leave files unopened."""
    folders = files[0].relative_to(directory).parts[1:-1]
    parts = [folder.split("=")[0] for folder in folders if "=" in folder]
    kinds = ", ".join(f"{part}: {'INTEGER' if part == 'year' else 'VARCHAR'}" for part in parts)
    options = f", hive_partitioning = true, hive_types = {{{kinds}}}" if parts else ", hive_partitioning = false"
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    backend.con.execute(f"CREATE TEMP VIEW lake_{name} AS FROM read_parquet([{listed}]{options})")
    return backend.table(f"lake_{name}").select(*TABLES[name].names).cast(_schema(name))


def spark_lake(directory: Path) -> Engine:
    """Spark over the same lake, as ``lake.write`` made it. Raises ``ImportError`` without ``openkp[spark]``."""
    engine = spark_engine({})
    found = {}
    for name, blank in engine.tables.items():
        if any((directory / name).rglob("*.parquet")):
            # The folders would be read as columns of Spark's own guess; the files hold every column.
            files = engine.backend._session.read.option("recursiveFileLookup", "true")
            files.parquet(str(directory / name)).createOrReplaceTempView(f"lake_{name}")
            found[name] = engine.backend.table(f"lake_{name}").select(*TABLES[name].names).cast(_schema(name))
        else:
            found[name] = blank
    return Engine("spark", engine.backend, found)


def _schema(name: str) -> ibis.Schema:
    return ibis.schema(TABLES[name])


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
