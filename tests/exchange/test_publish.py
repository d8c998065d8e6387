"""What the status list says of a certificate at each step of its life, and the manifest of the keys."""

from dataclasses import replace

import pytest

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.envelope import open_envelope
from openkp.documents.errors import Untrusted
from openkp.documents.manifest import open_manifest, seal_manifest
from openkp.documents.status import StatusValue, open_status_list
from openkp.exchange import publications
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Certificate
from openkp.registry.certificates.operations.close import close
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import BrokenRecord
from openkp.registry.participation.bundles import trust, trust_bundle
from openkp.registry.participation.models import Publication
from openkp.registry.participation.operations import publish as publishing
from openkp.registry.participation.operations.host import add_key
from openkp.registry.participation.operations.make_manifest import make_manifest
from openkp.registry.participation.operations.publish import certificate_with_receipt, publish
from openkp.registry.participation.operations.publish_status import status_value
from openkp.registry.participation.operations.trust import receive_manifest
from openkp.registry.participation.queries import active_key
from openkp.registry.participation.trust import keyring, own_keys
from openkp.registry.signers import signer_at
from openkp.scheme.certificates import Outcome
from openkp.scheme.life import Status
from tests.exchange.test_inbox import eu, issued, sl, story
from tests.factories import NOW, certificate_at, node, received

__all__ = ["eu", "sl", "story"]

ISSUER_SIDE = (
    Status.VALIDATED,
    Status.DELIVERED,
    Status.CONFIRMED,
    Status.CLOSED,
    Status.VOID,
    Status.EXPIRED_UNUSED,
)


@pytest.mark.parametrize(
    ("status", "outcome", "expected"),
    [
        (Status.VALIDATED, None, StatusValue.VALID),
        (Status.DELIVERED, None, StatusValue.VALID),
        (Status.VOID, None, StatusValue.INVALID),
        (Status.EXPIRED_UNUSED, None, StatusValue.INVALID),
        (Status.CONFIRMED, Outcome.ACCEPTED_WITH_DISCREPANCY, StatusValue.USED),
        (Status.CLOSED, Outcome.ACCEPTED, StatusValue.USED),
        (Status.CONFIRMED, Outcome.REFUSED, StatusValue.INVALID),
        (Status.CLOSED, Outcome.REFUSED, StatusValue.INVALID),
        (Status.CONFIRMED, Outcome.DETAINED, StatusValue.SUSPENDED),
    ],
)
def test_what_the_list_says(status, outcome, expected):
    assert status_value(status, outcome) is expected


def test_every_status_of_a_certificate_and_every_outcome_has_a_value():
    for status in ISSUER_SIDE:
        for outcome in Outcome:
            assert status_value(status, outcome) in StatusValue


def values(certificate):
    held = Publication.objects.get(kind="status", issuer="SL")
    return open_status_list(bytes(held.data), own_keys(), uri=certificate.status_uri).values


@pytest.mark.django_db
def test_the_list_follows_the_certificates():
    here = node()
    first, second = (certificate_at(Status.VALIDATED, here) for _ in range(2))
    publish(at=NOW)
    assert values(first) == [StatusValue.VALID, StatusValue.VALID]
    certificate_at(Status.VOID, here)
    publish(at=NOW)
    assert values(first) == [StatusValue.VALID, StatusValue.VALID, StatusValue.INVALID]
    confirmation = received(second, here, outcome="accepted_with_discrepancy")
    record_confirmation(bytes(confirmation.document.data), actor=Actor.peer("EU"), at=NOW)
    publish(at=NOW)
    assert values(first)[second.status_index] is StatusValue.USED
    certificate = Certificate.objects.get(pk=second.pk)
    close(certificate.pk, "Weighed twice.", actor=here.actor("preparing"), at=NOW)
    publish(at=NOW)
    assert values(first) == [StatusValue.VALID, StatusValue.USED, StatusValue.INVALID]


@pytest.mark.django_db
def test_what_changes_while_the_lists_are_made_is_in_the_next(monkeypatch):
    here = node()
    certificate = certificate_at(Status.VALIDATED, here)
    made = publishing.publish_checkpoint

    def meanwhile(participant, *, at):
        if participant == "SL" and Certificate.objects.get().status == Status.VALIDATED:
            void(certificate.pk, "printer_error", actor=here.actor("validating"), at=at)
        return made(participant, at=at)

    monkeypatch.setattr(publishing, "publish_checkpoint", meanwhile)
    publish(at=NOW)
    assert values(certificate) == [StatusValue.VALID]
    publish(at=NOW)
    assert values(certificate) == [StatusValue.INVALID]


@pytest.mark.django_db
def test_a_status_that_went_back_stops_the_list(monkeypatch):
    from openkp.registry.participation.operations import publish_status

    here = node()
    certificate = certificate_at(Status.VOID, here)
    publish(at=NOW)
    monkeypatch.setitem(publish_status.OF_STATUS, Status.VOID, StatusValue.VALID)
    Publication.objects.filter(kind=publish_status.MARKER).delete()
    with pytest.raises(BrokenRecord) as problem:
        publish_status.publish_status_lists("SL", at=NOW)
    assert problem.value.code == "status-undone"
    assert values(certificate) == [StatusValue.INVALID]


@pytest.mark.django_db
def test_a_certificate_carries_the_proof_that_the_log_holds_it():
    here = node()
    certificate = certificate_at(Status.VALIDATED, here)
    assert certificate_with_receipt(certificate) == bytes(certificate.document.data)
    publish(at=NOW)
    proven = read_certificate(open_envelope(certificate_with_receipt(certificate), keyring(NOW), typ="kpc"))
    assert [entry.index for entry in proven.logged] == [certificate.log_index]


@pytest.mark.usefixtures("open_database")
def test_a_new_key_is_in_the_next_manifest_and_the_old_one_stays(sl, eu):
    with sl.running():
        at = sl.clock()
        before = next(each for each in trust()[1] if each.participant == "SL")
        added = add_key("SL", "message", "Ed25519", at=at)
        data = make_manifest("SL", at=at)
        after = open_manifest(data, trust()[0])
    assert after.version == before.version + 1
    assert {key.key.kid for key in after.keys} == {key.key.kid for key in before.keys} | {bytes(added.kid)}


@pytest.mark.usefixtures("open_database")
def test_a_message_by_a_new_key_is_believed_once_its_manifest_was_fetched(sl, eu):
    with sl.running():
        add_key("SL", "message", "Ed25519", at=sl.clock())
        make_manifest("SL", at=sl.clock())
    issued(sl)
    with sl.running():
        assert sl.loop.send() == 0
    with eu.running():
        assert eu.loop.fetch() > 0
    sl.story.now += _longest()
    with sl.running():
        assert sl.loop.send() == 1
        assert Certificate.objects.get().status == Status.DELIVERED


@pytest.mark.usefixtures("open_database")
def test_a_peer_whose_log_shows_two_faces_is_written_down(sl, eu):
    from openkp.documents.checkpoint import sign_checkpoint
    from openkp.registry.journal.models import Entry
    from openkp.registry.participation.operations.publish import log_origin
    from openkp.registry.participation.operations.receive_publication import receive_checkpoint
    from openkp.registry.participation.queries import active_key
    from openkp.registry.signers import signer_at

    with sl.running():
        at = sl.clock().replace(microsecond=0)
        signer = signer_at(active_key("SL", "log", at).uri)
        faces = [sign_checkpoint(log_origin("SL"), 7, root, signer, at) for root in (b"a" * 32, b"b" * 32)]
    with eu.running():
        member = trust()[0].find("SL")
        assert receive_checkpoint(faces[0], member, [], at=at) is True
        assert receive_checkpoint(faces[0], member, [], at=at) is False
        for _ in range(2):  # every fetch brings it again; it is written down once
            assert receive_checkpoint(faces[1], member, [], at=at) is False
        [entry] = Entry.objects.filter(event="peer.log_forked")
        assert faces[0].decode() in entry.note and faces[1].decode() in entry.note


@pytest.mark.usefixtures("open_database")
def test_what_is_held_to_the_byte_is_not_looked_at_again(sl, eu, monkeypatch):
    issued(sl)
    with sl.running():
        publish(at=sl.clock())
        bundle = trust_bundle(sl.clock())
    with eu.running():
        assert publications.take_bundle(bundle, at=eu.clock()) == 2  # a status list and a checkpoint
        for taking in ("receive_manifest", "receive_status_list", "_take_checkpoint"):
            monkeypatch.setattr(publications, taking, pytest.fail)
        assert publications.take_bundle(bundle, at=eu.clock()) == 0


def _longest():
    from openkp.exchange.outbox import LONGEST

    return 2 * LONGEST


@pytest.mark.usefixtures("open_database")
def test_nobody_takes_anothers_key_for_their_own(story, sl, eu):
    """One member that copied another's key into its manifest would make everybody refuse what that other signs."""
    with sl.running():
        theirs = next(each for each in trust()[1] if each.participant == "SL").keys
    with story.nodes["BW"].running() as _:
        own = next(each for each in trust()[1] if each.participant == "BW")
        copied = replace(own, version=own.version + 1, keys=(*own.keys, theirs[0]))
        data = seal_manifest(copied, signer_at(active_key("BW", "root", sl.clock()).uri))
    with eu.running():
        with pytest.raises(Untrusted) as problem:
            receive_manifest(data, at=eu.clock())
        assert problem.value.code == "key_claimed_twice"
        assert keyring(eu.clock()).find(theirs[0].key.kid).participant == "SL"
