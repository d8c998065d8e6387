"""Writing a statement: composed, kept as an intent, signed by whoever holds the key, finished.

What is written here is read by ``envelope``, which verifies it.
"""

from dataclasses import dataclass, field
from typing import Any

from openkp.documents import sign1
from openkp.documents.canonical import decode, encode
from openkp.documents.keys import COSE_ALGORITHMS, KeyUse, PublicKey, Signer

#: Each type of document, and the use of the keys that may sign it.
USES = {
    "kpc": KeyUse.CERTIFICATE,
    "kpi": KeyUse.CONFIRMATION,
    "kps": KeyUse.STATUS,
    "kpl": KeyUse.STATUS,
    "kpf": KeyUse.STATUS,
    "kpn": KeyUse.STATUS,
    "kpq": KeyUse.MESSAGE,  # which offices without a border have as well
    "kpm": KeyUse.MESSAGE,
    "kpr": KeyUse.MESSAGE,
    "kpk": KeyUse.ROOT,
    "kpt": KeyUse.ROOT,
}


@dataclass(frozen=True)
class Unsigned:
    """A statement before its signature: kept first, so that a signature never stands without its intent."""

    protected: bytes
    payload: bytes
    key: PublicKey
    unprotected: dict[int, Any] = field(default_factory=dict)

    @property
    def to_sign(self) -> bytes:
        """The exact bytes that are signed: the Sig_structure of RFC 9052, 4.4."""
        return sign1.to_sign(self.protected, self.payload)

    def to_bytes(self) -> bytes:
        """Everything that ``from_bytes`` needs, private part included: keep it as closely as the document."""
        return encode([self.protected, self.payload, self.key.algorithm, self.key.cose_key, self.unprotected])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Unsigned":
        """Read what ``to_bytes`` wrote. Raises ``Malformed``."""
        match decode(data, limit=max(sign1.LIMITS.values())):
            case [bytes() as protected, bytes() as payload, str() as algorithm, bytes() as key, dict() as unprotected]:
                return cls(protected, payload, PublicKey(algorithm, key), unprotected)
        raise sign1.not_a_statement()


def compose(typ: str, claims: dict[int, Any], key: PublicKey, *, unprotected: dict[int, Any] | None = None) -> Unsigned:
    """The statement that ``key`` is about to sign. Raises ``ValueError`` for an unknown type, ``Malformed`` for
    claims that have no canonical spelling."""
    if typ not in USES:
        raise ValueError(f"no document has the type {typ!r}")
    protected = encode({sign1.ALGORITHM: COSE_ALGORITHMS[key.algorithm], sign1.KEY_ID: key.kid, sign1.TYPE: typ})
    return Unsigned(protected, encode(claims), key, unprotected or {})


def finish(unsigned: Unsigned, signature: bytes, unprotected: dict[int, Any] | None = None) -> bytes:
    """The signed document. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    unsigned.key.verify(signature, unsigned.to_sign)
    outside = unsigned.unprotected | (unprotected or {})
    return sign1.join(unsigned.protected, outside, unsigned.payload, signature)


def seal(typ: str, claims: dict[int, Any], signer: Signer, unprotected: dict[int, Any] | None = None) -> bytes:
    """Compose, sign and finish in one step, for what needs no stored intent."""
    unsigned = compose(typ, claims, signer.key, unprotected=unprotected)
    return finish(unsigned, signer.sign(unsigned.to_sign))
