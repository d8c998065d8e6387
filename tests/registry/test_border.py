"""What comes over the border: never issued, signed twice, altered, late, for somebody else."""

from datetime import timedelta

import pytest

from openkp.documents.envelope import public_form
from openkp.documents.errors import DocumentError
from openkp.documents.status import StatusValue, seal_status_list
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.cases import import_case
from openkp.registry.certificates.models import Arrival, Certificate, Confirmation
from openkp.registry.certificates.operations.close import expire
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.operations.record_status import record_status
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import Conflict, NotAllowed, NotFound
from openkp.registry.journal.audit import audit
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.operations.host import host_authority
from openkp.registry.participation.operations.receive_publication import STATUS, keep
from openkp.registry.participation.queries import active_key, participation
from openkp.registry.post.models import Outgoing
from openkp.registry.signers import signer_at
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber
from tests.factories import NOW, application_at, arrival_at, certificate_at, received
from tests.registry.forgery import certificate_like, confirmation_like, statement_on
from tests.registry.stage import LATER, held

SL, EU = Actor.peer("SL"), Actor.peer("EU")


@pytest.fixture
def certificate(stage):
    return certificate_at(Status.VALIDATED, stage.node)


@pytest.fixture
def confirmation(stage, certificate):
    """Signed by Antwerp and not yet back in Freetown."""
    return received(certificate, stage.node)


def refused(kind, code, operation, data, actor, at=LATER):
    before = held()
    with pytest.raises(kind) as caught:
        operation(data, actor=actor, at=at)
    assert caught.value.code == code
    assert held() == before


def test_confirmation_for_a_certificate_never_issued(confirmation):
    data = confirmation_like(confirmation, number=CertificateNumber("SL", "999999"))
    refused(NotFound, "never-issued", record_confirmation, data, EU)


def test_confirmation_that_names_another_certificate_of_this_number(confirmation):
    data = confirmation_like(confirmation, certificate_hash=bytes(32))
    refused(Conflict, "wrong-certificate", record_confirmation, data, EU)


def test_confirmation_by_a_participant_to_whom_the_goods_did_not_go(stage, confirmation):
    data = confirmation_like(confirmation, signed_by=stage.sl)
    refused(Conflict, "not-the-destination", record_confirmation, data, SL)


def test_second_confirmation_that_differs(certificate, confirmation):
    record_confirmation(bytes(confirmation.document.data), actor=EU, at=LATER)
    certificate.refresh_from_db()
    before = held()
    assert record_confirmation(bytes(confirmation.document.data), actor=EU, at=LATER).pk == confirmation.pk
    assert held() == before
    refused(Conflict, "already-confirmed", record_confirmation, confirmation_like(confirmation, remarks="Other."), EU)
    assert Confirmation.objects.count() == 1


def test_public_forms_are_not_enough(certificate, confirmation):
    for operation, document in ((record_notice, certificate.document), (record_confirmation, confirmation.document)):
        refused(Conflict, "public-form-only", operation, public_form(bytes(document.data)), SL)


@pytest.mark.parametrize("operation", [record_notice, record_confirmation, record_status])
def test_altered_document_is_not_believed(stage, operation):
    certificate = certificate_at(Status.VALIDATED, stage.node)
    data = {
        record_notice: bytes(certificate.document.data),
        record_confirmation: bytes(received(certificate, stage.node).document.data),
        record_status: statement_on(certificate),
    }[operation]
    before = held()
    for place in range(0, len(data), 17):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(DocumentError):
            operation(altered, actor=SL, at=LATER)
    for altered in (data[:-1], data + b"\x00", b"", data[1:]):
        with pytest.raises(DocumentError):
            operation(altered, actor=SL, at=LATER)
    assert held() == before


def test_number_used_twice_is_told_and_the_first_stays(certificate):
    record_notice(bytes(certificate.document.data), actor=SL, at=NOW)
    twin = certificate_like(certificate, seals=("SL-000000",))
    refused(Conflict, "number-used-twice", record_notice, twin, SL)
    assert bytes(Certificate.objects.get().document.data) == bytes(certificate.document.data)


def test_notice_for_somebody_else(certificate):
    data = certificate_like(certificate, number=CertificateNumber("SL", "999999"), destination="IN")
    refused(NotFound, "wrong-destination", record_notice, data, SL)


def test_the_same_notice_again_changes_nothing(certificate):
    data = bytes(certificate.document.data)
    first = record_notice(data, actor=SL, at=NOW)
    before = held()
    assert record_notice(data, actor=SL, at=LATER).pk == first.pk
    assert held() == before


def test_notice_handed_in_by_somebody_who_is_no_import_officer(stage, certificate):
    with pytest.raises(NotAllowed):
        record_notice(bytes(certificate.document.data), actor=stage.who("validating_officer@SL"), at=NOW)
    assert record_notice(bytes(certificate.document.data), actor=stage.who("import_officer@EU"), at=NOW)


def test_void_and_then_a_late_confirmation(stage, certificate, confirmation):
    void(certificate.pk, "printer_error", actor=stage.who("validating_officer@SL"), at=LATER)
    refused(Conflict, "is-void", record_confirmation, bytes(confirmation.document.data), EU)
    assert Certificate.objects.get().status == "void"


def test_confirmation_and_then_a_late_void(stage, certificate, confirmation):
    record_confirmation(bytes(confirmation.document.data), actor=EU, at=LATER)
    with pytest.raises(Conflict) as caught:
        void(certificate.pk, "printer_error", actor=stage.who("validating_officer@SL"), at=LATER)
    assert caught.value.code == "is-closed"
    # A statement that was signed before is kept as evidence; nothing reopens and nothing is taken back.
    statement = record_status(statement_on(certificate), actor=SL, at=LATER)
    certificate.refresh_from_db()
    assert (certificate.status, certificate.arrival.status, statement.kind) == ("closed", "received", "void")
    assert audit().broken[0].code == "log-differs-from-documents"  # no operation of ours signed it
    assert rebuild() == []


def test_void_reaches_the_importing_side_of_the_same_node(stage):
    arrival = arrival_at(Status.EXPECTED, stage.node)
    void(arrival.certificate.pk, "printer_error", actor=stage.who("validating_officer@SL"), at=NOW)
    data = bytes(arrival.certificate.statements.get().document.data)
    first = record_status(data, actor=SL, at=NOW)
    before = held()
    assert record_status(data, actor=SL, at=LATER).pk == first.pk
    assert held() == before
    arrival.refresh_from_db()
    assert arrival.status == "cancelled"
    assert audit().broken == ()


def test_statement_on_an_unknown_certificate_or_another_of_its_number(certificate):
    unknown = statement_on(certificate, number=CertificateNumber("SL", "999999"))
    refused(NotFound, "not-known", record_status, unknown, SL)
    other = statement_on(certificate, certificate_hash=bytes(32))
    refused(Conflict, "wrong-certificate", record_status, other, SL)


@pytest.mark.parametrize(
    ("kind", "status", "arrival"),
    [("expired_unused", "expired_unused", "cancelled"), ("received", "validated", "expected")],
)
def test_statement_means_what_it_says(certificate, kind, status, arrival):
    expected = record_notice(bytes(certificate.document.data), actor=SL, at=NOW)
    record_status(statement_on(certificate, kind=kind, reason=""), actor=SL, at=LATER)
    assert Certificate.objects.get().status == status
    assert Arrival.objects.get(pk=expected.pk).status == arrival


def test_what_expired_unused_is_told_to_the_destination_that_stops_expecting_it(stage):
    arrival = arrival_at(Status.EXPECTED, stage.node)
    after = NOW + timedelta(days=1 + (arrival.certificate.expires_on - NOW.date()).days)
    expire(arrival.certificate.pk, actor=stage.node.actor("preparing"), at=after)
    message = Outgoing.objects.get(typ="status")
    assert (message.sender, message.peer) == ("SL", "EU")
    record_status(bytes(message.body), actor=Actor.peer("SL"), at=after)
    arrival.refresh_from_db()
    assert arrival.status == Status.CANCELLED


def test_a_certificate_may_name_many_origins_and_an_authority_of_a_long_name(stage):
    countries = sorted(m.code for m in participation().participants_on(NOW.date()) if m.code not in ("EU", "CF"))
    row = application_at(Status.ISSUED, stage.node, origin_mode="mixed_listed", origin_countries=countries[:45])
    assert row.certificate.origin == ", ".join(countries[:45])


def test_what_the_issuers_status_list_says_counts_before_its_statement_is_here(stage):
    certificate = certificate_at(Status.VALIDATED, stage.node)
    arrival = record_notice(bytes(certificate.document.data), actor=SL, at=NOW)
    assert import_case(arrival_taken(arrival, stage), None, at=LATER).status == Status.VALIDATED
    for listed, status in ((StatusValue.VALID, Status.VALIDATED), (StatusValue.INVALID, Status.VOID)):
        signer = signer_at(active_key("SL", "status", NOW).uri)
        end, uri = LATER + timedelta(days=3), certificate.status_uri
        data = seal_status_list(
            [listed], signer, uri=uri, issuer="SL", at=NOW, expires=end, ttl=timedelta(1), specimen=True
        )
        keep(STATUS, "SL", uri, data, content=bytes(32), at=NOW)
        assert import_case(arrival_taken(arrival, stage), None, at=LATER).status == status


def arrival_taken(arrival, stage):
    arrival.authority = stage.eu
    return arrival


@pytest.mark.parametrize("destination", ["HK", "TW"])
def test_who_trades_in_its_own_name_receives_in_it(stage, destination):
    host_authority(
        at=NOW, participant=destination, code=f"{destination}-ONE", name="One", base_url="https://kp.example"
    )
    row = application_at(Status.ISSUED, stage.node, destination=destination, importer_country=destination).certificate
    arrival = record_notice(bytes(row.document.data), actor=SL, at=NOW)
    assert arrival.participant == Outgoing.objects.get(typ="notice").peer == destination
