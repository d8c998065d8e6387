"""``openkp test`` adds up honestly: nothing run, or ended without a word, is a failure."""

import json

import pytest

from openkp import cli
from openkp.cli import test as command
from openkp.cli.checks import postgresql
from openkp.cli.checks import scratch as places

CASES = """
import pytest

def test_good(): pass
def test_bad(): assert False
@pytest.mark.skip(reason="for a reason")
def test_skipped(): pass
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def openkp_test(folder, *words):
    return cli.main(["test", "-p", "no:cacheprovider", "-p", "no:django", "-c", str(folder / "pytest.ini"), *words])


def test_it_counts_and_lists_the_reasons(folder, capfd):
    (folder / "test_it.py").write_text(CASES)
    assert openkp_test(folder, str(folder)) == 1
    shown = capfd.readouterr()
    assert shown.out.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"
    assert "skipped 1: for a reason" in shown.err


def test_it_counts_for_machines(folder, capfd):
    (folder / "test_it.py").write_text("def test_good(): pass\n")
    assert openkp_test(folder, "--json", str(folder)) == 0
    assert json.loads(capfd.readouterr().out)["passed"] == 1


def test_nothing_run_is_a_failure(folder, capfd):
    assert openkp_test(folder, str(folder)) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_a_run_that_dies_is_a_failure(folder, capfd):
    (folder / "test_it.py").write_text("import os\ndef test_good(): os._exit(3)\n")
    assert openkp_test(folder, str(folder)) == 1
    assert "0 passed, 1 failed" in capfd.readouterr().out


def test_the_tests_heed_no_python_settings_of_the_caller_and_find_our_sources(folder, capfd, strange_python):
    (folder / "test_it.py").write_text(f"from openkp import cli\ndef test(): assert cli.__file__ == {cli.__file__!r}\n")
    assert openkp_test(folder, str(folder)) == 0, capfd.readouterr().err


def test_where_no_postgresql_starts_the_run_is_skipped_with_its_reason(monkeypatch, capfd):
    def nowhere(_within):
        raise postgresql.Unavailable("not here")

    monkeypatch.setattr(postgresql, "server", nowhere)
    count = command.Count()
    command.run_step(command.Run("PostgreSQL", (), postgresql=True), count, root=None)
    assert (count.skipped, count.reasons) == (1, {"PostgreSQL: not here": 1})


def test_the_whole_plan_runs_the_memory_on_both_engines(tmp_path):
    for name in ("registry", "e2e", "spec"):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_it.py").touch()
    plan = command.whole_plan(tmp_path)
    assert [step.name for step in plan] == ["SQLite", "browser", "PostgreSQL"]
    assert plan[2].arguments[0] == "tests/registry"


def test_a_postgresql_starts_here_and_is_gone_afterwards():
    import psycopg

    with postgresql.server() as url, psycopg.connect(url) as connection:
        assert connection.info.server_version >= 180000
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_the_whole_writes_in_memory_only_where_there_is_room_and_the_caller_chose_no_place(monkeypatch, tmp_path):
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(places, "ROOM", 1)
    assert places.in_memory(tmp_path) == tmp_path
    assert places.in_memory(tmp_path / "none") is None
    monkeypatch.setattr(places, "ROOM", 1 << 60)
    assert places.in_memory(tmp_path) is None
    monkeypatch.setattr(places, "ROOM", 1)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert places.in_memory(tmp_path) is None


def test_what_tests_write_is_gone_afterwards(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "in_memory", lambda: tmp_path)
    with places.scratch() as folder:
        (folder / "left").touch()
        assert folder.parent == tmp_path
    assert not folder.exists()
