"""``openkp doctor`` only looks, and sees what is wrong."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from openkp import cli
from openkp.cli import doctor


def signs(home):
    done = subprocess.run(
        [sys.executable, "-m", "openkp", "doctor", "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "OPENKP_HOME": str(home)},
    )
    answer = json.loads(done.stdout)
    assert done.returncode == (0 if answer["sound"] else 1)
    return {sign["name"]: sign for sign in answer["signs"]}


def test_without_a_node_it_makes_none(tmp_path):
    home = tmp_path / "node"
    assert signs(home)["node"]["state"] == "note"
    assert not home.exists()


def test_an_empty_directory_stays_empty(tmp_path):
    assert "database" not in signs(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_was_not_made_yet_is_a_note(tmp_path):
    (tmp_path / "secret-key").write_text("x" * 64)
    (tmp_path / "secret-key").chmod(0o600)
    assert signs(tmp_path)["database"]["state"] == "note"
    assert not (tmp_path / "node.sqlite3").exists()


def test_a_file_that_is_no_database_is_bad(tmp_path):
    (tmp_path / "secret-key").write_text("x" * 64)
    (tmp_path / "node.sqlite3").write_text("no database" * 100)
    assert signs(tmp_path)["database"]["state"] == "bad"


@pytest.mark.parametrize(("mode", "state"), [(0o600, "good"), (0o400, "good"), (0o640, "bad"), (0o604, "bad")])
def test_a_key_that_others_may_read_is_bad(tmp_path, mode, state):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "a.pem").touch()
    (tmp_path / "keys" / "a.pem").chmod(mode)
    assert [sign.state for sign in doctor.keys(tmp_path)] == [state]


def test_a_bundle_that_does_not_open_is_bad(tmp_path):
    (tmp_path / "trust.bundle").write_bytes(b"no bundle")
    assert [sign.state for sign in doctor.trust(tmp_path)] == ["bad"]


def test_little_space_is_bad(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    assert [sign.state for sign in doctor.directory(tmp_path)] == ["good", "bad"]


def test_a_package_that_is_not_as_locked_is_bad(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "installed", lambda name: "0")
    assert [sign.state for sign in doctor.packages(tmp_path)] == ["bad"]


def test_a_browser_is_found_by_its_variable(tmp_path, monkeypatch):
    program = tmp_path / "browser"
    program.touch(mode=0o755)
    monkeypatch.setenv("OPENKP_CHROMIUM", str(program))
    assert doctor.chromium() == str(program)


def test_no_browser_is_a_note(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENKP_CHROMIUM", raising=False)
    monkeypatch.setattr(doctor, "CHROMIUM", ())
    assert [sign.state for sign in doctor.browser(tmp_path)] == ["note"]


def test_a_person_gets_a_table(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENKP_HOME", str(tmp_path / "none"))
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["what", "state", "seen"]
