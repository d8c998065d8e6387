"""The trust list: who must sign, what follows what, and what a stolen or missing key can do."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.canonical import decode, encode
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Untrusted
from openkp.documents.keys import ED25519
from openkp.documents.trust import (
    Profile,
    TrustList,
    assemble_trust_list,
    check_current,
    compose_trust_list,
    open_chain,
    open_genesis,
    open_next,
    seal_trust_list,
)
from tests.unit.documents.trust_world import DAY, END, NOON, START, after, member, root, signed, signer, trust_list

GENESIS = trust_list()


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(DocumentError) as error:
        call(*arguments, **named)
    return error.value.code


def test_it_reads_what_it_wrote():
    assert open_genesis(signed(GENESIS), pinned=GENESIS.hash) == GENESIS


def test_a_list_tells_its_participants_from_its_offices():
    assert [each.code for each in GENESIS.members if not each.is_participant] == ["SECRETARIAT"]
    assert GENESIS.find("SL").name == "Republic of Sierra Leone"
    assert GENESIS.find("KE") is None
    assert GENESIS.specimen


@pytest.mark.parametrize(
    ("pinned", "code"),
    [
        (GENESIS.hash, None),
        (GENESIS.hash[:16], None),
        (None, None),
        (GENESIS.hash[:15], "trust_list_pin"),
        (b"", "trust_list_pin"),
        (bytes(32), "trust_list_pin"),
    ],
)
def test_the_first_list_is_believed_for_its_hash(pinned, code):
    if code is None:
        assert open_genesis(signed(GENESIS), pinned=pinned) == GENESIS
    else:
        assert refusal(open_genesis, signed(GENESIS), pinned=pinned) == code


def test_the_fingerprint_is_what_people_compare():
    assert bytes.fromhex(GENESIS.fingerprint) == GENESIS.hash[:16]


@pytest.mark.parametrize(
    ("signers", "enough"),
    [
        (["BW", "SL"], True),
        (["EU", "SL"], True),
        (["BW", "EU", "SL"], True),
        (["SL"], False),
        ([], False),
        (["SECRETARIAT", "SL"], False),  # an office has no voice
        (["VE", "SL"], True),  # suspended only later than the list was made
    ],
)
def test_the_threshold_counts_participants(signers, enough):
    data = seal_trust_list(GENESIS, [root(code) for code in signers])
    if enough:
        assert open_genesis(data, pinned=None).version == 1
    else:
        assert refusal(open_genesis, data, pinned=None) == "threshold"


def test_a_suspended_participant_has_no_voice():
    later = trust_list(made_at=NOON)
    assert refusal(open_genesis, signed(later, "SL", "VE"), pinned=None) == "threshold"


def test_two_keys_of_one_participant_are_one_voice():
    second = signer("second root SL")
    both = (root("SL").key, second.key)
    members = tuple(member("SL", roots=both) if m.code == "SL" else m for m in GENESIS.members)
    data = seal_trust_list(trust_list(members=members), [root("SL"), second])
    assert refusal(open_genesis, data, pinned=None) == "threshold"


def two_lists(**changes):
    return GENESIS, after(GENESIS, **changes)


@pytest.mark.parametrize(
    ("changes", "signers", "code"),
    [
        ({}, ["BW", "SL"], None),
        ({"version": 3}, ["BW", "SL"], "trust_list_version"),
        ({"previous": bytes(32)}, ["BW", "SL"], "trust_list_previous"),
        ({"made_at": START - DAY}, ["BW", "SL"], "trust_list_previous"),
        ({}, ["SL"], "threshold"),
        ({"threshold": 3}, ["BW", "SL"], "threshold"),  # enough for N, too few for N + 1
        ({"threshold": 3}, ["BW", "EU", "SL"], None),
        ({"threshold": 1}, ["SL"], "threshold"),  # enough for N + 1, too few for N
        ({"profile": Profile.LIVE}, ["BW", "SL"], "profile"),
    ],
)
def test_what_may_follow_a_list(changes, signers, code):
    current, following = two_lists(**changes)
    data = signed(following, *signers)
    if code is None:
        assert open_next(current, data) == following
    else:
        assert refusal(open_next, current, data) == code


def test_a_lost_root_is_replaced_by_the_others():
    fresh = signer("fresh root SL")
    members = tuple(member("SL", roots=(fresh.key,)) if m.code == "SL" else m for m in GENESIS.members)
    data = seal_trust_list(after(GENESIS, members=members), [root("BW"), root("EU")])
    assert open_next(GENESIS, data).find("SL").roots == (fresh.key,)


def test_the_old_root_of_a_replaced_key_no_longer_counts_for_the_new_list():
    fresh = signer("fresh root SL")
    members = tuple(member("SL", roots=(fresh.key,)) if m.code == "SL" else m for m in GENESIS.members)
    data = seal_trust_list(after(GENESIS, members=members), [root("BW"), root("SL")])
    assert refusal(open_next, GENESIS, data) == "threshold"


def test_a_stolen_root_alone_makes_no_list():
    robbed = after(GENESIS, threshold=1, members=(member("SL"),))
    assert refusal(open_next, GENESIS, signed(robbed, "SL")) == "threshold"


def test_rolling_back_is_refused():
    second = after(GENESIS)
    assert refusal(open_next, second, signed(GENESIS)) == "trust_list_version"
    assert refusal(open_next, second, signed(second)) == "trust_list_version"


def test_a_chain_is_read_from_its_beginning():
    second = after(GENESIS)
    third = after(second)
    chain = [signed(each) for each in (GENESIS, second, third)]
    assert open_chain(chain, pinned=GENESIS.hash) == third
    assert refusal(open_chain, chain[1:], pinned=None) == "trust_list_version"
    assert refusal(open_chain, [chain[0], chain[2]], pinned=None) == "trust_list_version"
    assert refusal(open_chain, [], pinned=None) == "no_trust_list"


def test_a_list_that_ended_says_so():
    assert check_current(GENESIS, NOON) is None
    assert refusal(check_current, GENESIS, END) == "trust_list_expired"


def test_a_strangers_signature_is_refused_even_beside_enough_others():
    data = seal_trust_list(GENESIS, [root("BW"), root("SL"), signer("stranger")])
    assert refusal(open_genesis, data, pinned=None) == "unknown_key"


def test_a_signature_is_checked_before_it_is_added():
    with pytest.raises(BadSignature):
        assemble_trust_list(GENESIS, [(root("SL").key, root("BW").sign(b"something else"))])


def test_signatures_gathered_one_by_one_make_the_same_bytes():
    gathered = [
        (root(code).key, root(code).sign(compose_trust_list(GENESIS, root(code).key).to_sign)) for code in ("SL", "BW")
    ]
    assert assemble_trust_list(GENESIS, gathered) == signed(GENESIS)


@pytest.mark.parametrize("change", ["swap", "repeat", "shape", "short", "flip"])
def test_signatures_have_one_spelling(change):
    typ, payload, (first, second) = decode(signed(GENESIS))
    bad = {
        "swap": [second, first],
        "repeat": [first, first],
        "shape": [first, [b"kid", "text"]],
        "short": [first, second[:1]],
        "flip": [first, [second[0], bytes([second[1][0] ^ 1]) + second[1][1:]]],
    }
    expected = "bad_signature" if change == "flip" else "signatures"
    assert refusal(open_genesis, encode([typ, payload, bad[change]]), pinned=None) == expected


@pytest.mark.parametrize(
    "value",
    [b"", [], ["kpt"], ["kpc", b"", []], ["kpt", b"\x80", []], ["kpt", encode({1: "XX", 4: 2, 6: 1, -70020: {}}), []]],
)
def test_what_is_no_list_is_malformed(value):
    with pytest.raises(Malformed):
        open_genesis(encode(value), pinned=None)


def edited(**changes) -> bytes:
    """The genesis list with its body changed, whatever that breaks."""
    typ, payload, signatures = decode(signed(GENESIS))
    claims = decode(payload)
    claims[-70020] = claims[-70020] | changes
    return encode([typ, encode(claims), signatures])


FIRST = decode(decode(signed(GENESIS))[1])[-70020]["members"][0]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": "1"},
        {"previous": bytes(32)},
        {"profile": "test"},
        {"threshold": 0},
        {"threshold": 5},  # four Participants
        {"extra": 1},
        {"members": []},
        {"members": [FIRST, FIRST]},
        {"members": [FIRST | {"code": "bw"}]},
        {"members": [FIRST | {"name": ""}]},
        {"members": [FIRST | {"roots": []}]},
        {"members": [FIRST | {"roots": FIRST["roots"] * 2}]},
        {"members": [FIRST | {"roots": [["ESP256", b"no key"]]}]},
        {"members": [FIRST | {"since": "2003-7-31"}]},
        {"members": [FIRST | {"since": "20030731"}]},
        {"members": [FIRST | {"until": "2003-07-31"}]},
        {"members": [{name: FIRST[name] for name in FIRST if name != "log_key"}]},
        {"members": [FIRST | {"log_key": FIRST["roots"][0]}]},
    ],
)
def test_a_list_that_cannot_be_is_malformed(changes):
    assert refusal(open_genesis, edited(**changes), pinned=None) in {"field", "unknown_field", "not_a_key", "cut"}


def test_a_list_ends_after_it_begins():
    with pytest.raises(ValueError):
        trust_list(valid_until=START)


def test_membership_by_day():
    left = member("BW", until=date(2026, 6, 1))
    assert left.in_force(date(2026, 5, 31)) and not left.in_force(date(2026, 6, 1))
    assert not left.in_force(date(2003, 7, 30))
    assert member("VE").suspended(date(2026, 2, 1)) and not member("VE").suspended(date(2026, 1, 31))


def test_other_algorithms_sign_too():
    edwards = signer("edwards", ED25519)
    the_list = trust_list(members=(member("BW", roots=(edwards.key,)),), threshold=1)
    assert open_genesis(seal_trust_list(the_list, [edwards]), pinned=None) == the_list


GOOD = signed(GENESIS)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_byte_is_accepted(at, flip):
    changed = GOOD[:at] + bytes([GOOD[at] ^ flip]) + GOOD[at + 1 :]
    with pytest.raises(DocumentError):
        open_genesis(changed, pinned=None)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(data):
    with pytest.raises(DocumentError):
        open_genesis(data, pinned=None)


def test_refusals_speak(tmp_path):
    with pytest.raises(Untrusted, match="1 of the 2 Participants"):
        open_genesis(signed(GENESIS, "SL"), pinned=None)
    assert isinstance(GENESIS, TrustList)
