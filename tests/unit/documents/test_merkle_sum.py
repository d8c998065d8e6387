"""The tree of sums: every path leads to the root, and nothing can be moved, dropped, repeated or hidden."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.errors import BadSignature
from openkp.documents.merkle_sum import (
    EMPTY,
    LARGEST,
    NOTHING,
    PARTS,
    Node,
    Part,
    Sums,
    climb,
    leaf,
    ordered,
    parent,
    path,
    root,
    split,
)

SECRET = b"s" * 32
amounts = st.integers(0, 10**13)


def statement(number: int) -> bytes:
    return sha256(bytes([number])).digest()


def tree(count: int) -> list[Node]:
    parts = [
        (statement(number), split(SECRET, statement(number), Sums(number * 7, number, 1))) for number in range(count)
    ]
    return ordered(leaf(name, part) for name, each in parts for part in each)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_path_leads_to_the_root_and_to_no_other(size):
    leaves = [leaf(statement(number), Part(bytes(16), Sums(number, 2 * number, 1))) for number in range(size)]
    top = root(leaves)
    assert top.sums == Sums(size * (size - 1) // 2, size * (size - 1), size)
    for index, node in enumerate(leaves):
        siblings = path(leaves, index)
        assert climb(node, index, size, siblings) == top
        for place, sibling in enumerate(siblings):
            more = Node(sibling.hash, sibling.sums + Sums(1, 0, 0))
            assert climb(node, index, size, siblings[:place] + [more] + siblings[place + 1 :]) != top
        with pytest.raises(BadSignature):
            climb(node, index, size, [*siblings, node])


def test_a_small_tree_by_hand():
    """The hashes as the format page writes them."""
    one, two = Part(b"a" * 16, Sums(100, 5, 1)), Part(b"b" * 16, Sums(7, 0, 0))
    spelt = [
        b"\x00KPN1" + each.salt + statement(1) + b"".join(n.to_bytes(8, "big") for n in each.sums.as_list())
        for each in (one, two)
    ]
    hashes = [sha256(each).digest() for each in spelt]
    tails = [each[-24:] for each in spelt]
    top = sha256(b"\x01KPN1" + hashes[0] + tails[0] + hashes[1] + tails[1]).digest()
    assert root([leaf(statement(1), one), leaf(statement(1), two)]) == Node(top, Sums(107, 5, 1))


def test_sums_moved_between_children_give_another_root():
    left, right = tree(1)[:2]
    moved = Node(left.hash, left.sums + Sums(1, 0, 0)), replace(right, sums=NOTHING)
    assert parent(left, right).hash not in (parent(*moved).hash, parent(right, left).hash)


@given(amounts, amounts, st.binary(min_size=32, max_size=32))
@settings(max_examples=200)
def test_parts_are_the_whole(carats, cents, secret):
    parts = split(secret, statement(1), Sums(carats, cents, 1))
    assert len(parts) == PARTS and sum((part.sums for part in parts), NOTHING) == Sums(carats, cents, 1)
    assert len({part.salt for part in parts}) == PARTS
    assert parts == split(secret, statement(1), Sums(carats, cents, 1))


def test_parts_show_neither_amount_nor_price():
    """The carats of a part do not follow from its dollars: they are cut apart."""
    parts = split(SECRET, statement(1), Sums(1_000_000, 1_000_000, 1))
    assert all(part.sums.carats != part.sums.cents for part in parts)
    assert split(b"t" * 32, statement(1), Sums(1_000_000, 1_000_000, 1)) != parts


def test_an_empty_tree_has_a_root_and_no_sums():
    assert root([]) == EMPTY and EMPTY.sums == NOTHING


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (0, -1, 0), (0, 0, LARGEST + 1), (1.0, 0, 0), (True, 0, 0)])
def test_amounts_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="63 bits"):
        Sums(*wrong)


def test_sums_too_large_are_refused_on_a_path():
    large = Node(bytes(32), Sums(LARGEST, 0, 0))
    with pytest.raises(BadSignature):
        climb(large, 0, 2, [large])


def test_a_secret_has_32_bytes():
    with pytest.raises(ValueError, match="32"):
        split(b"short", statement(1), NOTHING)
