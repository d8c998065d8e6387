"""The mirror of n issued certificates against 0.98 n confirmed ones, by issuer, destination, quarter and subheading.

Ours: ``figures.mirror.pairs`` through Ibis on DuckDB, over Parquet on disk, in 1,500 MB. Baseline: SQL written by hand
for DuckDB with the same limits: both sides filtered and summed first, then joined. Beside them what a user would write
in pandas (up to 10 million rows, as it holds everything in memory) and polars, the same Ibis expression on Spark local,
and up to 10 million rows the mirror certificate by certificate. Each runs in a process of its own, baseline and ours in
turns; the clock runs from the open connection to the fetched rows, for DuckDB the compilation by Ibis included. All
must give the same answer.
"""

import gc
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROWS = 1_000_000
MOST_IN_MEMORY = 10_000_000
MEMORY = "1500MB"
DAY = date(2024, 12, 31)
KEYS = ("issuer", "destination", "year", "quarter", "hs")
COLUMNS = KEYS + tuple(
    f"{what}_{side}" for side in ("issued", "confirmed") for what in ("certificates", "carats", "usd")
)

ISSUED = """
COPY (
    SELECT ['SL','AO','BW','RU','ZA','NA','CD','CA'][1 + (hash(i) % 8)::INTEGER] || lpad(i::VARCHAR, 10, '0') AS number,
        1::INTEGER AS line, number[:2] AS issuer,
        ['EU','IN','AE','IL','CN','US'][1 + (hash(i + 1) % 6)::INTEGER] AS destination,
        DATE '2024-01-01' + (i % 366)::INTEGER AS issued_on, issued_on + 60 AS expires_on,
        ['7102.10','7102.21','7102.31'][1 + (i % 3)::INTEGER] AS hs, issuer AS origin,
        ((hash(i + 2) % 1000000 + 1) / 100)::DECIMAL(18, 2) AS carats,
        ((hash(i + 3) % 100000000 + 1) / 100)::DECIMAL(18, 2) AS usd,
        CASE WHEN hash(i + 4) % 200 = 0 THEN 'void' ELSE 'confirmed' END AS status,
        NULL::VARCHAR AS exporter, NULL::VARCHAR AS importer, NULL::VARCHAR AS predecessor, NULL::VARCHAR AS source
    FROM range({first}, {last}) numbers(i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
CONFIRMED = """
COPY (
    SELECT number, line, issuer, destination AS receiver, issued_on + (hash(number) % 20)::INTEGER AS arrived_on,
        arrived_on + 2 AS confirmed_on, CASE WHEN hash(number) % 500 = 1 THEN 'refused' ELSE 'accepted' END AS outcome,
        hs, (carats + CASE WHEN hash(number) % 100 = 2 THEN 0.01 ELSE 0 END)::DECIMAL(18, 2) AS carats, usd, source
    FROM read_parquet('{issued}') WHERE hash(number) % 50 <> 0
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
BY_PAIR = """
WITH i AS (
    SELECT coalesce(issuer, '') AS issuer, coalesce(destination, '') AS destination, year(issued_on) AS year,
        quarter(issued_on) AS quarter, coalesce(hs, '') AS hs, count(*) AS n, sum(carats) AS c, sum(usd) AS u
    FROM read_parquet('{issued}')
    WHERE coalesce(status, '') NOT IN ('void', 'replaced', 'technical', 'expired_unused') GROUP BY ALL
), f AS (
    SELECT coalesce(issuer, '') AS issuer, coalesce(receiver, '') AS destination, year(arrived_on) AS year,
        quarter(arrived_on) AS quarter, coalesce(hs, '') AS hs, count(*) AS n, sum(carats) AS c, sum(usd) AS u
    FROM read_parquet('{confirmed}') WHERE coalesce(outcome, '') NOT IN ('refused', 'detained') GROUP BY ALL
)
SELECT issuer, destination, year, quarter, hs, i.n, i.c, i.u, f.n, f.c, f.u
FROM i FULL OUTER JOIN f USING (issuer, destination, year, quarter, hs)
"""
BY_CERTIFICATE = """
WITH i AS (
    SELECT number, min(issuer) AS issuer, min(destination) AS destination, min(status) AS status,
        count(*) FILTER (line = 1) AS papers, sum(carats) AS c, sum(usd) AS u FROM read_parquet('{issued}') GROUP BY ALL
), f AS (
    SELECT number, min(issuer) AS issuer, min(receiver) AS destination, min(outcome) AS outcome,
        count(*) FILTER (line = 1) AS papers, sum(carats) AS c, sum(usd) AS u
    FROM read_parquet('{confirmed}') GROUP BY ALL
)
SELECT coalesce(i.issuer, f.issuer, '') AS issuer, coalesce(i.destination, f.destination, '') AS destination,
    CASE WHEN i.papers > 1 OR f.papers > 1 THEN 'repeated' WHEN i.papers IS NULL THEN 'unknown-to-issuer'
        WHEN coalesce(status, '') IN ('void', 'replaced', 'technical', 'expired_unused') THEN 'not-counted'
        WHEN f.papers IS NULL THEN 'unconfirmed'
        WHEN coalesce(outcome, '') IN ('refused', 'detained') THEN 'not-imported'
        WHEN i.c = f.c AND i.u = f.u THEN 'matched' ELSE 'differs' END AS state,
    count(*) AS certificates, sum(i.c) AS carats, sum(i.u) AS usd, sum(f.c) AS carats_found, sum(f.u) AS usd_found
FROM i FULL OUTER JOIN f USING (number) GROUP BY ALL
"""
STATE_COLUMNS = ("issuer", "destination", "state", "certificates", "carats", "usd", "carats_found", "usd_found")


def measure(*, rounds: int, rows: int) -> dict[str, Any]:
    """Seconds and peak memory of every way, at ``rows`` issued certificates."""
    rows = rows or ROWS
    directory = Path(tempfile.mkdtemp(prefix="openkp-mirror-"))
    try:
        generate(directory, rows)
        return compared(directory, rounds or 3, rows)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def compared(directory: Path, rounds: int, rows: int) -> dict[str, Any]:
    """Baseline and ours in turns, then the others; every answer is the same."""
    turns: dict[str, list[dict[str, Any]]] = {"ibis": [], "sql": []}
    for _ in range(rounds):
        for name, found in turns.items():
            found.append(alone(name, directory))
    others = ["polars", "spark"]
    if rows <= MOST_IN_MEMORY:
        others = ["pandas", *others, "certificates_ibis", "certificates_sql"]
    table = [summed(name, found) for name, found in turns.items()]
    table += [summed(name, [alone(name, directory)]) for name in others]
    for kind in (False, True):
        answers = {row["answer"] for row in table if row["step"].startswith("certificates") is kind}
        assert len(answers) <= 1, table
    ours, baseline = table[0], table[1]
    return {
        "ratio": round(baseline["seconds"] / ours["seconds"], 3),
        "aim": 0.8,
        "unit": "s",
        "ours": ours["seconds"],
        "ours_name": f"figures.mirror.pairs of {rows:,} issued and 98 % confirmed, Ibis on DuckDB, {MEMORY}",
        "baseline": baseline["seconds"],
        "baseline_name": "DuckDB SQL written by hand, the same Parquet files and limits",
        "rows": table,
    }


def summed(name: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """One line: the medians of the seconds and of the processor's seconds, the most memory."""
    if "failed" in found[0]:
        raise SystemExit(f"{name}: {found[0]['failed']}")
    return {
        "step": name,
        "seconds": round(statistics.median(each["seconds"] for each in found), 3),
        "cpu": round(statistics.median(each["cpu"] for each in found), 2),
        "peak_mb": max(each["peak_mb"] for each in found),
        "answer": found[0]["answer"],
    }


def alone(name: str, directory: Path) -> dict[str, Any]:
    """One way in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, name, str(directory)], capture_output=True, text=True, env=surroundings()
    )
    if done.returncode:
        return {"failed": done.stderr[-2000:]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def surroundings() -> dict[str, str]:
    """Where the processes find the project."""
    root = Path(__file__).resolve().parents[1]
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}


def generate(directory: Path, rows: int) -> None:
    """Both sides as Parquet, the same from one run to the next, a part at a time."""
    import duckdb

    part = 5_000_000
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(directory / "spill")}) as connection:
        for name in ("issued", "confirmed"):
            (directory / "lake" / name).mkdir(parents=True)
        for number, first in enumerate(range(0, rows, part)):
            issued, confirmed = (directory / "lake" / name / f"{number}.parquet" for name in ("issued", "confirmed"))
            connection.execute(ISSUED.format(first=first, last=min(first + part, rows), path=issued))
            connection.execute(CONFIRMED.format(issued=issued, path=confirmed))


# Every way: given the directory, what to time; it gives rows of COLUMNS or STATE_COLUMNS.


def files(directory: Path, name: str) -> str:
    return str(directory / "lake" / name / "*.parquet")


def ibis_engine(directory: Path) -> Any:
    from openkp.figures.engines import duckdb_lake

    return duckdb_lake(directory / "lake", memory=MEMORY, spill=directory / "spill")


def ibis(directory: Path) -> Callable[[], Any]:
    engine = ibis_engine(directory)
    return lambda: pairs_on(engine)


def pairs_on(engine: Any) -> Any:
    from openkp.figures import mirror
    from openkp.scheme.reconciliation import reconciliation

    return plain(engine.rows(mirror.pairs(engine, rule=reconciliation(DAY))), COLUMNS)


def certificates_ibis(directory: Path) -> Callable[[], Any]:
    from openkp.figures import mirror
    from openkp.scheme.reconciliation import reconciliation

    engine, rule = ibis_engine(directory), reconciliation(DAY)
    return lambda: plain(engine.rows(mirror.states(engine, rule=rule)), STATE_COLUMNS)


def sql(directory: Path) -> Callable[[], Any]:
    return by_hand(directory, BY_PAIR)


def certificates_sql(directory: Path) -> Callable[[], Any]:
    return by_hand(directory, BY_CERTIFICATE)


def by_hand(directory: Path, query: str) -> Callable[[], Any]:
    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(directory / "spill")})
    asked = query.format(issued=files(directory, "issued"), confirmed=files(directory, "confirmed"))
    return lambda: connection.execute(asked).fetchall()


def polars(directory: Path) -> Callable[[], Any]:
    import polars as pl

    def side(name: str, day: str, to: str, left_out: Any) -> Any:
        rows = pl.scan_parquet(files(directory, name)).filter(~left_out)
        keys = ["issuer", pl.col(to).alias("destination"), pl.col(day).dt.year().alias("year")]
        keys += [pl.col(day).dt.quarter().alias("quarter"), "hs"]
        sums = [pl.len().alias("certificates"), pl.col("carats").sum(), pl.col("usd").sum()]
        return rows.group_by(keys).agg(sums)

    def run() -> Any:
        void = pl.col("status").is_in(["void", "replaced", "technical", "expired_unused"])
        refused = pl.col("outcome").is_in(["refused", "detained"])
        left = side("issued", "issued_on", "destination", void)
        right = side("confirmed", "arrived_on", "receiver", refused)
        return left.join(right, on=list(KEYS), how="full", coalesce=True).collect(engine="streaming").rows()

    return run


def pandas(directory: Path) -> Callable[[], Any]:
    import pandas as pd
    import pyarrow.parquet as pq

    def side(name: str, day: str, to: str, column: str, left_out: list[str]) -> Any:
        chosen = ["issuer", to, day, "hs", column, "carats", "usd"]
        frame = pq.read_table(directory / "lake" / name, columns=chosen)
        for place, amount in ((5, "carats"), (6, "usd")):
            frame = frame.set_column(place, amount, frame[amount].cast("float64"))
        rows = frame.to_pandas(date_as_object=False)
        rows = rows[~rows[column].isin(left_out)].rename(columns={to: "destination"})
        rows["year"], rows["quarter"] = rows[day].dt.year, rows[day].dt.quarter
        return rows.groupby(list(KEYS)).agg(certificates=("usd", "size"), carats=("carats", "sum"), usd=("usd", "sum"))

    def run() -> Any:
        void = ["void", "replaced", "technical", "expired_unused"]
        left = side("issued", "issued_on", "destination", "status", void)
        right = side("confirmed", "arrived_on", "receiver", "outcome", ["refused", "detained"])
        both = left.join(right, how="outer", lsuffix="_issued", rsuffix="_confirmed").reset_index()
        both = both.astype(object).where(pd.notna(both), None)
        return list(both[list(COLUMNS)].itertuples(index=False, name=None))

    return run


def spark(directory: Path) -> Callable[[], Any]:
    from openkp.figures.engines import spark_lake

    engine = spark_lake(directory / "lake")
    return lambda: pairs_on(engine)


WAYS = {each.__name__: each for each in (ibis, sql, polars, pandas, spark, certificates_ibis, certificates_sql)}


def plain(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in rows]


def answer(rows: list[tuple[Any, ...]]) -> str:
    """What the rows say, in any order, to the cent (pandas added them up as binary numbers)."""
    spelled = sorted("|".join(spell(value) for value in row) for row in rows)
    return hashlib.sha256("\n".join(spelled).encode()).hexdigest()[:12] + f"/{len(rows)}"


def spell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return str(value)
    return f"{value:.2f}"


def peak_mb() -> int:
    """The most memory that this process and those it waited for ever held."""
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return int((own + others) // 1024)


def stop_spark() -> None:
    """Let the Java process end, so that its memory is counted."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway = SparkContext._gateway
    SparkSession.active().stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(60)


def main(name: str, directory: Path) -> None:
    """One way, timed."""
    run = WAYS[name](directory)
    gc.disable()
    began, worked = time.perf_counter(), time.process_time()
    rows = run()
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    if name == "spark":
        stop_spark()
        java = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = java.ru_utime + java.ru_stime  # with its start, which cannot be told apart
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak_mb(), "answer": answer(rows)}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
