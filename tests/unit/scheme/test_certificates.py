"""A certificate and a confirmation cannot be wrong: their constructors refuse."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from openkp.scheme.certificates import STATEMENT, TITLE, Confirmation, Outcome
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.void_reasons import OTHER, VOID_REASONS
from tests import cast


def test_title_and_statement_are_prescribed():
    """The two literals of Annex I.A, to the letter."""
    assert TITLE == "Kimberley Process Certificate"
    assert STATEMENT == (
        "The rough diamonds in this shipment have been handled in accordance with the provisions of the "
        "Kimberley Process Certification Scheme for rough diamonds"
    )


def test_totals():
    """The sums of the lines."""
    certificate = cast.certificate()
    assert (str(certificate.carats), str(certificate.value), certificate.parcels) == ("200.75", "31730.00", 3)


@pytest.mark.parametrize(
    "change",
    [
        {"participant": "sl"},
        {"destination": "E"},
        {"number": CertificateNumber("EU", "2")},
        {"validated_at": datetime(2026, 3, 2)},
        {"validated_at": datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=1)))},
        {"expires_on": date(2026, 3, 2)},
        {"lines": ()},
        {"seals": ()},
        {"lines": cast.certificate().lines * 2},
    ],
)
def test_what_is_no_certificate(change):
    """Annex I.A, element by element."""
    with pytest.raises(ValueError):
        cast.certificate(**change)


def confirmation(**other):
    """The confirmation of the cast's shipment."""
    certificate = cast.certificate()
    facts = {
        "number": certificate.number,
        "certificate_hash": bytes(32),
        "participant": "EU",
        "authority": "EU-ANT",
        "received_on": date(2026, 3, 5),
        "confirmed_at": datetime(2026, 3, 5, 9, tzinfo=UTC),
        "outcome": Outcome.ACCEPTED,
        "exporter": certificate.exporter,
        "importer": certificate.importer,
        "lines": certificate.lines,
        "seals_intact": True,
    }
    return Confirmation(**facts | other)


def test_a_confirmation_says_what_was_found():
    """Carats, value and parcels as found."""
    value = confirmation()
    assert (str(value.carats), str(value.value), value.parcels) == ("200.75", "31730.00", 3)
    assert confirmation(outcome=Outcome.REFUSED, lines=()).parcels == 0


@pytest.mark.parametrize(
    "change",
    [
        {"participant": "eu"},
        {"certificate_hash": b"short"},
        {"confirmed_at": datetime(2026, 3, 5, 9)},
        {"confirmed_at": datetime(2026, 3, 4, 9, tzinfo=UTC)},
        {"lines": ()},
        {"lines": (), "outcome": Outcome.ACCEPTED_WITH_DISCREPANCY},
    ],
)
def test_what_is_no_confirmation(change):
    """What is accepted was weighed; nothing is confirmed before it came."""
    with pytest.raises(ValueError):
        confirmation(**change)


def test_reasons_to_void_are_a_closed_list():
    """Six reasons of practice, and other."""
    assert len(VOID_REASONS) == 7
    assert OTHER in VOID_REASONS
    assert all(VOID_REASONS.values())
