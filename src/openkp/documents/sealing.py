"""Sealing for one reader: HPKE (RFC 9180) with the keys that a Participant's manifest names for messages.

Two suites, by name: ``MLKEM768-X25519`` (preferred: what is recorded today stays closed to a quantum computer) and
``X25519``. HPKE makes a fresh key for every message and the library draws that entropy itself: the one place of this
ring where the same arguments do not give the same bytes.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from openkp.documents.errors import BadSignature, Malformed, Unsupported
from openkp.scheme.words import N_

X25519 = "X25519"
MLKEM768_X25519 = "MLKEM768-X25519"
PREFERRED = MLKEM768_X25519

_SUITES = {
    X25519: hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305),
    MLKEM768_X25519: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305),
}
_MLKEM_BYTES = 1184
_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n?", re.DOTALL)
_NO_SUITE = N_("This way of sealing messages is not known.")
_NOT_A_KEY = N_("This is not a key for sealing messages.")


@dataclass(frozen=True, kw_only=True)
class SealingKey:
    """The public half: ``public`` is the X25519 key, after the ML-KEM-768 key (1184 bytes) in the hybrid suite.

    It is used to seal from ``valid_from`` up to, not including, ``valid_until``. Raises ``Malformed`` for bytes that
    are no such key and ``Unsupported`` for another suite.
    """

    suite: str
    public: bytes
    valid_from: datetime
    valid_until: datetime

    def __post_init__(self) -> None:
        if not self.valid_from < self.valid_until:
            raise ValueError("a key ends after it begins")
        _ = self._loaded

    @cached_property
    def id(self) -> bytes:
        """The first 8 bytes of the SHA-256 of suite and key: how a message names the key it is sealed for."""
        return _key_id(self.suite, self.public)

    @cached_property
    def _loaded(self) -> "x25519.X25519PublicKey | hpke.MLKEM768X25519PublicKey":
        if self.suite not in _SUITES:
            raise Unsupported(_NO_SUITE, code="suite")
        try:
            if self.suite == X25519:
                return x25519.X25519PublicKey.from_public_bytes(self.public)
            post_quantum = mlkem.MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_BYTES])
            classic = x25519.X25519PublicKey.from_public_bytes(self.public[_MLKEM_BYTES:])
        except ValueError as error:
            raise Malformed(_NOT_A_KEY, code="not_a_key") from error
        return hpke.MLKEM768X25519PublicKey(post_quantum, classic)

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """``plain`` for the holder of the private half; ``info`` is needed again to open it. Raises ``Malformed``."""
        try:
            return _SUITES[self.suite].encrypt(plain, self._loaded, info)
        except ValueError as error:  # a point of small order
            raise Malformed(_NOT_A_KEY, code="not_a_key") from error


class MessageKey:
    """The private half, in memory."""

    def __init__(self, suite: str, classic: x25519.X25519PrivateKey, post_quantum: "mlkem.MLKEM768PrivateKey | None"):
        self.suite = suite
        self._classic = classic
        self._post_quantum = post_quantum

    @classmethod
    def new(cls, entropy: bytes, suite: str = PREFERRED) -> "MessageKey":
        """A key made from 32 bytes of ``entropy``, which must be secret and used once.

        Raises ``ValueError`` for less entropy and ``Unsupported`` for another suite.
        """
        if len(entropy) != 32:
            raise ValueError("a key is made from 32 bytes of entropy")
        if suite not in _SUITES:
            raise Unsupported(_NO_SUITE, code="suite")
        classic = x25519.X25519PrivateKey.from_private_bytes(_stretch(b"x25519", entropy)[:32])
        if suite == X25519:
            return cls(suite, classic, None)
        return cls(suite, classic, mlkem.MLKEM768PrivateKey.from_seed_bytes(_stretch(b"mlkem768", entropy)))

    @classmethod
    def from_pem(cls, pem: bytes) -> "MessageKey":
        """Read what ``to_pem`` wrote: one unencrypted PKCS #8 key, or two in the hybrid suite. Raises ``Malformed``."""
        blocks = _PEM.findall(pem)
        if b"".join(blocks) != pem:
            raise Malformed(_NOT_A_KEY, code="not_a_private_key")
        try:
            match [serialization.load_pem_private_key(block, password=None) for block in blocks]:
                case [x25519.X25519PrivateKey() as classic]:
                    return cls(X25519, classic, None)
                case [mlkem.MLKEM768PrivateKey() as post_quantum, x25519.X25519PrivateKey() as classic]:
                    return cls(MLKEM768_X25519, classic, post_quantum)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise Malformed(_NOT_A_KEY, code="not_a_private_key") from error
        raise Malformed(_NOT_A_KEY, code="not_a_private_key")

    def to_pem(self) -> bytes:
        """The key as unencrypted PKCS #8: keep it where only the node can read it."""
        return (_pem(self._post_quantum) if self._post_quantum else b"") + _pem(self._classic)

    @cached_property
    def public(self) -> bytes:
        """The public half, as ``SealingKey`` takes it."""
        classic = self._classic.public_key().public_bytes_raw()
        return (self._post_quantum.public_key().public_bytes_raw() if self._post_quantum else b"") + classic

    @cached_property
    def id(self) -> bytes:
        """The id of the public half."""
        return _key_id(self.suite, self.public)

    def sealing_key(self, *, valid_from: datetime, valid_until: datetime) -> SealingKey:
        """The public half for a manifest."""
        return SealingKey(suite=self.suite, public=self.public, valid_from=valid_from, valid_until=valid_until)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed for this key with this ``info``. Raises ``BadSignature`` for anything else."""
        private: x25519.X25519PrivateKey | hpke.MLKEM768X25519PrivateKey = self._classic
        if self._post_quantum:
            private = hpke.MLKEM768X25519PrivateKey(self._post_quantum, self._classic)
        try:
            return _SUITES[self.suite].decrypt(sealed, private, info)
        except (InvalidTag, ValueError) as error:
            raise BadSignature(
                N_("The message was changed on its way, or it was sealed for somebody else."), code="seal_broken"
            ) from error


def _key_id(suite: str, public: bytes) -> bytes:
    return hashlib.sha256(b"openkp sealing key " + suite.encode() + b"\x00" + public).digest()[:8]


def _stretch(what: bytes, entropy: bytes) -> bytes:
    return hashlib.sha512(b"openkp message key " + what + b"\x00" + entropy).digest()


def _pem(private: "x25519.X25519PrivateKey | mlkem.MLKEM768PrivateKey") -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
