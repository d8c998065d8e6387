"""Operations on different things at one moment: none waits for another that waits for it."""

import pytest
from django.db import transaction

from openkp.documents.status_statement_v1 import Kind
from openkp.exchange.reading import apply_waiting
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.record_status import record_status
from openkp.registry.certificates.operations.start import start
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.certificates.operations.void import void
from openkp.registry.certificates.telling import signed
from openkp.registry.errors import Conflict
from openkp.registry.journal.audit import audit
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.post.models import Heard, Incoming, Reading
from openkp.scheme.life import Status
from tests.factories import APPLICATION, NOW, RECEIPT, application_at, arrival_at, certificate_at, received
from tests.registry.stage import LATER, Stage
from tests.registry.together import together

pytestmark = pytest.mark.usefixtures("own_database")


def assert_only_conflicts(outcomes):
    """Who came second is told so; nobody is thrown out by the database."""
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Conflict):
            raise outcome
    assert audit().broken == () and rebuild() == []


def test_applications_are_started_while_certificates_are_issued():
    stage = Stage()
    applications = [application_at(Status.PREPARED, stage.node) for _ in range(16)]
    officer, applicant = stage.node.actor("validating"), stage.node.actor("exporter")

    def issue(place):
        return [validate(each.pk, actor=officer, at=NOW) for each in applications[place::4]]

    def begin():
        here = stage.node
        return [
            start(here.sierra_leone.pk, here.company.pk, actor=applicant, at=NOW, fields=APPLICATION) for _ in range(6)
        ]

    outcomes = together(*(lambda p=place: issue(p) for place in range(4)), *[begin] * 4)
    assert_only_conflicts(outcomes)
    assert Certificate.objects.count() == 16


def test_shipments_are_confirmed_while_their_issuer_voids_them():
    stage = Stage()
    importer, sender = stage.node.actor("importing"), Actor.peer("SL")
    for _ in range(6):
        arrival = arrival_at(Status.ARRIVED, stage.node)
        with transaction.atomic():  # the issuer's statement, before this node knows of it
            data = bytes(signed(arrival.certificate, Kind.VOID, at=LATER, reason="printer_error").data)
        outcomes = together(
            lambda row=arrival: confirm(row.pk, RECEIPT, actor=importer, at=LATER),
            lambda body=data: record_status(body, actor=sender, at=LATER),
        )
        assert_only_conflicts(outcomes)


def test_certificates_are_voided_while_the_post_brings_their_confirmations():
    stage = Stage()
    officer = stage.node.actor("validating")
    line = Heard.objects.create(own="SL", peer="EU")
    for seq in range(1, 9):
        certificate = certificate_at(Status.VALIDATED, stage.node)
        row = Incoming.objects.create(
            message_id=bytes(15) + bytes([seq]),
            recipient="SL",
            peer="EU",
            seq=seq,
            prev=line.chain,
            typ="confirmation",
            envelope_hash=bytes(32),
            inside=b"",
            inside_hash=bytes([seq]) * 32,
            body=received(certificate, stage.node).document.data,
            not_after=LATER.replace(year=2027),
            received_at=LATER,
        )
        outcomes = together(
            lambda each=certificate: void(each.pk, "printer_error", actor=officer, at=LATER),
            lambda: apply_waiting("SL", "EU", LATER),
        )
        assert_only_conflicts(outcomes)
        row.refresh_from_db()
        certificate.refresh_from_db()
        assert (certificate.status, row.state) in [("void", Reading.WARNING), ("closed", Reading.ACCEPTED)]
        line.refresh_from_db()
