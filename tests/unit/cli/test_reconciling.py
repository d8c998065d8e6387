"""``openkp statistics mirror``, ``cell`` and ``lake``, in process, over a lake and over a node."""

import json
from datetime import date
from decimal import Decimal

import pytest

from openkp.cli import statistics
from openkp.cli.errors import Exit, UsageProblem, told
from openkp.figures import lake
from openkp.figures.engines import duckdb_lake
from openkp.figures.tables import table
from openkp.scheme.life import Status
from openkp.scheme.reconciliation import reconciliation
from tests.factories import FILING_DAY, arrival_at, node
from tests.unit.figures.awkward import facts

RULE = reconciliation(date(2024, 12, 31))


def answer(capsys, *words):
    code = statistics.run(parsed(*words))
    assert code == Exit.OK
    return json.loads(capsys.readouterr().out)


def parsed(*words):
    import argparse

    parser = argparse.ArgumentParser()
    statistics.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A lake of awkward facts."""
    directory = tmp_path_factory.mktemp("lake")
    lake.write({name: table(name, rows) for name, rows in facts(2).items()}, directory)
    return directory


@pytest.mark.parametrize("by", ["certificate", "pair", "trade"])
def test_a_mirror_of_a_lake_has_rows_in_a_stable_order(capsys, there, by):
    first = answer(capsys, "mirror", "--by", by, "--lake", there, "--year", 2024, "--json")
    assert first["rows"] and first["by"] == by
    assert first == answer(capsys, "mirror", "--by", by, "--lake", there, "--year", 2024, "--json")
    assert statistics.run(parsed("mirror", "--by", by, "--lake", there)) == Exit.OK
    assert capsys.readouterr().out.splitlines()[0].split()


def test_a_cell_opens_into_records_that_add_up(capsys, there):
    cell = answer(capsys, "cell", "trade", "flow=export", "quarter=1", "--year", 2024, "--lake", there, "--json")
    carats = [Decimal(row["carats"]) for row in cell["records"] if row["carats"]]
    assert carats and Decimal(cell["totals"]["carats"]) == sum(carats)
    assert cell["sources"] == sorted({row["source"] for row in cell["records"]})


@pytest.mark.parametrize("words", [["stones"], ["trade", "colour=D"], ["trade", "quarter=x"], ["trade", "reporter"]])
def test_a_cell_that_cannot_be_is_told(there, words):
    with pytest.raises(UsageProblem):
        statistics.run(parsed("cell", *words, "--year", 2024, "--lake", there))


@pytest.mark.parametrize("command", [["mirror"], ["anomalies"], ["cell", "trade"], ["published"]])
@pytest.mark.parametrize("year", ["-5", "10000", "0", "2024-Q1", "x"])
def test_a_year_that_cannot_be_is_a_wrong_use(command, year, capsys):
    with pytest.raises(SystemExit) as ended:
        statistics.run(parsed(*command, "--year", year))
    assert ended.value.code == Exit.USAGE and "write a year as YYYY" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ([], date(2026, 7, 6)),
        (["--year", 2024], date(2024, 12, 31)),
        (["--year", 2024, "--on", "2025-02-03"], date(2025, 2, 3)),
    ],
)
def test_a_mirror_is_read_by_the_rules_of_the_day_the_year_or_today(there, monkeypatch, words, day):
    asked = []
    monkeypatch.setattr("openkp.project.clock.now", lambda: FILING_DAY)
    monkeypatch.setattr("openkp.scheme.reconciliation.reconciliation", lambda on: asked.append(on) or RULE)
    assert statistics.run(parsed("mirror", "--lake", there, *words)) == Exit.OK
    assert asked == [day]


def test_no_lake_and_no_node_are_told(tmp_path, monkeypatch):
    with told() as outcome:
        statistics.run(parsed("mirror", "--lake", tmp_path / "none"))
    assert outcome.code == Exit.USAGE
    monkeypatch.setenv("OPENKP_HOME", str(tmp_path))
    with told() as outcome:
        statistics.run(parsed("lake", "--out", tmp_path / "lake"))
    assert outcome.code == Exit.FAILED and not (tmp_path / "lake").exists()


@pytest.mark.django_db
def test_a_node_writes_its_lake_and_the_lake_mirrors_like_the_node(capsys, tmp_path, monkeypatch):
    arrival_at(Status.RECEIVED, node())
    monkeypatch.setattr("openkp.cli.figuring.lake.check_node", lambda: None)
    monkeypatch.setattr("openkp.cli.figuring.opening.check_node", lambda: None)
    told_rows = answer(capsys, "lake", "--out", tmp_path / "lake", "--json")["rows"]
    assert told_rows == {"issued": 2, "notified": 2, "confirmed": 2}
    engine = duckdb_lake(tmp_path / "lake")
    assert engine.tables["issued"].count().execute() == 2
    from_lake = answer(capsys, "mirror", "--by", "certificate", "--lake", tmp_path / "lake", "--json")
    assert from_lake == answer(capsys, "mirror", "--by", "certificate", "--json")
    assert [row["state"] for row in from_lake["rows"]] == ["matched"]


def test_a_folder_that_is_no_lake_is_not_a_lake_without_trade(tmp_path):
    (tmp_path / "other").mkdir()
    with pytest.raises(UsageProblem):
        statistics.run(parsed("mirror", "--lake", tmp_path))
