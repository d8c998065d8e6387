"""Amounts as five and more countries write them: read where they mean one thing, refused where they may mean two."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.rules.base import Problem
from openkp.scheme.typed_amounts import CARATS, COUNT, DOLLARS, decimal_mark, read_amount
from openkp.scheme.words import Sentence

WHAT = Sentence("the carats")


def read(typed, unit=CARATS, decimal=""):
    return read_amount("carats", "carats", WHAT, typed, unit=unit, decimal=decimal)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234.56", "1234.56"),
        ("1,234,567.89", "1234567.89"),  # English
        ("1 234 567,89", "1234567.89"),  # French, with three kinds of space
        ("1\u202f234\u202f567,89", "1234567.89"),
        ("1\u00a0234,5", "1234.50"),
        ("1.234.567,89", "1234567.89"),  # German, Portuguese
        ("1'234'567.89", "1234567.89"),  # Swiss
        ("12,34,567.89", "1234567.89"),  # Indian
        ("1 234", "1234.00"),
        ("12.5 ct", "12.50"),
        ("0", "0.00"),
        ("0,001e", None),
    ],
)
def test_what_can_mean_one_thing_is_read(typed, value):
    found = read(typed)
    assert isinstance(found, Problem) if value is None else found == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "unit", "code"),
    [
        ("1,234", CARATS, "ambiguous"),
        ("1.234", CARATS, "ambiguous"),
        ("5 kg", CARATS, "weight"),
        ("5000g", CARATS, "weight"),
        ("€ 12", DOLLARS, "currency"),
        ("12 EUR", DOLLARS, "currency"),
        ("-3", CARATS, "negative"),
        ("(3)", CARATS, "negative"),
        ("\u22123", CARATS, "negative"),
        ("=SUM(A1:A9)", CARATS, "formula"),
        ("", CARATS, "missing"),
        ("n/a", CARATS, "not_a_number"),
        ("1,2,3", CARATS, "not_a_number"),
        ("1234.567", CARATS, "decimals"),
        ("1.5", COUNT, "decimals"),
        ("9" * 14, CARATS, "too_large"),
        ("9" * 27, CARATS, "too_large"),
        ("9" * 9000, DOLLARS, "too_large"),
        ("9" * 30 + ".999", DOLLARS, "too_large"),
        ("９", CARATS, "not_a_number"),
    ],
)
def test_what_cannot_be_read_says_why(typed, unit, code):
    found = read(typed, unit)
    assert isinstance(found, Problem)
    assert found.code == f"carats_{code}"


def test_the_rest_of_the_file_settles_what_is_ambiguous():
    assert decimal_mark(["1,234", "12.50", "words"]) == "."
    assert decimal_mark(["1.234", "12,50"]) == ","
    assert decimal_mark(["1.5", "1,5"]) == ""
    assert decimal_mark([]) == ""
    assert read("1,234", decimal=".") == Decimal("1234.00")
    assert isinstance(read("1,234", decimal=","), Problem)


STYLES = {"en": (",", "."), "fr": ("\u202f", ","), "de": (".", ","), "ch": ("'", "."), "plain": ("", ".")}


@given(st.integers(0, 10**12), st.sampled_from(sorted(STYLES)))
def test_every_style_reads_back(hundredths, style):
    group, mark = STYLES[style]
    whole, cents = divmod(hundredths, 100)
    typed = f"{whole:,}".replace(",", group) + f"{mark}{cents:02}"
    assert read(typed) == Decimal(hundredths).scaleb(-2)


@given(st.text(max_size=30), st.sampled_from([CARATS, DOLLARS, COUNT]), st.sampled_from(["", ".", ","]))
def test_nothing_typed_stumbles(typed, unit, decimal):
    found = read(typed, unit, decimal)
    assert isinstance(found, Problem) or (found >= 0 and found == round(found, 2))
