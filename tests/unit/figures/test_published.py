"""Published single figures against their source, each with its evidence."""

from collections import Counter
from decimal import Decimal
from importlib.resources import files

import pytest

from openkp.figures.engines import duckdb_engine
from openkp.figures.printed import Printed, closes, one_digit_off, significant
from openkp.figures.published import compare_published, same_release
from openkp.figures.reading import read_source
from tests.unit.figures.sources import file_of, line

HEAD = "year,participant,flow,measure,value,precision,note,publisher,published,source_url"


def real(name):
    return (files("openkp.project.demo") / "data" / name).read_bytes()


@pytest.fixture(scope="module")
def compared():
    facts = read_source(real("kp_production_half_yearly.csv"), kind="production").facts
    engine = duckdb_engine(facts | read_source(real("kp_published_figures.csv"), kind="published").facts)
    yield compare_published(engine)
    engine.close()


def those(compared, **wanted):
    return [each for each in compared if all(each.figure[name] == value for name, value in wanted.items())]


TWO_HALVES = (line(), line(half=2))


def verdicts(*printed, filed=TWO_HALVES):
    """The verdicts on figures of a year in which Angola filed 20 ct and 400 USD (unless told otherwise)."""
    facts = read_source(file_of(*filed), kind="production").facts
    text = "\n".join([HEAD, *printed]) + "\n"
    engine = duckdb_engine(facts | read_source(text.encode(), kind="published").facts)
    found = compare_published(engine)
    engine.close()
    return found


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1,234,577.89", "1234577.89"),
        ("1 234 577.8", "1234577.8"),
        ("1,234,577", "1234577"),
        ("1'234'500", "1234500"),
        ("71.980", "71.980"),
        ("$ 1,234,577.80", "1234577.80"),
    ],
)
def test_figures_printed_with_groups_are_plain_digits(typed, digits):
    [found] = verdicts(f'2011,AO,production,carats,"{typed}",exact,,us,2012,')
    assert (found.figure["digits"], found.verdict) == (digits, "contradicted")


def test_every_figure_has_a_verdict_and_words(compared):
    assert len(compared) == 325 and all(str(each.sentence) for each in compared)
    assert set(Counter(each.verdict for each in compared)) == {
        "match",
        "rounding",
        "restated",
        "misprint",
        "contradicted",
        "no-source",
    }


def test_the_misprint_of_2007(compared):
    [wrong] = [each for each in compared if each.verdict == "misprint"]
    assert (wrong.figure["publisher"], wrong.figure["digits"]) == ("IDEX Online", "169198857.66")
    assert wrong.evidence["alternative"] == "168198857.66"
    triangle = wrong.evidence["triangle"]
    assert triangle["value_by_weight"] == "71.55" and triangle["usd_per_carat"]["printed"] == "71.98"
    [right] = those(compared, digits="168198857.66")
    assert right.verdict == "restated" and right.evidence["triangle"]["closes"]


def test_indonesia_2007_speaks_for_parts(compared):
    [price] = those(compared, year=2007, participant="ID")
    assert (price.verdict, price.evidence["readings"]) == ("match", ["as_filed", "resolved"])


def test_congo_2022_speaks_against_replacing(compared):
    for each in those(compared, year=2022, participant="CD"):
        assert each.verdict == "rounding" and each.evidence["readings"] == ["as_filed"]


def test_a_first_release_is_restated(compared):
    [carats] = those(compared, year=2019, participant="WORLD", digits="130340000")
    assert carats.verdict == "restated" and carats.evidence["changed_later"] >= 1


def test_a_price_that_nothing_explains(compared):
    [price] = those(compared, year=2016, participant="ZA", digits="192.57")
    assert price.verdict == "contradicted" and price.evidence["triangle"]["value_by_weight"] == "150.26"


def test_counts_of_producers(compared):
    assert [each.verdict for each in those(compared, flow="producing_participants")] == ["match", "match"]


def test_trade_without_filings_has_no_source(compared):
    assert {each.verdict for each in compared if each.figure["flow"] in ("import", "export")} == {"no-source"}


def test_a_year_of_which_half_is_missing_proves_nothing(compared):
    [carats] = those(compared, year=2024, participant="RU", measure="carats", flow="production")
    assert carats.verdict == "no-source" and carats.evidence["incomplete"] == ["RU 2024-H2"]


@pytest.mark.parametrize(
    ("digits", "precision", "verdict"),
    [
        ("20.00", "exact", "match"),
        ("20", "rounded", "match"),
        ("19.99", "exact", "restated"),
        ("19", "lower_bound", "rounding"),
        ("50", "rounded", "contradicted"),
    ],
)
def test_digits(digits, precision, verdict):
    assert [each.verdict for each in verdicts(f"2011,AO,production,carats,{digits},{precision},,Press,2012,")] == [
        verdict
    ]


def test_rounded_and_cut_off():
    filed = (line(carats="1234567.89", usd="2.00"), line(half=2, carats="0.00", usd="0.00"))
    printed = ["1235000", "1234000", "1200000", "1300000", "1100000"]
    rows = [f"2011,AO,production,carats,{digits},rounded,,Press {digits},2012," for digits in printed]
    assert [each.verdict for each in verdicts(*rows, filed=filed)] == [
        "rounding",
        "rounding",
        "rounding",
        "rounding",
        "contradicted",
    ]


def test_part_of_a_year_is_not_the_year():
    row = '2011,AO,production,carats,20,exact,"January-July 2011",Press,2012,'
    assert [each.verdict for each in verdicts(row)] == ["no-source"]


def test_others_are_the_rest_of_the_same_table():
    filed = (line(), line(half=2), line("BW", carats="7.00"), line("BW", half=2), line("NA"), line("NA", half=2))
    rows = [
        "2011,AO,production,carats,20.00,exact,,Press,2012,",
        "2011,OTHERS,production,carats,37.00,exact,,Press,2012,",
    ]
    assert [each.verdict for each in verdicts(*rows, filed=filed)] == ["match", "match"]


def test_shares_of_the_world():
    filed = (line(), line(half=2), line("BW", carats="40.00"), line("BW", half=2, carats="20.00"))
    rows = ["2011,AO,production,share_of_world_carats_pct,25,rounded,,Press,2012,"]
    [share] = verdicts(*rows, filed=filed)
    assert share.verdict in ("match", "rounding") and share.ours["as_filed"] == Decimal(25)


def test_a_digit_wrong_without_a_triangle():
    filed = (line(carats="1234567.89", usd="2.00"), line(half=2, carats="0.00", usd="0.00"))
    [wrong] = verdicts("2011,AO,production,carats,1284567.89,exact,,Press,2012,", filed=filed)
    assert (wrong.verdict, wrong.evidence["alternative"]) == ("misprint", "1234567.89")


def number(digits, *, exact=True):
    return Printed(digits, Decimal(digits), exact)


def test_printed_digits():
    assert number("71.98").unit == Decimal("0.01") and number("9170000", exact=False).unit == 10000
    assert number("24").unit == 1 and number("0", exact=False).unit == 1
    assert significant(number("9170000", exact=False)) == 3 and significant(number("0.0145")) == 3


def test_triangle_closes_within_the_digits():
    assert closes(number("168198857.66"), number("12107000000", exact=False), number("71.98"))
    assert not closes(number("169198857.66"), number("12107000000", exact=False), number("71.98"))
    assert not closes(number("0"), number("5"), number("1"))


def test_one_digit_off():
    near = {each.digits for each in one_digit_off(number("120.5"))}
    assert {"130.5", "210.5", "102.5", "120.9"} <= near and not {"120.5", "020.5"} & near


def test_releases():
    assert same_release("2008-07-30", "2008-08-05", 120) and not same_release("2007-07-19", "2008-08-05", 120)
    assert same_release("2007", "2007-07-19", 1) and not same_release("", "2007", 1) and same_release("", "", 1)
