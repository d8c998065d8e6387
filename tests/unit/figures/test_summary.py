"""The annual summary: both readings equal a plain fold to the cent, for every year of the file and for made-up ones."""

import json
import warnings
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkp.figures.engines import duckdb_engine, spark_engine
from openkp.figures.reading import read_source
from openkp.figures.summary import NoSuchYear, annual_summaries, annual_summary, years_filed
from openkp.figures.tables import table
from openkp.figures.writing import write_summary
from openkp.scheme.readings import UnknownRule, reading_rule
from tests.unit.figures.plain_fold import records_of, resolved, sums
from tests.unit.figures.sources import file_of, line, nil


@pytest.fixture(scope="module")
def data():
    return (files("openkp.project.demo") / "data" / "kp_production_half_yearly.csv").read_bytes()


@pytest.fixture(scope="module")
def facts(data):
    return read_source(data, kind="production").facts


@pytest.fixture(scope="module")
def engine(facts):
    engine = duckdb_engine(facts)
    yield engine
    engine.close()


def summary_of(*lines, year=2011, **options):
    engine = duckdb_engine(read_source(file_of(*lines), kind="production").facts)
    try:
        return annual_summary(engine, year, **options)
    finally:
        engine.close()


def amounts(production):
    return Decimal(production["carats"]), Decimal(production["usd"])


def check_against_fold(summaries, records):
    for reading, counted in (("as_filed", records), ("resolved", resolved(records))):
        folded = sums(counted)
        for year, summary in summaries.items():
            assert amounts(summary[reading]["world"]["production"]) == folded[year, None], (reading, year)
            participants = summary[reading]["participants"]
            assert set(participants) == {record["participant"] for record in records if record["year"] == year}
            for code, each in participants.items():
                assert amounts(each["production"]) == folded.get((year, code), (0, 0)), (reading, year, code)
                halves = [amounts(half) for half in each["production"]["halves"].values()]
                assert tuple(map(sum, zip(*halves, strict=True))) == amounts(each["production"])


def test_every_year_of_the_file_to_the_cent(engine, data):
    years = years_filed(engine)
    assert len(years) == 18
    check_against_fold(annual_summaries(engine, years), records_of(data))


def test_one_year_is_the_same_as_all(engine):
    assert annual_summary(engine, 2022) == annual_summaries(engine, years_filed(engine))[2022]


def test_spark_gives_the_same(facts, spark):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark's own
        other = spark_engine(facts)
        found = annual_summaries(other, [2006, 2007, 2022, 2023, 2024])
    mine = duckdb_engine(facts)
    assert json.dumps(found) == json.dumps(annual_summaries(mine, [2006, 2007, 2022, 2023, 2024]))
    mine.close()


# Every key, stamp and quantity that may meet another.
COPIES = st.lists(
    st.tuples(
        st.sampled_from(["AO", "BW", "NA"]),
        st.sampled_from([1, 2]),
        st.sampled_from(["Production", "ASM", "LSM"]),
        st.sampled_from(["1.00", "2.50", "3000000.01"]),
        st.sampled_from(["", "2011-09-01T10:00:00", "2011-09-02T10:00:00"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(COPIES)
def test_any_file_of_repeats_equals_the_fold(rows):
    lines = [
        nil(code, 2011, half, created=created)
        if is_nil
        else line(code, 2011, half, carats=carats, usd=carats, kind=kind, created=created)
        for code, half, kind, carats, created, is_nil in rows
    ]
    data = file_of(*lines)
    check_against_fold({2011: summary_of(*lines)}, records_of(data))


def test_what_separates_the_readings_of_the_real_file(engine):
    found = defaultdict(list)
    for year, summary in annual_summaries(engine, years_filed(engine)).items():
        for each in summary["differences"]:
            found[year].append((each["code"], each["participant"], each["period"], tuple(each["rows"])))
    assert found == {
        2006: [("nil-and-figures", "GN", "2006-H2", (479, 480))],
        2022: [("filed-twice-different", "CD", "2022-H1", (336, 339))],
        2023: [("filed-twice-different", "CG", "2023-H1", (371, 372))],
        2024: [("filed-twice-equal", "IN", "2024-H2", (575, 577, 578, 579, 580))],
    }


def test_another_rule_gives_another_reading(engine):
    every = annual_summary(engine, 2022, rule=reading_rule(date(2022, 12, 31), "every-part"))
    assert every["rule"]["id"] == "every-part" and not every["differences"]
    assert every["resolved"] == every["as_filed"]


def test_the_choices_of_a_rule():
    rule = reading_rule(date(2011, 12, 31))
    two = [line(carats="1.00", created="2011-08-01"), line(carats="2.00", created="2011-08-02"), line(half=2)]
    bare = [line(carats="1.00"), line(carats="2.00"), line(half=2)]

    def carats(lines, **choice):
        made = summary_of(*lines, rule=replace(rule, **choice))
        return made["resolved"]["participants"]["AO"]["production"]["halves"]["1"]["carats"]

    assert (carats(two), carats(two, stamped="first"), carats(two, stamped="add")) == ("2.00", "1.00", "3.00")
    assert (carats(bare), carats(bare, unstamped="last"), carats(bare, unstamped="first")) == ("3.00", "2.00", "1.00")
    same = [line(carats="1.00"), line(carats="1.00"), line(half=2)]
    assert (carats(same), carats(same, equal="each")) == ("1.00", "2.00")


def test_unknown_rule():
    with pytest.raises(UnknownRule):
        reading_rule(date(2011, 12, 31), "flip-a-coin")


def test_a_newer_version_replaces_the_whole_return():
    stamp = datetime(2011, 8, 1, tzinfo=UTC)
    one = {"participant": "AO", "year": 2011, "half": 1, "nil": False, "created": stamp, "record": 1}
    rows = [
        one | {"mining": "", "carats": Decimal(7), "usd": Decimal(70), "version": 1, "source": "a"},
        one | {"mining": "ASM", "carats": Decimal(2), "usd": Decimal(20), "version": 2, "source": "b"},
        one | {"mining": "LSM", "carats": Decimal(4), "usd": Decimal(40), "version": 2, "source": "b", "record": 2},
    ]
    engine = duckdb_engine({"production": table("production", rows)})
    summary = annual_summary(engine, 2011)
    engine.close()
    assert summary["as_filed"]["world"]["production"]["carats"] == "13.00"
    assert summary["resolved"]["world"]["production"]["carats"] == "6.00"
    assert [each["code"] for each in summary["differences"]] == ["superseded-version"]
    assert summary["missing"] == [{"participant": "AO", "kind": "production", "period": "2011-H2"}]


def trade(reporter, flow, quarter, carats, certificates, version=1, authority="", record=1):
    return {
        "reporter": reporter,
        "flow": flow,
        "partner": "EU",
        "year": 2011,
        "quarter": quarter,
        "hs": "7102.31",
        "origin": reporter,
        "carats": Decimal(carats),
        "usd": Decimal(carats) * 100,
        "certificates": certificates,
        "basis": "FOB",
        "version": version,
        "authority": authority,
        "source": f"filing{version}",
        "record": record,
    }


def test_trade_and_certificates():
    rows = [
        trade("AO", "export", 1, "10.00", 3),
        trade("AO", "export", 1, "12.00", 4, version=2),
        trade("AO", "import", 1, "1.00", 1, version=2, record=2),
        trade("EU", "import", 1, "9.00", 2, authority="EU-ANT"),
        trade("EU", "import", 1, "5.00", 2, authority="EU-IDA", version=2),
    ]
    engine = duckdb_engine({"trade": table("trade", rows)})
    summary = annual_summary(engine, 2011)
    engine.close()
    filed, settled = summary["as_filed"], summary["resolved"]
    assert filed["world"]["exports"] == {"carats": "22.00", "usd": "2200.00", "usd_per_carat": "100.00"}
    assert settled["world"]["exports"]["carats"] == "12.00" and settled["world"]["imports"]["carats"] == "15.00"
    assert settled["world"]["certificates"] == {"received": 5, "issued": 4}
    assert "production" not in filed["world"] and "production" not in settled["participants"]["AO"]
    [difference] = summary["differences"]
    assert (difference["flow"], difference["resolved"]["carats"]) == ("export", "12.00")
    missing = {(each["participant"], each["period"]) for each in summary["missing"]}
    assert ("AO", "2011-Q2") in missing and ("EU", "2011-Q4") in missing and ("AO", "2011-Q1") not in missing


def test_a_nil_return_of_trade_is_there_without_figures():
    rows = [trade("BY", "", 1, "0.00", None), trade("AO", "export", 1, "10.00", 3)]
    engine = duckdb_engine({"trade": table("trade", rows)})
    summary = annual_summary(engine, 2011)
    engine.close()
    assert summary["as_filed"]["participants"]["BY"] == {"name": "Belarus"}
    assert ("BY", "2011-Q1") not in {(each["participant"], each["period"]) for each in summary["missing"]}


def test_a_participant_with_nothing_but_nil_returns():
    made = summary_of(nil("BY"), nil("BY", half=2), line("AO"), line("AO", half=2))
    assert made["resolved"]["participants"]["BY"]["production"]["nil"] is True
    assert made["resolved"]["participants"]["AO"]["production"]["nil"] is False
    assert "usd_per_carat" not in made["resolved"]["participants"]["BY"]["production"]


def test_unknown_year_names_those_there_are(engine):
    with pytest.raises(NoSuchYear) as caught:
        annual_summary(engine, 1999)
    assert caught.value.code == "no-such-year" and "2003, 2004" in str(caught.value.sentence)


def test_nothing_filed_says_what_to_do():
    engine = duckdb_engine({})
    with pytest.raises(NoSuchYear) as caught:
        annual_summary(engine, 2011)
    engine.close()
    assert caught.value.code == "nothing-filed" and "import" in str(caught.value.advice)


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "sdmx"])
def test_every_form_can_be_written(engine, form):
    written = write_summary(annual_summary(engine, 2019), form)
    assert len(written) > 1000 and (form == "xlsx" or b"138139370.49" in written)


def test_a_corrected_return_that_does_not_say_which_part_of_the_year_it_is_of():
    rows = [trade("AE", "import", None, carats, 1, version) for version, carats in ((1, "10"), (2, "11"))]
    engine = duckdb_engine({"trade": table("trade", rows)})
    [difference] = annual_summary(engine, 2011)["differences"]
    engine.close()
    assert (difference["period"], difference["resolved"]["carats"]) == ("2011", "11.00")
