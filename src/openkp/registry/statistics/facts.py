"""The fact tables of this node: imported files, filings and certificates together."""

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from openkp.figures.engines import duckdb_lake
from openkp.figures.tables import TABLES, Facts, whole
from openkp.registry.statistics.certificate_facts import certificate_facts
from openkp.registry.statistics.filing_facts import filing_facts, filing_sources
from openkp.registry.statistics.models import SourceFile
from openkp.registry.statistics.source_facts import source_facts


def node_facts(inputs: Collection[str] | None = None, world: str = "real", *, private: bool = True) -> Facts:
    """Everything this node knows as fact tables; ``inputs`` (hashes) restricts it to the files and filings named.

    Without ``private``, what a Participant keeps to itself is left out, as it must be wherever others look.

    Certificates move on every day, so what is restricted has none. ``world`` "synthetic" reads the lake in the node's
    directory instead.
    """
    if world == "synthetic":
        return lake_facts()
    if inputs is None:
        return joined(*own_word_first(source_facts(), filing_facts(private=private)), certificate_facts())
    named = frozenset(inputs)
    return joined(*own_word_first(source_facts(named), filing_facts(named, private=private)))


def own_word_first(imported: Facts, filed: Facts) -> tuple[Facts, Facts]:
    """Both, without the imported records of a Participant's half-year for which it filed a signed return itself.

    A file tells what was filed elsewhere; counted beside the return it would be counted twice.
    """
    said = {(row["participant"], row["year"], row["half"]) for row in filed["production"].to_pylist()}
    if not said or "production" not in imported:
        return imported, filed
    rows = imported["production"]
    keys = zip(*(rows[name].to_pylist() for name in ("participant", "year", "half")), strict=True)
    return {**imported, "production": rows.filter(pa.array([key not in said for key in keys], pa.bool_()))}, filed


def sources() -> list[str]:
    """The hashes of every file and filing that published figures are made of now, in order."""
    files = (bytes(digest).hex() for digest in SourceFile.objects.values_list("sha256", flat=True))
    return sorted([*files, *filing_sources()])


def joined(*parts: Facts) -> Facts:
    """Several sets of tables as one."""
    found = {}
    for name in TABLES:
        tables = [part[name] for part in parts if name in part]
        if tables:
            found[name] = pa.concat_tables(tables)
    return whole(found)


def lake() -> Path:
    """Where a node keeps the Parquet files of a synthetic world."""
    return Path(settings.OPENKP_HOME) / "lake"


def lake_facts() -> Facts:
    """The lake of this node as fact tables."""
    engine = duckdb_lake(lake())
    try:
        return whole({name: engine.arrow(rows).cast(TABLES[name]) for name, rows in engine.tables.items()})
    finally:
        engine.close()
