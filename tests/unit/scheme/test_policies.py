"""What an authority may set for itself."""

from datetime import date
from decimal import Decimal

import pytest

from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.policies import AuthorityPolicy, default_policy, policy_from

DAY = date(2026, 3, 2)


def test_defaults():
    """No tolerance, sixty days, a declaration; each with its source."""
    policy = default_policy("BW", "BW-MME", DAY)
    assert policy.expires_on(date(2026, 3, 2)) == date(2026, 5, 1)
    assert policy.carats_allowed(Decimal(1000)) == 0
    assert policy.value_allowed(Decimal(1000)) == 0
    assert policy.declaration_required
    assert "Annex II 18" in policy.sources


def test_national_values_stand_over_general_ones():
    """Two months are not sixty days; the number has the issuer's form."""
    union = default_policy("EU", "EU-ANT", DAY)
    assert union.expires_on(date(2026, 12, 31)) == date(2027, 2, 28)
    assert union.number_format.accepts(CertificateNumber("EU", "00000012"))
    assert union.require_predecessors
    assert "Article 12(5)" in union.sources
    assert default_policy("EU", "EU-ANT", date(2003, 1, 15)).validity_months == 0
    assert default_policy("SL", "SL-NMA", DAY).number_format.accepts(CertificateNumber("SL", "004911"))


def test_own_values_stand_over_national_ones():
    """As a node stores them."""
    own = {"validity_months": 0, "validity_days": 30, "carat_tolerance": "0.05", "number_width": 7}
    policy = default_policy("EU", "EU-ANT", DAY, own)
    assert policy.expires_on(date(2026, 1, 1)) == date(2026, 1, 31)
    assert policy.carats_allowed(Decimal(1)) == Decimal("0.05")
    assert policy.number_format.width == 7


def test_the_wider_tolerance_counts():
    """Absolute for small parcels, in percent for large ones."""
    policy = policy_from(
        {"carat_tolerance": "0.05", "carat_tolerance_percent": "0.1", "value_tolerance_percent": "2"},
        participant="SL",
        authority="SL-NMA",
    )
    assert policy.carats_allowed(Decimal(10)) == Decimal("0.05")
    assert policy.carats_allowed(Decimal(1000)) == 1
    assert policy.value_allowed(Decimal(50)) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"validity_days": 0},
        {"validity_months": -1},
        {"confirmation_due_days": 0},
        {"overdue_after_days": 0},
        {"carat_tolerance": "-0.01"},
        {"value_tolerance_percent": "NaN"},
        {"number_width": 0},
    ],
)
def test_what_is_no_policy(settings):
    """Deadlines and tolerances must make sense."""
    with pytest.raises(ValueError):
        policy_from(settings, participant="SL", authority="SL-NMA")


def test_unknown_settings_are_refused():
    """A misspelt setting would otherwise do nothing."""
    with pytest.raises(TypeError):
        policy_from({"carat_tolerence": "1"}, participant="SL", authority="SL-NMA")


def test_a_policy_is_a_value():
    """Two equal ones are equal."""
    assert default_policy("SL", "SL-NMA", DAY) == default_policy("SL", "SL-NMA", DAY)
    assert isinstance(default_policy("SL", "SL-NMA", DAY), AuthorityPolicy)
