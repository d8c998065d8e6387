"""The clock proves what was filed for everybody: once, after a crash too, and nothing that names a trader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkp.registry.accounts.actors import NODE
from openkp.registry.accounts.operations.people import grant
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import Entry
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.operations.host import host_authority
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations import prove_filed as proving
from openkp.registry.statistics.operations.draft import correct_return, save_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.registry.statistics.operations.remind import remind
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from tests.factories import FILING_DAY, NOW, TRADE, certificate_at, filed, node, statistics
from tests.portal.figures.factory import published

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OPEN = {"visibility": "public"}


@pytest.fixture
def here():
    return node()


@pytest.fixture
def desk(here):
    return statistics(here)


@pytest.fixture
def issued(here):
    """Four certificates of the first quarter."""
    return [certificate_at(Status.VALIDATED, here) for _ in range(4)]


def proven():
    return [(row.flow, row.period, row.certificates) for row in ProvenTotal.objects.order_by("pk")]


def test_a_quarter_that_was_filed_for_everybody_is_proven_once(here, desk, issued):
    filed(here, desk, **OPEN)
    remind(at=FILING_DAY)
    assert proven() == [("export", "2026-Q1", 4)]
    before = Entry.objects.count()
    remind(at=FILING_DAY + DAY)
    assert proven() == [("export", "2026-Q1", 4)] and Entry.objects.count() == before
    assert audit().broken == () and rebuild() == []


def test_nothing_is_counted_again_until_another_version_is_filed(here, desk, issued, monkeypatch):
    first = filed(here, desk, **OPEN)
    remind(at=FILING_DAY)
    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as asked:
        patch.setattr(proving, "tally", lambda *_, **__: pytest.fail("counted again"))
        proving.prove_filed([here.sierra_leone], actor=NODE, at=FILING_DAY + DAY)
    assert len(asked) <= 4
    void(issued[0].pk, "printer_error", actor=here.actor("validating"), at=FILING_DAY)
    draft = correct_return(first.pk, reason="One is void.", actor=desk.actor("writer"), at=FILING_DAY)
    line = {**TRADE["trade"][0], "carats": "1000.00"}
    save_draft(draft.pk, {"trade": [line]}, actor=desk.actor("writer"), at=FILING_DAY)
    prepare_return(draft.pk, actor=desk.actor("writer"), at=FILING_DAY)
    file_return(draft.pk, actor=desk.actor("filer"), at=FILING_DAY)
    remind(at=FILING_DAY + DAY)
    assert proven() == [("export", "2026-Q1", 4), ("export", "2026-Q1", 3)]


@pytest.mark.parametrize("how", [{"visibility": "kp_only"}, {"visibility": "wgs"}])
def test_what_is_not_for_everybody_is_not_proven(here, desk, issued, how):
    filed(here, desk, **how)
    remind(at=FILING_DAY)
    assert proven() == []


def test_what_cannot_be_published_is_not_proven(here, desk, issued):
    nothing = {"trade": [], "certificates_issued": "", "certificates_received": "", "value_basis": ""}
    filed(here, desk, nature="cannot_publish", visibility="public", note="The registers are being moved.", **nothing)
    remind(at=FILING_DAY)
    assert proven() == []


def test_a_total_that_could_name_a_trader_is_not_proven(here, desk):
    for _ in range(2):
        certificate_at(Status.VALIDATED, here)
    filed(here, desk, **OPEN)
    remind(at=FILING_DAY)
    assert proven() == [] and Entry.objects.filter(event=proving.DONE).count() == 1


def test_a_total_whose_cell_an_edition_hides_is_not_proven(here, desk, issued):
    hidden = {"year": 2026, "suppressed": [{"participant": "SL", "flow": "exports", "reason": "complementary"}]}
    published(hidden, year=2026, at=NOW)
    filed(here, desk, **OPEN)
    remind(at=FILING_DAY)
    assert proven() == [] and Entry.objects.filter(event=proving.DONE).count() == 1


def test_every_authority_of_the_participant_that_files_has_filed(here, desk, issued):
    kenema = host_authority(
        at=NOW, participant="SL", code="SL-KEN", name="Kenema", base_url="https://ken.example.sl", exporting=False
    )
    grant(desk.filer, kenema, Role.STATISTICIAN, at=NOW)
    filed(here, desk, **OPEN)
    remind(at=FILING_DAY)
    assert proven() == []


def test_the_year_is_proven_with_its_last_quarter(here, desk):
    for month in (3, 4, 7, 10):
        for _ in range(3):
            certificate_at(Status.VALIDATED, here, at=NOW.replace(month=month, day=20))
    later = NOW.replace(year=2027)
    for part in (1, 2, 3, 4):
        assert ("export", "2026", 12) not in proven()
        filed(here, desk, period=Period(2026, "Q", part), at=later, **OPEN)
        proving.prove_filed([here.sierra_leone], actor=NODE, at=later)
    assert proven() == [*(("export", f"2026-Q{part}", 3) for part in (1, 2, 3, 4)), ("export", "2026", 12)]


def test_a_year_that_tells_by_subtraction_what_a_quarter_hides_is_not_proven(here, desk):
    for month, count in ((3, 3), (4, 3), (7, 3), (10, 1)):
        for _ in range(count):
            certificate_at(Status.VALIDATED, here, at=NOW.replace(month=month, day=20))
    later = NOW.replace(year=2027)
    for part in (1, 2, 3, 4):
        filed(here, desk, period=Period(2026, "Q", part), at=later, **OPEN)
    remind(at=later)
    assert proven() == [("export", f"2026-Q{part}", 3) for part in (1, 2, 3)]


def test_after_a_crash_in_between_nothing_is_proven_twice(here, desk, issued, monkeypatch):
    filed(here, desk, **OPEN)
    with monkeypatch.context() as patch:
        patch.setattr(proving, "record", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            remind(at=FILING_DAY)
    assert proven() == [("export", "2026-Q1", 4)] and not Entry.objects.filter(event=proving.DONE).exists()
    remind(at=FILING_DAY)
    assert proven() == [("export", "2026-Q1", 4)] and Entry.objects.filter(event=proving.DONE).count() == 1


def test_a_record_that_does_not_hold_stops_nothing_else(here, desk, issued, monkeypatch, caplog):
    def broken(*_, **__):
        raise BrokenRecord("gone", code="document-missing")

    filed(here, desk, **OPEN)
    with monkeypatch.context() as patch:
        patch.setattr(proving, "tally", broken)
        remind(at=FILING_DAY)
    assert "document-missing" in caplog.text
    remind(at=FILING_DAY + DAY)
    assert proven() == [("export", "2026-Q1", 4)]
