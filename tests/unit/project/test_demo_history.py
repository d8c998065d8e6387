"""The division of the published figures: exact for every total, the same on every machine."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.project.demo.history import RECENT, Fate, Period, divided, past, published, shipments

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
weights = st.lists(st.floats(min_value=0.01, max_value=1000), min_size=1, max_size=40)


def of(lines, name):
    return sum(Decimal(line[name]) for line in lines)


@given(hundredths=st.integers(min_value=40, max_value=10**13), weights=weights)
def test_parts_are_whole_hundredths_above_zero_and_add_up(hundredths, weights):
    total = Decimal(hundredths).scaleb(-2)
    parts = divided(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(part >= Decimal("0.01") and part == part.quantize(Decimal("0.01")) for part in parts)


@pytest.mark.parametrize("total", ["0.02", "0", "-1", "1.005"])
def test_what_cannot_be_divided_is_refused(total):
    with pytest.raises(ValueError, match="hundredth"):
        divided(Decimal(total), [1, 1, 1])


@given(
    carats=st.integers(min_value=100, max_value=10**11),
    value=st.integers(min_value=100, max_value=10**12),
    year=st.integers(min_value=2003, max_value=2090),
    half=st.sampled_from([1, 2]),
)
def test_any_half_year_adds_up_over_its_lines(carats, value, year, half):
    period = Period(year, half, Decimal(carats).scaleb(-2), Decimal(value).scaleb(-2))
    made = shipments(period)
    lines = [line for shipment in made for line in shipment.lines]
    assert (of(lines, "carats"), of(lines, "value_usd")) == (period.carats, period.value)
    assert made == shipments(period)


def test_the_published_half_years_are_those_of_the_source():
    periods = published()
    assert [period.name for period in periods] == [f"{y}-H{h}" for y in (2019, 2020, 2022, 2023) for h in (1, 2)]
    assert periods[0].carats == Decimal("403662.41")
    assert periods[2].value == Decimal("42498896.05") + Decimal("9539310.24")


@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=0, minute=1), NOW.replace(hour=23, minute=59)])
def test_the_past_holds_every_carat_and_ends_today(now):
    made = past(now)
    lines = [line for shipment in made for line in shipment.lines]
    assert of(lines, "carats") == sum(period.carats for period in published())
    assert of(lines, "value_usd") == sum(period.value for period in published())
    assert len({shipment.reference for shipment in made}) == len(made)
    assert all(shipment.issued_at < now for shipment in made)
    fates = [shipment.fate for shipment in made]
    assert [fates.count(fate) for fate in (Fate.OVERDUE, Fate.DIFFERENT, Fate.UNDER_WAY, Fate.ARRIVED)] == [2, 2, 3, 1]
    assert sum(shipment.misprinted for shipment in made) == 1


def test_what_is_overdue_has_not_expired_and_what_is_under_way_is_not_overdue():
    # Due 30 days after issue, valid for 60: the defaults of the policies.
    for days, fate, _ in RECENT:
        if fate is Fate.OVERDUE:
            assert 31 < days < 55
        if fate is Fate.UNDER_WAY:
            assert days < 7


def test_goods_leave_after_their_half_year():
    for shipment in past(NOW):
        year, half = int(shipment.period[:4]), int(shipment.period[-1])
        assert shipment.issued_at.date() >= date(year, 6 * half, 28)
