"""Values are right from birth, and what is written is read back the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.goods import (
    LARGEST,
    Carats,
    HsSubheading,
    Line,
    Origin,
    OriginMode,
    Party,
    USDollars,
    country_code,
    plain_text,
)

HUNDREDTHS = st.integers(0, int(LARGEST * 100))


@given(HUNDREDTHS)
def test_amounts_round_trip(hundredths):
    """The text and the whole number of hundredths are both read back exactly."""
    for kind in (Carats, USDollars):
        value = kind.from_hundredths(hundredths)
        assert kind.of(str(value)) == value
        assert value.hundredths == hundredths
        assert kind(value.amount) == value


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_totals_are_exact(parts):
    """A sum of amounts is the sum of their hundredths."""
    assert Carats.total(Carats.from_hundredths(part) for part in parts).hundredths == sum(parts)


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1e5", "NaN", "1.005", " 1", ".5", "5.", "١٢", "1" * 11, "+1"])
def test_amounts_have_one_spelling(text):
    """Whatever is not plain digits with at most one point is refused."""
    with pytest.raises(ValueError):
        Carats.of(text)


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1e30", "NaN", "Infinity", "10000000000.00"])
def test_amounts_that_cannot_exist(amount):
    """The constructor refuses them, however they are made."""
    with pytest.raises(ValueError):
        Carats(Decimal(amount))


def test_an_amount_is_a_decimal():
    """A float has already lost what it was."""
    with pytest.raises(ValueError):
        Carats(1.5)


def test_a_total_too_large_is_refused():
    """Two amounts that fit may have a sum that does not."""
    with pytest.raises(ValueError):
        Carats.total([Carats(LARGEST), Carats.of("0.01")])


def test_amounts_read_whole_numbers_and_decimals():
    """``of`` takes what computing gives as well."""
    assert str(Carats.of(7)) == "7.00"
    assert str(USDollars.of(Decimal("7.5"))) == "7.50"


@pytest.mark.parametrize("text", ["7102.31", "710231", "7102.31.00", "7102 31", "71023100"])
def test_hs_subheadings_are_read(text):
    """Six or eight digits, with or without points."""
    assert HsSubheading.parse(text) is HsSubheading.NON_INDUSTRIAL


@pytest.mark.parametrize("text", ["", "7102", "7102.39", "7102.310", "7103.10", "٧١٠٢٣١", "abcdef"])
def test_other_headings_are_refused(text):
    """The Scheme covers three subheadings."""
    with pytest.raises(ValueError):
        HsSubheading.parse(text)


@pytest.mark.parametrize(
    "name",
    [
        "Fatmata Kamara",
        "Աննա Պետրոսյան",
        "محمد الأمين",
        "王小明",
        "ශ්‍රී ලංකා",  # the joiner that Sinhala needs
        "می‌خواهم",  # the non-joiner that Persian needs
        "Ndéye-Awa O’Brien & Fils, S.A.",
    ],
)
def test_names_in_any_script(name):
    """A document can print them."""
    assert plain_text(name, longest=120) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " Kamara",
        "Kamara ",
        "Kam\nara",
        "Kam\u202eara",
        "Kam\u200bara",
        "Kam\u200dara",
        "Kam\u200cara",
        "م\u200c",
        "\u200dKamara",
        "e\u0301tienne",
        "\ue000",
        "\ud800",
        "\u00ad",
        "\U000e0041",
        "\u2028x",
    ],
)
def test_texts_that_cannot_be_printed(name):
    """Control, direction, invisible and decomposed characters are refused."""
    with pytest.raises(ValueError):
        plain_text(name, longest=120)


def test_a_text_has_a_longest_length():
    """The document has so much room."""
    assert plain_text("x" * 5, longest=5)
    with pytest.raises(ValueError):
        plain_text("x" * 6, longest=5)


@pytest.mark.parametrize("code", ["sl", "S", "SLE", "", "ЅL"])
def test_country_codes_have_a_form(code):
    """Two capital Latin letters."""
    with pytest.raises(ValueError):
        country_code(code)


def test_a_party_is_whole():
    """Name, address and country."""
    assert Party(name="A", address="B", country="NA").country == "NA"
    with pytest.raises(ValueError):
        Party(name="", address="B", country="NA")


@pytest.mark.parametrize("change", [{"carats": "0"}, {"value": "0"}, {"parcels": 0}, {"parcels": 100_000}])
def test_a_line_has_goods(change):
    """Nothing of a line can be zero."""
    facts = {"carats": "1", "value": "1", "parcels": 1} | change
    with pytest.raises(ValueError):
        Line(
            hs=HsSubheading.UNSORTED,
            carats=Carats.of(facts["carats"]),
            value=USDollars.of(facts["value"]),
            parcels=facts["parcels"],
        )


@pytest.mark.parametrize(
    ("mode", "countries", "printed"),
    [
        (OriginMode.SINGLE, ("SL",), "SL"),
        (OriginMode.MIXED, (), "***"),
        (OriginMode.MIXED_LISTED, ("AO", "SL"), "AO, SL"),
    ],
)
def test_origin(mode, countries, printed):
    """The three ways to state the origin."""
    assert Origin(mode, countries).printed() == printed


@pytest.mark.parametrize(
    ("mode", "countries"),
    [
        (OriginMode.SINGLE, ()),
        (OriginMode.SINGLE, ("AO", "SL")),
        (OriginMode.MIXED, ("SL",)),
        (OriginMode.MIXED_LISTED, ("SL",)),
        (OriginMode.MIXED_LISTED, ("SL", "AO")),
        (OriginMode.MIXED_LISTED, ("SL", "SL")),
        (OriginMode.SINGLE, ("sl",)),
    ],
)
def test_origins_that_contradict_themselves(mode, countries):
    """A mixed parcel with one country, one country for a mixture, countries out of order."""
    with pytest.raises(ValueError):
        Origin(mode, countries)
