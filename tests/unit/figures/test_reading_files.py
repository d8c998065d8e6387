"""Files as they come: encodings, separators, wrong headers, broken rows, too many of them."""

from datetime import date
from decimal import Decimal

import pytest

from openkp.figures.reading import UnreadableSource, check_size, read_source
from openkp.scheme.readings import reading_limits
from tests.unit.figures.sources import HEADER, file_of, line, nil


def production(data):
    return read_source(data, kind="production")


def codes(read):
    return {defect.code for defect in read.defects}


TWO = file_of(line("CI", name="Côte d'Ivoire", year=2015), line("CI", name="Côte d'Ivoire", year=2015, half=2))


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", True),
        ("utf-16-le", True),
        ("utf-16-be", True),
        ("iso-8859-1", True),
        ("cp1252", True),
    ],
)
def test_every_encoding_gives_the_same_facts(encoding, told):
    read = production(TWO.decode().encode(encoding))
    assert read.facts["production"].drop(["source"]) == production(TWO).facts["production"].drop(["source"])
    assert ("encoding" in codes(read)) is told
    assert "unknown-name" not in codes(read) and "name-changed" not in codes(read)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_separators(mark):
    read = production(TWO.decode().replace(",", mark).encode())
    assert read.records == 2 and read.facts["production"]["carats"].to_pylist() == [Decimal("10.00")] * 2


def test_decimal_commas_where_the_file_writes_them():
    text = file_of(line(carats="1234.56", usd="7654.3")).decode().replace(",", ";").replace(".", ",")
    row = production(text.encode()).facts["production"].to_pylist()[0]
    assert (row["carats"], row["usd"]) == (Decimal("1234.56"), Decimal("7654.30"))


def test_thousands_in_quotes():
    row = production(file_of(line(carats='"1,234,567.89"', usd='"9,876,543.21"'))).facts["production"].to_pylist()[0]
    assert (row["carats"], row["usd"]) == (Decimal("1234567.89"), Decimal("9876543.21"))


def test_namibia_is_a_country_and_not_an_empty_cell():
    read = production(file_of(line("NA"), line("NA", half=2)))
    assert read.facts["production"]["participant"].to_pylist() == ["NA", "NA"] and not read.defects


def test_blank_lines_count_as_rows_of_the_file():
    read = production(file_of(line(), "", ",,,,,,,,,,,,,", line(half=2)))
    assert read.facts["production"]["record"].to_pylist() == [2, 5]


def test_missing_column_is_one_clear_error():
    with pytest.raises(UnreadableSource) as caught:
        production(TWO.replace(b"carats", b"weight"))
    assert (caught.value.code, caught.value.row, caught.value.column) == ("column-missing", 1, "carats")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "file-empty"),
        (HEADER.encode(), "no-records"),
        (b"PK\x03\x04anything", "not-a-table"),
        (file_of(line(name='"Angola')), "not-a-table"),
        (file_of(line(), header=HEADER.replace("value_usd,", "value_usd,carats,")), "column-twice"),
        (file_of(line() + ",2012-01-01", header=HEADER.strip() + ",created\n"), "column-twice"),
    ],
)
def test_what_is_no_table_of_the_layout(data, code):
    with pytest.raises(UnreadableSource) as caught:
        production(data)
    assert caught.value.code == code and str(caught.value.sentence)


def test_a_file_of_which_no_row_can_be_read_says_why():
    with pytest.raises(UnreadableSource) as caught:
        production(file_of(line(half="II"), line("BW", half="II")))
    assert (caught.value.code, caught.value.row) == ("no-records", 2)
    assert "None of 2 rows can be read. Row 2 is not counted: its half is II" in str(caught.value.sentence)


def test_unknown_kind():
    with pytest.raises(UnreadableSource) as caught:
        read_source(TWO, kind="weather")
    assert caught.value.code == "kind-unknown"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (line(year="20x1"), "year"),
        (line(half="3"), "half"),
        (line(trade="Stocks"), "trade_type"),
        (line() + ",more,cells", "cells"),
    ],
)
def test_a_row_without_a_place_is_not_counted_and_that_is_said(row, column):
    read = production(file_of(row, line("BW"), line("BW", half=2)))
    [lost] = [defect for defect in read.defects if defect.code == "unreadable-row"]
    assert lost.rows == (2,) and column in str(lost.sentence) and read.records == 2


@pytest.mark.parametrize("typed", ["ten", "1.2.3", "5 kg", "€7", "=SUM(A1)", "1e9", "nan", "9" * 17])
def test_a_cell_that_cannot_be_read_is_left_out_and_the_row_kept(typed):
    read = production(file_of(line(carats=typed), line(half=2)))
    [defect] = [each for each in read.defects if each.code == "unreadable-cell"]
    row = read.facts["production"].to_pylist()[0]
    assert defect.rows == (2,) and row["carats"] is None and row["usd"] == Decimal("200.00")


def test_odd_amounts_are_kept_and_named():
    read = production(file_of(line(carats="10.005", usd="-3"), line(half=2)))
    row = read.facts["production"].to_pylist()[0]
    assert (row["carats"], row["usd"]) == (Decimal("10.00"), Decimal("-3.00"))
    assert {"extra-decimals", "negative-amount"} <= codes(read)


def test_too_many_rows_are_refused_before_anything_is_kept():
    limit = reading_limits(date.max).row_limit
    taken = []

    def pieces():
        for piece in range(1000):
            taken.append(piece)
            yield b"\n" * (limit // 10)

    with pytest.raises(UnreadableSource) as caught:
        check_size(pieces())
    assert caught.value.code == "too-many-rows" and len(taken) < 15


def test_unknown_names():
    read = production(
        file_of(line("XX", name="Ruritania"), line("XX", 2011, 2, name="Ruritania"), line("", name="Angola"))
    )
    found = {defect.rows: str(defect.sentence) for defect in read.defects if defect.code == "unknown-name"}
    assert set(found) == {(2, 3), (4,)} and "Ruritania" in found[2, 3]
    assert read.facts["production"]["participant"].to_pylist() == ["XX", "XX", "AO"]


def test_a_nil_return_with_figures():
    read = production(file_of(nil(), nil(half=2).replace("0.0,0.0", "5.0,9.0")))
    [defect] = read.defects
    assert (defect.code, defect.rows) == ("nil-and-figures", (3,))


def test_time_zones_become_utc():
    read = production(file_of(line(created="2011-08-01T01:30:00+02:00"), line(half=2, created="2012-01-31 10:00:00")))
    stamps = [stamp.isoformat() for stamp in read.facts["production"]["created"].to_pylist()]
    assert stamps == ["2011-07-31T23:30:00+00:00", "2012-01-31T10:00:00+00:00"]


MINES = "mine_fac,country,year,carats\nJwaneng,Botswana,{},{}\nJwaneng,Botswana,2010,5\n"
PUBLISHED = "year,participant,flow,measure,value,precision,publisher,published\n{},AO,export,carats,{},exact,x,2011\n"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("mines", MINES.format(2010, "5.01"), "filed-twice-different"),
        ("mines", MINES.format(2010, "5.0"), "filed-twice-equal"),
        ("mines", MINES.format(2011, ""), "quantities-missing"),
        ("mines", MINES.format("0010", "5"), "unreadable-row"),
        ("published", PUBLISHED.format(2010, ""), "quantities-missing"),
        ("published", PUBLISHED.format(2010, "1") + PUBLISHED.format("0010", "1").split("\n")[1], "unreadable-row"),
        ("customs", "hs6,flow,iso2,reporter_as_published,year,value_usd_thousand\n710210,import,NA,Namibia,2010,\n",
         "quantities-missing"),
    ],
)  # fmt: skip
def test_defects_of_the_other_kinds(kind, text, expected):
    assert codes(read_source(text.encode(), kind=kind)) == {expected}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2012/01/31 10:05", "2012-01-31T10:05:00+00:00"),
        ("31.1.2012 10:05:06", "2012-01-31T10:05:06+00:00"),
        ("31.01.2012", "2012-01-31T00:00:00+00:00"),
        ("2012-01-31T10:05:00.5Z", "2012-01-31T10:05:00.500000+00:00"),
        ("01/02/2012 10:05", ""),
        ("1.13.2012", ""),
        ("40939.42", ""),
    ],
)
def test_stamps_in_the_forms_that_mean_one_day(typed, read):
    found = production(file_of(line(created=typed), line(half=2)))
    stamp = found.facts["production"]["created"].to_pylist()[0]
    assert (stamp.isoformat() if stamp else "") == read
    assert ("unreadable-cell" in codes(found)) is (read == "")


def test_figures_without_a_figure_are_told():
    for row in (line(carats="", usd=""), line().rsplit(",", 8)[0]):
        [defect] = [each for each in production(file_of(row, line(half=2))).defects if "quantities" in each.code]
        assert (defect.code, defect.rows) == ("quantities-missing", (2,))


CUSTOMS = """hs6,stage,flow,iso2,reporter_as_published,year,value_usd_thousand
710210,rough,import,,World,2010,500
710210,rough,import,NA,Namibia,2010,7
710210,rough,import,NA,Namibia,2010,7
7102.31,rough,export,,Free Zones,2010,3
710231,rough,transit,BE,Belgium,2010,3
"""


def test_customs():
    read = read_source(CUSTOMS.encode(), kind="customs")
    rows = [(r["reporter"], r["flow"], r["hs"], r["usd_thousand"]) for r in read.facts["customs"].to_pylist()]
    assert rows[0] == ("WORLD", "import", "7102.10", 500) and rows[1][0] == "NA"
    assert rows[3] == ("ZZ", "export", "7102.31", 3)
    assert codes(read) == {"filed-twice-equal", "unknown-name", "unreadable-row"}


def test_mines():
    text = "mine_fac,country,year,carats,production_share\nDiavik,Canada,2010.0,6500000.0,0.6\n"
    read = read_source(text.encode(), kind="mines")
    row = read.facts["mines"].to_pylist()[0]
    assert (row["participant"], row["year"], row["carats"], row["share"]) == (
        "CA",
        2010,
        Decimal("6500000.00"),
        Decimal("0.6"),
    )
    assert not read.defects


@pytest.mark.parametrize("code", ["=HYPERLINK(1)", "+1", "@x", "<b>", "'; DROP TABLE x;--", "../..", "A" * 300])
def test_what_is_no_code_stands_in_no_table(code):
    header = "iso2,participant_as_published,year,half,trade_type,production_type,carats,value_usd"
    text = f"{header}\n{code},Nowhere,2019,1,Production,,5.00,6.00\n{code},Angola,2019,1,Production,,5.00,6.00\n"
    read = read_source(text.encode(), kind="production")
    assert [row["participant"] for row in read.facts["production"].to_pylist()] == ["ZZ", "AO"]
    assert "unknown-name" in codes(read)


@pytest.mark.parametrize("count", [1, 1999, 2000, 2001, 2002, 4100])
def test_no_row_is_lost_however_many_there_are(count):
    header = "iso2,participant_as_published,year,half,trade_type,production_type,carats,value_usd"
    lines = [f"AO,Angola,{2003 + place % 20},1,Production,,{place}.25,1.00" for place in range(count)]
    read = read_source("\n".join([header, *lines, ""]).encode(), kind="production")
    rows = read.facts["production"].to_pylist()
    assert [row["record"] for row in rows] == list(range(2, count + 2))
    assert sum(row["carats"] for row in rows) == sum(Decimal(f"{place}.25") for place in range(count))
