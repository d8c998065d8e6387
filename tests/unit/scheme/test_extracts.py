"""The monthly reports of a register: who owes them, since when, with which columns (STAT-13)."""

from datetime import date

import pytest

from openkp.scheme.extracts import MonthlyExtract, monthly_extract

TEXT = """number, issuing_authority, validating_authority, issued_on, validated_on, expires_on, provenance, origin,
hs, carats, value_usd, verifying_authority, verified_on"""


def test_the_columns_of_the_regulation():
    columns = tuple(TEXT.replace("\n", " ").split(", "))
    found = monthly_extract("EU", date(2026, 3, 1))
    assert found.imports == columns
    assert found.exports == columns[:-2]


def test_who_owes_none():
    assert monthly_extract("EU", date(2003, 1, 31)) is None
    assert monthly_extract("SL", date(2026, 3, 1)) is None


def test_a_column_that_no_register_has_is_refused():
    with pytest.raises(ValueError, match="no register"):
        MonthlyExtract(source="", imports=("colour",), exports=())
    with pytest.raises(ValueError, match="no register"):
        MonthlyExtract(source="", imports=(), exports=("verified_on",))
