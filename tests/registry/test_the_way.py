"""The way of a certificate through one database, by the steps that people take."""

import pytest

from openkp.registry.journal.audit import audit
from openkp.registry.journal.rebuild import rebuild
from openkp.scheme.life import Status
from tests.factories import certificate_at, node

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [Status.VALIDATED, Status.VOID, Status.CONFIRMED, Status.CLOSED])
def test_certificate_comes_to_each_status_and_the_journal_explains_every_row(status):
    here = node()
    certificate = certificate_at(status, here)
    assert certificate.status == status
    assert audit().broken == ()
    assert rebuild() == []


def test_numbers_follow_each_other_and_bear_the_prefix():
    here = node()
    first, second = (certificate_at(Status.VALIDATED, here) for _ in range(2))
    assert [c.number[:2] for c in (first, second)] == ["SL", "SL"]
    assert first.number < second.number
