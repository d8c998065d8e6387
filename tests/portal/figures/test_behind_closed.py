"""What a stranger learns of returns that are not public: that they are there, and what all of them come to."""

from datetime import UTC, datetime
from decimal import Decimal

from openkp.portal.figures.behind import Source, closed_rows

FILED = datetime(2026, 5, 1, tzinfo=UTC)


def record(source, quarter, carats, counted="yes"):
    amounts = {"carats": Decimal(carats), "usd": Decimal(carats) * 90, "certificates": 1}
    where = {"source": source, "year": 2026, "quarter": quarter, "partner": "BE", "version": 1, "created": FILED}
    return {**where, **amounts, "counted": counted}


def test_one_quarter_is_not_told_apart():
    records = [record("a", 1, "5.00"), record("b", 2, "70.00"), record("b", 2, "1.00"), record("c", 2, "9.00", "late")]
    records[2]["repeated"] = 1
    sources = {name: Source(words="closed", is_open=False) for name in "abc"}
    rows = closed_rows(records, sources)
    assert [row.values.get("carats") for row in rows] == [None, None, None, Decimal("76.00")]
    assert not any("BE" in str(row.values) for row in rows)
    assert rows[-1].values["certificates"] == 2, "the second line of a certificate is no second one"
    assert all(row.values.get("usd") is None and not row.values["certificates"] for row in rows[:-1])


def test_open_returns_are_no_part_of_the_sum():
    sources = {"a": Source(words="open"), "b": Source(words="closed", is_open=False)}
    rows = closed_rows([record("a", 1, "5.00"), record("b", 2, "70.00")], sources)
    assert [row.values.get("carats") for row in rows] == [None, Decimal("70.00")]
    assert closed_rows([record("a", 1, "5.00")], sources) == []
