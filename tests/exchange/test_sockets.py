"""Two nodes as people run them: own directories, own processes, real sockets; and processes killed in the middle."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.exchange.world import on_postgresql

pytestmark = pytest.mark.skipif(
    on_postgresql(), reason="the nodes of this test are on SQLite, whatever the tests run on"
)
ROOT = Path(__file__).parents[2]
PATIENCE = 60
FAULT = {"OPENKP_FAULT": "during-inbox", "OPENKP_FAULT_KEY": "this-node-may-be-killed-by-tests"}


class Machine:
    """One node's directory, its commands and its processes."""

    def __init__(self, folder: Path, code: str, port: int) -> None:
        self.code, self.home, self.port = code, folder / code, port
        self.processes: list[subprocess.Popen] = []

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENKP", "DJANGO"))}
        paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        return kept | {"OPENKP_HOME": str(self.home), "PYTHONPATH": paths, "PYTHONWARNINGS": "error"} | more

    def run(self, *words: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *map(str, words)], env=self.environment(), cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def openkp(self, *words: object) -> str:
        return self.run("openkp", *words)

    def start(self, *words: object, **more: str) -> subprocess.Popen:
        log = (self.home / f"{words[0]}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "openkp", *map(str, words)],
            env=self.environment(**more),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.processes.append(process)
        return process

    def serve(self, **more: str) -> subprocess.Popen:
        process = self.start("serve", "--port", self.port, **more)
        wait(lambda: self._answers(), f"{self.code} to answer")
        return process

    def _answers(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def rows(self, sql: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.home}/node.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()


def kill(process: subprocess.Popen) -> None:
    """The whole process group, at once and without a word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait(what, name: str) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, f"waited {PATIENCE} s for {name}"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Sierra Leone and Antwerp, set up by the commands that an operator types."""
    folder = tmp_path_factory.mktemp("nodes")
    made = {}
    for code, authority in (("SL", "SL-NMA"), ("EU", "EU-ANT")):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        made[code] = Machine(folder, code, port)
        who = ("--participant", code, "--authority", authority, "--name", f"Authority of {code}")
        made[code].openkp("node", "init", "--profile", "specimen", *who, "--base-url", f"http://127.0.0.1:{port}")
        (folder / f"{code}.json").write_text(made[code].openkp("node", "member", code))
    everybody = made.values()
    trust = folder / "list.kpt"
    members = [folder / f"{each.code}.json" for each in everybody]
    options = ("--threshold", 2, "--profile", "specimen", "-o", trust)
    made["SL"].openkp("node", "trust", "compose", *members, *options)
    for each in everybody:
        each.openkp("node", "trust", "sign", trust, "--as", each.code)
        each.openkp("node", "manifest", each.code, "-o", folder / f"{each.code}.kpk")
    pin = json.loads(made["SL"].openkp("node", "--json", "trust", "show", trust))["hash"]
    for each in everybody:
        each.openkp("node", "trust", "install", trust, *folder.glob("*.kpk"), "--pin", pin)
        each.run("tests.exchange.acts", "people")
    yield made
    for each in everybody:
        for process in each.processes:
            if process.poll() is None:
                kill(process)


def test_one_certificate_crosses_while_processes_are_killed(machines):
    sl, eu = machines["SL"], machines["EU"]
    dying = eu.serve(**FAULT)
    sl.serve()
    loop = sl.start("work", "--every", 0.3)
    sl.run("tests.exchange.acts", "issue")
    # Antwerp dies in the middle of taking the notice in, each time.
    wait(lambda: sl.rows("select attempts from post_outgoing where attempts > 1"), "a second attempt")
    assert not eu.rows("select 1 from certificates_arrival")
    kill(dying)
    # Freetown's loop dies as well; another takes over what it had claimed.
    kill(loop)
    eu.serve()
    loop = sl.start("work", "--every", 0.3)
    wait(lambda: sl.rows("select 1 from certificates_certificate where status = 'delivered'"), "delivery")
    assert eu.rows("select count(*) from certificates_arrival") == [(1,)]
    # The confirmation goes back while Freetown's server is down for a while.
    kill(next(process for process in sl.processes if process is not loop and process.poll() is None))
    eu.run("tests.exchange.acts", "confirm")
    back = eu.start("work", "--every", 0.3)
    wait(lambda: eu.rows("select 1 from post_outgoing where attempts > 0"), "an attempt")
    sl.serve()
    wait(lambda: sl.rows("select 1 from certificates_certificate where status = 'closed'"), "the confirmation")
    assert sl.rows("select count(*) from certificates_confirmation") == [(1,)]
    for process in (loop, back):
        process.terminate()
        assert process.wait(timeout=20) == 0
    for each in (sl, eu):
        assert json.loads(each.openkp("audit", "--rebuild", "--json"))["sound"]
        assert "Traceback" not in each.log("work"), each.log("work")


def test_a_second_loop_is_refused_unless_it_is_meant(machines):
    sl = machines["SL"]
    first = sl.start("work")
    wait(lambda: "at work" in sl.log("work"), "the loop")
    wait(lambda: first.poll() is None and (sl.home / "work.lock").read_text().strip() == str(first.pid), "its lock")
    done = subprocess.run(
        [sys.executable, "-m", "openkp", "work", "--once"],
        env=sl.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "--beside" in done.stderr
    assert json.loads(sl.openkp("work", "--once", "--beside", "--json"))["send"] == 0
    first.terminate()
    assert first.wait(timeout=20) == 0


def test_a_directory_holds_one_node_and_only_its_owner_reads_it(machines):
    sl = machines["SL"]
    assert sl.home.stat().st_mode & 0o077 == 0
    again = ("node", "init", "--participant", "SL", "--authority", "SL-X", "--name", "x", "--base-url", "https://x")
    done = subprocess.run([sys.executable, "-m", "openkp", *again], env=sl.environment(), cwd=ROOT, capture_output=True)
    assert done.returncode == 2
