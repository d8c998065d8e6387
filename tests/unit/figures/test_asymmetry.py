"""Pairs of a year for the public: both sides, the lag, and nothing that shows a trader's business."""

from datetime import date
from decimal import Decimal

import pytest

from openkp.figures.asymmetry import asymmetry
from openkp.figures.engines import duckdb_engine
from openkp.figures.tables import table
from openkp.scheme.confidentiality import SuppressionRule
from openkp.scheme.reconciliation import reconciliation

FEW = SuppressionRule(smallest_count=3, protection_percent=10, source="test")


def line(reporter, flow, partner, quarter, carats, certificates=10):
    """A line of a trade return."""
    known = {"reporter": reporter, "flow": flow, "partner": partner, "year": 2024, "quarter": quarter, "version": 1}
    known |= {"hs": "7102.31", "origin": "", "authority": reporter, "basis": "FOB", "certificates": certificates}
    return {**known, "carats": Decimal(carats), "usd": 100 * Decimal(carats), "source": "f", "record": 1}


def found(*lines, withheld=()):
    engine = duckdb_engine({"trade": table("trade", lines)})
    rule = reconciliation(date(2024, 12, 31))
    pairs = asymmetry(engine, 2024, rule=rule, withheld=withheld, suppression=FEW)
    return {(pair["exporter"], pair["importer"]): pair for pair in pairs}


def test_both_sides_and_the_rest_of_the_difference():
    pair = found(line("AO", "export", "EU", 1, "60.00"), line("EU", "import", "AO", 1, "40.00"))["AO", "EU"]
    assert pair["exported"] == {"carats": "60.00", "usd": "6000.00", "certificates": 10}
    assert pair["imported"]["carats"] == "40.00"
    assert (pair["period"], pair["index"], pair["explained_by_lag"]) == ("2024", "0.2000", "0.00")


@pytest.mark.parametrize(
    ("exports", "imports", "index", "explained"),
    [
        ({1: 60}, {2: 60}, "0.0000", "60.00"),
        ({1: 60}, {2: 40}, "0.2000", "40.00"),
        ({1: 100, 2: 100}, {2: 100}, "0.3333", "0.00"),
        ({1: 100, 2: 100}, {2: 100, 3: 100}, "0.0000", "100.00"),
        ({1: 10, 4: 30}, {1: 30, 2: 5}, "0.0667", "25.00"),
        ({4: "50.01"}, {}, "1.0000", "0.00"),
    ],
)
def test_what_came_in_another_quarter_is_lag_and_the_index_is_of_the_year(exports, imports, index, explained):
    lines = [line("AO", "export", "EU", quarter, carats) for quarter, carats in exports.items()]
    lines += [line("EU", "import", "AO", quarter, carats) for quarter, carats in imports.items()]
    pair = found(*lines)["AO", "EU"]
    assert (pair["index"], pair["explained_by_lag"]) == (index, explained)
    assert Decimal(pair["exported"]["carats"]) == sum(map(Decimal, exports.values()))


def test_a_side_that_filed_nothing_is_none():
    assert found(line("AO", "export", "EU", 1, "60.00"))["AO", "EU"]["imported"] is None


def test_a_small_pair_takes_another_of_its_exporter_with_it():
    partners = {"EU": 2, "AE": 20, "IN": 30, "IL": 40}
    lines = [line("AO", "export", partner, 1, f"{count}0.00", count) for partner, count in partners.items()]
    assert set(found(*lines)) == {("AO", "IN"), ("AO", "IL")}


def test_of_certificates_in_doubt_the_fewest_decide_and_none_is_told():
    def doubtful(partner, most, least):
        return line("AO", "export", partner, 1, "100.00", most) | {"certificates_least": least}

    pairs = found(doubtful("EU", 100, 3), line("EU", "import", "AO", 1, "90.00", 7))
    assert pairs["AO", "EU"]["exported"]["certificates"] is None
    assert pairs["AO", "EU"]["imported"]["certificates"] == 7
    assert not found(doubtful("EU", 100, 2))
    again = line("AO", "export", "EU", 2, "1.00", 9) | {"repeated": 4}
    assert found(line("AO", "export", "EU", 1, "9.00"), again)["AO", "EU"]["exported"]["certificates"] == 15


def test_what_the_summary_withholds_is_in_no_pair():
    lines = (line("AO", "export", "EU", 1, "60.00"), line("NA", "export", "EU", 1, "70.00"))
    assert set(found(*lines, withheld=[{"participant": "NA", "flow": "exports"}])) == {("AO", "EU")}


def test_a_year_without_trade_has_no_pairs():
    assert found() == {}
