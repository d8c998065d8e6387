"""One hash that binds private fields, so that each can be shown alone later. Needs outside cryptographic review.

    salt(k) = HMAC-SHA256(seed, label || CBOR(k))[:16]
    leaf(k) = SHA256(0x00 || salt(k) || CBOR([k, value]))        a field that is absent has the value null
    root    = the root of RFC 9162 over one leaf for each key of the version, in order of the keys

The number of leaves is that of the version, so a proof has one shape and absence can be shown as well. Hiding rests
on the 16-byte seed, which is random and used once; binding on SHA-256 and on the one spelling of each value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from openkp.documents.canonical import LIMIT, Spellings, decode, decode_map, encode
from openkp.documents.errors import BadSignature, Malformed
from openkp.documents.log import inclusion_proof, verify_inclusion
from openkp.scheme.words import N_

_ABSENT = encode(None)
_INNER = bytes(value ^ 0x36 for value in range(256))
_OUTER = bytes(value ^ 0x5C for value in range(256))


@dataclass(frozen=True)
class Shown:
    """One field with all that is needed to prove it: its key, the spelling of its value, its salt, its path."""

    key: int
    spelling: bytes
    salt: bytes
    path: tuple[bytes, ...]

    @property
    def value(self) -> Any:
        """The value; None where the field is absent."""
        return decode(self.spelling)


@dataclass(frozen=True)
class Commitment:
    """How one version of a document commits to its private fields: a label of its own, and its keys in order.

    ``limit`` is the greatest number of bytes that its private fields may take.
    """

    label: bytes
    keys: tuple[int, ...]
    limit: int = LIMIT
    _known: frozenset[int] = field(init=False, repr=False)
    _leaves: tuple[tuple[int, bytes, bytes], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if list(self.keys) != sorted(set(self.keys), key=encode) or min(self.keys) < 0:
            raise ValueError("keys are natural numbers in order, each once")
        leaves = tuple((key, self.label + encode(key), b"\x82" + encode(key)) for key in self.keys)
        object.__setattr__(self, "_leaves", leaves)
        object.__setattr__(self, "_known", frozenset(self.keys))

    def commit(self, seed: bytes, fields: dict[int, Any]) -> tuple[list[bytes], bytes]:
        """The private part that travels with the full form, and the root that is signed.

        Absent fields are left out of ``fields``. Raises ``ValueError`` for a wrong seed or an unknown key.
        """
        if len(seed) != 16 or not self._known.issuperset(fields) or None in fields.values():
            raise ValueError("a seed of 16 bytes, and fields of this version that are not null")
        spellings: Spellings = {key: encode(value) for key, value in fields.items()}
        return [seed, encode(fields)], _root(self._hashes(seed, spellings))

    def open(self, private: Any, root: bytes) -> dict[int, Any]:
        """The private fields, proven: every leaf reproduces the signed root. Raises a ``DocumentError``."""
        seed, spellings, fields = self._parts(private)
        if _root(self._hashes(seed, spellings)) != root:
            raise _does_not_fit()
        return fields

    def show(self, private: Any, keys: Iterable[int]) -> list[Shown]:
        """The chosen fields of a private part, each with its proof. Raises ``ValueError`` for an unknown key."""
        seed, spellings, _ = self._parts(private)
        hashes, chosen = self._hashes(seed, spellings), set(keys)
        if not chosen or not self._known.issuperset(chosen):
            raise ValueError("choose at least one field of this version")
        return [
            Shown(key, spellings.get(key, _ABSENT), _salt(seed, message), tuple(inclusion_proof(hashes, index)))
            for index, (key, message, _) in enumerate(self._leaves)
            if key in chosen
        ]

    def open_shown(self, shown: Sequence[Shown], root: bytes) -> dict[int, Any]:
        """The shown fields, each proven against the signed root; null means absent. Raises a ``DocumentError``."""
        keys = [one.key for one in shown]
        if not keys or keys != sorted(set(keys)) or not self._known.issuperset(keys):
            raise Malformed(N_("The fields that are shown are unknown, repeated or out of order."), code="fields")
        for one in shown:
            leaf = sha256(b"\x00" + one.salt + b"\x82" + encode(one.key) + one.spelling).digest()
            verify_inclusion(leaf, self.keys.index(one.key), len(self.keys), one.path, root)
        return {one.key: one.value for one in shown}

    def _parts(self, private: Any) -> tuple[bytes, Spellings, dict[int, Any]]:
        """The seed, the spelling of each field as it stands in the document, and the values."""
        match private:
            case [bytes() as seed, bytes() as written] if len(seed) == 16:
                found, spellings = decode_map(written, limit=self.limit)
            case _:
                raise Malformed(N_("The private part cannot be read."), code="private_part")
        fields: dict[Any, Any] = found
        if not self._known.issuperset(fields) or None in fields.values():
            raise Malformed(N_("The private part has a field that this version does not have."), code="fields")
        return seed, spellings, fields

    def _hashes(self, seed: bytes, spellings: Spellings) -> list[bytes]:
        inner, outer = _hmac_blocks(seed)
        spelling = spellings.get
        return [
            sha256(
                b"\0" + sha256(outer + sha256(inner + message).digest()).digest()[:16] + start + spelling(key, _ABSENT)
            ).digest()
            for key, message, start in self._leaves
        ]


def _hmac_blocks(seed: bytes) -> tuple[bytes, bytes]:
    """HMAC (RFC 2104) with the key worked in once: what precedes the message inside and outside."""
    block = seed.ljust(64, b"\0")
    return block.translate(_INNER), block.translate(_OUTER)


def _salt(seed: bytes, message: bytes) -> bytes:
    inner, outer = _hmac_blocks(seed)
    return sha256(outer + sha256(inner + message).digest()).digest()[:16]


def _root(hashes: list[bytes]) -> bytes:
    """The root of RFC 9162, level by level: an odd one out moves up as it is."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [sha256(b"\1" + left + right).digest() for left, right in pairs] + hashes[len(hashes) & ~1 :]
    return hashes[0]


def _does_not_fit() -> BadSignature:
    return BadSignature(
        N_("The printed fields do not fit what was signed: something was altered."), code="private_part"
    )
