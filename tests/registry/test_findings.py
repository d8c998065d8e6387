"""Everything wrong is told at once, and nothing of it is written."""

from datetime import UTC, datetime, time

import pytest

from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.close import close, expire
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.decide import reject, return_to_applicant
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import Conflict
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status
from tests.factories import APPLICATION, INSPECTION, NOW, RECEIPT, application_at, arrival_at, certificate_at
from tests.registry.deeds import DEEDS
from tests.registry.stage import LATER, codes, held

LINE = {"hs": "7102.31", "carats": "10.00", "value_usd": "100.00", "parcels": "1"}
HUGE = "9" * 4000

#: What an applicant may type, and how many findings it must bring at the least.
APPLICATIONS = {
    "nothing": (dict.fromkeys(APPLICATION, ""), 5),
    "negative": ({"lines": [{**LINE, "carats": "-1", "value_usd": "-2", "parcels": "-3"}]}, 3),
    "huge": ({"exporter_name": HUGE, "remarks": HUGE, "lines": [{**LINE, "carats": HUGE}]}, 3),
    "other script": ({"lines": [{**LINE, "carats": "١٢", "value_usd": "一百"}]}, 2),
    "no Participant": ({"destination": "KE", "importer_country": "KE"}, 1),
    "mixed of one": ({"origin_mode": "mixed_listed", "origin_countries": ["SL"]}, 1),
    "not a list": ({"lines": "7102.31", "origin_countries": "SL"}, 1),
    "no character": ({"exporter_name": "a\u0000b", "importer_name": "\ud800"}, 2),
    "no number": ({"lines": [{**LINE, "carats": float("nan")}]}, 1),
    "too deep": ({"lines": [[[[[[[[[[]]]]]]]]]]}, 1),
    "everything at once": (
        {"exporter_name": "", "destination": "ZZ", "non_conflict_declared": "", "lines": [{**LINE, "hs": "1234"}]},
        3,
    ),
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_application_is_refused_with_every_finding(stage, name):
    fields, least = APPLICATIONS[name]
    application, before = application_at(Status.DRAFT, stage.node, **fields), held()
    with pytest.raises(Refused) as caught:
        apply(application.pk, actor=stage.who("applicant@SL"), at=NOW)
    assert len(caught.value.findings) >= least
    assert all(finding.code and finding.rule for finding in caught.value.findings)
    assert held() == before
    assert Application.objects.get().status == "draft"


def test_inspection_that_found_something_else_is_refused(stage):
    application = application_at(Status.APPLIED, stage.node)
    before = held()
    wrong = {**INSPECTION, "lines": [{**LINE, "carats": "1.00"}], "seals": [], "goods_presented": ""}
    with pytest.raises(Refused) as caught:
        prepare(application.pk, wrong, actor=stage.node.actor("preparing"), at=NOW)
    assert len(caught.value.findings) >= 3
    assert held() == before


def test_receipt_that_contradicts_itself_is_refused(stage):
    arrival = arrival_at(Status.ARRIVED, stage.node)
    before = held()
    wrong = {**RECEIPT, "received_on": "2031-01-01", "seals_intact": "no", "original_present": "no"}
    with pytest.raises(Refused) as caught:
        confirm(arrival.pk, wrong, actor=stage.node.actor("importing"), at=LATER)
    assert {"received_in_future", "original_missing", "seals_broken"} <= set(codes(caught.value))
    assert held() == before


def test_arrival_before_issue_or_in_the_future_is_refused(stage):
    arrival = arrival_at(Status.EXPECTED, stage.node)
    for day, code in ((NOW.date().replace(year=2025), "arrived_before_issue"), (LATER.date(), "arrived_in_future")):
        with pytest.raises(Refused) as caught:
            record_arrival(arrival.pk, day, actor=stage.node.actor("importing"), at=NOW)
        assert codes(caught.value) == [code]


@pytest.mark.parametrize(
    ("reason", "note", "expected"),
    [
        ("because", "", ["void-reason-unknown"]),
        ("", "x" * 501, ["void-note-not-printable", "void-reason-unknown"]),
        ("other", " ", ["void-note-missing"]),
    ],
)
def test_void_needs_a_reason_of_the_list(stage, reason, note, expected):
    certificate = certificate_at(Status.VALIDATED, stage.node)
    before = held()
    with pytest.raises(Refused) as caught:
        void(certificate.pk, reason, note, actor=stage.node.actor("validating"), at=NOW)
    assert codes(caught.value) == expected
    assert held() == before


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 2001])
def test_nobody_is_turned_away_without_a_reason(stage, reason):
    application = application_at(Status.APPLIED, stage.node)
    certificate = certificate_at(Status.CONFIRMED, stage.node)
    before, officer = held(), stage.node.actor("preparing")
    for operation, row in ((return_to_applicant, application), (reject, application), (close, certificate)):
        with pytest.raises(Refused) as caught:
            operation(row.pk, reason, actor=officer, at=NOW)
        assert codes(caught.value) == ["reason-missing"]
    assert held() == before


def test_nothing_expires_before_its_day(stage):
    certificate = certificate_at(Status.VALIDATED, stage.node)
    last = datetime.combine(certificate.expires_on, time(23, 59), UTC)
    with pytest.raises(Conflict) as caught:
        expire(certificate.pk, actor=stage.who(DEEDS["expire"].allowed[0]), at=last)
    assert caught.value.code == "not-expired"


def test_fields_that_no_application_has_are_not_kept(stage):
    application = application_at(Status.DRAFT, stage.node, is_admin="yes", reference="SL-1")
    assert not {"is_admin", "reference"} & set(application.fields)
