"""A tree that commits to amounts and to their sum at once (a Merkle sum tree). Needs outside cryptographic review.

    leaf = SHA256(0x00 || "KPN1" || salt (16) || statement hash (32) || amounts)
    node = SHA256(0x01 || "KPN1" || left hash || left amounts || right hash || right amounts)

Amounts are three numbers of 8 bytes, big-endian: hundredths of a carat, US cents, certificates. A node's amounts are
the sum of its children's. Because its hash covers the amounts of *both* children apart, none can be moved from one to
the other, and because no amount is negative, none can be hidden behind another. An odd node moves up as it is.

Each certificate is split at random into ``PARTS`` leaves, and the leaves stand in the order of their hashes. So a path,
which shows its siblings' amounts, shows a random part of some other certificate, never a whole one, and no order.
Salts and splits follow from a secret of 32 bytes, used for one total; who does not know it can guess nothing.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from openkp.documents.errors import BadSignature
from openkp.documents.log import inclusion_path
from openkp.scheme.words import N_

LABEL = b"KPN1"
PARTS = 4
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Sums:
    """Hundredths of a carat, US cents, certificates. Raises ``ValueError`` for what is negative or past 63 bits."""

    carats: int
    cents: int
    certificates: int

    def __post_init__(self) -> None:
        for amount in (self.carats, self.cents, self.certificates):
            if type(amount) is not int or not 0 <= amount <= LARGEST:
                raise ValueError("amounts are whole numbers of at most 63 bits")

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.carats + other.carats, self.cents + other.cents, self.certificates + other.certificates)

    @property
    def spelling(self) -> bytes:
        """The 24 bytes that hashes cover."""
        return b"".join(amount.to_bytes(8, "big") for amount in (self.carats, self.cents, self.certificates))

    def as_list(self) -> list[int]:
        """As documents hold them."""
        return [self.carats, self.cents, self.certificates]


NOTHING = Sums(0, 0, 0)


@dataclass(frozen=True)
class Node:
    """A subtree: its hash and the sums below it."""

    hash: bytes
    sums: Sums


@dataclass(frozen=True)
class Part:
    """One of the leaves of a certificate: its salt and its share of the amounts."""

    salt: bytes
    sums: Sums


EMPTY = Node(sha256(LABEL).digest(), NOTHING)


def leaf(statement_hash: bytes, part: Part) -> Node:
    """The leaf of one part of the statement with this SHA-256."""
    covered = LABEL + part.salt + statement_hash + part.sums.spelling
    return Node(sha256(b"\x00" + covered).digest(), part.sums)


def parent(left: Node, right: Node) -> Node:
    """The node over two. Raises ``ValueError`` where the sums are too large to be written."""
    covered = LABEL + left.hash + left.sums.spelling + right.hash + right.sums.spelling
    return Node(sha256(b"\x01" + covered).digest(), left.sums + right.sums)


def split(secret: bytes, statement_hash: bytes, whole: Sums) -> tuple[Part, ...]:
    """The parts of one statement, the same for the same secret of 32 bytes. Carats and dollars are cut apart from each
    other, so that a part does not show a price. Raises ``ValueError`` for another secret."""
    if len(secret) != 32:
        raise ValueError("a secret of 32 bytes")

    def word(use: bytes, number: int) -> bytes:
        message = LABEL + use + bytes([number]) + statement_hash
        return hmac.new(secret, message, sha256).digest()[:16]

    def shares(use: bytes, amount: int) -> list[int]:
        cuts = sorted((int.from_bytes(word(use, number), "big") * (amount + 1)) >> 128 for number in range(PARTS - 1))
        return [end - start for start, end in zip([0, *cuts], [*cuts, amount], strict=True)]

    counts = [whole.certificates] + [0] * (PARTS - 1)
    amounts = zip(shares(b"carats", whole.carats), shares(b"cents", whole.cents), counts, strict=True)
    return tuple(Part(word(b"salt", number), Sums(*each)) for number, each in enumerate(amounts))


def ordered(leaves: Iterable[Node]) -> list[Node]:
    """The leaves in the one order a tree has: that of their hashes."""
    return sorted(leaves, key=lambda node: node.hash)


def root(leaves: Sequence[Node]) -> Node:
    """The root over leaves that are in order; over none, ``EMPTY``."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [parent(left, right) for left, right in pairs] + level[len(level) & ~1 :]
    return level[0]


def path(leaves: Sequence[Node], index: int) -> list[Node]:
    """The siblings that lead from leaf ``index`` to the root, lowest first. Raises ``ValueError``: no such leaf."""
    return [root(leaves[start:end]) for start, end in inclusion_path(index, len(leaves))]


def climb(node: Node, index: int, size: int, siblings: Sequence[Node]) -> Node:
    """The root to which ``siblings`` lead from leaf ``index`` of ``size``. Raises ``BadSignature`` for a path of
    another length, or sums that cannot be."""
    try:
        ranges = inclusion_path(index, size)
        if len(ranges) != len(siblings):
            raise ValueError("length")
        for (start, _end), sibling in zip(ranges, siblings, strict=True):
            node = parent(sibling, node) if start < index else parent(node, sibling)
    except ValueError as error:
        raise BadSignature(N_("The path through the tree of sums cannot be."), code="path") from error
    return node
