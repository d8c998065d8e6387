"""The lake: fact tables as Parquet files, partitioned by year and Participant, on any disk that both engines reach.

``DIR/<table>/year=2024/participant=AO/*.parquet``, compressed with zstd. The files hold every column of the table, so
the names of the folders only help to find them.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from openkp.figures.tables import TABLES, whole
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

#: What each table calls the year and the Participant of a row; one without a Participant is partitioned by year only.
PARTITIONS = {
    "production": {"year": "year", "participant": "participant"},
    "trade": {"year": "year", "participant": "reporter"},
    "issued": {"year": "year(issued_on)", "participant": "issuer"},
    "notified": {"year": "year(notified_on)", "participant": "destination"},
    "confirmed": {"year": "year(arrived_on)", "participant": "receiver"},
    "stocks": {"year": "year", "participant": "participant"},
    "capacity": {"year": "year", "participant": "participant"},
    "mines": {"year": "year", "participant": "participant"},
    "customs": {"year": "year"},
    "published": {"year": "year"},
}


class NotALake(OpenkpError):
    """The folder holds something else than Parquet files."""

    code = "not-a-lake"
    advice = Sentence(N_("Choose an empty folder, or one that this command wrote."))


def write(facts: Mapping[str, pa.Table], directory: Path) -> dict[str, int]:
    """Write every table that has rows, in place of what the lake held; the number of rows of each. Raises ``NotALake``.

    Every table is written beside the old ones; they take their places when all are whole.
    """
    tables = whole(facts)
    for name in tables:
        _check(directory / name)
    written = {}
    for name, data in tables.items():
        fresh = directory / f".{name}.writing"
        shutil.rmtree(fresh, ignore_errors=True)
        if data.num_rows:
            fresh.mkdir(parents=True)
            _write(name, data, fresh)
            written[name] = data.num_rows
    for name in tables:
        _replace(directory / name, directory / f".{name}.writing")
    return written


def _write(name: str, data: pa.Table, folder: Path) -> None:
    columns = PARTITIONS[name]
    made = ", ".join(f"{what} AS {column}" for column, what in columns.items() if column not in TABLES[name].names)
    with duckdb.connect() as connection:
        connection.register("facts", data)
        connection.execute(
            f"COPY (SELECT *{', ' + made if made else ''} FROM facts) TO '{_quoted(folder)}' "  # noqa: S608
            f"(FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({', '.join(columns)}), WRITE_PARTITION_COLUMNS true, "
            "OVERWRITE_OR_IGNORE true)"
        )


def _quoted(folder: Path) -> str:
    return str(folder).replace("'", "''")


def _check(folder: Path) -> None:
    strangers = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    if strangers:
        sentence = Sentence(N_("%(file)s is no part of a lake."), {"file": str(strangers[0])})
        raise NotALake(sentence)


def _replace(folder: Path, fresh: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if fresh.exists():
        fresh.rename(folder)
