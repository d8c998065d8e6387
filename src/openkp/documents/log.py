"""The Merkle tree of an append-only log: roots, proofs and their verification (RFC 9162, 2.1).

A log is a sequence of leaf hashes. ``inclusion_path`` and ``consistency_path`` name the ranges of leaves whose roots
make up a proof, so that a store which keeps inner hashes can answer without reading every leaf.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from openkp.documents.errors import BadSignature
from openkp.scheme.words import N_

EMPTY_ROOT = sha256(b"").digest()
LARGEST = 1 << 53

Range = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes; over none, the hash of nothing."""
    return Frontier.of(leaf_hashes).root


@dataclass(frozen=True)
class Frontier:
    """All that is needed to append to a log and state its root: the roots of its complete subtrees, left to right.

    Raises ``ValueError`` where ``hashes`` cannot be those of a log of ``size`` entries.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError("one hash for each complete subtree")

    @classmethod
    def of(cls, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaves."""
        size = 0
        stack: list[bytes] = []
        for leaf in leaf_hashes:
            _push(stack, size, leaf)
            size += 1
        return cls(size, tuple(stack))

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier with one more leaf hash, in O(log n)."""
        stack = list(self.hashes)
        _push(stack, self.size, leaf)
        return Frontier(self.size + 1, tuple(stack))

    @property
    def root(self) -> bytes:
        """The root of the log."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, found = self.hashes
        for left in reversed(rest):
            found = node_hash(left, found)
        return found


def _push(stack: list[bytes], size: int, leaf: bytes) -> None:
    while size & 1:  # each set bit is a complete subtree that the new leaf makes twice as large
        leaf = node_hash(stack.pop(), leaf)
        size >>= 1
    stack.append(leaf)


def inclusion_path(index: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots prove entry ``index`` in the first ``size``, lowest first (2.1.3.1).

    Raises ``ValueError`` where there is no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} entries has no entry {index}")
    path: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Range]:
    """The ranges that prove a log of ``new`` entries to begin with the first ``old`` (2.1.4.1).

    Raises ``ValueError`` unless ``0 <= old <= new``. Nothing, and the whole, need no proof.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} entries does not begin with {old}")
    return list(_consistency(old, 0, new, whole=True))[::-1] if 0 < old < new else []


def _consistency(old: int, start: int, end: int, *, whole: bool) -> Iterator[Range]:
    """SUBPROOF of 2.1.4.1, last element first, without recursion; ``whole`` while the old root is a node itself."""
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start, whole = middle, False
    if not whole:
        yield start, end


def _split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int | None = None) -> list[bytes]:
    """The proof that entry ``index`` is among the first ``size`` leaves (all, if not given). Raises ``ValueError``."""
    within = _within(leaf_hashes, size)
    return [root(leaf_hashes[start:end]) for start, end in inclusion_path(index, within)]


def consistency_proof(leaf_hashes: Sequence[bytes], old: int, new: int | None = None) -> list[bytes]:
    """The proof that the first ``new`` leaves (if not given, all) begin with the first ``old``; or ``ValueError``."""
    within = _within(leaf_hashes, new)
    return [root(leaf_hashes[start:end]) for start, end in consistency_path(old, within)]


def _within(leaf_hashes: Sequence[bytes], size: int | None) -> int:
    if size is None:
        return len(leaf_hashes)
    if size > len(leaf_hashes):
        raise ValueError(f"there are only {len(leaf_hashes)} entries")
    return size


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> None:
    """Raises ``BadSignature`` unless ``proof`` shows leaf hash ``leaf`` as entry ``index`` of ``size`` (2.1.3.2)."""
    if not 0 <= index < size <= LARGEST:
        raise _does_not_fit()
    number, last, found = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            raise _does_not_fit()
        if number & 1 or number == last:
            found = node_hash(hash_, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        number, last = number >> 1, last >> 1
    if last != 0 or found != root_hash:
        raise _does_not_fit()


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises ``BadSignature`` unless ``proof`` shows the log of ``new`` to begin with that of ``old`` (2.1.4.2)."""
    if not 0 <= old <= new <= LARGEST:
        raise _does_not_fit()
    if old in (0, new):
        if proof or old_root != (EMPTY_ROOT if old == 0 else new_root) or (new == 0 and new_root != EMPTY_ROOT):
            raise _does_not_fit()
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise _does_not_fit()
    _verify_path(old - 1, new - 1, (old_root, new_root), path)


def _verify_path(number: int, last: int, roots: tuple[bytes, bytes], path: list[bytes]) -> None:
    while number & 1:
        number, last = number >> 1, last >> 1
    of_old = of_new = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise _does_not_fit()
        if number & 1 or number == last:
            of_old, of_new = node_hash(hash_, of_old), node_hash(hash_, of_new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            of_new = node_hash(of_new, hash_)
        number, last = number >> 1, last >> 1
    if last != 0 or (of_old, of_new) != roots:
        raise _does_not_fit()


def _does_not_fit() -> BadSignature:
    return BadSignature(N_("The proof does not fit the log."), code="proof")
