"""The demonstration as one types it: the whole way by itself, and its processes, which never outlive it."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

SRC = Path(__file__).resolve().parents[3] / "src"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


def command(*words):
    return [sys.executable, "-m", "openkp", "demo", *words]


def environment():
    return {**os.environ, "PYTHONPATH": str(SRC)}


def processes_of(directory):
    """Every process that was told to keep a node in ``directory``, but zombies: pid to words."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if f"OPENKP_HOME={directory}/".encode() not in (entry / "environ").read_bytes():
                continue
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if words:
            found[int(entry.name)] = words
    return found


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def heeding_the_keyboard():
    """A shell lets what it starts in the background ignore Ctrl-C, tests and all that they start too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def started(directory, *words):
    """A demonstration at work, and what it told; killed at the end if it still is."""
    with (
        (directory.parent / "stderr").open("a") as errors,
        subprocess.Popen(
            command("--keep", str(directory), "--json", *words),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            preexec_fn=heeding_the_keyboard,
        ) as process,
    ):
        told = ""
        try:
            for line in process.stdout:
                told += line
                if line == "}\n":
                    break
            else:
                pytest.fail(f"it ended: {(directory.parent / 'stderr').read_text()[-500:]}")
            yield process, json.loads(told)
        finally:
            process.kill()


def state_of(pid):
    """What the system knows of a process that should have ended."""
    return Path(f"/proc/{pid}/status").read_text() + Path(f"/proc/{pid}/wchan").read_text()


def answers(told):
    return [httpx.get(f"{address}/bundle", trust_env=False).status_code for address in told["addresses"].values()]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The whole way, played by itself: its directory, how the command ended and after how many seconds."""
    directory, begun = tmp_path_factory.mktemp("played"), time.monotonic()
    done = subprocess.run(
        command("--once", "--json", "--keep", str(directory)), env=environment(), capture_output=True, text=True
    )
    return directory, done, time.monotonic() - begun


def test_the_whole_way_by_itself(played):
    directory, done, seconds = played
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert (done.returncode, told["ok"]) == (0, True)
    if os.getloadavg()[0] < 2 * os.cpu_count():  # on a machine that is not busy with other things
        assert seconds < 120
    assert len(told["published"]) == 8
    assert all(row["equal"] and row["certificates"] for row in told["published"].values())
    names = "certificate.kpc certificate.pdf certificate-qr.png voided.kpc received.kpc stranger.kpc expired.kpc"
    assert all((directory / name).stat().st_size for name in [*names.split(), "trust.bundle"])
    assert {part: row["exit"] for part, row in told["audits"].items()} == {
        "sierra-leone": 0,
        "antwerp": 0,
        "secretariat": 0,
    }
    assert processes_of(directory) == {}


def test_children_come_back_and_never_stay_behind(played):
    directory, errors = played[0], played[0].parent / "stderr"
    with started(directory, "--continue") as (_, told):
        assert answers(told) == [200, 200, 200]
        assert len([words for words in processes_of(directory).values() if " work " in words]) == 3

        time.sleep(4)  # a child that ends at once is not started again
        port = told["ports"]["antwerp"]
        server = min(pid for pid, words in processes_of(directory).items() if f"--port {port}" in words)
        os.kill(server, signal.SIGKILL)
        assert until(lambda: "“serve” of antwerp had ended" in errors.read_text())
        assert until(lambda: server not in processes_of(directory) and _answers(told["addresses"]["antwerp"]))
    # The block above ends with SIGKILL: nothing was cleaned up by hand.
    assert until(lambda: processes_of(directory) == {}), processes_of(directory)

    with started(directory, "--continue") as (again, told_again):
        assert told_again["addresses"] == told["addresses"]
        assert answers(told_again) == [200, 200, 200]
        again.send_signal(signal.SIGINT)
        assert until(lambda: again.poll() is not None, 60), f"{errors.read_text()[-1000:]}\n{state_of(again.pid)}"
        assert again.returncode == 0
    assert processes_of(directory) == {}


def _answers(address):
    try:
        return httpx.get(f"{address}/bundle", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_stopped_while_the_past_is_told(tmp_path):
    process = subprocess.Popen(
        command("--keep", str(tmp_path / "demo")), env=environment(), stderr=subprocess.PIPE, text=True
    )
    with process:
        assert until(lambda: (tmp_path / "demo" / "antwerp" / "node.sqlite3").exists())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()
    assert until(lambda: processes_of(tmp_path / "demo") == {})
    again = subprocess.run(
        command("--keep", str(tmp_path / "demo"), "--continue"), env=environment(), capture_output=True, text=True
    )
    assert "There is no demonstration" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--once", "--continue"), "exclude each other"),
        (("--code", "an", "--keep", "nowhere"), "There is no demonstration"),
        (("--continue", "--keep", "nowhere"), "There is no demonstration"),
        (("--once", "--keep", "full"), "is not empty"),
    ],
)
def test_what_cannot_be_is_said(tmp_path, words, said):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("mine")
    done = subprocess.run(command(*words), cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "full" / "letter").read_text() == "mine"
