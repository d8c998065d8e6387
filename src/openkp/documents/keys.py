"""Public keys, signatures, and who is entitled to say what with which key.

Two algorithms, each bound to its key: ESP256 (ECDSA on P-256 with SHA-256, COSE -9) for hardware and browsers,
Ed25519 (COSE -19) for checkpoints and as the second leg. A statement has one signature: ECDSA is deterministic
(RFC 6979) when we make it, and the larger of the two forms of ``s`` is refused when we read it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from openkp.documents.canonical import decode, encode
from openkp.documents.errors import BadSignature, Malformed, Unsupported, Untrusted
from openkp.scheme.words import N_

ESP256 = "ESP256"
ED25519 = "Ed25519"
COSE_ALGORITHMS = {ESP256: -9, ED25519: -19}

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256: SP 800-186, 3.2.1.3
_HALF = _ORDER // 2
_VERIFYING = ec.ECDSA(hashes.SHA256())
_SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)

_NOT_A_KEY = N_("This is not a public key that documents use.")
_DOES_NOT_FIT = N_("The signature does not fit: the content was changed or another key signed it.")


class KeyUse(StrEnum):
    """What a key may sign. The set is closed: another use is another version of the trust list."""

    ROOT = "root"
    CERTIFICATE = "certificate"
    CONFIRMATION = "confirmation"
    STATUS = "status"
    LOG = "log"
    MESSAGE = "message"
    WITNESS = "witness"


@dataclass(frozen=True)
class PublicKey:
    """A public key and the one algorithm it is used with.

    ``cose_key`` is the COSE_Key with its required members only (RFC 9052, 7), in deterministic CBOR. Raises
    ``Malformed`` for bytes that are no such key and ``Unsupported`` for another algorithm.
    """

    algorithm: str
    cose_key: bytes

    def __post_init__(self) -> None:
        if self.algorithm not in COSE_ALGORITHMS:
            raise Unsupported(N_("This signing algorithm is not used for documents."), code="algorithm")
        _ = self._loaded

    @cached_property
    def kid(self) -> bytes:
        """The first 8 bytes of the SHA-256 thumbprint (RFC 9679)."""
        return hashlib.sha256(self.cose_key).digest()[:8]

    @cached_property
    def raw(self) -> bytes:
        """The point as its algorithm writes it: 32 bytes for Ed25519, 65 (uncompressed) for ESP256."""
        if isinstance(self._loaded, ed25519.Ed25519PublicKey):
            return self._loaded.public_bytes_raw()
        form = serialization.PublicFormat.UncompressedPoint
        return self._loaded.public_bytes(serialization.Encoding.X962, form)

    @cached_property
    def pem(self) -> bytes:
        """The key as SubjectPublicKeyInfo in PEM, for other tools."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._loaded.public_bytes(serialization.Encoding.PEM, form)

    @cached_property
    def _loaded(self) -> "ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey":
        parts = decode(self.cose_key, limit=128)
        try:
            if self.algorithm == ED25519 and set(parts) == {1, -1, -2} and (parts[1], parts[-1]) == (1, 6):
                return ed25519.Ed25519PublicKey.from_public_bytes(parts[-2])
            if self.algorithm == ESP256 and set(parts) == {1, -1, -2, -3} and (parts[1], parts[-1]) == (2, 1):
                point = b"\x04" + parts[-2] + parts[-3]
                return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except (ValueError, TypeError) as error:
            raise Malformed(_NOT_A_KEY, code="not_a_key") from error
        raise Malformed(_NOT_A_KEY, code="not_a_key")

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises ``BadSignature`` unless this key signed ``message``; ``signature`` is 64 bytes."""
        if len(signature) != 64:
            raise BadSignature(N_("The signature has the wrong length."), code="signature_length")
        loaded: Any = self._loaded  # of its algorithm's class, as it was made
        try:
            if self.algorithm == ED25519:
                loaded.verify(signature, message)
            else:
                loaded.verify(_der(signature), message, _VERIFYING)
        except InvalidSignature as error:
            raise BadSignature(_DOES_NOT_FIT) from error


def _der(signature: bytes) -> bytes:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > _HALF:
        raise BadSignature(N_("The signature is the second form of another signature."), code="high_s")
    return utils.encode_dss_signature(r, s)


class Signer(Protocol):
    """What holds a private key: a file, a smart card, a hardware module."""

    @property
    def key(self) -> PublicKey:
        """The public half."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of ``message``; low ``s`` where the algorithm is ECDSA."""


class SoftSigner:
    """A signer whose private key is in memory."""

    def __init__(self, private: "ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey") -> None:
        self._private = private
        self._key = _public(private)

    @classmethod
    def from_pem(cls, pem: bytes) -> "SoftSigner":
        """Load an unencrypted PKCS #8 key in PEM. Raises ``Malformed`` or ``Unsupported``."""
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise Malformed(N_("This is not an unencrypted private key in PEM."), code="not_a_private_key") from error
        if isinstance(private, ed25519.Ed25519PrivateKey):
            return cls(private)
        if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
            return cls(private)
        raise Unsupported(N_("This signing algorithm is not used for documents."), code="algorithm")

    @property
    def key(self) -> PublicKey:
        """The public half."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of ``message``: the same for the same message."""
        if isinstance(self._private, ed25519.Ed25519PrivateKey):
            return self._private.sign(message)
        r, s = utils.decode_dss_signature(self._private.sign(message, _SIGNING))
        return r.to_bytes(32, "big") + min(s, _ORDER - s).to_bytes(32, "big")


def _public(private: "ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey") -> PublicKey:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return ed25519_key(private.public_key().public_bytes_raw())
    numbers = private.public_key().public_numbers()
    x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
    return PublicKey(ESP256, encode({1: 2, -1: 1, -2: x, -3: y}))


def ed25519_key(raw: bytes) -> PublicKey:
    """The Ed25519 key of 32 bytes, as signed notes and messages carry it. Raises ``Malformed``."""
    return PublicKey(ED25519, encode({1: 1, -1: 6, -2: raw}))


def new_private_key(algorithm: str, entropy: bytes) -> bytes:
    """A private key (PKCS #8, PEM) made from 32 bytes of ``entropy``, which must be secret and used once.

    Raises ``ValueError`` for less entropy and ``Unsupported`` for another algorithm.
    """
    if len(entropy) != 32:
        raise ValueError("a key is made from 32 bytes of entropy")
    stretched = hashlib.sha512(b"openkp key " + algorithm.encode() + b"\x00" + entropy).digest()
    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    if algorithm == ESP256:  # 512 bits leave no bias to speak of: FIPS 186-5, A.2.1
        private = ec.derive_private_key(int.from_bytes(stretched, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
    elif algorithm == ED25519:
        private = ed25519.Ed25519PrivateKey.from_private_bytes(stretched[:32])
    else:
        raise Unsupported(N_("This signing algorithm is not used for documents."), code="algorithm")
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@dataclass(frozen=True, kw_only=True)
class KeyRecord:
    """What the trust list or a key manifest says of one key.

    The key may sign from ``valid_from`` up to, not including, ``valid_until`` (aware UTC instants).
    ``authority`` is empty where the key serves the whole Participant. Once ``revoked_from_log_size`` is set, only
    what stood in the Participant's log before that size still counts. ``specimen`` keys sign specimens only.
    """

    key: PublicKey
    participant: str
    authority: str
    use: KeyUse
    valid_from: datetime
    valid_until: datetime
    revoked_from_log_size: int | None = None
    specimen: bool = False


class Keys(Protocol):
    """Where a verifier finds keys: a trust list with its manifests, or a table."""

    def find(self, kid: bytes) -> KeyRecord:
        """The record of the key with this ``kid``. Raises ``Untrusted``."""


class KeyTable:
    """Keys from a plain list of records. Raises ``ValueError`` where two share a ``kid``."""

    def __init__(self, records: Iterable[KeyRecord]) -> None:
        listed = tuple(records)
        self._records = {record.key.kid: record for record in listed}
        if len(self._records) != len(listed):
            raise ValueError("two keys share a key id")

    def find(self, kid: bytes) -> KeyRecord:
        """The record of the key with this ``kid``. Raises ``Untrusted``."""
        try:
            return self._records[kid]
        except KeyError:
            raise Untrusted(N_("No trusted key has this key id: the signer is unknown."), code="unknown_key") from None
