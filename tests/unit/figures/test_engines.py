"""DuckDB, Spark and the slow plain fold give the same rows of every reconciliation."""

from datetime import date

import pytest

from openkp.figures import balance, capacity, customs, mirror, mirror_trade
from openkp.figures.engines import duckdb_engine, spark_engine
from openkp.figures.summary import annual_summary
from openkp.figures.tables import table, whole
from openkp.scheme.reconciliation import reconciliation
from tests.unit.figures import plain
from tests.unit.figures.awkward import facts

ON = date(2024, 8, 1)
RULE = reconciliation(ON)
EXPRESSIONS = {
    "certificates": (
        lambda engine: mirror.certificates(engine, rule=RULE, on=ON),
        lambda rows: plain.certificates(rows, RULE, ON),
    ),
    "certificates of a year": (
        lambda engine: mirror.certificates(engine, rule=RULE, year=2024),
        lambda rows: plain.certificates(rows, RULE, year=2024),
    ),
    "states": (lambda engine: mirror.states(engine, rule=RULE), lambda rows: plain.states(rows, RULE)),
    "pairs": (lambda engine: mirror.pairs(engine, rule=RULE), lambda rows: plain.pairs(rows, RULE)),
    "pairs of a year": (
        lambda engine: mirror.pairs(engine, rule=RULE, year=2024, hs=False),
        lambda rows: plain.pairs(rows, RULE, year=2024, hs=False),
    ),
    "apart": (lambda engine: mirror.apart(engine, rule=RULE), lambda rows: plain.apart(rows, RULE)),
    "shifted": (lambda engine: mirror.shifted(engine, rule=RULE), lambda rows: plain.shifted(rows, RULE)),
    "trade": (lambda engine: mirror_trade.trade(engine, rule=RULE), lambda rows: plain.trade(rows, RULE)),
    "trade of a year": (
        lambda engine: mirror_trade.trade(engine, rule=RULE, year=2024, hs=False),
        lambda rows: plain.trade(rows, RULE, year=2024, hs=False),
    ),
    "balance": (balance.national, plain.national),
    "capacity": (capacity.against, plain.capacity),
    "customs": (customs.against, plain.customs),
    "customs lacking": (customs.years_lacking, plain.years_lacking),
}


SUMMARISED = {"production": ("participant", "year", "half"), "trade": ("reporter", "year", "quarter", "flow", "hs")}


def summarised(rows):
    """The rows of which a summary can be made: each says of whom and of when it is."""
    return {
        name: [row for row in rows[name] if all(row[key] for key in keys) and row.get("flow") != "transit"]
        for name, keys in SUMMARISED.items()
    }


def arrow(rows):
    return {name: table(name, found) for name, found in rows.items()}


def same(found, expected):
    def in_order(rows):
        return sorted(rows, key=lambda row: tuple(str(row[name]) for name in KEYS if name in row))

    assert in_order(found) == in_order(expected)


KEYS = (
    *("number", "issuer", "destination", "exporter", "importer", "participant", "reporter", "flow", "hs", "year"),
    *("quarter", "arrival_year", "arrival_quarter", "status", "state", "first"),
)


@pytest.fixture(scope="module", params=range(4))
def seeded(request):
    rows = facts(request.param)
    engine = duckdb_engine(arrow(rows))
    yield rows, engine
    engine.close()


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_duckdb_agrees_with_the_plain_fold(name, seeded):
    rows, engine = seeded
    fast, slow = EXPRESSIONS[name]
    same(engine.rows(fast(engine)), slow(rows))


@pytest.fixture(scope="module")
def on_spark(spark):
    rows = facts(7)
    return rows, spark_engine(arrow(rows))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_spark_agrees_with_the_plain_fold(name, on_spark):
    rows, engine = on_spark
    fast, slow = EXPRESSIONS[name]
    same(engine.rows(fast(engine)), slow(rows))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_nothing_in_gives_nothing_out(name):
    engine = duckdb_engine({})
    fast, slow = EXPRESSIONS[name]
    assert engine.rows(fast(engine)) == slow({each: [] for each in whole({})}) == []


def test_the_awkward_facts_are_awkward():
    states = {row["state"] for seed in range(4) for row in plain.certificates(facts(seed), RULE, ON)}
    assert states == {
        *("matched", "differs", "unconfirmed", "late", "repeated", "unknown-to-issuer", "issuer-not-heard"),
        *("not-counted", "not-imported"),
    }
    shifts = {row["shift"] for seed in range(4) for row in plain.trade(facts(seed), RULE)}
    assert shifts == {-1, 0, 1}


@pytest.fixture(scope="module")
def summarised_rows():
    return summarised(facts(5, size=120))


def test_summary_agrees_with_the_plain_fold(summarised_rows):
    summary = annual_summary(duckdb_engine(arrow(summarised_rows)), 2024)
    made = {"as_filed": summarised_rows["production"], "resolved": plain.standing_production(summarised_rows)}
    trade = {"as_filed": summarised_rows["trade"], "resolved": plain.standing_trade(summarised_rows)}
    for reading in made:
        for who, figures in [(None, summary[reading]["world"]), *summary[reading]["participants"].items()]:
            mined = [r for r in made[reading] if r["year"] == 2024 and who in (None, r["participant"])]
            if mined:
                assert figures["production"]["carats"] == written(plain.add(r["carats"] for r in mined))
                assert figures["production"]["usd"] == written(plain.add(r["usd"] for r in mined))
            for flow in ("import", "export"):
                lines = [r for r in trade[reading] if r["year"] == 2024 and r["flow"] == flow]
                lines = [r for r in lines if who in (None, r["reporter"])]
                if lines:
                    assert figures[f"{flow}s"]["carats"] == written(plain.add(r["carats"] for r in lines))


def written(amount):
    return f"{amount or 0:.2f}"


def test_summary_is_the_same_on_spark(spark, summarised_rows):
    here, there = duckdb_engine(arrow(summarised_rows)), spark_engine(arrow(summarised_rows))
    assert annual_summary(there, 2024) == annual_summary(here, 2024)
