"""The log's tree against a naive one, for every size to 70 and every pair; no wrong proof is accepted."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.documents.errors import BadSignature
from openkp.documents.log import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    consistency_proof,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

SIZES = range(71)
LEAVES = [leaf_hash(bytes([n])) for n in SIZES]


def naive(leaves):
    """MTH of RFC 9162, 2.1.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


ROOTS = [naive(LEAVES[:size]) for size in SIZES]

# The test vectors of the Certificate Transparency project for eight leaves.
PUBLISHED = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
PUBLISHED_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_roots_are_those_of_the_standard():
    assert EMPTY_ROOT == ROOTS[0] == root([])
    assert root([leaf_hash(bytes.fromhex(leaf)) for leaf in PUBLISHED]).hex() == PUBLISHED_ROOT
    assert [root(LEAVES[:size]) for size in SIZES] == ROOTS


def test_a_frontier_grows_as_the_log_does():
    frontier = Frontier()
    for size in SIZES:
        assert frontier.size == size and frontier.root == ROOTS[size]
        assert frontier == Frontier.of(LEAVES[:size])
        frontier = frontier.append(LEAVES[size])
    for size, hashes in ((-1, ()), (1, ()), (3, (b"",)), (0, (b"",))):
        with pytest.raises(ValueError, match="complete subtree"):
            Frontier(size, hashes)


def test_every_entry_of_every_size_is_proven_and_no_other():
    for size in SIZES:
        for index in range(size):
            proof = inclusion_proof(LEAVES, index, size)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            others = {(index + 1) % size, index - 1, size} - {index}
            wrong = [(LEAVES[index], other, size, proof, ROOTS[size]) for other in others]
            wrong += [(LEAVES[index - 1], index, size, proof, ROOTS[size])] if size > 1 else []
            wrong += [(LEAVES[index], index, size, [*proof, ROOTS[1]], ROOTS[size])]
            wrong += [(LEAVES[index], index, size, proof[:-1], ROOTS[size])] if proof else []
            wrong += [(LEAVES[index], index, size, proof, ROOTS[size - 1])]
            for arguments in wrong:
                with pytest.raises(BadSignature):
                    verify_inclusion(*arguments)


def test_every_pair_of_sizes_is_consistent_and_no_other():
    for new in SIZES:
        for old in range(new + 1):
            proof = consistency_proof(LEAVES, old, new)
            verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
            wrong = [(old, new, ROOTS[old], ROOTS[new], [*proof, ROOTS[1]])]
            wrong += [(old, new, ROOTS[old], ROOTS[new], proof[:-1])] if proof else []
            wrong += [(old, new, bytes(32), ROOTS[new], proof)]
            wrong += [(old, new, ROOTS[old], bytes(32), proof)] if old else []
            wrong += [(old + 1, new, ROOTS[old], ROOTS[new], proof), (old, old - 1, ROOTS[old], ROOTS[new], proof)]
            for arguments in wrong:
                with pytest.raises(BadSignature):
                    verify_consistency(*arguments)


def test_no_proof_is_no_proof():
    for old, new in ((3, 7), (4, 7), (6, 8)):
        with pytest.raises(BadSignature):
            verify_consistency(old, new, ROOTS[old], ROOTS[new], [])


def test_an_empty_log_has_the_empty_root():
    with pytest.raises(BadSignature):
        verify_consistency(0, 0, EMPTY_ROOT, bytes(32), [])


def test_impossible_questions_are_refused():
    for index, size in ((0, 0), (-1, 4), (4, 4)):
        with pytest.raises(ValueError, match="no entry"):
            inclusion_path(index, size)
    for old, new in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="begin with"):
            consistency_path(old, new)
    with pytest.raises(ValueError, match="only 71 entries"):
        inclusion_proof(LEAVES, 0, 72)
    assert inclusion_proof(LEAVES, 5) == inclusion_proof(LEAVES, 5, 71)
    assert consistency_proof(LEAVES, 5) == consistency_proof(LEAVES, 5, 71)
    with pytest.raises(BadSignature):
        verify_inclusion(LEAVES[0], 0, 2**60, [], LEAVES[0])


@given(st.integers(1, 2**53), st.integers(0, 2**53))
def test_paths_are_short_at_any_size(size, at):
    index = at % size
    assert len(inclusion_path(index, size)) <= 53
    path = consistency_path(index, size)
    assert len(path) <= 54
    covered = inclusion_path(index, size)
    assert sum(end - start for start, end in covered) == size - 1
