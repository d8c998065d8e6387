"""Withheld cells stay withheld: an attacker with linear programming finds no cell to within the margin."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from openkp.figures.engines import duckdb_engine
from openkp.figures.summary import annual_summary
from openkp.figures.suppression import COUNTS, READINGS, suppress
from openkp.figures.tables import table
from openkp.scheme.confidentiality import suppression_rule
from tests.unit.figures.test_asymmetry import line

RULE = suppression_rule(date(2024, 1, 1))
CODES = ["AO", "BW", "CA", "CD", "GH", "GN", "LR", "NA", "RU", "SL"]


def money(value):
    return f"{value:.2f}"


def summary(flows):
    """Both readings of a summary; ``flows`` is {flow: {code: (carats, usd, count)}}."""
    table = {"world": {"certificates": {}}, "participants": {}}
    for flow, cells in flows.items():
        for code, (carats, usd, count) in cells.items():
            row = table["participants"].setdefault(code, {"name": code, "certificates": {}})
            row[flow] = {"carats": money(carats), "usd": money(usd)}
            row["certificates"][COUNTS[flow]] = count
        sums = [sum(cell[place] for cell in cells.values()) for place in range(3)]
        table["world"][flow] = {"carats": money(sums[0]), "usd": money(sums[1])}
        table["world"]["certificates"][COUNTS[flow]] = sums[2]
    return {"year": 2024, "as_filed": table, "resolved": table, "differences": []}


def bounds(public, reading, flow, measure):
    """What an attacker can calculate of each withheld cell from everything that is printed."""
    table = public[reading]
    hidden = [code for code, row in table["participants"].items() if "suppressed" in row.get(flow, {})]
    total = table["world"].get(flow, {})
    if not hidden or "suppressed" in total:
        return {}
    shown = sum(Decimal(r[flow][measure]) for r in table["participants"].values() if measure in r.get(flow, {}))
    rest = float(Decimal(total[measure]) - shown)
    found = {}
    for place, code in enumerate(hidden):
        aim = [1.0 if other == place else 0.0 for other in range(len(hidden))]
        ends = []
        for sign in (1, -1):
            answer = linprog([sign * a for a in aim], A_eq=[[1.0] * len(hidden)], b_eq=[rest], bounds=(0, None))
            ends.append(sign * answer.fun)
        found[code] = tuple(ends)
    return found


amounts = st.integers(1, 10**7)
cells = st.dictionaries(st.sampled_from(CODES), st.tuples(amounts, amounts, st.integers(1, 40)), min_size=1)


@settings(deadline=None)  # linear programming takes as long as the machine lets it
@given(st.fixed_dictionaries({}, optional={"exports": cells, "imports": cells}))
def test_subtraction_tells_nobody(flows):
    whole = summary(flows)
    public, withheld = suppress(whole, rule=RULE)
    for flow, rows in flows.items():
        small = {code for code, (_, _, count) in rows.items() if count < RULE.smallest_count}
        gone = {each["participant"] for each in withheld if each["flow"] == flow}
        assert small <= gone
        if not small:
            assert not gone, "nothing is withheld that need not be"
        for reading in READINGS:
            for measure in ("carats", "usd"):
                for code, (low, high) in bounds(public, reading, flow, measure).items():
                    if code not in small:
                        continue  # it may be known: it is only withheld for the sake of the small ones
                    true = float(whole[reading]["participants"][code][flow][measure])
                    assert high - true >= true * RULE.protection_percent / 100 - 0.01, (flow, code, low, high)


def test_a_small_cell_takes_another_with_it():
    flows = {"exports": {"AO": (900, 90_000, 30), "GH": (10, 1_000, 1), "SL": (50, 9_000, 9)}}
    public, withheld = suppress(summary(flows), rule=RULE)
    assert [(each["participant"], each["reason"]) for each in withheld] == [("GH", "small"), ("SL", "complementary")]
    row = public["as_filed"]["participants"]["GH"]
    assert row["exports"] == {"suppressed": "small"}
    assert row["certificates"]["issued"] is None
    assert public["as_filed"]["participants"]["AO"]["exports"]["carats"] == "900.00"


def test_alone_in_its_flow_the_total_goes_too():
    public, withheld = suppress(summary({"imports": {"GH": (10, 1_000, 1)}}), rule=RULE)
    assert {each["participant"]: each["reason"] for each in withheld} == {"GH": "small", "world": "total"}
    assert public["resolved"]["world"]["imports"] == {"suppressed": "total"}


def test_nothing_small_nothing_withheld():
    whole = summary({"imports": {"GH": (10, 1_000, 3)}})
    public, withheld = suppress(whole, rule=RULE)
    assert withheld == []
    assert public == whole
    assert public is not whole


def test_no_amount_of_a_corrected_quarter_is_public():
    def corrected(code, count):
        once = line(code, "export", "EU", 1, f"{count}01.00", count)
        return [once, once | {"carats": once["carats"] + 7, "version": 2}]

    trade = [*corrected("GH", 1), *corrected("SL", 9), *corrected("AO", 30)]
    made = {"participant": "GH", "year": 2024, "half": 1, "nil": False, "source": "p"}
    production = [made | {"carats": Decimal(each), "version": each, "record": each} for each in (1, 2)]
    engine = duckdb_engine({"trade": table("trade", trade), "production": table("production", production)})
    whole = annual_summary(engine, 2024)
    public, withheld = suppress(whole, rule=RULE)
    assert {(each["participant"], each["flow"]) for each in withheld} == {("GH", "exports"), ("SL", "exports")}
    assert [(each["participant"], each["flow"]) for each in public["differences"]] == [
        ("AO", "export"),
        ("GH", "production"),
    ]
    trade_told, production_told = public["differences"]
    assert not {"as_filed", "resolved"} & trade_told.keys() and trade_told["text"]
    assert production_told == next(each for each in whole["differences"] if each["flow"] == "production")


@pytest.mark.parametrize("day", [date(2003, 1, 1), date(2026, 1, 1)])
def test_the_rule_has_a_source(day):
    assert suppression_rule(day).source
