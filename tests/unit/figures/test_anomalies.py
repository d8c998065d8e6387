"""Every test for anomalies finds what it is for in a few facts, and leaves the honest neighbour alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from openkp.figures.anomalies import TESTS, Scope, find
from openkp.figures.anomalies.base import Anomaly
from openkp.figures.engines import duckdb_engine, spark_engine
from openkp.figures.tables import TABLES, table
from openkp.scheme.anomaly_thresholds import codes, thresholds

ON = date(2025, 6, 30)


def run(code: str, *, year: int | None = 2024, until: str = ON.isoformat(), **facts: list[dict]) -> list[Anomaly]:
    engine = duckdb_engine(
        {name: table(name, [row(name, n, r) for n, r in enumerate(rows)]) for name, rows in facts.items()}
    )
    try:
        return find(engine, scope=Scope(until=until, year=year), on=ON, only=[code])
    finally:
        engine.close()


def row(name: str, number: int, given: dict) -> dict:
    own = {"source": f"{name}-file"} | ({"record": number, "version": 1} if name in ("trade", "production") else {})
    own |= {"line": 1} if name in ("issued", "confirmed", "notified") else {}
    amounts = ("carats", "usd", "low", "likely", "high", "opening", "polished", "value")
    typed = {
        k: Decimal(str(round(v, 2) if isinstance(v, float) else v)) if k in amounts and v is not None else v
        for k, v in given.items()
    }
    return {k: v for k, v in (own | typed).items() if k in TABLES[name].names}


def traded(reporter, flow, partner, quarter, carats, usd=None, **more):
    return {
        "reporter": reporter,
        "flow": flow,
        "partner": partner,
        "year": 2024,
        "quarter": quarter,
        "carats": carats,
        "usd": carats * 100 if usd is None else usd,
    } | more


def dug(participant, half, carats, usd=None, year=2024, **more):
    usd = carats * 100 if usd is None else usd
    return {"participant": participant, "year": year, "half": half, "carats": carats, "usd": usd} | more


def paper(number, issuer, destination, day, carats, usd=None, **more):
    return {
        "number": number,
        "issuer": issuer,
        "destination": destination,
        "issued_on": date.fromisoformat(day),
        "hs": "7102.31",
        "origin": issuer,
        "carats": carats,
        "usd": carats * 100 if usd is None else usd,
        "status": "delivered",
    } | more


def arrived(number, issuer, receiver, day, carats, usd=None, **more):
    return {
        "number": number,
        "issuer": issuer,
        "receiver": receiver,
        "confirmed_on": date.fromisoformat(day),
        "outcome": "accepted",
        "carats": carats,
        "usd": carats * 100 if usd is None else usd,
    } | more


def who(found: list[Anomaly]) -> set[str]:
    return {anomaly.participant for anomaly in found}


def test_every_test_has_thresholds_with_their_source():
    assert {test.code for test in TESTS} == set(codes())
    for test in TESTS:
        settings = thresholds(test.code, ON)
        assert "no public KP threshold exists" in settings["source"] and settings["from"] == "2003-01-01"


def test_no_facts_no_anomalies():
    engine = duckdb_engine({})
    assert find(engine, scope=Scope(until="2025-06-30"), on=ON) == []


def test_an_unknown_test_is_refused():
    with pytest.raises(KeyError):
        run("no-such-test")


def test_late_and_missing():
    def at(month, day):
        return datetime(2024, month, day, tzinfo=UTC)

    filed = [dug(who, 1, 50_000, created=at(8, 31)) for who in ("BW", "AO", "NA")]
    found = run("late", production=[*filed, dug("ZA", 1, 9, created=at(12, 1)), dug("CD", 2, 5, year=2023)])
    assert {(a.participant, a.measure, a.severity) for a in found} == {
        ("ZA", "production_days", 3),
        ("CD", "production_missing", 3),
    }


def test_late_says_nothing_where_returns_were_not_gathered():
    assert run("late", trade=[traded("GH", "export", "EU", 1, 5)]) == []


def test_swing_needs_both_thresholds():
    found = run(
        "swing",
        production=[
            *(dug("ZA", 1, 100_000), dug("ZA", 2, 150_000)),
            *(dug("BW", 1, 100_000), dug("BW", 2, 129_000)),  # under 30 %
            *(dug("GH", 1, 1_000), dug("GH", 2, 9_000)),  # under 10,000 ct
        ],
    )
    assert [(a.participant, a.measure, str(a.period)) for a in found] == [("ZA", "production_carats", "2024-H2")]
    assert found[0].records == ("production:production-file#0", "production:production-file#1")


def test_a_missing_period_breaks_the_row():
    assert run("swing", production=[dug("ZA", 1, 9_000_000, year=2023), dug("ZA", 1, 90_000)]) == []


def test_price_swing_against_the_middle_of_the_periods_before():
    before = [dug("ZA", half, 100_000, 10_000_000, year=2023) for half in (1, 2)]
    assert who(run("price-swing", production=[*before, dug("ZA", 1, 100_000, 12_600_000)])) == {"ZA"}
    assert run("price-swing", production=[*before, dug("ZA", 1, 100_000, 12_400_000)]) == []


def test_hs_drift():
    rows = [
        traded("US", "import", "ZA", q, 50_000, hs=hs) for q, hs in ((1, "7102.31"), (1, "7102.10"), (2, "7102.10"))
    ]
    found = run("hs-drift", trade=rows)
    assert [(a.participant, a.observed, a.expected) for a in found] == [("US", 100, 50)]
    assert run("hs-drift", trade=rows[:2]) == []


def test_mirror_allows_goods_under_way_and_freight():
    honest = [traded("BW", "export", "EU", 1, 10_000), traded("EU", "import", "BW", 1, 9_000, 990_000)]
    assert run("mirror", trade=honest) == []
    found = run("mirror", trade=[honest[0], traded("EU", "import", "BW", 1, 20_000)])
    assert [(a.participant, a.partner, a.measure) for a in found] == [("BW", "EU", "carats")]


def test_mirror_is_silent_where_the_other_side_filed_nothing():
    assert run("mirror", trade=[traded("BW", "export", "EU", 1, 90_000)]) == []


def nothing(reporter, quarter, **more):
    """A nil return of trade."""
    return {"reporter": reporter, "year": 2024, "quarter": quarter} | more


@pytest.mark.parametrize("answer", [nothing("EU", 1), traded("EU", "export", "IN", 1, 5_000)])
def test_mirror_hears_a_return_that_has_nothing_of_the_trade(answer):
    found = run("mirror", trade=[traded("BW", "export", "EU", 1, 90_000), answer])
    assert [(a.participant, a.partner, a.observed, a.expected) for a in found] == [("BW", "EU", 0, 90_000)]
    assert ("trade:trade-file#1" in found[0].records) is (answer.get("flow") is None)


def test_a_year_filed_whole_says_nothing_of_its_quarters():
    imports = traded("EU", "import", "BW", None, 90_000)
    trade = [traded("BW", "export", "EU", 1, 90_000), traded("EU", "export", "IN", 1, 5_000), imports]
    assert run("mirror", trade=trade) == []


def test_a_trade_after_quarters_of_nothing_is_sudden():
    before = [nothing("LB", quarter, year=2023) for quarter in (1, 2, 3, 4)]
    first = traded("LB", "import", "CG", 1, 400_000)
    assert who(run("sudden-partner", trade=[*before, first])) == {"LB"}
    found = run("swing", trade=[*before, first])
    assert [(a.participant, a.measure, a.expected) for a in found] == [("LB", "import_carats", 0)]
    assert run("swing", trade=[*before[:3], first]) == []  # nobody knows of the quarter before


def test_nothing_filed_beside_customs_and_beside_certificates():
    nil = [nothing("IL", quarter) for quarter in (1, 2, 3, 4)]
    customs = [{"reporter": "IL", "flow": "import", "hs": "7102.31", "year": 2024, "usd_thousand": 20_000}]
    found = run("customs", trade=nil, customs=customs)
    assert [(a.observed, a.expected, len(a.records)) for a in found] == [(0, 20_000_000, 4)]
    assert run("customs", trade=nil[:3], customs=customs) == []
    papers = [paper(f"IL{n:06}", "IL", "EU", "2024-02-01", 500) for n in range(10)]
    assert {a.measure for a in run("counts", trade=nil, issued=papers)} == {"filed_certificates", "filed_carats"}


def test_counts_against_partner_and_documents():
    trade = [
        traded("BW", "export", "EU", 1, 10_000, certificates=10),
        traded("EU", "import", "BW", 1, 10_000, certificates=30),
    ]
    assert [a.measure for a in run("counts", trade=trade)] == ["certificates"]
    for place in (0, 1):
        in_doubt = [row | {"certificates_least": 5} if n == place else row for n, row in enumerate(trade)]
        assert run("counts", trade=in_doubt) == [], "of which partner they are is not known"
    papers = [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", 500) for n in range(10)]
    assert "filed_carats" in {a.measure for a in run("counts", trade=trade[:1], issued=papers)}


def test_sudden_partner():
    old = [traded("AE", "import", "IN", q, 50_000) for q in (1, 2, 3, 4)]
    year_before = [row | {"year": 2023} for row in old]
    found = run("sudden-partner", trade=[*year_before, old[0], traded("AE", "import", "CG", 1, 40_000)])
    assert [(a.participant, a.partner) for a in found] == [("AE", "CG")]


def test_balance_counts_stock_and_carries_it():
    trade = [traded("US", "import", "ZA", None, 7_000), traded("US", "export", "IN", None, 11_000)]
    found = run("balance", trade=trade)
    assert [(a.participant, a.observed) for a in found] == [("US", -4_000)]
    stocks = [{"participant": "US", "year": 2024, "opening": 4_000, "polished": 0}]
    assert run("balance", trade=trade, stocks=stocks) == []
    left_over = [row | {"year": 2023, "carats": carats} for row, carats in zip(trade, (9_000, 4_000), strict=True)]
    assert run("balance", trade=[*left_over, *trade]) == []


def test_balance_assumes_what_a_missing_return_would_say():
    sold = [traded("SL", "export", "EU", q, 1_000) for q in (1, 2, 3, 4)]
    assert run("balance", trade=sold, production=[dug("SL", 1, 2_000)]) == []
    assert who(run("balance", trade=sold, production=[dug("SL", 1, 1_000), dug("SL", 2, 100)])) == {"SL"}


def test_capacity_above_and_below():
    band = [{"participant": who, "year": 2024, "low": 80, "likely": 90, "high": 10_000} for who in ("CG", "NA")]
    found = run("capacity", capacity=band, production=[dug("CG", 1, 20_000), dug("NA", 1, 10_500)])
    assert [(a.participant, a.measure) for a in found] == [("CG", "production_capacity")]
    low = [{"participant": "VE", "year": 2024, "low": 150_000, "likely": 150_000, "high": 150_000}]
    assert [a.measure for a in run("capacity", capacity=low, production=[dug("VE", 1, 8_000)])] == [
        "production_shortfall"
    ]


def test_several_estimates_of_capacity_add_up():
    band = [{"participant": "NA", "year": 2024, "low": 0, "likely": 1, "high": 10_000} for _mine in range(2)]
    assert run("capacity", capacity=band, production=[dug("NA", 1, 20_000)]) == []


def test_revaluation_only_without_production():
    trade = [traded("AE", "import", "CD", 1, 20_000, 1_000_000), traded("AE", "export", "IN", 1, 20_000, 2_000_000)]
    assert who(run("revaluation", trade=trade)) == {"AE"}
    assert run("revaluation", trade=trade, production=[dug("AE", 1, 10)]) == []


def test_suspended_by_list_and_by_measure():
    trade = [
        traded("LB", "import", "EU", 1, 10, year=2005),
        traded("EU", "import", "CI", 1, 10, year=2010),
        traded("EU", "import", "GH", 1, 10, year=2010),
    ]
    found = run("suspended", year=None, trade=trade)
    assert {(a.participant, a.partner, a.subject) for a in found} == {("LB", "EU", "LB"), ("EU", "CI", "CI")}


def test_suspended_names_the_certificates():
    found = run("suspended", year=None, issued=[paper("CF000001", "CF", "EU", "2014-03-01", 10)])
    assert [a.records for a in found] == [("certificate:CF000001",)]


def test_customs_and_outsiders():
    found = run("customs", trade=[traded("AE", "import", "KE", 1, 10), traded("AE", "import", "ZA", 1, 10)])
    assert [(a.participant, a.partner) for a in found] == [("AE", "KE")]
    trade = [traded("IL", "import", "ZA", quarter, 100_000) for quarter in (1, 2, 3, 4)]
    customs = [{"reporter": "IL", "flow": "import", "hs": "7102.31", "year": 2024, "usd_thousand": 20_000}]
    assert [a.measure for a in run("customs", trade=trade, customs=customs)] == ["import_customs"]
    assert run("customs", trade=trade[:3], customs=customs) == []  # a year is compared when it is whole


def printed(value, measure):
    return {
        "year": 2007,
        "participant": "WORLD",
        "flow": "production",
        "measure": measure,
        "value": value,
        "digits": value,
        "publisher": "a paper",
        "address": "https://paper.example",
    }


def test_triangle_finds_the_misprint_of_2007():
    price, usd = printed("71.98", "usd_per_carat"), printed("12107000000", "value_usd")
    assert run("triangle", year=None, published=[price, usd, printed("168198857.66", "carats")]) == []
    found = run("triangle", year=None, published=[price, usd, printed("169198857.66", "carats")])
    assert [(a.participant, a.observed, a.expected) for a in found] == [("", Decimal("71.55"), Decimal("71.98"))]
    assert "PRODUCTION" in found[0].what.text(lambda words: words.upper() if words == "production" else words)


def weights(last: int | None):
    for n in range(400):
        hundredths = 1_000 + n * 7919 % 90_000
        yield Decimal(hundredths - hundredths % 10 + last if last is not None else hundredths) / 100


def test_digits():
    def papers(last):
        return [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", w) for n, w in enumerate(weights(last))]

    assert [a.measure for a in run("digits", issued=papers(5))] == ["issued_last"]
    assert "issued_last" not in {a.measure for a in run("digits", issued=papers(None))}


def test_rounding():
    found = run("rounding", trade=[traded("CN", "export", "EU", q, 20_000, 1_234_567.89) for q in (1, 2, 3, 4)])
    assert [(a.participant, a.measure, a.observed) for a in found] == [("CN", "trade_carats", 100)]


def priced(n, price, **more):
    return paper(f"AO{n:06}", "AO", "AE", "2024-03-01", 100, 100 * price, **more)


def test_origin_price_finds_the_pair_that_is_always_cheap():
    usual = [priced(n, 180 + n % 40, exporter=f"e{n % 5}", importer=f"i{n % 7}") for n in range(60)]
    cheap = [priced(100 + n, 90 + n, exporter="e9", importer="i9") for n in range(6)]
    found = run("origin-price", issued=[*usual, *cheap])
    pair = next(a for a in found if "e9>i9" in a.subject)
    assert set(pair.records) == {f"certificate:AO{100 + n:06}" for n in range(6)}
    assert run("origin-price", issued=usual) == []


def sold_on():
    first = [
        paper(f"AO{n:06}", "AO", "AE", "2024-01-01", 100, exporter=f"e{n % 10}", importer="hub") for n in range(60)
    ]
    rise = [10_200 + 10 * (n % 30) if n % 10 else 22_000 for n in range(60)]
    second = [
        paper(f"AE{n:06}", "AE", "IN", "2024-02-01", 100, rise[n], exporter="hub", predecessor=f"AO{n:06}")
        for n in range(60)
    ]
    return [*first, *second]


def test_resale_price_follows_the_same_goods():
    found = run("resale-price", issued=sold_on())
    assert [(a.participant, a.partner, a.subject) for a in found] == [("AO", "AE", "e0>hub")]


def test_circles_close_and_rise():
    def legs(prices):
        way = [("AE", "IN", "a", "b"), ("IN", "CN", "b", "c"), ("CN", "AE", "c", "a")]
        return [
            paper(
                f"{start}00000{n}", start, end, f"2024-0{n + 1}-01", 500, 500 * price, exporter=sender, importer=buyer
            )
            for n, ((start, end, sender, buyer), price) in enumerate(zip(way, prices, strict=True))
        ]

    found = run("circles", issued=legs((100, 120, 150)))
    assert [a.records for a in found] == [("certificate:AE000000", "certificate:CN000002", "certificate:IN000001")]
    assert run("circles", issued=legs((100, 100, 101))) == []
    assert run("circles", issued=legs((100, 120, 150))[:2]) == []


def mixed():
    """A round in which the traders change, and each certificate names the one before and another; and its facts."""
    way = [("AE", "IN", "a", "b"), ("IN", "CN", "c", "d"), ("CN", "AE", "e", "f")]
    papers = []
    for n, (start, end, sender, buyer) in enumerate(way):
        before = f"{papers[-1]['number']} ZA000009" if papers else ""
        told = {"exporter": sender, "importer": buyer, "predecessor": before}
        papers.append(paper(f"{start}00000{n}", start, end, f"2024-0{n + 1}-01", 500, 50_000 + 10_000 * n, **told))
    return papers


def test_circles_follow_each_of_several_predecessors():
    found = run("circles", issued=mixed())
    assert [a.records for a in found] == [("certificate:AE000000", "certificate:CN000002", "certificate:IN000001")]


def test_circles_follow_each_of_several_predecessors_on_spark(spark):
    engine = spark_engine({"issued": table("issued", [row("issued", n, each) for n, each in enumerate(mixed())])})
    assert len(find(engine, scope=Scope(until=ON.isoformat(), year=2024), on=ON, only=["circles"])) == 1


def test_splitting_just_below_a_limit():
    below = [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", 100, 49_000 + 50 * n, exporter="x") for n in range(16)]
    spread = [paper(f"ZA{n:06}", "ZA", "EU", "2024-02-01", 100, 45_500 + 600 * n, exporter="y") for n in range(16)]
    found = run("splitting", issued=[*below, *spread])
    assert [(a.participant, a.measure, len(a.records)) for a in found] == [("BW", "below_50000", 16)]


def test_unconfirmed_names_the_silent_receiver():
    papers = [paper(f"BW{n:06}", "BW", "EU" if n % 2 else "CN", "2024-02-01", 10) for n in range(80)]
    told = [arrived(p["number"], "BW", "EU", "2024-02-09", 10) for p in papers if p["destination"] == "EU"]
    found = run("unconfirmed", issued=papers, confirmed=told)
    assert [(a.participant, len(a.records)) for a in found] == [("CN", 40)]
    assert run("unconfirmed", issued=papers) == []  # no confirmation was gathered


def test_unknown_numbers_of_known_issuers_only():
    found = run(
        "unknown-number",
        issued=[paper("BW000001", "BW", "EU", "2024-02-01", 10)],
        confirmed=[arrived(n, n[:2], "EU", "2024-02-09", 10) for n in ("BW000001", "BW000099", "ZA000001")],
    )
    assert [a.records for a in found] == [("certificate:BW000099",)]


def test_altered_and_honest_weighing():
    papers = [paper(f"BW00000{n}", "BW", "EU", "2024-02-01", 1_000) for n in (1, 2)]
    told = [arrived("BW000001", "BW", "EU", "2024-02-09", 1_500), arrived("BW000002", "BW", "EU", "2024-02-09", 1_001)]
    assert [a.subject for a in run("altered", issued=papers, confirmed=told)] == ["BW000001"]


def test_duplicates_of_every_kind():
    papers = [
        paper("BW000001", "BW", "EU", "2024-02-01", 1_234.56, exporter="x"),
        paper("BW000002", "BW", "IN", "2024-02-10", 1_234.56, 200_000, exporter="x"),
        paper("BW000003", "BW", "EU", "2024-02-01", 77.01, exporter="x"),
    ]
    told = [arrived("BW000003", "BW", receiver, "2024-03-01", 77.01, source=receiver) for receiver in ("EU", "CN")]
    line = traded("CN", "export", "EU", 1, 99.99)
    found = run(
        "duplicate",
        issued=papers,
        confirmed=told,
        trade=[line, line],
        production=[dug("CD", 1, 5), dug("CD", 1, 6), dug("ZA", 1, 5)],
    )
    assert {(a.measure, a.participant) for a in found} == {
        ("one_parcel", "BW"),
        ("confirmed", "BW"),
        ("export_lines", "CN"),
        ("production", "CD"),
    }


def test_a_return_filed_twice_with_other_amounts():
    once = [traded("LK", "import", partner, 1, 1_000) for partner in ("ZA", "BW", "IN")]
    again = [row | {"carats": row["carats"] + 7} for row in once]
    found = run("duplicate", trade=[*once, *again])
    assert [(a.participant, a.measure, len(a.records)) for a in found] == [("LK", "import_lines", 6)]
    assert run("duplicate", trade=[*once, again[0]]) == []  # one line of three may stand in two parts


def test_gaps_in_numbering():
    numbers = [n for n in range(1, 61) if n not in (13, 40, 41)]
    papers = [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", 10, status="void" if n == 5 else "") for n in numbers]
    found = run("gaps", issued=papers)
    assert [a.records for a in found] == [("certificate:BW000013", "certificate:BW000040", "certificate:BW000041")]


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("circles", lambda: {"issued": mixed()}),
        (
            "splitting",
            lambda: {"issued": [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", 100, 49_500) for n in range(16)]},
        ),
        ("origin-price", lambda: {"issued": [priced(n, 5_000 if n == 50 else 180 + n % 40) for n in range(60)]}),
        ("resale-price", lambda: {"issued": sold_on()}),
        (
            "digits",
            lambda: {"issued": [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", w) for n, w in enumerate(weights(5))]},
        ),
        ("digits", lambda: {"trade": [traded("BW", "export", "EU", 1, w) for w in weights(5)]}),
        ("rounding", lambda: {"trade": [traded("CN", "export", "EU", 1, 20_000 + n, 1_234_000) for n in range(4)]}),
        (
            "rounding",
            lambda: {
                "production": [dug("CN", 1, 20_000 + n, 1_234_000, created=None, mining=f"{n}") for n in range(4)]
            },
        ),
        ("gaps", lambda: {"issued": [paper(f"BW{n:06}", "BW", "EU", "2024-02-01", 10) for n in range(60) if n != 9]}),
    ],
)
def test_what_comes_after_the_last_day_is_not_looked_at(code, make):
    assert run(code, **make())
    assert run(code, until="2024-01-31", **make()) == []
    assert run(code, until="9999-12-31", **make())


def test_void_certificates_are_no_trade():
    assert run("customs", issued=[paper("BW000001", "BW", "KE", "2024-02-01", 10, status="void")]) == []


def test_a_corrected_return_counts_once():
    wrong = traded("BW", "export", "EU", 1, 90_000, version=1)
    right = traded("BW", "export", "EU", 1, 10_000, version=2)
    assert run("mirror", trade=[wrong, right, traded("EU", "import", "BW", 1, 10_000)]) == []
