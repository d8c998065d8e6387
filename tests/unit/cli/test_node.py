"""``openkp node`` and its neighbours at the console: what cannot be meant is said, and nothing is begun by a slip."""

import contextlib
import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

WHO = ("--participant", "SL", "--authority", "SL-NMA", "--name", "Authority", "--base-url", "https://kp.example.sl")


def surroundings():
    return {name: value for name, value in os.environ.items() if not name.startswith(("OPENKP", "DJANGO"))}


def openkp(home, *words, before=()):
    command = [
        *before,
        sys.executable,
        "-m",
        "openkp",
        *(word if isinstance(word, bytes) else str(word) for word in words),
    ]
    return subprocess.run(command, capture_output=True, text=True, env={**surroundings(), "OPENKP_HOME": str(home)})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A node that holds a trust list of its own."""
    folder = tmp_path_factory.mktemp("a node's")
    home = folder / "home"
    assert openkp(home, "node", "init", *WHO).returncode == 0
    (folder / "SL.json").write_text(openkp(home, "node", "member", "SL").stdout)
    trust = folder / "list.kpt"
    openkp(home, "node", "trust", "compose", folder / "SL.json", "--threshold", 1, "-o", trust)
    assert openkp(home, "node", "trust", "sign", trust, "--as", "SL").returncode == 0
    assert openkp(home, "node", "trust", "install", trust).returncode == 0
    return home


def test_commands_that_begin_a_directory_at_once_do_not_disturb_each_other(tmp_path):
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: openkp(tmp_path / "new", "migrate", "--json"), range(3)))
    assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
    assert sorted(bool(json.loads(one.stdout)["applied"]) for one in done) == [False, False, True]
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_only_one_of_several_commands_begins_the_database(tmp_path):
    with (tmp_path / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "openkp", "migrate"]
        with subprocess.Popen(command, env={**surroundings(), "OPENKP_HOME": str(tmp_path)}) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(3)
            assert not (tmp_path / "node.sqlite3").exists()
            fcntl.flock(lock, fcntl.LOCK_UN)
    assert waiting.returncode == 0


def test_a_password_in_another_encoding_is_a_wrong_use(home):
    words = ["people", "add", "abu", "--name", "Abu", "--password-stdin"]
    command = [sys.executable, "-X", "utf8", "-m", "openkp", *words]
    environment = {**surroundings(), "OPENKP_HOME": str(home)}
    done = subprocess.run(command, input=b"correct h\xf6rse battery\n", capture_output=True, env=environment)
    assert done.returncode == 2
    assert b"UTF-8" in done.stderr


def test_a_trust_list_is_shown(home):
    shown = json.loads(openkp(home, "node", "trust", "show", home.parent / "list.kpt").stdout)
    assert (shown["members"], shown["signed_by"]) == (["SL"], ["SL"])


def test_a_pin_is_compared_with_the_list_that_is_held_already(home):
    trust = home.parent / "list.kpt"
    right = json.loads(openkp(home, "node", "trust", "show", trust).stdout)["hash"]
    assert openkp(home, "node", "trust", "install", trust, "--pin", right).returncode == 0
    assert openkp(home, "node", "trust", "install", trust, "--pin", "00" * 32).returncode == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("node", "manifest", "XX"), "XX has no root key on this node"),
        (("node", "trust", "install", "list.kpt", "--pin", "no hex"), "A pin is"),
        (("node", "trust", "install", "list.kpt", "--pin", ""), "A pin is"),
        (("node", "authority", *WHO, "--participant", "ZZ"), "no Participant or office 'ZZ'"),
        (("node", "authority", *WHO, "--participant", "sl"), "no Participant or office 'sl'"),
        (("node", "authority", *WHO, "--authority", "../SL"), "no authority '../SL'"),
        (("node", "authority", *WHO, "--numbers", "5-3"), "first and the last number"),
        (("node", "authority", *WHO, "--numbers", "all"), "first and the last number"),
        (("people", "company", "SL-NMA", "a\x1b[31m", "--address", "x", "--country", "SL"), "printable characters"),
        (("people", "company", "SL-NMA", b"a\xff", "--address", "x", "--country", "SL"), "printable characters"),
        (("people", "company", "SL-NMA", "a" * 121, "--address", "x", "--country", "SL"), "1 to 120 printable"),
        (("people", "company", "SL-NMA", "a", "--address", " ", "--country", "SL"), "printable characters"),
        (("people", "company", "SL-NMA", "a", "--address", "x", "--country", "XQ"), "letters of a country"),
        (("people", "add", "a", "--name", ""), "printable characters"),
        (("work", "--carry", "/no/such/stick"), "is not a directory"),
        (("work", "--once", "--every", "0"), "above 0"),
        (("work", "--once", "--ask", "-1"), "above 0"),
        (("work", "--once", "--ask", "nan"), "above 0"),
        (("serve", "--port", "99999"), "A port is"),
        (("serve", "--workers", "0"), "A port is"),
    ],
)
def test_what_cannot_be_meant_is_a_wrong_use(home, words, said):
    done = openkp(home, *words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("text", ["{", "[1]", '"a"', '{"name": 1}', "\udcff"])
def test_settings_that_cannot_be_read_are_named(home, tmp_path, text):
    (tmp_path / "secret-key").write_bytes((home / "secret-key").read_bytes())
    (tmp_path / "node.json").write_text(text, "utf-8", "surrogateescape")
    for words in (("audit",), ("migrate",), ("people", "list")):
        done = openkp(tmp_path, *words)
        assert done.returncode == 2
        assert "node.json cannot be read" in done.stderr


def test_a_directory_that_was_only_begun_is_gone_on_with(tmp_path):
    (tmp_path / "node.json").write_text("{}")
    assert openkp(tmp_path, "node", "init", *WHO).returncode == 0
    assert json.loads((tmp_path / "node.json").read_text())["profile"] == "live"
    assert openkp(tmp_path, "node", "init", *WHO).returncode == 2


def test_what_was_set_before_is_kept(tmp_path):
    (tmp_path / "node.json").write_text('{"cookie_prefix": "a", "profile": "live", "insecure_http": "1"}')
    assert openkp(tmp_path, "node", "init", *WHO, "--profile", "specimen").returncode == 0
    kept = json.loads((tmp_path / "node.json").read_text())
    assert (kept["cookie_prefix"], kept["profile"], kept["insecure_http"]) == ("a", "specimen", "0")


@pytest.mark.parametrize("missing", ["keys", "node.json"])
def test_a_database_that_holds_a_node_is_not_begun_anew(home, tmp_path, missing):
    left = shutil.copytree(home, tmp_path / "left")
    (left / missing).rename(tmp_path / "away")
    before = {path.name: path.read_bytes() for path in left.glob("node.*")}
    done = openkp(left, "node", "init", *WHO, "--profile", "specimen")
    assert (done.returncode, "There is a node in" in done.stderr) == (2, True), done.stderr
    assert {path.name: path.read_bytes() for path in left.glob("node.*")} == before
    assert not (left / missing).exists()


@pytest.mark.parametrize("left", [b"", None])
def test_a_node_whose_database_is_gone_is_broken_and_none_is_made(home, tmp_path, left):
    lost = shutil.copytree(home, tmp_path / "lost")
    for path in lost.glob("node.sqlite3*"):
        path.unlink()
    if left is not None:
        (lost / "node.sqlite3").write_bytes(left)
    before = sorted(path.name for path in lost.iterdir())
    done = openkp(lost, "audit", "--json")
    assert done.returncode == 6
    assert json.loads(done.stdout)["first_bad"] == {"record": "database", "entry": 0, "code": "database-lost"}
    assert sorted(path.name for path in lost.iterdir()) == before


#: Root may write everything; without its capabilities it is somebody like others.
LIKE_OTHERS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


@pytest.fixture
def copy(home, tmp_path):
    """The node on something that can only be read."""
    if LIKE_OTHERS and shutil.which("setpriv") is None:
        pytest.skip("root may write everything, and there is no setpriv")
    copy = shutil.copytree(home, tmp_path / "a copy?")
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    return copy


def test_a_copy_that_may_only_be_read_can_be_audited(copy):
    done = openkp(copy, "audit", "--rebuild", "--json", before=LIKE_OTHERS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sound"] is True
    done = openkp(copy, "people", "company", "SL-NMA", "X", "--address", "Y", "--country", "SL", before=LIKE_OTHERS)
    assert done.returncode == 1
    assert "readonly" in done.stderr and "inside OpenKP" not in done.stderr


def test_a_database_that_cannot_be_reached_is_not_called_broken(copy):
    copy.chmod(0o700)
    (copy / "node.sqlite3-wal").write_bytes(b"some of the newest entries")
    copy.chmod(0o500)
    done = openkp(copy, "audit", "--json", before=LIKE_OTHERS)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "cannot be read" in done.stderr


def while_(doing, audited):
    """The audit of what may only be read, while something is done again and again."""
    command = [*LIKE_OTHERS, sys.executable, "-m", "openkp", "audit", "--json"]
    environment = {**surroundings(), "OPENKP_HOME": str(audited)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as audit:
        while audit.poll() is None:
            doing()
            time.sleep(0.02)
        return audit.returncode, audit.stdout.read(), audit.stderr.read()


def test_a_copy_that_others_write_to_is_not_judged(copy):
    code, told, said = while_((copy / "node.sqlite3").touch, copy)
    assert (code, told) == (2, "") and "was written to" in said, said


def test_a_node_at_work_may_be_audited_where_it_can_only_be_read(home, tmp_path):
    """Its newest entries are in the database itself just now, and the next ones will not be."""
    if LIKE_OTHERS and shutil.which("setpriv") is None:
        pytest.skip("root may write everything, and there is no setpriv")
    live = shutil.copytree(home, tmp_path / "live")
    with contextlib.closing(sqlite3.connect(live / "node.sqlite3", isolation_level=None)) as node:
        node.execute("PRAGMA user_version = 1")
        node.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for path in (live, *live.rglob("*")):
            path.chmod(0o500 if path.is_dir() else 0o400)
        code, told, said = while_(lambda: node.execute("PRAGMA user_version = 2"), live)
    assert code == 0, said
    assert json.loads(told)["sound"] is True


@pytest.mark.parametrize("words", [("people", "list"), ("serve",), ("work", "--once"), ("node", "member", "SL")])
def test_a_slip_in_the_name_of_the_directory_makes_no_node(tmp_path, words):
    done = openkp(tmp_path / "slip", *words)
    assert done.returncode == 2
    assert "There is no node in" in done.stderr
    assert not (tmp_path / "slip").exists()


def test_a_port_on_which_something_answers_is_not_shared_without_a_word(home):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        answer = openkp(home, "serve", "--port", other.getsockname()[1])
    assert answer.returncode == 1 and "answers on port" in answer.stderr
