"""``openkp statistics import``, ``summary`` and ``published``, as a person at an empty directory runs them."""

import csv
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from importlib.resources import files

import pytest

from tests.unit.figures.plain_fold import records_of, sums

DATA = files("openkp.project.demo") / "data"
PRODUCTION = DATA / "kp_production_half_yearly.csv"
PUBLISHED = DATA / "kp_published_figures.csv"


def statistics(home, *words):
    environment = os.environ | {"OPENKP_HOME": str(home), "OPENKP_PROFILE": "specimen"}
    command = [sys.executable, "-m", "openkp", "statistics", *map(str, words)]
    return subprocess.run(command, capture_output=True, env=environment, check=False)


def answer(home, *words):
    done = statistics(home, *words)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A node made by importing."""
    home = tmp_path_factory.mktemp("node") / "new"
    answer(home, "import", PRODUCTION, "--kind", "production", "--json")
    return home


def everything(home):
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and not path.name.endswith("-shm")}


def test_import_says_what_is_wrong_and_a_second_time_changes_nothing(home):
    before = everything(home)
    told = answer(home, "import", PRODUCTION, "--kind", "production", "--json")
    assert (told["records"], told["changed"]) == (1241, False) and len(told["sha256"]) == 64
    assert {"code": "filed-twice-different", "rows": [336, 339]}.items() <= next(
        {"code": d["code"], "rows": d["rows"]} for d in told["defects"] if d["rows"] == [336, 339]
    ).items()
    assert {defect["code"] for defect in told["defects"]} >= {
        "filed-twice-equal",
        "filed-twice-different",
        "carats-without-value",
        "created-before-period-end",
        "late",
        "modified-after-release",
        "nil-and-figures",
    }
    assert all(defect["text"] for defect in told["defects"])
    assert everything(home) == before


def test_summary_as_json(home):
    folded = sums(records_of(PRODUCTION.read_bytes()))
    for year in (2003, 2007, 2022):
        made = answer(home, "summary", "--year", year, "--json")
        world = made["as_filed"]["world"]["production"]
        assert (Decimal(world["carats"]), Decimal(world["usd"])) == folded[year, None]
        assert set(made["resolved"]["participants"]) == {code for y, code in folded if y == year and code}
        assert isinstance(made["differences"], list) and made["inputs"][0]["records"] > 0


def test_summary_for_a_person_shows_what_differs(home):
    done = statistics(home, "summary", "--year", 2022)
    shown = done.stdout.decode()
    assert "World, resolved" in shown and "filed-twice-different" in shown and "Rule last-created" in shown


def test_summary_as_csv_and_to_a_file(home, tmp_path):
    done = statistics(home, "summary", "--year", 2019, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))
    assert rows[0]["participant"] == "WORLD" and rows[0]["carats"] == "138139370.49"
    assert any(row["participant"] == "NA" and row["period"] == "2019-H1" for row in rows)
    written = statistics(home, "summary", "--year", 2019, "--out", tmp_path / "summary.xlsx")
    assert written.returncode == 0 and (tmp_path / "summary.xlsx").read_bytes().startswith(b"PK")


def test_a_year_without_filings_names_those_there_are(home):
    done = statistics(home, "summary", "--year", 2009)
    assert done.returncode == 1 and b"2008, 2010" in done.stderr and not done.stdout


@pytest.mark.parametrize("year", ["0", "99999", "-4"])
def test_a_year_that_cannot_be(home, year):
    done = statistics(home, "summary", "--year", year)
    assert done.returncode == 1 and b"2008, 2010" in done.stderr and b"inside OpenKP" not in done.stderr


def test_another_rule(home):
    made = answer(home, "summary", "--year", 2022, "--rule", "every-part", "--json")
    assert made["rule"]["id"] == "every-part" and made["as_filed"] == made["resolved"]
    assert statistics(home, "summary", "--year", 2022, "--rule", "none").returncode == 1


def test_published_asks_for_figures_first_and_then_compares(home):
    assert b"--kind published" in statistics(home, "published").stderr
    answer(home, "import", PUBLISHED, "--kind", "published", "--json")
    told = answer(home, "published", "--json")
    assert told["counts"]["misprint"] == 1 and sum(told["counts"].values()) == 325
    [wrong] = [figure for figure in told["figures"] if figure["verdict"] == "misprint"]
    assert wrong["evidence"]["alternative"] == "168198857.66"
    assert {figure["year"] for figure in answer(home, "published", "--year", 2007, "--json")["figures"]} == {2007}


def test_without_an_import_it_says_what_to_do(tmp_path):
    done = statistics(tmp_path / "none", "summary", "--year", 2019, "--json")
    assert done.returncode == 1 and b"openkp statistics import" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_not_there_is_a_wrong_use_and_makes_nothing(tmp_path):
    for name in (tmp_path / "nowhere.csv", tmp_path):
        done = statistics(tmp_path / "none", "import", name, "--kind", "production")
        assert done.returncode == 2 and b"cannot be read" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_wrong_file_names_row_and_column_and_makes_nothing(tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(PRODUCTION.read_bytes().replace(b"value_usd", b"value_eur", 1))
    done = statistics(tmp_path / "home", "import", wrong, "--kind", "production")
    assert done.returncode == 1 and b"Row 1" in done.stderr and b"value_usd" in done.stderr
