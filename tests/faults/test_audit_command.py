"""``openkp audit`` as others call it: exit codes, JSON, words, and what it leaves alone."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from openkp.cli.audit import look
from openkp.cli.errors import UsageProblem
from openkp.registry.journal.models import JournalCheckpoint
from openkp.registry.participation.operations.publish import publish
from openkp.scheme.life import Status
from tests.factories import NOW, certificate_at, node

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(own_database, tmp_path):
    """A node's directory, its database as the test left it, the newest checkpoint beside it."""
    here = node()
    certificate_at(Status.CLOSED, here)
    publish(at=NOW)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "secret-key").write_text("x" * 50)
    with closing(sqlite3.connect(folder / "node.sqlite3")) as copy:
        connection.connection.backup(copy)
    (folder / "keys").symlink_to(Path(settings.OPENKP_HOME) / "keys")
    (tmp_path / "kept").write_bytes(bytes(JournalCheckpoint.objects.order_by("-size").first().note))
    return folder


def openkp_audit(home, *arguments):
    environment = {**os.environ, "OPENKP_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    environment.pop("OPENKP_DATABASE_URL", None)
    command = [sys.executable, "-m", "openkp", "audit", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def spoil(home, *statements):
    with closing(sqlite3.connect(home / "node.sqlite3")) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_sound_node(home, tmp_path):
    ended = openkp_audit(home, "--rebuild", "--json", "--checkpoint", str(tmp_path / "kept"))
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["sound"], told["first_bad"], told["broken"]) == (0, True, None, [])
    assert told["rebuilt"] is True
    assert told["checkpoint"] == (tmp_path / "kept").read_text()
    assert told["entries"] > 30 and told["statements"] > 1 and told["documents"] == 2 and told["checkpoints"] >= 3
    assert told["seconds"] < 30
    in_words = openkp_audit(home)
    assert in_words.returncode == 0
    assert "Sound" in in_words.stdout


def test_broken_node_names_the_first_bad_entry(home):
    spoil(home, "UPDATE journal_entry SET note = 'x' WHERE seq = 17", "DELETE FROM journal_entry WHERE seq = 30")
    ended = openkp_audit(home, "--json")
    assert ended.returncode == 6
    assert json.loads(ended.stdout)["first_bad"] == {"record": "journal", "entry": 17, "code": "entry-changed"}
    in_words = openkp_audit(home)
    assert (in_words.returncode, "journal, entry 17: entry-changed" in in_words.stdout) == (6, True)


def test_tables_are_compared_only_when_asked(home):
    spoil(home, "UPDATE certificates_certificate SET carats = 1")
    assert openkp_audit(home, "--json").returncode == 0
    ended = openkp_audit(home, "--rebuild", "--json")
    assert ended.returncode == 6
    assert json.loads(ended.stdout)["first_bad"]["record"] == "certificates.certificate"


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE journal_entry",
        "DELETE FROM journal_head",
        "DELETE FROM journal_loghead",
        "UPDATE journal_entry SET at = 'yesterday' WHERE seq = 5",
        "UPDATE journal_entry SET note = CAST(x'ff' AS TEXT) WHERE seq = 5",
        "UPDATE participation_nodekey SET public_key = x'00'",
        "UPDATE certificates_document SET stored_at = 'never'",
    ],
)
def test_whatever_is_damaged_the_answer_is_broken_and_never_a_fault_of_ours(home, statement):
    spoil(home, statement)
    for arguments in (("--json",), ("--json", "--rebuild")):
        ended = openkp_audit(home, *arguments)
        assert (ended.returncode, ended.stderr) == (6, ""), ended.stderr
        assert json.loads(ended.stdout)["first_bad"]["code"]


def test_a_file_that_is_no_database_is_broken(home):
    with (home / "node.sqlite3").open("r+b") as file:
        file.seek(20_000)
        file.write(os.urandom(60_000))
    ended = openkp_audit(home, "--json")
    assert ended.returncode == 6
    assert json.loads(ended.stdout)["first_bad"]


def stopped(*names):
    """Interrupts whatever reads one of these tables, as a limit of time does."""

    def wrapper(execute, sql, *rest):
        stop = any(name in sql for name in names)
        connection.connection.set_progress_handler(lambda: stop, 1)
        return execute(sql, *rest)

    return wrapper


@pytest.mark.parametrize("table", ["journal_entry", "certificates_document", "certificates_certificate", "journal_log"])
def test_a_database_that_ceases_to_answer_is_not_called_broken(home, monkeypatch, table):
    monkeypatch.setattr("openkp.cli.audit.open_node", lambda: None)
    try:
        with connection.execute_wrapper(stopped(table)), pytest.raises(UsageProblem, match=r"interrupted"):
            look(None, rebuild=True)
    finally:
        connection.connection.set_progress_handler(None, 1)
        del connection.wrap_database_errors


def test_kept_checkpoint_that_is_not_there_or_not_ours(home, tmp_path):
    assert openkp_audit(home, "--checkpoint", str(tmp_path / "nothing")).returncode == 2
    (tmp_path / "other").write_text("something else")
    ended = openkp_audit(home, "--json", "--checkpoint", str(tmp_path / "other"))
    assert (ended.returncode, json.loads(ended.stdout)["first_bad"]["code"]) == (6, "checkpoint-not-ours")


def test_where_there_is_no_node_nothing_is_made(tmp_path):
    ended = openkp_audit(tmp_path / "nowhere")
    assert ended.returncode == 2
    assert not (tmp_path / "nowhere").exists()


def test_audit_changes_nothing(home):
    before = (home / "node.sqlite3").read_bytes()
    openkp_audit(home, "--rebuild")
    assert (home / "node.sqlite3").read_bytes() == before
