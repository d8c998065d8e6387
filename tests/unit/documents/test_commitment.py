"""The commitment over private fields, against a plain reading of its formula."""

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.documents.canonical import encode
from openkp.documents.commitment import Commitment, Shown
from openkp.documents.errors import BadSignature, DocumentError, Malformed
from openkp.documents.log import root as tree_root
from tests.unit.documents.makers import SEED

KEYS = tuple(range(2, 16))
FIELDS = Commitment(b"KPC1", KEYS)
VALUES = {2: ["SL"], 3: "Kono Diamonds Ltd", 7: "BE", 9: ["S1", "S2"], 15: 20260302}


def by_the_formula(label, keys, seed, fields):
    leaves = []
    for key in keys:
        salt = hmac.digest(seed, label + encode(key), "sha256")[:16]
        leaves.append(sha256(b"\x00" + salt + encode([key, fields.get(key)])).digest())
    return tree_root(leaves)


@given(st.dictionaries(st.sampled_from(KEYS), st.integers(0, 9) | st.text("abc") | st.just(["x", 1])))
def test_the_root_is_that_of_the_formula(fields):
    private, root = FIELDS.commit(SEED, fields)
    assert root == by_the_formula(b"KPC1", KEYS, SEED, fields)
    assert FIELDS.open(private, root) == fields


@pytest.mark.parametrize("count", range(1, 20))
def test_trees_of_any_number_of_leaves(count):
    keys = tuple(range(count))
    assert Commitment(b"X", keys).commit(SEED, {0: 1})[1] == by_the_formula(b"X", keys, SEED, {0: 1})


def test_roots_differ_with_seed_label_field_and_value():
    roots = {
        Commitment(label, keys).commit(seed, fields)[1]
        for label in (b"KPC1", b"KPI1")
        for keys in (KEYS, (*KEYS, 16))
        for seed in (SEED, bytes(16))
        for fields in ({}, {2: "x"}, {3: "x"}, {2: "y"})
    }
    assert len(roots) == 32


PRIVATE, ROOT = FIELDS.commit(SEED, VALUES)


@pytest.mark.parametrize(
    ("private", "error"),
    [
        (None, Malformed),
        ([], Malformed),
        ([SEED], Malformed),
        ([SEED, PRIVATE[1], b""], Malformed),
        ([SEED[:15], PRIVATE[1]], Malformed),
        (["x" * 16, PRIVATE[1]], Malformed),
        ([SEED, VALUES], Malformed),
        ([SEED, b""], Malformed),
        ([SEED, encode([])], Malformed),
        ([SEED, PRIVATE[1] + b"\0"], Malformed),
        ([SEED, encode({**VALUES, 16: 1})], Malformed),
        ([SEED, encode({**VALUES, 1: 1})], Malformed),
        ([SEED, encode({**VALUES, "2": 1})], Malformed),
        ([SEED, encode({**VALUES, 4: None})], Malformed),
        ([bytes(16), PRIVATE[1]], BadSignature),
        ([SEED, encode({})], BadSignature),
        ([SEED, encode({**VALUES, 7: "FR"})], BadSignature),
        ([SEED, encode({**VALUES, 4: "more"})], BadSignature),
        ([SEED, encode({key: VALUES[key] for key in (2, 3, 7, 9)})], BadSignature),
        ([SEED, encode({**VALUES, 9: ["S2", "S1"]})], BadSignature),
    ],
)
def test_nothing_but_the_fields_that_were_signed_opens(private, error):
    with pytest.raises(error):
        FIELDS.open(private, ROOT)


def test_each_choice_of_fields_is_shown_and_proven():
    for keys in ([2], [3, 7], [4], list(KEYS)):
        shown = FIELDS.show(PRIVATE, keys)
        assert FIELDS.open_shown(shown, ROOT) == {key: VALUES.get(key) for key in keys}


def changed(one: Shown, **changes) -> Shown:
    values = {"key": one.key, "spelling": one.spelling, "salt": one.salt, "path": one.path}
    return Shown(**(values | changes))


def test_what_is_shown_cannot_be_altered():
    one, two = FIELDS.show(PRIVATE, [3, 7])
    wrong = [
        [],
        [two, one],
        [one, one],
        [changed(one, key=99)],
        [changed(one, key=2)],
        [changed(one, key=4)],
        [changed(one, spelling=encode("Kono Diamonds Ltd."))],
        [changed(one, spelling=b"\xf6")],
        [changed(one, salt=bytes(16))],
        [changed(one, path=one.path[:-1])],
        [changed(one, path=(*one.path, bytes(32)))],
        [one, changed(two, path=one.path)],
    ]
    for shown in wrong:
        with pytest.raises(DocumentError):
            FIELDS.open_shown(shown, ROOT)
    with pytest.raises(BadSignature):
        FIELDS.open_shown([one], bytes(32))


def test_makers_are_told_what_they_do_wrong():
    for keys in ((), (1,), (2, 16)):
        with pytest.raises(ValueError, match="choose"):
            FIELDS.show(PRIVATE, keys)
    for seed, fields in ((SEED[:15], {}), (SEED, {1: 0}), (SEED, {2: None})):
        with pytest.raises(ValueError, match="seed of 16 bytes"):
            FIELDS.commit(seed, fields)
    for keys in ((2, 1), (1, 1), (-1, 2)):
        with pytest.raises(ValueError, match="in order"):
            Commitment(b"X", keys)
