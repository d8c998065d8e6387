"""From a case to a certificate, or every reason why not."""

from datetime import UTC, datetime

import pytest

from openkp.scheme.errors import Refused
from openkp.scheme.issuing import issue
from openkp.scheme.numbers import CertificateNumber
from tests import cast

AT = datetime(2026, 3, 2, 10, 30, 5, 123456, tzinfo=UTC)
NUMBER = CertificateNumber("SL", "004911")


def test_what_was_weighed_is_certified():
    """The certificate carries the inspection's lines and seals, and the policy's expiry."""
    case = cast.export_case()
    certificate = issue(case, number=NUMBER, at=AT, specimen=True)
    assert certificate.lines == case.inspection.lines
    assert certificate.seals == case.inspection.seals
    assert (certificate.issued_on.isoformat(), certificate.expires_on.isoformat()) == ("2026-03-02", "2026-05-01")
    assert certificate.validated_at.microsecond == 0
    assert certificate.specimen


def test_a_refusal_names_every_reason():
    """Five things wrong, five findings."""
    case = cast.export_case(
        {"destination": "KE", "non_conflict_declared": ""},
        {"seals": [], "goods_presented": ""},
        validating_officer=cast.PREPARING,
    )
    with pytest.raises(Refused) as refusal:
        issue(case, number=NUMBER, at=AT, specimen=True)
    assert {f.code for f in refusal.value.findings} == {
        "destination_not_participant",
        "declaration_missing",
        "seals_missing",
        "goods_not_presented",
        "same_officer",
    }
