"""Imported files as fact tables. Where two files of one kind hold the same return, the one imported last speaks for it.

So a newer download replaces what it holds, and a file of other years adds to what is there.
"""

import zlib
from collections import OrderedDict
from collections.abc import Collection, Sequence
from hashlib import sha256
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from openkp.figures.reading import Read, read_source
from openkp.figures.tables import Facts
from openkp.registry.statistics.models import SourceFile

#: What a file speaks for as a whole, by fact table: a production return is replaced with all its ways of mining.
KEYS: dict[str, list[str]] = {
    "production": ["participant", "year", "half"],
    "customs": ["reporter", "flow", "hs", "year"],
    "published": ["year", "participant", "flow", "measure", "publisher"],
    "mines": ["mine", "year"],
}
_KEPT = 16  # files read and held in this process; a file never changes, so what was read stays true
_read: "OrderedDict[tuple[bytes, str], Read]" = OrderedDict()
_lock = Lock()


def source_facts(inputs: Collection[str] | None = None) -> Facts:
    """The tables of all imported files; ``inputs`` (SHA-256, hexadecimal) restricts them to those named."""
    files = SourceFile.objects.order_by("id").defer("data")
    reads = [stored(file) for file in files if inputs is None or bytes(file.sha256).hex() in inputs]
    by_table: dict[str, list[pa.Table]] = {}
    for read in reads:
        for name, table in read.facts.items():
            by_table.setdefault(name, []).append(table)
    return {name: latest(tables, KEYS[name]) for name, tables in by_table.items()}


def stored(file: SourceFile) -> Read:
    """What an imported file says, with its defects."""
    key = (bytes(file.sha256), file.kind)
    return _held(key) or _hold(key, zlib.decompress(bytes(file.data)))


def read_bytes(data: bytes, kind: str) -> Read:
    """What these bytes say. Raises ``UnreadableSource``."""
    key = (sha256(data).digest(), kind)
    return _held(key) or _hold(key, data)


def latest(tables: Sequence[pa.Table], key: list[str]) -> pa.Table:
    """One table of many, in order: of each key the rows of the last table that has it."""
    if len(tables) == 1:
        return tables[0]
    whole = pa.concat_tables(
        table.append_column("import", pa.array([place] * len(table), pa.int32())) for place, table in enumerate(tables)
    )
    newest = whole.group_by(key).aggregate([("import", "max")])
    joined = whole.join(newest, keys=key, join_type="inner")
    kept = joined.filter(pc.equal(joined["import"], joined["import_max"]))
    return kept.sort_by([("import", "ascending"), ("record", "ascending")]).select(tables[0].column_names)


def _held(key: tuple[bytes, str]) -> Read | None:
    with _lock:
        if key in _read:
            _read.move_to_end(key)
        return _read.get(key)


def _hold(key: tuple[bytes, str], data: bytes) -> Read:
    read = read_source(data, kind=key[1])
    with _lock:
        _read[key] = read
        while len(_read) > _KEPT:
            _read.popitem(last=False)
    return read
