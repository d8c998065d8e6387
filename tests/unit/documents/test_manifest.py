"""Key manifests and the keyring made of them: whose keys, for what, when, and who says otherwise."""

from dataclasses import replace
from datetime import date

import pytest

from openkp.documents.canonical import decode, encode
from openkp.documents.envelope import seal
from openkp.documents.errors import DocumentError, Malformed, Untrusted
from openkp.documents.keyring import Decision, Keyring, Overlay, read_overlay
from openkp.documents.keys import KeyUse
from openkp.documents.manifest import BODY, TYPE, check_newer, open_manifest, seal_manifest
from openkp.documents.sealing import X25519
from openkp.documents.trust import Profile
from openkp.scheme.numbers import NumberFormat
from tests.unit.documents.trust_world import (
    ARCHIVE,
    DAY,
    END,
    NOON,
    START,
    log_signer,
    manifest,
    manifest_key,
    member,
    message_key,
    root,
    signed_manifest,
    signer,
    trust_list,
    use_signer,
)

LIST = trust_list()
CERTIFICATE, CONFIRMATION, STATUS, MESSAGE = (
    KeyUse.CERTIFICATE,
    KeyUse.CONFIRMATION,
    KeyUse.STATUS,
    KeyUse.MESSAGE,
)


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(DocumentError) as error:
        call(*arguments, **named)
    return error.value.code


@pytest.mark.parametrize("code", ["SL", "SECRETARIAT"])
def test_it_reads_what_it_wrote(code):
    assert open_manifest(signed_manifest(manifest(code)), LIST) == manifest(code)


def test_a_revocation_is_read_back():
    keys = (manifest_key("SL", CERTIFICATE, revoked_from_log_size=7),)
    assert open_manifest(signed_manifest(manifest("SL", keys=keys)), LIST).keys == keys


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (signer("stranger"), "unknown_key"),
        (root("BW"), "wrong_issuer"),
        (use_signer("SL", CERTIFICATE), "unknown_key"),
        (log_signer("SL"), "key_use"),
    ],
)
def test_only_the_participants_own_root_signs(by, code):
    assert refusal(open_manifest, seal_manifest(manifest("SL"), by), LIST) == code


def test_specimen_and_live_never_mix():
    live_list, live = trust_list(profile=Profile.LIVE), manifest("SL", profile=Profile.LIVE)
    assert open_manifest(signed_manifest(live), live_list) == live
    assert refusal(open_manifest, signed_manifest(live), LIST) == "profile"
    assert refusal(open_manifest, signed_manifest(manifest("SL")), live_list) == "profile"


def test_a_root_that_left_signs_nothing_after():
    left = trust_list(
        members=tuple(member("SL", until=date(2026, 1, 1)) if m.code == "SL" else m for m in LIST.members)
    )
    assert refusal(open_manifest, signed_manifest(manifest("SL")), left) == "key_life"


def test_a_manifest_does_not_name_a_root():
    keys = (manifest_key("SL", CERTIFICATE, key=root("BW").key),)
    assert refusal(open_manifest, signed_manifest(manifest("SL", keys=keys)), LIST) == "key_claimed_twice"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"keys": (manifest_key("SL", CERTIFICATE), manifest_key("SL", CERTIFICATE))},
        {"numbers": (("SL-GGDO", NumberFormat(participant="BW", width=6, first=1, last=2)),)},
        {"participant": "SECRETARIAT"},
    ],
)
def test_a_manifest_that_cannot_be(changes):
    with pytest.raises(ValueError):
        replace(manifest("SL"), **changes)


@pytest.mark.parametrize(
    "changes",
    [{"use": KeyUse.ROOT}, {"use": KeyUse.LOG}, {"signs_until": START}, {"valid_until": START}],
)
def test_a_key_that_cannot_be(changes):
    with pytest.raises(ValueError):
        replace(manifest_key("SL", CERTIFICATE), **changes)


def body_of(data: bytes) -> dict:
    return decode(decode(data).value[2])[BODY]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": -1},
        {"profile": "test"},
        {"keys": 5},
        {"keys": [{"use": "certificate"}]},
        {"sealing": [["X25519", b"short", 1, 2]]},
        {"sealing": [["X25519", bytes(32), 2, 1]]},
        {"sealing": [["X25519", bytes(32), 1]]},
        {"sealing": [["ROT13", bytes(32), 1, 2]]},
        {"numbers": [["SL-GGDO", 0, 1, 2]]},
        {"numbers": [5]},
        {"extra": 1},
    ],
)
def test_a_manifest_with_a_wrong_field_is_refused(changes):
    body = body_of(signed_manifest(manifest("SL"))) | changes
    data = seal(TYPE, {1: "SL", 6: int(NOON.timestamp()), BODY: body}, root("SL"))
    assert refusal(open_manifest, data, LIST) in {"field", "unknown_field", "not_a_key", "suite"}


def newer(**changes):
    return manifest("SL", version=2, **changes)


def revoked(size):
    return (manifest_key("SL", CERTIFICATE, revoked_from_log_size=size),)


@pytest.mark.parametrize(
    ("known", "offered", "code"),
    [
        (manifest("SL"), manifest("SL"), None),
        (manifest("SL"), newer(), None),
        (newer(), manifest("SL"), "rolled_back"),
        (manifest("SL"), manifest("SL", keys=()), "rolled_back"),
        (manifest("SL"), manifest("BW", version=2), "wrong_issuer"),
        (manifest("SL", keys=revoked(None)), newer(keys=revoked(7)), None),
        (manifest("SL", keys=revoked(7)), newer(keys=revoked(7)), None),
        (manifest("SL", keys=revoked(7)), newer(keys=revoked(5)), None),
        (manifest("SL", keys=revoked(7)), newer(keys=()), None),
        (manifest("SL", keys=revoked(7)), newer(keys=revoked(8)), "revocation_undone"),
        (manifest("SL", keys=revoked(7)), newer(keys=revoked(None)), "revocation_undone"),
    ],
)
def test_what_may_follow_a_manifest(known, offered, code):
    if code is None:
        assert check_newer(known, offered) is None
    else:
        assert refusal(check_newer, known, offered) == code


def test_the_sealing_key_in_force():
    early = message_key("SL").sealing_key(valid_from=START, valid_until=NOON)
    late = message_key("late").sealing_key(valid_from=NOON, valid_until=END)
    both = manifest("SL", sealing_keys=(early, late))
    assert [both.sealing_key(at) for at in (START, NOON, END)] == [early, late, None]
    assert early.suite == X25519


# The keyring.


def keyring(*manifests, at=NOON, overlay=None, the_list=LIST) -> Keyring:
    return Keyring(the_list, manifests or (manifest("SL"), manifest("VE")), at=at, overlay=overlay)


def kid(code, use=CERTIFICATE) -> bytes:
    return use_signer(code, use).key.kid


def test_it_finds_keys_of_the_list_and_of_manifests():
    ring = keyring()
    record = ring.find(kid("SL"))
    assert (record.participant, record.authority, record.use) == ("SL", "SL-GGDO", CERTIFICATE)
    assert (record.valid_from, record.valid_until, record.specimen) == (START, END, True)
    assert ring.find(root("SL").key.kid).use is KeyUse.ROOT
    assert ring.find(log_signer("SL").key.kid).use is KeyUse.LOG
    assert ring.member("SL").name == "Republic of Sierra Leone"
    assert ring.member("KE") is None


@pytest.mark.parametrize(
    ("use", "until"),
    [(CERTIFICATE, "2026-02-01"), (CONFIRMATION, "2026-02-01"), (STATUS, "2028-01-01"), (MESSAGE, "2028-01-01")],
)
def test_a_suspended_participant_may_still_cancel_and_write(use, until):
    assert keyring().find(kid("VE", use)).valid_until.date().isoformat() == until


def test_a_participant_that_left_signs_nothing_after():
    members = tuple(member("SL", until=date(2026, 2, 10)) if m.code == "SL" else m for m in LIST.members)
    record = keyring(the_list=trust_list(members=members)).find(kid("SL", STATUS))
    assert record.valid_until.date() == date(2026, 2, 10)


def test_a_key_of_a_new_participant_begins_with_its_membership():
    members = tuple(member("SL", since=date(2026, 2, 10)) if m.code == "SL" else m for m in LIST.members)
    assert keyring(the_list=trust_list(members=members)).find(kid("SL")).valid_from.date() == date(2026, 2, 10)


OVERLAY = Overlay(country="CH", decisions={"SL": Decision.DISTRUST, "VE": Decision.TRUST})
BY_KEY = Overlay(country="CH", decisions={kid("SL").hex(): Decision.DISTRUST})


@pytest.mark.parametrize(
    ("looked_for", "at", "overlay", "code"),
    [
        (kid("SL"), NOON, None, None),
        (kid("BW"), NOON, None, "unknown_key"),
        (bytes(8), NOON, None, "unknown_key"),
        (kid("SL"), ARCHIVE - DAY, None, None),
        (kid("SL"), ARCHIVE, None, "key_expired"),
        (kid("SL"), NOON, OVERLAY, "national_decision"),
        (kid("SL"), NOON, BY_KEY, "national_decision"),
        (kid("SL", STATUS), NOON, BY_KEY, None),
        (kid("VE"), NOON, OVERLAY, None),
    ],
)
def test_what_the_keyring_finds(looked_for, at, overlay, code):
    ring = keyring(at=at, overlay=overlay)
    if code is None:
        assert ring.find(looked_for).key.kid == looked_for
    else:
        assert refusal(ring.find, looked_for) == code


def test_a_national_decision_names_its_country():
    with pytest.raises(Untrusted, match="National decision of CH"):
        keyring(overlay=OVERLAY).find(kid("SL"))


def test_a_state_may_set_a_suspension_aside():
    assert keyring(overlay=OVERLAY).find(kid("VE")).valid_until == END


def test_a_key_that_two_claim_is_nobodys():
    stolen = manifest("BW", keys=(manifest_key("BW", CERTIFICATE, key=use_signer("SL", CERTIFICATE).key),))
    assert refusal(keyring(manifest("SL"), stolen).find, kid("SL")) == "key_claimed_twice"


def test_a_manifest_of_a_stranger_is_our_mistake():
    with pytest.raises(ValueError):
        keyring(manifest("SL"), the_list=trust_list(members=(member("BW"), member("EU"))))


@pytest.mark.parametrize(
    ("code", "use", "at", "why"),
    [
        ("VE", CERTIFICATE, NOON, "participant_suspended"),
        ("SL", CERTIFICATE, END, "signed_after_key"),
        ("SL", CERTIFICATE, START - DAY, "key_not_yet_valid"),
        ("VE", STATUS, END, "signed_after_key"),
        ("SL", CERTIFICATE, START.replace(year=2001), "not_a_participant"),
    ],
)
def test_why_a_key_could_not_sign(code, use, at, why):
    assert keyring().why_outside(kid(code, use), at).code == why


def test_an_overlay_is_read():
    assert read_overlay('{"country": "CH", "decisions": {"SL": "distrust", "VE": "trust"}}') == OVERLAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"country": "CH"}',
        '{"country": "CH", "decisions": {"SL": "maybe"}}',
        '{"country": "CH", "decisions": {"sl": "distrust"}}',
        '{"country": "CH", "decisions": {"A1B2C3D4E5F60718": "distrust"}}',
        '{"country": "CH", "decisions": {}, "more": 1}',
        '{"country": 1, "decisions": {}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_overlay_is_malformed(text):
    with pytest.raises(Malformed):
        read_overlay(text)


def test_the_encoding_is_canonical():
    assert encode(decode(signed_manifest(manifest("SL")))) == signed_manifest(manifest("SL"))
