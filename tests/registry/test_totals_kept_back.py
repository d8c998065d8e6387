"""Totals that tell, taken together, what few certificates say: three quarters of a year are the fourth."""

from datetime import date
from itertools import count

from openkp.registry.statistics import totals
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.totals import kept_back

ON = date(2027, 1, 1)
_numbers = count(1)


def total(period, certificates, hs="", origin=""):
    named = {"participant": "SL", "flow": "export", "period": period, "hs": hs, "origin": origin}
    return ProvenTotal(pk=next(_numbers), certificates=certificates, **named)


def kept(*rows):
    """The periods and headings kept back of these totals; made in this order, so the last is the newest."""
    reasons = kept_back(reversed(rows), {}, ON)
    return [(row.period, row.hs or row.origin, reasons[row.pk]) for row in rows if row.pk in reasons]


def test_the_last_quarter_is_not_told_by_the_year_and_the_others():
    quarters = [total(f"2026-Q{number}", 10) for number in (1, 2, 3)]
    assert kept(*quarters, total("2026", 40)) == []
    assert kept(total("2026", 31), *quarters) == [("2026", "", "complementary")]
    assert kept(*quarters, total("2026", 31)) == [("2026-Q1", "", "complementary")]


def test_a_half_and_a_quarter_come_to_three_quarters():
    assert kept(total("2026", 32), total("2026-Q3", 10), total("2026-H1", 20)) == [("2026", "", "complementary")]
    nested = (total("2026", 32), total("2026-Q1", 10), total("2026-Q3", 10), total("2026-H1", 20))
    assert kept(*nested) == [("2026", "", "complementary")]


def test_two_origins_tell_the_third():
    origins = [total("2026-Q1", 10, origin=code) for code in ("SL", "GN")]
    assert kept(total("2026-Q1", 21), *origins) == [("2026-Q1", "", "complementary")]
    assert kept(total("2026-Q1", 25), *origins) == []


def test_parts_of_different_kinds_are_not_added():
    assert kept(total("2026", 21), total("2026-Q1", 10), total("2026", 10, origin="SL")) == []


def test_the_older_of_two_totals_of_one_scope_is_looked_at_too():
    quarters = [total(f"2026-Q{number}", 10) for number in (1, 2, 3)]
    assert kept(total("2026", 31), *quarters, total("2026", 60)) == [("2026", "", "complementary")]


def test_many_totals_are_looked_at_in_a_few_comparisons_each(monkeypatch):
    """The pages of totals are open to anyone, so their cost must not be the cube of the number of totals."""
    periods = [f"{year}{part}" for year in range(2004, 2024) for part in ("", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4")]
    rows = [total(period, 100, origin=origin) for period in periods for origin in ("", "SL")]
    asked = count()
    covers = totals._covers
    monkeypatch.setattr(totals, "_covers", lambda one, two: bool((next(asked), covers(one, two))[1]))
    assert len(rows) == 280
    kept_back(reversed(rows), {}, ON)
    assert next(asked) < 10 * len(rows) ** 2
