"""From a cell to its records and their documents: the records add up exactly to the cell."""

from decimal import Decimal

import pytest

from openkp.figures import balance, mirror, mirror_trade
from openkp.figures.engines import duckdb_engine
from openkp.figures.lineage import open_cell
from openkp.figures.tables import table
from tests.unit.figures.awkward import facts
from tests.unit.figures.test_engines import RULE


@pytest.fixture(scope="module")
def engine():
    return duckdb_engine({name: table(name, rows) for name, rows in facts(11).items()})


def test_records_of_a_trade_cell_add_up_to_the_cell(engine):
    cells = [row for row in engine.rows(mirror_trade.trade(engine, rule=RULE)) if row["year"] and row["exporter"]]
    assert len(cells) > 20
    for cell in cells:
        opened = open_cell(
            engine,
            table="trade",
            year=cell["year"],
            reporter=cell["exporter"],
            partner=cell["importer"],
            flow="export",
            quarter=cell["quarter"],
            hs=cell["hs"],
        )
        assert opened.totals.get("carats") == cell["carats_exported"]
        assert opened.totals.get("usd") == cell["usd_exported"]
        assert opened.totals.get("certificates") == cell["certificates_exported"]
        assert opened.sources == tuple(sorted({row["source"] for row in opened.records}))


def test_records_of_a_national_balance_add_up_to_it(engine):
    for cell in engine.rows(balance.national(engine)):
        if cell["year"]:
            made = open_cell(engine, table="production", year=cell["year"], participant=cell["participant"])
            assert made.totals.get("carats") == cell["production"]


@pytest.mark.parametrize(("table_", "end"), [("issued", "destination"), ("confirmed", "receiver")])
def test_certificates_behind_a_pair_add_up_to_it(engine, table_, end):
    cells = engine.rows(mirror.pairs(engine, rule=RULE, year=2024, hs=False))
    ends = {(cell["issuer"], cell["destination"]) for cell in cells}
    assert len(ends) > 5
    for issuer, destination in ends:
        whose = {"issuer": issuer, end: destination}
        opened = open_cell(engine, table=table_, year=2024, **whose)
        mine = [cell for cell in cells if (cell["issuer"], cell["destination"]) == (issuer, destination)]
        for name in ("carats", "usd"):
            stated = [cell[f"{name}_{table_}"] for cell in mine if cell[f"{name}_{table_}"] is not None]
            assert opened.totals.get(name) == (sum(stated) if stated else None)
    statuses = {row["status"] for row in open_cell(engine, table="issued", year=2024).records}
    every = {row["status"] for row in open_cell(engine, table="issued", year=2024, reading="as_filed").records}
    assert "void" in every - statuses and not statuses & set(RULE.not_counted)


def test_a_version_that_was_replaced_is_opened_only_as_filed():
    line = {"reporter": "SL", "flow": "export", "partner": "EU", "year": 2024, "quarter": 1, "hs": "7102.10"}
    first = line | {"carats": Decimal("5.00"), "version": 1, "source": "a" * 64, "record": 1}
    second = line | {"carats": Decimal("6.00"), "version": 2, "source": "b" * 64, "record": 1}
    engine = duckdb_engine({"trade": table("trade", [first, second])})
    stands = open_cell(engine, table="trade", year=2024, reporter="SL")
    filed = open_cell(engine, table="trade", year=2024, reporter="SL", reading="as_filed")
    assert stands.totals == {"carats": Decimal("6.00")} and stands.sources == ("b" * 64,)
    assert filed.totals == {"carats": Decimal("11.00")} and filed.sources == ("a" * 64, "b" * 64)


def test_an_empty_cell_has_no_records_and_no_totals(engine):
    for year in (1999, 0, 99_999):
        opened = open_cell(engine, table="issued", year=year)
        assert (opened.records, opened.totals, opened.sources) == ((), {}, ())


@pytest.mark.parametrize("asked", [{"table": "stones"}, {"table": "trade", "colour": "D"}, {"reading": "guessed"}])
def test_what_is_not_there_is_refused(engine, asked):
    with pytest.raises(KeyError):
        open_cell(engine, **{"table": "trade", "year": 2024, **asked})
