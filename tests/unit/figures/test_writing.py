"""The same figures in every form: equal when read back, and no cell a formula."""

import csv
import io
import json
import sqlite3
from decimal import Decimal

import openpyxl
import pyarrow.parquet as parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openkp.figures.writing.sdmx import HEADER
from openkp.figures.writing.tables import write_table

ROWS = [
    {"year": "2023", "reading": "resolved", "participant": "NA", "name": "Namibia", "half": "", "flow": "production",
     "carats": "2394810.12", "usd": "1234567.80", "usd_per_carat": "0.52", "status": "shown"},
    {"year": "2023", "reading": "resolved", "participant": "world", "name": "=cmd()", "half": "1", "flow": "exports",
     "carats": None, "usd": None, "usd_per_carat": None, "status": "suppressed"},
]  # fmt: skip


def read_back(data, form):
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    if form == "json":
        return json.loads(data)
    if form == "xlsx":
        head, *body = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()
        assert all(cell.data_type != "f" for row in body for cell in row)
        return [dict(zip([c.value for c in head], [c.value for c in row], strict=True)) for row in body]
    if form == "parquet":
        return parquet.read_table(io.BytesIO(data)).to_pylist()
    base = sqlite3.connect(":memory:")
    base.deserialize(data)
    base.row_factory = sqlite3.Row
    rows = [dict(row) for row in base.execute("SELECT * FROM figures")]
    base.close()
    return rows


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "parquet", "sqlite"])
def test_every_form_says_the_same(form):
    first, second = read_back(write_table(ROWS, form), form)
    assert first["participant"] == "NA"
    assert Decimal(str(first["carats"])) == Decimal("2394810.12")
    assert int(first["year"]) == 2023
    assert second["carats"] in (None, "")
    assert form in ("json", "sqlite") or not second["name"].startswith("=")


def test_sdmx_has_an_observation_for_each_measure():
    head, *body = csv.reader(io.StringIO(write_table(ROWS, "sdmx").decode()))
    assert tuple(head) == HEADER
    said = [dict(zip(head, row, strict=True)) for row in body]
    shown = [row for row in said if row["OBS_STATUS"] == "A"]
    assert [(row["INDICATOR"], row["OBS_VALUE"]) for row in shown] == [
        ("CARATS", "2394810.12"),
        ("USD", "1234567.80"),
        ("USD_PER_CARAT", "0.52"),
    ]
    withheld = [row for row in said if row["OBS_STATUS"] == "Q"]
    assert {(row["REF_AREA"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in withheld} == {("_T", "2023-S1", "")}


def test_a_form_that_is_not_there():
    with pytest.raises(KeyError):
        write_table(ROWS, "pdf")


@given(
    st.lists(
        st.fixed_dictionaries(
            {"year": st.just("2023"), "name": st.text(), "carats": st.sampled_from(["1.00", "", "x"])}
        ),
        max_size=4,
    )
)
@example([])
def test_no_text_breaks_a_form(rows):
    for form in ("csv", "json", "xlsx", "parquet", "sqlite"):
        written = write_table(rows, form)
        assert isinstance(written, bytes)
        if form == "parquet":
            assert parquet.read_table(io.BytesIO(written)).num_rows == len(rows)
