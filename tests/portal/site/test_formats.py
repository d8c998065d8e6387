"""Values look the same wherever paper and screen are compared."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from openkp.portal.site import formats
from openkp.scheme.goods import Carats


@pytest.mark.parametrize("language", ["en", "fr", "ar", "en-xa"])
def test_amounts_are_the_same_in_every_language(language, catalogues):
    with translation.override(language):
        assert formats.figures(Decimal("1234567.5")) == "1\u202f234\u202f567.50"
        assert formats.figures(1203) == "1\u202f203"
        assert ">US$\u00a0166\u202f150.00<" in formats.dollars("166150")
    assert "<bdi" in formats.amount(7)


def test_carats_of_the_scheme_are_shown_as_they_are():
    assert formats.carats(Carats(Decimal("889.50"))).striptags() == "889.50 ct"


def test_nothing_typed_is_ever_markup():
    for shown in (formats.bdi, formats.number, formats.lines, formats.grouped):
        assert "<script" not in shown("<script>")


def test_days_are_long_with_the_iso_day_beside():
    with translation.override("en"):
        assert formats.full_day(date(2026, 11, 23)).striptags() == "23 November 2026 2026-11-23"
    with translation.override("fr"):
        assert formats.day(date(2026, 11, 23)).striptags() == "23 novembre 2026"
    assert formats.instant(datetime(2026, 11, 23, 5, 10, tzinfo=UTC)).striptags().endswith("05:10 UTC")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (3, "3 days"),
        (1, "1 day"),
        (timedelta(hours=5, minutes=50), "5 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "less than a minute"),
    ],
)
def test_ages_are_said_in_the_largest_unit(span, words):
    assert formats.age(span).striptags() == words


def test_countries_have_names_in_each_language_and_unknown_codes_stay():
    with translation.override("fr"):
        assert formats.country("CF") == "République centrafricaine"
    assert formats.country("EU") == "European Union"
    assert formats.country("XX9") == "XX9"


def test_an_office_of_the_scheme_has_a_name():
    assert formats.country("SECRETARIAT") == "Secretariat"
    assert formats.country("SL") == "Sierra Leone"
