"""G3, G4: the disk is full, or it fails: nothing is half done, the answer says so, and it goes on when it can.

``OPENKP_SYNCS=all`` lets every one of the first sixty syncs fail, in both ways.
"""

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from openkp.portal.site.problems import answer_for

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def may(*command):
    """Whether this machine lets us do that."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(
    not may("unshare", "--mount", "--map-root-user", "true") and not may("unshare", "--mount", "true"),
    reason="no disk of our own: this machine forbids mount namespaces",
)
@pytest.mark.parametrize("megabytes", [12, 24])
def test_a_full_disk_is_told_and_nothing_is_half_done(tmp_path, megabytes):
    disk = tmp_path / "disk"
    disk.mkdir()
    own = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    command = [*own, sys.executable, "-m", "tests.faults.full_disk", str(disk), str(megabytes)]
    ended = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["answers"], "the disk was never full"
    assert {(status, code) for status, code in told["answers"]} <= {(507, "no-room"), (409, "is-signing")}
    assert [507, "no-room"] in told["answers"]
    assert told["verifies while full"] and told["whole while full"]
    assert told["lost"] == []
    assert told["issued"] == told["asked"]
    assert told["whole"]


def test_whoever_notices_first_the_answer_is_the_same():
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    wrapped = RuntimeError("while saving")
    wrapped.__cause__ = full
    for error in (OSError(errno.ENOSPC, "no space"), OSError(errno.EDQUOT, "quota"), full, wrapped):
        assert (answer_for(error).status, answer_for(error).code) == (507, "no-room")


STRACE = ("strace", "-f", "-qq", "-o", "/dev/null")


SOME = [("EIO", 1), ("EIO", 2), ("EIO", 5), ("ENOSPC", 3)]
EVERY = [(fault, call) for fault in ("EIO", "ENOSPC") for call in range(1, 61)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A node with applications that wait, on a good disk."""
    folder = tmp_path_factory.mktemp("made")
    assert failing_disk(folder, "make").returncode == 0
    return folder


def failing_disk(folder, task, *before):
    environment = {**ENVIRONMENT, "OPENKP_HOME": str(folder), "TASK": task}
    command = [*before, sys.executable, "-m", "tests.faults.failing_disk"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not may(*STRACE, "true"), reason="no strace, or this machine forbids tracing")
@pytest.mark.parametrize(("fault", "call"), EVERY if os.environ.get("OPENKP_SYNCS") == "all" else SOME)
def test_a_sync_that_fails_is_never_acknowledged(made, tmp_path, fault, call):
    """The disk refuses the nth sync and all after it; started again on a good disk, what was acknowledged is there."""
    home = shutil.copytree(made, tmp_path / "home")
    inject = f"inject=fdatasync,fsync:error={fault}:when={call}+"
    failed = failing_disk(home, "issue", *STRACE, "-e", "trace=fdatasync,fsync", "-e", inject)
    assert failed.returncode in (7, 0 if call > 12 else 7), failed.stderr  # or there were not that many
    acknowledged = re.findall(r"SL\w+", failed.stdout)
    looked = failing_disk(home, "look")
    assert looked.returncode == 0, looked.stderr
    told = json.loads(looked.stdout)
    assert set(acknowledged) <= set(told["issued"])
    assert told["whole"] and len(set(told["issued"])) == len(told["issued"]) == 6
