"""The mirror read by a person: small cases with the answer beside them."""

from datetime import date
from decimal import Decimal

import pytest

from openkp.figures import balance, capacity, customs, mirror, mirror_trade
from openkp.figures.engines import duckdb_engine
from openkp.figures.tables import table
from openkp.scheme.reconciliation import Reconciliation, reconciliation

RULE = reconciliation(date(2024, 6, 1))


def issued(number="SL1", **other):
    row = {"number": number, "line": 1, "issuer": "SL", "destination": "EU", "issued_on": date(2024, 3, 30)}
    return row | {"hs": "7102.10", "carats": Decimal("10.00"), "usd": Decimal("500.00"), "status": "confirmed"} | other


def found(number="SL1", **other):
    row = {"number": number, "line": 1, "issuer": "SL", "receiver": "EU", "arrived_on": date(2024, 4, 2)}
    row |= {"hs": "7102.10", "carats": Decimal("10.00"), "usd": Decimal("500.00"), "outcome": "accepted"}
    return row | {"confirmed_on": date(2024, 4, 5)} | other


def state(*, declared=(), confirmed=(), on=None):
    engine = duckdb_engine({"issued": table("issued", declared), "confirmed": table("confirmed", confirmed)})
    (row,) = engine.rows(mirror.certificates(engine, rule=RULE, on=on))
    return row


@pytest.mark.parametrize(
    ("expected", "declared", "confirmed"),
    [
        ("matched", [issued()], [found()]),
        ("differs", [issued()], [found(carats=Decimal("9.99"))]),
        ("differs", [issued()], [found(usd=None)]),
        ("unconfirmed", [issued()], []),
        ("not-counted", [issued(status="void")], [found()]),
        ("not-counted", [issued(status="technical")], []),
        ("not-imported", [issued()], [found(outcome="refused", carats=None, usd=None)]),
        ("repeated", [issued(), issued(source="another paper")], [found()]),
        ("repeated", [issued()], [found(), found()]),
        ("issuer-not-heard", [], [found()]),
    ],
)
def test_state_of_one_certificate(expected, declared, confirmed):
    assert state(declared=declared, confirmed=confirmed)["state"] == expected


def test_a_number_that_an_issuer_who_reports_does_not_know():
    engine = duckdb_engine(
        {"issued": table("issued", [issued("SL1")]), "confirmed": table("confirmed", [found("SL1"), found("SL2")])}
    )
    rows = engine.rows(mirror.certificates(engine, rule=RULE))
    assert {row["number"]: row["state"] for row in rows} == {"SL1": "matched", "SL2": "unknown-to-issuer"}


def test_late_begins_on_the_day_after_the_limit():
    assert state(declared=[issued()], on=date(2024, 4, 29))["state"] == "unconfirmed"
    late = state(declared=[issued()], on=date(2024, 4, 30))
    assert (late["state"], late["age"]) == ("late", 31)


def test_days_that_each_step_took():
    row = state(declared=[issued()], confirmed=[found()])
    assert (row["days_to_arrive"], row["days_to_confirm"], row["age"]) == (3, 3, 6)


def test_quarters_differ_by_what_was_under_way_and_that_is_told():
    engine = duckdb_engine({"issued": table("issued", [issued()]), "confirmed": table("confirmed", [found()])})
    rows = engine.rows(mirror.pairs(engine, rule=RULE))
    assert {row["quarter"]: row["carats_difference"] for row in rows} == {1: Decimal("-10.00"), 2: Decimal("10.00")}
    (lag,) = engine.rows(mirror.shifted(engine, rule=RULE))
    assert (lag["quarter"], lag["arrival_quarter"], lag["carats"]) == (1, 2, Decimal("10.00"))


def test_void_certificates_are_left_out_and_reported_apart():
    engine = duckdb_engine({"issued": table("issued", [issued(), issued("SL2", status="void")])})
    (pair,) = engine.rows(mirror.pairs(engine, rule=RULE))
    assert pair["certificates_issued"] == 1
    (apart,) = engine.rows(mirror.apart(engine, rule=RULE))
    assert (apart["status"], apart["certificates"], apart["carats"]) == ("void", 1, Decimal("10.00"))


def line(flow, quarter, carats, usd, *, basis="FOB", **other):
    exports = flow == "export"
    ends = {"reporter": "BW" if exports else "EU", "partner": "EU" if exports else "BW"}
    amounts = {"carats": Decimal(carats), "usd": Decimal(usd), "certificates": 1}
    return ends | amounts | {"flow": flow, "year": 2024, "quarter": quarter, "hs": "7102.10", "basis": basis} | other


def traded(*lines):
    engine = duckdb_engine({"trade": table("trade", lines)})
    return engine.rows(mirror_trade.trade(engine, rule=RULE).order_by("year", "quarter"))


def test_freight_and_insurance_are_taken_off_what_says_cif():
    (row,) = traded(line("export", 1, "5.00", "100.00"), line("import", 1, "5.00", "101.00", basis="CIF"))
    assert row["usd_gap"] == Decimal("1.00") and row["fob_gap"] == 0.0 and row["fob_asymmetry"] == 0.0


def test_goods_that_arrive_in_the_next_quarter_are_found_there():
    first, second = traded(line("export", 4, "5.00", "100.00"), line("import", 1, "5.00", "100.00", year=2025))
    assert (first["shift"], first["carats_gap"], first["carats_gap_shifted"]) == (1, Decimal("5.00"), Decimal("0.00"))
    assert first["carats_by_lag"] == Decimal("5.00") and second["shift"] == -1


def test_two_quarters_apart_is_no_lag():
    first, second = traded(line("export", 1, "5.00", "100.00"), line("import", 3, "5.00", "100.00"))
    assert (first["shift"], first["carats_asymmetry"]) == (0, -1.0)
    assert (second["shift"], second["carats_asymmetry"]) == (0, 1.0)


def test_a_year_that_was_filed_as_one_is_no_neighbour_of_a_quarter():
    rows = traded(line("export", 4, "5.00", "1.00", year=2023), line("import", None, "5.00", "1.00", year=2024))
    assert [(row["year"], row["quarter"], row["shift"]) for row in rows] == [(2023, 4, 0), (2024, 0, 0)]


def test_only_the_last_version_of_a_filing_is_compared_and_each_authority_has_its_own():
    (row,) = traded(
        line("import", 1, "1.00", "1.00", authority="EU-BE", version=1),
        line("import", 1, "2.00", "1.00", authority="EU-BE", version=2),
        line("import", 1, "4.00", "1.00", authority="EU-DE", version=1),
    )
    assert row["carats_imported"] == Decimal("6.00")


def test_more_went_out_than_came_in():
    exports = line("export", 1, "100.00", "1.00", reporter="CG", partner="AE")
    stock = {"participant": "CG", "year": 2024, "opening": Decimal("10.00"), "polished": None}
    band = {"participant": "CG", "year": 2024, "low": 1, "likely": 1, "high": 1}
    engine = duckdb_engine(
        {name: table(name, [row]) for name, row in (("trade", exports), ("stocks", stock), ("capacity", band))}
    )
    (row,) = engine.rows(balance.national(engine))
    assert (row["closing"], row["negative"], row["missing_share"]) == (Decimal("-90.00"), True, 0.9)
    (row,) = engine.rows(capacity.against(engine))
    assert (row["exports_ratio"], row["place"]) == (100.0, "unknown")


def test_customs_that_lack_the_year_say_so():
    lines = [line("import", 1, "1.00", "5000.00", year=year, reporter="AE") for year in (2008, 2010)]
    known = [{"reporter": "AE", "flow": "import", "hs": "7102.10", "year": y, "usd_thousand": 5} for y in (2008, 2012)]
    engine = duckdb_engine({"trade": table("trade", lines), "customs": table("customs", known)})
    rows = {row["year"]: row for row in engine.rows(customs.against(engine))}
    assert {year: row["standing"] for year, row in rows.items()} == {
        2008: "both",
        2010: "customs-lacks-year",
        2012: "kp-lacks-it",
    }
    assert rows[2008]["gap"] == 0
    (hole,) = engine.rows(customs.years_lacking(engine))
    assert (hole["reporter"], hole["first"], hole["last"]) == ("AE", 2008, 2012)


def test_parameters_have_a_source_and_refuse_what_cannot_be():
    assert RULE.cif_fob == Decimal("1.01") and "STAT-02" in RULE.source
    assert reconciliation(date(1990, 1, 1)) == RULE
    with pytest.raises(ValueError, match="CIF"):
        Reconciliation(cif_fob=Decimal("0.9"), late_days=30, not_counted=(), not_imported=(), source="")
