"""Where the whole of the tests writes: in memory where the machine has a file system there.

Thousands of databases come and go, each with every table of a node; on a disk that takes longer than the tests.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # nosec B108: only a directory of our own is used in it
ROOM = 4 << 30
"""Bytes that must be free there: the tests leave about one eighth of it behind until they have ended."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for everything temporary, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="openkp-tests-", dir=in_memory(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def in_memory(memory: Path = MEMORY) -> Path | None:
    """The file system in memory, where it has room and may run programs; nothing where a caller chose a place."""
    if os.environ.get("TMPDIR") or not os.access(memory, os.W_OK):
        return None
    runs_programs = not os.statvfs(memory).f_flag & os.ST_NOEXEC
    return memory if runs_programs and shutil.disk_usage(memory).free >= ROOM else None
