"""Numbers as people type them: each wrong spelling has its own code and sentence."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.amounts import amount, count, shown
from openkp.scheme.goods import LARGEST
from openkp.scheme.rules.base import Problem
from openkp.scheme.words import Sentence

WHAT = Sentence("the carats")

WRONG = [
    ("", "missing"),
    ("-1", "negative"),
    ("−1.5", "negative"),
    ("–1", "negative"),
    ("1e5", "exponent"),
    ("1.5E+3", "exponent"),
    ("1,000", "separators"),
    ("1.000,50", "separators"),
    ("1 000", "separators"),
    ("1'000.5", "separators"),
    ("1.2.3", "separators"),
    ("5.", "separators"),
    ("٣", "digits"),
    ("１２", "digits"),
    ("½", "digits"),
    ("NaN", "not_a_number"),
    ("inf", "not_a_number"),
    (".5", "not_a_number"),
    ("+1", "not_a_number"),
    ("0x10", "not_a_number"),
    ("twelve", "not_a_number"),
    ("=1+1", "not_a_number"),
    ("0", "zero"),
    ("0.00", "zero"),
]


@pytest.mark.parametrize(
    ("typed", "kind"), [*WRONG, ("1.005", "decimals"), ("1" * 11, "too_large"), ("9" * 400, "too_large")]
)
def test_wrong_amounts(typed, kind):
    """The code says which mistake it was; the sentence has no gap left."""
    found = amount("carats", "lines.0.carats", WHAT, typed)
    assert isinstance(found, Problem)
    assert (found.code, found.field) == (f"carats_{kind}", "lines.0.carats")
    assert "the carats" in str(found.sentence)


@pytest.mark.parametrize(("typed", "kind"), [*WRONG[:-1], ("2.5", "decimals"), ("100000", "too_large")])
def test_wrong_counts(typed, kind):
    """Parcels are whole."""
    found = count("parcels", "parcels", WHAT, typed)
    assert isinstance(found, Problem)
    assert found.code == f"parcels_{kind}"


@given(st.decimals("0.01", LARGEST, places=2))
def test_plain_amounts_are_read(value):
    """What is written plainly is read exactly, with zeros before it or not."""
    assert amount("carats", "", WHAT, f"{value:.2f}") == value
    assert amount("carats", "", WHAT, f"00{value:.2f}") == value


@given(st.integers(1, 99_999))
def test_plain_counts_are_read(value):
    """Whole numbers above zero."""
    assert count("parcels", "", WHAT, str(value)) == value


@given(st.text())
def test_any_text_gives_an_amount_or_a_problem(typed):
    """Nothing else can come out."""
    read = amount("carats", "", WHAT, typed)
    assert isinstance(read, Decimal | Problem)
    assert isinstance(count("parcels", "", WHAT, typed), int | Problem)


def test_what_is_shown_is_short_and_harmless():
    """A sentence quotes what was typed, not a page of it and no control characters."""
    assert shown("x" * 41) == "x" * 40 + "…"
    assert shown("a\u202eb\n") == "a\ufffdb\ufffd"
