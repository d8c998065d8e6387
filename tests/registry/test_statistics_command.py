"""``openkp statistics late`` on the real history."""

import json
from importlib.resources import files

import pytest

from openkp.cli import main


@pytest.fixture(autouse=True)
def told(own_database, tmp_path, monkeypatch):
    from openkp.registry.accounts.actors import NODE
    from openkp.registry.statistics.operations.import_source import import_source
    from tests.factories import FILING_DAY

    data = (files("openkp.project.demo") / "data" / "kp_production_half_yearly.csv").read_bytes()
    import_source(data, "history.csv", kind="production", actor=NODE, at=FILING_DAY)
    monkeypatch.setattr("openkp.cli.figuring.late.open_node", lambda: None)
    monkeypatch.setenv("NO_COLOR", "1")


def test_what_was_late_on_a_day_is_told_as_it_stood_on_that_day(capsys):
    assert main(["statistics", "late", "--on", "2022-09-05", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["on"] == "2022-09-05"
    missing = {(each["participant"], each["period"]): each for each in answer["late"]}
    assert {each["kind"] for each in answer["late"]} == {"production"}  # nobody filed trade here
    newest = [each for each in missing.values() if each["period"] == "2022-H1"]
    assert newest and all(
        (each["due_on"], each["days"], each["step"]) == ("2022-08-31", 5, "reminder") for each in newest
    )
    assert main(["statistics", "late", "--on", "2022-09-05"]) == 0
    words = capsys.readouterr().out.splitlines()
    assert len(words) == len(answer["late"]) + 1 and words[-1].startswith(str(len(answer["late"])))


def test_a_day_before_anything_and_a_day_that_is_none(capsys):
    assert main(["statistics", "late", "--on", "2003-01-01"]) == 0
    assert "Nothing is late on 2003-01-01." in capsys.readouterr().out
    for typed in ("soon", "20240601", "2024-W01-1"):
        with pytest.raises(SystemExit) as ended:
            main(["statistics", "late", "--on", typed])
        assert ended.value.code == 2 and "write a date as YYYY-MM-DD" in capsys.readouterr().err
