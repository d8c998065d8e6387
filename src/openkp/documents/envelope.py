"""The envelope: one signed object for everything one authority tells another.

A statement is a COSE_Sign1 (RFC 9052) over CWT claims (RFC 8392) in deterministic CBOR:

    18([ << {1: algorithm, 4: key id, 16: type} >>, unprotected, << claims >>, signature ])

Its *public form* has an empty unprotected map: that is what the log holds. The unprotected map can carry only the
private part (-70003), which the reader of the type proves against a signed root, and receipts of the log (394).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from openkp.documents.canonical import LIMIT, Tag18, byte_string, decode, encode
from openkp.documents.errors import Malformed, Unsupported, Untrusted
from openkp.documents.keys import COSE_ALGORITHMS, KeyRecord, Keys, KeyUse, PublicKey, Signer
from openkp.documents.receipts import Logged, open_receipts
from openkp.scheme.words import N_

ALGORITHM, KEY_ID, TYPE = 1, 4, 16
ISSUER, EXPIRES, ISSUED = 1, 4, 6
PRIVATE, RECEIPTS = -70003, 394
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z

USES = {
    "kpc": KeyUse.CERTIFICATE,
    "kpi": KeyUse.CONFIRMATION,
    "kps": KeyUse.STATUS,
    "kpl": KeyUse.STATUS,
    "kpm": KeyUse.MESSAGE,
    "kpr": KeyUse.MESSAGE,
    "kpk": KeyUse.ROOT,
    "kpt": KeyUse.ROOT,
}
WITH_PRIVATE_PART = ("kpc", "kpi")
_NOT_A_STATEMENT = N_("This is not a signed statement.")
_CLAIMS = N_("The statement does not say who issued it and when.")


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
        return b"\x84\x6aSignature1" + byte_string(self.protected) + b"\x40" + byte_string(self.payload)

    def to_bytes(self) -> bytes:
        """Everything that ``from_bytes`` needs, private part included: keep it as closely as the document."""
        return encode([self.protected, self.payload, self.key.algorithm, self.key.cose_key, self.unprotected])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Unsigned":
        """Read what ``to_bytes`` wrote. Raises ``Malformed``."""
        match decode(data):
            case [bytes() as protected, bytes() as payload, str() as algorithm, bytes() as key, dict() as unprotected]:
                return cls(protected, payload, PublicKey(algorithm, key), unprotected)
        raise Malformed(_NOT_A_STATEMENT, code="not_a_statement")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What ``open_envelope`` proved. ``private`` alone is not proven yet: the reader of the type does that."""

    typ: str
    claims: dict[int | str, Any]
    key_record: KeyRecord
    issued_at: datetime
    expires_at: datetime | None
    logged: tuple[Logged, ...]
    public_form: bytes
    private: Any


def compose(typ: str, claims: dict[int, Any], key: PublicKey, *, unprotected: dict[int, Any] | None = None) -> Unsigned:
    """The statement that ``key`` is about to sign. Raises ``ValueError`` for an unknown type, ``Malformed`` for
    claims that have no canonical spelling."""
    if typ not in USES:
        raise ValueError(f"no document has the type {typ!r}")
    protected = encode({ALGORITHM: COSE_ALGORITHMS[key.algorithm], KEY_ID: key.kid, TYPE: typ})
    return Unsigned(protected, encode(claims), key, unprotected or {})


def finish(unsigned: Unsigned, signature: bytes, unprotected: dict[int, Any] | None = None) -> bytes:
    """The signed document. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    unsigned.key.verify(signature, unsigned.to_sign)
    outside = unsigned.unprotected | (unprotected or {})
    return _joined(unsigned.protected, outside, unsigned.payload, signature)


def seal(typ: str, claims: dict[int, Any], signer: Signer, unprotected: dict[int, Any] | None = None) -> bytes:
    """Compose, sign and finish in one step, for what needs no stored intent."""
    unsigned = compose(typ, claims, signer.key, unprotected=unprotected)
    return finish(unsigned, signer.sign(unsigned.to_sign))


def open_envelope(data: bytes, keyring: Keys, *, typ: str, limit: int = LIMIT) -> Opened:
    """Verify a statement of type ``typ`` and return what was proven. Raises a ``DocumentError``.

    1. Size: at most ``limit`` bytes.
    2. Spelling: canonical CBOR to the last byte, tag 18, four parts.
    3. Header: algorithm, key id and the asked type, nothing else; outside the signature only what is permitted.
    4. Key: a trusted one, used with its own algorithm and for this type of document.
    5. Issuer: the Participant that the claims name owns the key.
    6. Signature.
    7. Claims: issued while the key could sign, expiring after that.
    8. Receipts: each proves that the log held the public form; a revoked key needs one from before.
    """
    # 1, 2
    protected, unprotected, payload, signature = _parts(data, limit)
    # 3
    algorithm, kid = _header(protected, typ)
    permitted = {RECEIPTS, PRIVATE} if typ in WITH_PRIVATE_PART else {RECEIPTS}
    if not permitted.issuperset(unprotected):
        raise Malformed(N_("Something stands outside the signature that may not."), code="unprotected")
    # 4
    record = keyring.find(kid)
    if COSE_ALGORITHMS[record.key.algorithm] != algorithm:
        raise Untrusted(N_("The key was used with another algorithm than its own."), code="algorithm")
    if record.use is not USES[typ]:
        raise Untrusted(N_("The key is not one for this type of document."), code="key_use")
    # 5
    claims = decode(payload, limit=limit)
    if type(claims) is not dict or type(claims.get(ISSUER)) is not str:
        raise Malformed(_CLAIMS, code="claims")
    if claims[ISSUER] != record.participant:
        raise Untrusted(N_("The key belongs to another Participant than the issuer."), code="wrong_issuer")
    # 6
    record.key.verify(signature, Unsigned(protected, payload, record.key).to_sign)
    # 7
    issued_at, expires_at = _dates(claims, record)
    # 8
    public = _joined(protected, {}, payload, signature)
    logged = (
        open_receipts(public, unprotected[RECEIPTS], keyring, record.participant) if RECEIPTS in unprotected else ()
    )
    if record.revoked_from_log_size is not None and not any(
        entry.index < record.revoked_from_log_size for entry in logged
    ):
        raise Untrusted(N_("The key was revoked, and nothing proves that it signed this before."), code="key_revoked")
    return Opened(
        typ=typ,
        claims=claims,
        key_record=record,
        issued_at=issued_at,
        expires_at=expires_at,
        logged=logged,
        public_form=public,
        private=unprotected.get(PRIVATE),
    )


def type_of(data: bytes, *, limit: int = LIMIT) -> str:
    """The type that ``data`` says it has, **unverified**: to choose a reader. Raises ``Malformed``, ``Unsupported``."""
    return _read_header(_parts(data, limit)[0])[2]


def public_form(data: bytes) -> bytes:
    """``data`` without its private part and receipts: the log's entry. The signature is not verified here."""
    protected, _, payload, signature = _parts(data, LIMIT)
    return _joined(protected, {}, payload, signature)


def with_receipts(data: bytes, receipts: list[Any]) -> bytes:
    """``data`` carrying these receipts instead of any it had. Neither is verified here."""
    protected, unprotected, payload, signature = _parts(data, LIMIT)
    kept = {label: value for label, value in unprotected.items() if label != RECEIPTS}
    return _joined(protected, kept | ({RECEIPTS: receipts} if receipts else {}), payload, signature)


def private_part(data: bytes) -> Any:
    """The private part of a full form, **unverified**. Raises ``Malformed``, also where there is none."""
    unprotected = _parts(data, LIMIT)[1]
    if PRIVATE not in unprotected:
        raise Malformed(N_("This is the public form: the private part is not in it."), code="public_form")
    return unprotected[PRIVATE]


def _parts(data: bytes, limit: int) -> tuple[bytes, dict[Any, Any], bytes, bytes]:
    match decode(data, limit=limit):
        case Tag18([bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]):
            return protected, unprotected, payload, signature
    raise Malformed(_NOT_A_STATEMENT, code="not_a_statement")


def _joined(protected: bytes, unprotected: dict[Any, Any], payload: bytes, signature: bytes) -> bytes:
    """18([ protected, unprotected, payload, signature ])"""
    outside = encode(unprotected) if unprotected else b"\xa0"
    return b"\xd2\x84" + byte_string(protected) + outside + byte_string(payload) + byte_string(signature)


def _header(protected: bytes, typ: str) -> tuple[int, bytes]:
    algorithm, kid, found = _read_header(protected)
    if found != typ:
        raise Unsupported(N_("This is a document of another type."), code="wrong_type")
    return algorithm, kid


@lru_cache(maxsize=256)  # one key signs thousands of documents under the same header
def _read_header(protected: bytes) -> tuple[int, bytes, str]:
    header = decode(protected)
    if type(header) is not dict or set(header) != {ALGORITHM, KEY_ID, TYPE}:
        raise Malformed(N_("The header is not that of a statement."), code="header")
    algorithm, kid, typ = header[ALGORITHM], header[KEY_ID], header[TYPE]
    if type(algorithm) is not int or type(kid) is not bytes or len(kid) != 8 or type(typ) is not str:
        raise Malformed(N_("The header is not that of a statement."), code="header")
    if algorithm not in COSE_ALGORITHMS.values():
        raise Unsupported(N_("This signing algorithm is not used for documents."), code="algorithm")
    if typ not in USES:
        raise Unsupported(N_("This program does not read documents of this type."), code="unknown_type")
    return algorithm, kid, typ


def _dates(claims: dict[int | str, Any], record: KeyRecord) -> tuple[datetime, datetime | None]:
    issued, expires = claims.get(ISSUED), claims.get(EXPIRES, LAST_SECOND)
    if type(issued) is not int or type(expires) is not int:
        raise Malformed(_CLAIMS, code="claims")
    if not 0 <= issued < expires <= LAST_SECOND:
        raise Malformed(N_("The statement expires before it is issued, or its dates cannot be."), code="dates")
    at = datetime.fromtimestamp(issued, UTC)
    if not record.valid_from <= at < record.valid_until:
        raise Untrusted(N_("The statement is dated outside the time in which its key could sign."), code="key_life")
    return at, datetime.fromtimestamp(expires, UTC) if EXPIRES in claims else None
