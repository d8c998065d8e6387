"""What somebody can calculate who has everything public: totals of both flows, and the pairs of the asymmetry view.

On each line (an exporter's pairs, an importer's pairs) the pairs that are shown are taken from the total. What is left
is the sum of those withheld; where it is one pair, or one that fills nearly all of it, that pair is no longer withheld.
"""

from datetime import date
from decimal import Decimal

import numpy
import pytest

from openkp.figures.asymmetry import asymmetry, shown_sides
from openkp.figures.engines import duckdb_engine
from openkp.figures.summary import annual_summary
from openkp.figures.suppression import shown_cells, suppress
from openkp.figures.tables import table
from openkp.scheme.confidentiality import SuppressionRule
from openkp.scheme.reconciliation import reconciliation
from tests.unit.figures.test_asymmetry import line

RULE = SuppressionRule(smallest_count=3, protection_percent=10, source="test")
CODES = ("AO", "BW", "CA", "EU", "AE", "IN", "IL", "ZA")
ENDS = {"exports": ("exporter", "exported"), "imports": ("importer", "imported")}


def year_of(seed):
    """Trade with small pairs, one-sided pairs and pairs that disagree."""
    draw = numpy.random.default_rng(seed)
    lines = []
    for exporter in CODES:
        for importer in CODES:
            if exporter == importer or draw.random() < 0.6:
                continue
            count, carats = int(draw.integers(1, 9)), Decimal(int(draw.integers(1, 100_000))) / 100
            if draw.random() < 0.85:
                lines.append(line(exporter, "export", importer, 1, carats, count))
            if draw.random() < 0.85:
                lines.append(line(importer, "import", exporter, 1, carats + 1, count))
    return lines


def published(lines):
    engine = duckdb_engine({"trade": table("trade", lines)})
    public, withheld = suppress(annual_summary(engine, 2024), rule=RULE)
    rule = reconciliation(date(2024, 12, 31))
    return public, asymmetry(engine, 2024, rule=rule, withheld=withheld, suppression=RULE)


def exposed(lines):
    """Every line with a published total whose withheld pairs do not hide each other."""
    public, pairs = published(lines)
    shown = {(each["exporter"], each["importer"]) for each in pairs}
    found = []
    for code, flows in public["resolved"]["participants"].items():
        for flow, (end, _side) in ENDS.items():
            if "carats" not in flows.get(flow, {}):
                continue
            mine = [each for each in lines if each["reporter"] == code and each["flow"] == flow.removesuffix("s")]
            keys = [(code, each["partner"]) if end == "exporter" else (each["partner"], code) for each in mine]
            out = [each["carats"] for each, key in zip(mine, keys, strict=True) if key not in shown]
            left = sum(out, Decimal(0))
            told = sum((each["carats"] for each in mine), Decimal(0))
            assert Decimal(flows[flow]["carats"]) == told
            if out and len(out) < len(mine) and left - max(out) < max(out) * RULE.protection_percent / 100:
                found.append((code, flow, out))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_nothing_withheld_is_found_by_subtraction(seed):
    assert exposed(year_of(seed)) == []


def test_a_pair_of_a_withheld_total_is_not_found_from_the_other_end():
    trade = [("AO", "EU", 1, "5.00"), ("BW", "EU", 50, "60.00"), ("CA", "EU", 50, "70.00"), ("BW", "IN", 50, "80.00")]
    trade += [("CA", "IN", 50, "90.00"), ("ZA", "EU", 50, "95.00"), ("ZA", "IN", 50, "99.00")]
    lines = [line(a, "export", b, 1, carats, count) for a, b, count, carats in trade]
    lines += [line(b, "import", a, 1, carats, count) for a, b, count, carats in trade]
    shown = {(each["exporter"], each["importer"]) for each in published(lines)[1]}
    assert len({(exporter, "EU") for exporter in ("AO", "BW", "CA", "ZA")} - shown) >= 2
    assert exposed(lines) == []


def test_a_pair_that_only_the_other_side_filed_hides_nothing():
    lines = [line("AO", "export", "EU", 1, "5.00", 1), line("EU", "import", "AO", 1, "5.00", 1)]
    lines += [line("AE", "import", "AO", 1, "1.00", 9), line("AO", "export", "IN", 1, "80.00", 9)]
    lines += [line("AO", "export", "IL", 1, "90.00", 9), line("EU", "import", "BW", 1, "70.00", 9)]
    lines += [line("EU", "import", "CA", 1, "70.00", 9)]
    assert exposed(lines) == []


def corrected(counts):
    """Exports of one year to one partner; each exporter's carats are ten times its certificates."""
    return [line(code, "export", "US", 1, f"{10 * count}.00", count) for code, count in counts.items()]


def editions(first, second):
    engines = [duckdb_engine({"trade": table("trade", corrected(each))}) for each in (first, second)]
    before, _ = suppress(annual_summary(engines[0], 2024), rule=RULE)
    return suppress(annual_summary(engines[1], 2024), rule=RULE, seen=shown_cells(before))


def test_what_an_earlier_edition_showed_hides_nothing_in_a_later_one():
    first = {"AO": 5, "BW": 10, "CA": 20, "ZA": 40}
    _, withheld = editions(first, first | {"AO": 1})
    assert {(each["participant"], each["reason"]) for each in withheld} == {("AO", "small"), ("world", "total")}


def test_a_cell_that_changed_too_hides_another():
    first = {"AO": 5, "BW": 10, "CA": 20, "ZA": 40}
    _, withheld = editions(first, first | {"AO": 1, "ZA": 41})
    assert {each["participant"] for each in withheld} == {"AO", "ZA"}


def test_a_pair_that_an_earlier_edition_showed_hides_no_pair():
    counts = {"EU": 5, "IN": 20, "IL": 30, "AE": 40}

    def pairs_of(counts, seen=frozenset()):
        lines = [line("AO", "export", code, 1, f"{count}0.00", count) for code, count in counts.items()]
        engine = duckdb_engine({"trade": table("trade", lines)})
        rule = reconciliation(date(2024, 12, 31))
        return asymmetry(engine, 2024, rule=rule, withheld=(), suppression=RULE, seen=seen)

    before = shown_sides(pairs_of(counts))
    after = pairs_of(counts | {"EU": 1, "AE": 41}, before)
    assert {pair["importer"] for pair in after} == {"IN", "IL"}  # AE is new, so it hides EU; IN is known
