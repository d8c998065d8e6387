"""Whatever bytes come, a reader gives records with defects, or one clear error; never anything else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.figures.reading import KINDS, Read, UnreadableSource, read_source
from tests.unit.figures.sources import file_of, line, nil

WHOLE = file_of(
    line(created="2011-08-01T10:00:00", modified="2012-08-01T10:00:00", price="20.00"),
    nil("BW", created="2012-01-01T10:00:00"),
    line("NA", kind="ASM", carats="0.00"),
)
HEADS = {
    "production": WHOLE.splitlines()[0],
    "published": b"year,participant,flow,measure,value,precision,note,publisher,published,source_url",
    "customs": b"hs6,stage,flow,iso2,reporter_as_published,year,value_usd_thousand",
    "mines": b"mine_fac,country,year,carats,production_share",
}
CELLS = st.sampled_from(
    [
        "", "NA", "2011", "2999", "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "1", "H2", "import", "export",
        "710210", "carats", "-1", "1e400", "NaN", "9" * 20, "0.0000001", "1.234", "1,5", '"', "\x00", "é", "Production",
        "No Production", "ASM", "WORLD", "XX", "\u202e",
    ]
)  # fmt: skip


def survives(data, kind):
    try:
        read = read_source(data, kind=kind)
    except UnreadableSource as error:
        assert str(error.sentence) and error.row >= 1
        return
    assert isinstance(read, Read) and read.records == sum(map(len, read.facts.values()))
    for defect in read.defects:
        assert defect.rows and defect.rows == tuple(sorted(defect.rows)) and str(defect.sentence)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(KINDS), st.binary(max_size=80))
def test_any_bytes(kind, data):
    survives(data, kind)
    survives(HEADS[kind] + b"\n" + data, kind)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(KINDS), st.lists(st.lists(CELLS, min_size=1, max_size=15), min_size=1, max_size=4))
def test_any_cells(kind, rows):
    survives(HEADS[kind] + b"\n" + "\n".join(",".join(row) for row in rows).encode(), kind)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=3))
def test_a_few_bytes_changed(place, other):
    survives(WHOLE[:place] + other + WHOLE[place + len(other) :], "production")


@pytest.mark.parametrize("end", range(0, len(WHOLE), 37))
def test_cut_off_anywhere(end):
    survives(WHOLE[:end], "production")


@pytest.mark.parametrize("year", [0, 1, 1899, 1900, 2998, 2999, 9999])
def test_the_ends_of_time(year):
    stamps = [f"{max(year, 1):04}-01-01T00:00:00", f"{max(year, 1):04}-12-31T23:59:59-12:00"]
    survives(file_of(*(line(year=year, half=2, created=stamp, modified=stamp) for stamp in stamps)), "production")
