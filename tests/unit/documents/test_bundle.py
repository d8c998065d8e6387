"""The trust bundle: what it carries, what it refuses, and what may follow it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.bundle import LIMIT, check_newer_bundle, make_bundle, open_bundle, read_parts
from openkp.documents.canonical import decode, encode
from openkp.documents.errors import DocumentError, Malformed
from openkp.documents.keyring import Decision, Overlay
from openkp.documents.keys import KeyUse
from tests.unit.documents.trust_world import (
    DAY,
    HOUR,
    NOON,
    START,
    after,
    manifest,
    signed,
    signed_manifest,
    trust_list,
    use_signer,
)
from tests.unit.documents.verify_world import (
    STATUSES,
    URI,
    bundle,
    bundle_bytes,
    checkpoint,
    parts,
    status_list,
)

GENESIS = trust_list()


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(DocumentError) as error:
        call(*arguments, **named)
    return error.value.code


def test_it_opens_what_it_made():
    opened = bundle()
    assert opened.trust_list == GENESIS
    assert opened.pinned and opened.left_out == ()
    assert opened.statuses["SL", URI].count == len(STATUSES)
    assert opened.checkpoints["SL"].size == 7
    assert opened.made_at == NOON
    assert opened.keyring.find(use_signer("SL", KeyUse.CERTIFICATE).key.kid).participant == "SL"


def test_the_same_parts_make_the_same_bytes():
    turned = parts(manifests=parts().manifests[::-1])
    assert make_bundle(turned, made_at=NOON) == bundle_bytes()
    assert read_parts(bundle_bytes())[0].lists == parts().lists


def test_without_a_pin_it_says_so():
    assert bundle(pinned=None).pinned is False
    assert refusal(bundle, pinned=b"x" * 32) == "trust_list_pin"


def test_an_overlay_reaches_the_keyring():
    opened = bundle(overlay=Overlay(country="CH", decisions={"SL": Decision.DISTRUST}))
    assert refusal(opened.keyring.find, use_signer("SL", KeyUse.CERTIFICATE).key.kid) == "national_decision"
    assert {what for what, _ in opened.left_out} == {"status", "checkpoint"}


@pytest.mark.parametrize(
    ("changes", "as_of"),
    [
        ({}, NOON - HOUR),
        ({"checkpoints": (checkpoint(at=NOON - 5 * HOUR),)}, NOON - 5 * HOUR),
        ({"statuses": (status_list(at=NOON - 9 * HOUR),)}, NOON - 9 * HOUR),
        ({"statuses": (status_list(at=NOON - 9 * HOUR), status_list(uri="https://x.example", at=NOON))}, NOON - HOUR),
        ({"statuses": ()}, NOON - HOUR),
        ({"statuses": (), "checkpoints": ()}, START),
    ],
)
def test_its_age_is_that_of_the_issuers_oldest_newest_part(changes, as_of):
    assert bundle(**changes).as_of("SL") == as_of


def test_the_newest_instant():
    assert bundle().newest == NOON - HOUR
    assert bundle(statuses=(), checkpoints=()).newest == START


@pytest.mark.parametrize(
    ("changes", "what", "code"),
    [
        ({"manifests": (b"rubbish",)}, "manifest", "cut"),
        ({"manifests": (signed_manifest(manifest("SL"))[:-1],)}, "manifest", "cut"),
        ({"statuses": (b"",)}, "status", "cut"),
        ({"checkpoints": (b"a note",)}, "checkpoint", "wrong_origin"),
        ({"checkpoints": (checkpoint()[:-5],)}, "checkpoint", "checkpoint"),
        ({"checkpoints": (checkpoint(at=NOON.replace(year=2001)),)}, "checkpoint", "key_life"),
        ({"manifests": ()}, "status", "unknown_key"),
    ],
)
def test_a_part_that_does_not_verify_is_left_out_and_named(changes, what, code):
    assert (what, code) in [(name, error.code) for name, error in bundle(**changes).left_out]


@pytest.mark.parametrize(
    "changes",
    [
        {"manifests": (signed_manifest(manifest("SL")), signed_manifest(manifest("SL", version=2)))},
        {"statuses": (status_list(), status_list(at=NOON))},
        {"checkpoints": (checkpoint(), checkpoint(size=8))},
    ],
)
def test_there_is_one_newest_of_each(changes):
    assert refusal(bundle, **changes) == "repeated_part"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], "not_a_bundle"),
        ({}, "not_a_bundle"),
        ({"bundle": "zip"}, "not_a_bundle"),
        (decode(bundle_bytes(), limit=LIMIT) | {"v": 2}, "version"),
        (decode(bundle_bytes(), limit=LIMIT) | {"lists": []}, "no_trust_list"),
        (decode(bundle_bytes(), limit=LIMIT) | {"lists": [1]}, "field"),
        (decode(bundle_bytes(), limit=LIMIT) | {"more": 1}, "unknown_field"),
        (decode(bundle_bytes(), limit=LIMIT) | {"made_at": -1}, "field"),
    ],
)
def test_what_is_no_bundle_is_refused(value, code):
    assert refusal(open_bundle, encode(value), at=NOON) == code


def test_it_has_a_size():
    assert refusal(open_bundle, bytes(LIMIT + 1), at=NOON) == "too_large"
    with pytest.raises(Malformed):
        make_bundle(parts(statuses=(bytes(LIMIT),)), made_at=NOON)


SECOND = after(GENESIS)


@pytest.mark.parametrize(
    ("known", "offered", "code"),
    [
        ({}, {}, None),
        ({}, {"lists": (signed(GENESIS), signed(SECOND))}, None),
        ({"lists": (signed(GENESIS), signed(SECOND))}, {}, "rolled_back"),
        (
            {"lists": (signed(GENESIS), signed(SECOND))},
            {"lists": (signed(GENESIS), signed(after(GENESIS, threshold=3), "BW", "EU", "SL"))},
            "rolled_back",
        ),
        ({}, {"manifests": parts().manifests[1:]}, "rolled_back"),
        ({"manifests": (signed_manifest(manifest("SL", version=2)),)}, {}, "rolled_back"),
        ({}, {"statuses": (status_list(at=NOON), parts().statuses[1])}, None),
        ({"statuses": (status_list(at=NOON),)}, {}, "status_list_older"),
        ({}, {"statuses": (status_list(at=NOON, values=[0] * 7), parts().statuses[1])}, "status_undone"),
        ({}, {"statuses": parts().statuses[:1]}, "rolled_back"),
        ({}, {"checkpoints": (checkpoint(size=8),)}, None),
        ({}, {"checkpoints": (checkpoint(size=6),)}, "rolled_back"),
        ({}, {"checkpoints": ()}, "rolled_back"),
    ],
)
def test_what_may_follow_a_bundle(known, offered, code):
    first, second = bundle(**known), bundle(**offered)
    if code is None:
        assert check_newer_bundle(first, second) is None
    else:
        assert refusal(check_newer_bundle, first, second) == code


def test_another_world_does_not_follow():
    other = trust_list(made_at=START + DAY)
    offered = bundle(lists=(signed(other),), pinned=None)
    assert refusal(check_newer_bundle, bundle(), offered) == "trust_list_pin"


def test_the_manifest_of_a_member_that_left_is_not_missed():
    left = after(GENESIS, members=tuple(m for m in GENESIS.members if m.code != "BW"))
    offered = bundle(
        lists=(signed(GENESIS), signed(left, "EU", "SL", "BW")),
        manifests=tuple(part for part in parts().manifests if part != signed_manifest(manifest("BW"))),
    )
    assert check_newer_bundle(bundle(), offered) is None


GOOD = bundle_bytes()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_else(data):
    with pytest.raises(DocumentError):
        open_bundle(data, at=NOON)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_changed_bundle_is_refused_or_poorer(at, flip):
    changed = GOOD[:at] + bytes([GOOD[at] ^ flip]) + GOOD[at + 1 :]
    try:
        opened = open_bundle(changed, at=NOON, pinned=GENESIS.hash)
    except DocumentError:
        return
    assert opened.left_out or opened.made_at != NOON
