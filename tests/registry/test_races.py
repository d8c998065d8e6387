"""Two people at one moment: one of them is first, the other is told, and nothing happens twice."""

import os

import pytest

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Application, Arrival, Certificate, Confirmation, Document, Intent
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.decide import reject
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.operations.start import start, withdraw
from openkp.registry.certificates.operations.validate import recover, validate
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import Conflict
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import IdempotencyKey
from openkp.registry.journal.rebuild import rebuild
from openkp.scheme.life import Status
from tests.factories import APPLICATION, INSPECTION, NOW, RECEIPT, application_at, arrival_at, certificate_at, received
from tests.registry.stage import LATER, Stage
from tests.registry.together import together

pytestmark = pytest.mark.usefixtures("own_database")


def split(outcomes):
    """What succeeded, and the codes of the conflicts; anything else that was raised is a fault."""
    done = [each for each in outcomes if not isinstance(each, BaseException)]
    failed = [each for each in outcomes if isinstance(each, BaseException)]
    for error in failed:
        if not isinstance(error, Conflict):
            raise error
    return done, [error.code for error in failed]


def assert_sound():
    assert audit().broken == ()
    assert rebuild() == []


def test_two_officers_validate_one_application_and_one_certificate_comes_of_it():
    stage = Stage()
    application = application_at(Status.PREPARED, stage.node)
    officers = [stage.node.actor("validating"), stage.who("validating_officer@SL")]
    done, conflicts = split(
        together(*(lambda o=officer: validate(application.pk, actor=o, at=NOW) for officer in officers * 3))
    )
    assert len(done) == 1 and len(conflicts) == 5
    assert set(conflicts) <= {"is-signing", "is-issued"}
    assert Certificate.objects.count() == Intent.objects.count() == 1
    assert_sound()


def test_validation_and_its_recovery_at_once_make_one_certificate():
    stage = Stage()
    application = application_at(Status.PREPARED, stage.node)
    officer = stage.node.actor("validating")
    acts = [lambda: validate(application.pk, actor=officer, at=NOW)] + [lambda: recover(at=NOW)] * 4
    for outcome in together(*acts):
        if isinstance(outcome, BaseException):
            raise outcome
    assert Certificate.objects.count() == Document.objects.count() == 1
    assert_sound()


def test_two_officers_confirm_one_arrival_and_one_confirmation_is_signed():
    stage = Stage()
    arrival = arrival_at(Status.ARRIVED, stage.node)
    officers = [stage.node.actor("importing"), stage.who("import_officer@EU")]
    acts = [lambda o=officer: confirm(arrival.pk, RECEIPT, actor=o, at=LATER) for officer in officers]
    done, conflicts = split(together(*acts))
    assert (len(done), conflicts) == (1, ["is-received"])
    assert Confirmation.objects.count() == 1
    assert_sound()


def test_two_officers_prepare_one_application():
    stage = Stage()
    application = application_at(Status.APPLIED, stage.node)
    officers = [stage.node.actor("preparing"), stage.who("preparing_officer@SL")]
    acts = [lambda o=officer: prepare(application.pk, INSPECTION, actor=o, at=NOW) for officer in officers]
    done, conflicts = split(together(*acts))
    assert (len(done), conflicts) == (1, ["is-prepared"])
    assert Application.objects.get().prepared_by_id == done[0].prepared_by_id
    assert_sound()


def test_applicant_withdraws_while_an_officer_rejects():
    stage = Stage()
    application = application_at(Status.APPLIED, stage.node)
    done, conflicts = split(
        together(
            lambda: withdraw(application.pk, actor=stage.node.actor("exporter"), at=NOW),
            lambda: reject(application.pk, "No lawful source.", actor=stage.node.actor("preparing"), at=NOW),
        )
    )
    assert len(done) == len(conflicts) == 1
    assert conflicts == [f"is-{done[0].status}"]
    assert_sound()


def test_void_and_a_confirmation_at_once():
    stage = Stage()
    certificate = application_at(Status.ISSUED, stage.node).certificate
    data = bytes(received(certificate, stage.node).document.data)
    done, conflicts = split(
        together(
            lambda: void(certificate.pk, "printer_error", actor=stage.node.actor("validating"), at=LATER),
            lambda: record_confirmation(data, actor=Actor.peer("EU"), at=LATER),
        )
    )
    assert len(done) == len(conflicts) == 1
    certificate.refresh_from_db()
    assert (certificate.status, conflicts) in [("void", ["is-void"]), ("closed", ["is-closed"])]
    assert_sound()


def test_one_notice_and_one_confirmation_sent_eight_times_at_once():
    stage = Stage()
    certificate = certificate_at(Status.VALIDATED, stage.node)
    data, sender = bytes(certificate.document.data), Actor.peer("SL")
    done, conflicts = split(together(*[lambda: record_notice(data, actor=sender, at=NOW)] * 8))
    assert (len(done), conflicts, Arrival.objects.count()) == (8, [], 1)
    confirmation = bytes(received(certificate, stage.node).document.data)
    done, conflicts = split(
        together(*[lambda: record_confirmation(confirmation, actor=Actor.peer("EU"), at=LATER)] * 8)
    )
    assert (len(done), conflicts, Confirmation.objects.count()) == (8, [], 1)
    assert_sound()


def test_two_authorities_take_in_one_shipment():
    stage = Stage()
    arrival = arrival_at(Status.EXPECTED, stage.node)
    officers = [stage.node.actor("importing"), stage.who("import_officer@EU")]
    acts = [lambda o=officer: record_arrival(arrival.pk, LATER.date(), actor=o, at=LATER) for officer in officers]
    done, conflicts = split(together(*acts))
    assert (len(done), conflicts) == (1, ["is-arrived"])
    assert_sound()


def test_numbers_allocated_by_eight_writers_are_unique_and_without_gaps():
    stage = Stage()
    applications = [application_at(Status.PREPARED, stage.node) for _ in range(24)]
    officer = stage.node.actor("validating")

    def some(place):
        return [validate(application.pk, actor=officer, at=NOW).number for application in applications[place::8]]

    done, conflicts = split(together(*(lambda p=place: some(p) for place in range(8))))
    numbers = [number for mine in done for number in mine]
    assert conflicts == []
    serials = sorted(Certificate.objects.values_list("status_index", flat=True))
    assert len(set(numbers)) == 24
    assert serials == list(range(24))
    assert {intent.number for intent in Intent.objects.all()} == set(numbers)
    assert_sound()


def test_one_key_sent_at_once_starts_one_application():
    """G5: ``OPENKP_KEYS`` sets how many keys (default 25; 1,000 every night), each sent eight times at once."""
    stage = Stage()
    applicant = stage.node.actor("exporter")

    keys = [f"key {number}" for number in range(int(os.environ.get("OPENKP_KEYS", "25")))]

    def ask(key, fields):
        here = stage.node
        return start(here.sierra_leone.pk, here.company.pk, actor=applicant, at=NOW, key=key, fields=fields)

    for key in keys:
        outcomes = together(*[lambda k=key: ask(k, APPLICATION)] * 8)
        assert len({application.reference for application in outcomes}) == 1
    assert Application.objects.count() == IdempotencyKey.objects.count() == len(keys)
    with pytest.raises(Conflict) as caught:
        ask(keys[0], {**APPLICATION, "remarks": "another"})
    assert caught.value.code == "idempotency-key-reused"
    apply(outcomes[0].pk, actor=applicant, at=NOW)
    assert_sound()
