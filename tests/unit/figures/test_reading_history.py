"""The real public file: every defect that is known of it is named by code, computed and not taken from its flags."""

import csv
import io
from collections import defaultdict
from datetime import date, datetime
from importlib.resources import files

import pytest

from openkp.figures.reading import read_source
from openkp.scheme.dated import in_months
from tests.unit.figures.sources import file_of, line, nil


@pytest.fixture(scope="module")
def data():
    return (files("openkp.project.demo") / "data" / "kp_production_half_yearly.csv").read_bytes()


@pytest.fixture(scope="module")
def real(data):
    return read_source(data, kind="production")


@pytest.fixture(scope="module")
def by_code(real):
    found = defaultdict(list)
    for defect in real.defects:
        found[defect.code].append(defect)
    return found


@pytest.fixture(scope="module")
def rows(data):
    """The rows as plain text by their number."""
    return dict(enumerate(csv.DictReader(io.StringIO(data.decode())), 2))


def test_every_record_is_kept(real, rows):
    assert real.records == len(rows) == real.facts["production"].num_rows
    assert real.facts["production"]["record"].to_pylist() == list(rows)


def test_filed_twice(by_code):
    different = {defect.rows for defect in by_code["filed-twice-different"]}
    assert (336, 339) in different, "DR Congo 2022-H1"
    assert {(583, 585), (586, 587), (588, 589, 590), (591, 592), (371, 372)} < different
    assert [defect.rows for defect in by_code["filed-twice-equal"]] == [(575, 577, 578, 579, 580)]


def test_carats_without_value(by_code):
    assert [defect.rows for defect in by_code["carats-without-value"]] == [(237,), (238,)]


def test_created_before_the_period_ended(by_code, rows):
    flagged = {number for number, row in rows.items() if "created_before_period_end" in row["quality_flags"]}
    assert {defect.rows[0] for defect in by_code["created-before-period-end"]} == flagged


def test_late_by_n_days(by_code, rows):
    expected = {}
    for number, row in rows.items():
        if row["created"]:
            year, half = int(row["year"]), int(row["half"])
            due = date(year, 8, 31) if half == 1 else in_months(date(year + 1, 1, 31), 1)
            days = (datetime.fromisoformat(row["created"]).date() - due).days
            if days > 0:
                expected[number] = days
    found = {defect.rows[0]: defect.sentence.values["days"] for defect in by_code["late"]}
    assert found == expected and len(found) > 500


def test_modified_after_release(by_code, rows):
    expected = set()
    for number, row in rows.items():
        if row["last_modified"]:
            ended = date(int(row["year"]), 8, 31) if row["half"] == "1" else date(int(row["year"]) + 1, 2, 28)
            filed = datetime.fromisoformat(row["created"]).date() if row["created"] else ended
            release = in_months(filed, 6 if filed >= date(2006, 11, 9) else 0)
            if datetime.fromisoformat(row["last_modified"]).date() > release:
                expected.add(number)
    assert {defect.rows[0] for defect in by_code["modified-after-release"]} == expected and expected


def test_guinea_says_nothing_and_something(by_code):
    assert [defect.rows for defect in by_code["nil-and-figures"]] == [(479, 480)]


def test_one_half(by_code):
    sentences = {str(defect.sentence) for defect in by_code["half-missing"]}
    assert any("Lebanon (LB)" in text and "2008-H1" in text for text in sentences)


def test_prices_of_the_real_file_are_what_value_by_weight_gives(by_code):
    assert "price-triangle" not in by_code


def test_a_wrong_price_is_found():
    read = read_source(file_of(line(price="20.00"), line(half=2, price="20.02")), kind="production")
    assert [(defect.code, defect.rows) for defect in read.defects] == [("price-triangle", (3,))]


def test_a_price_may_hide_the_cents_of_a_small_weight():
    read = read_source(file_of(line(carats="0.03", usd="7.00", price="230.00"), line(half=2)), kind="production")
    assert not read.defects


def test_who_was_no_participant():
    text = file_of(line("HR", 2013, 1), line("HR", 2014, 1), line("HR", 2014, 2), line("KE", 2014, 1, name="Kenya"))
    found = {
        defect.rows: str(defect.sentence)
        for defect in read_source(text, kind="production").defects
        if defect.code == "not-a-participant"
    }
    assert set(found) == {(3, 4), (5,)}, "Croatia joined the Union on 1 July 2013"
    assert "European Union" in found[3, 4] and "not a Participant" in found[5,]


def test_a_half_before_admission_is_not_missing():
    read = read_source(file_of(line("CM", 2012, 2, name="Cameroon")), kind="production")
    assert not read.defects, "admitted on 14 August 2012"


def test_a_changed_name():
    text = file_of(line("SZ", 2015, 1, name="Swaziland"), line("SZ", 2015, 2, name="Eswatini"))
    [defect] = read_source(text, kind="production").defects
    assert (defect.code, defect.rows) == ("name-changed", (2,)) and "Swaziland" in str(defect.sentence)


def test_a_total_beside_its_parts():
    text = file_of(line(), line(kind="ASM"), line(kind="LSM"), line(half=2))
    found = [d for d in read_source(text, kind="production").defects if d.code == "total-beside-parts"]
    assert [defect.rows for defect in found] == [(2, 3, 4)]


def test_nil_twice_is_equal():
    text = file_of(nil(), nil(), nil(half=2))
    assert [(d.code, d.rows) for d in read_source(text, kind="production").defects] == [("filed-twice-equal", (2, 3))]
