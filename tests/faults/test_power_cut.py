"""G2: the power fails in the midst of writing, thousands of times; nothing that was acknowledged is lost.

The statements that this program sends to SQLite while it issues certificates are recorded once. They are played
again through a file system that forgets what was not yet synced, keeps a random half of it, and tears every fifth
write. With ``synchronous=NORMAL`` the same must lose something: otherwise the file system would prove nothing.

``OPENKP_POWER_CUTS`` sets the number of cuts (default 5,000; 100,000 every night).
"""

import os
import random
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

apsw = pytest.importorskip("apsw", reason="no APSW: install requirements/tools.txt")

from openkp.cli.checks.scratch import in_memory  # noqa: E402
from openkp.registry.certificates.operations.validate import validate  # noqa: E402
from openkp.scheme.life import Status  # noqa: E402
from tests.factories import NOW, application_at, node  # noqa: E402

CUTS = int(os.environ.get("OPENKP_POWER_CUTS", "5000"))
PER_RUN = 4  # certificates issued before the power goes
TORN = 0.2


class Disk(apsw.VFS):
    """What a disk holds for certain, and what it was only asked to hold."""

    def __init__(self):
        super().__init__("openkp-disk", "")
        self.synced, self.pending = {}, []

    def xOpen(self, name, flags):
        return DiskFile(self, name, flags)

    def xDelete(self, name, sync):
        self.synced.pop(str(name), None)
        self.pending = [write for write in self.pending if write[0] != str(name)]
        super().xDelete(name, sync)

    def sync(self, name):
        for write in self.pending:
            if write[0] == name:
                put(self.synced.setdefault(name, bytearray()), write)
        self.pending = [write for write in self.pending if write[0] != name]

    def after_the_cut(self, chance):
        """The files as the power left them: what was synced, and a random half of the rest, some of it torn."""
        files = {name: bytearray(content) for name, content in self.synced.items()}
        for name, at, data in self.pending:
            if chance.random() < 0.5:
                continue
            torn = data[: chance.randrange(len(data))] if data and chance.random() < TORN else data
            put(files.setdefault(name, bytearray()), (name, at, torn))
        return files


class DiskFile(apsw.VFSFile):
    """One file on it."""

    def __init__(self, disk, name, flags):
        super().__init__("", name, flags)
        self.disk, self.name = disk, str(name.filename() if hasattr(name, "filename") else name)

    def xWrite(self, data, at):
        self.disk.pending.append((self.name, at, bytes(data)))
        super().xWrite(data, at)

    def xTruncate(self, size):
        self.disk.pending.append((self.name, -size - 1, b""))
        super().xTruncate(size)

    def xSync(self, flags):
        self.disk.sync(self.name)
        super().xSync(flags)


def put(content, write):
    """Do one write: a negative place means to cut the file there."""
    _, at, data = write
    if at < 0:
        del content[-at - 1 :]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


@pytest.fixture(scope="module")
def recording(module_database, tmp_path_factory):
    """The database before, and for each certificate the number and the statements that issued it."""
    if connection.vendor != "sqlite":
        pytest.skip("this is about SQLite's files; PostgreSQL answers for its own")
    here = node()
    waiting = [application_at(Status.PREPARED, here) for _ in range(PER_RUN)]
    before = tmp_path_factory.mktemp("before") / "node.sqlite3"
    with closing(sqlite3.connect(before)) as copy:
        connection.connection.backup(copy)
    story = []
    for application in waiting:
        statements = []
        connection.connection.set_trace_callback(statements.append)
        certificate = validate(application.pk, actor=here.actor("validating"), at=NOW)
        connection.connection.set_trace_callback(None)
        story.append((certificate.number, [each for each in statements if not each.startswith("--")]))
    return before.read_bytes(), story


@pytest.fixture(scope="module")
def disk():
    return Disk()


def cut(disk, recording, seed, synchronous):
    """Issue until the power fails, start again; what is wrong then: acknowledged numbers lost, a file damaged."""
    before, story = recording
    chance = random.Random(seed)
    disk.synced, disk.pending = {}, []
    # In memory: what is durable is what the disk above says, not what the machine's own disk does.
    with tempfile.TemporaryDirectory(dir=in_memory()) as folder:
        path = Path(folder, "node.sqlite3")
        path.write_bytes(before)
        disk.synced[str(path)] = bytearray(before)
        acknowledged = issue(path, story, chance, synchronous, disk)
        files = disk.after_the_cut(chance)
        return look(Path(folder, "after"), files, acknowledged)


def issue(path, story, chance, synchronous, disk):
    """Play the statements; the power fails before a random one. The numbers whose last commit came back."""
    database = apsw.Connection(str(path), vfs="openkp-disk")
    for pragma in ("locking_mode=exclusive", "journal_mode=WAL", f"synchronous={synchronous}"):
        database.execute(f"PRAGMA {pragma}").fetchall()
    acknowledged = []
    left = chance.randrange(1, sum(len(statements) for _, statements in story) + 1)
    for number, statements in story:
        for statement in statements[:left]:
            database.execute(statement).fetchall()
        left -= len(statements)
        if left < 0:
            break
        acknowledged.append(number)
    kept = list(disk.pending), {name: bytearray(content) for name, content in disk.synced.items()}
    database.close()  # what closing still writes does not count: the power is gone
    disk.pending, disk.synced = kept
    return acknowledged


def look(folder, files, acknowledged):
    folder.mkdir()
    for name, content in files.items():
        if not name.endswith("-shm"):
            (folder / Path(name).name).write_bytes(content)
    with closing(sqlite3.connect(folder / "node.sqlite3")) as database:
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return "damaged"
        issued = {number for (number,) in database.execute("SELECT number FROM certificates_certificate")}
        notices = {subject for (subject,) in database.execute("SELECT subject FROM post_outgoing")}
        size, entries = database.execute(
            "SELECT size, (SELECT count(*) FROM journal_entry) FROM journal_head"
        ).fetchone()
    if not issued.issuperset(acknowledged):
        return "lost"
    if notices != {f"certificate:{number}" for number in issued} or size != entries:
        return "half done"
    return "whole"


def test_a_power_cut_loses_nothing_that_was_acknowledged(disk, recording):
    found = Counter(cut(disk, recording, seed, "FULL") for seed in range(CUTS))
    assert found == {"whole": CUTS}


def test_the_same_cuts_lose_something_where_syncing_is_left_out(disk, recording):
    """The negative control: a simulator that finds nothing here would find nothing at all."""
    found = Counter(cut(disk, recording, seed, "NORMAL") for seed in range(60))
    assert found["lost"] > 30, found
    assert found["damaged"] == 0


def test_a_node_runs_with_what_was_tried_here(own_database):
    """What keeps a node safe is what the cuts were made with."""
    if connection.vendor != "sqlite":
        pytest.skip("this is about SQLite's files; PostgreSQL answers for its own")
    with connection.cursor() as cursor:
        settings = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]
