"""The envelope: one signed object for everything one authority tells another.

A statement is a COSE_Sign1 (RFC 9052) over CWT claims (RFC 8392) in deterministic CBOR:

    18([ << {1: algorithm, 4: key id, 16: type} >>, unprotected, << claims >>, signature ])

Its *public form* has an empty unprotected map: that is what the log holds. The unprotected map can carry only the
private part (-70003), which the reader of the type proves against a signed root, and receipts of the log (394).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openkp.documents import sign1
from openkp.documents.canonical import decode
from openkp.documents.errors import Malformed, Unsupported, Untrusted
from openkp.documents.keys import COSE_ALGORITHMS, KeyRecord, Keys
from openkp.documents.receipts import Logged, open_receipts
from openkp.documents.unsigned import USES, Unsigned, compose, finish, seal
from openkp.scheme.words import N_

__all__ = ["Opened", "Unsigned", "compose", "finish", "open_envelope", "private_part", "public_form", "seal"]
__all__ += ["type_of", "with_receipts"]

# What takes statements apart without verifying them, under the name that its users know.
PRIVATE, RECEIPTS = sign1.PRIVATE, sign1.RECEIPTS
public_form, with_receipts, private_part = sign1.public_form, sign1.with_receipts, sign1.private_part

ISSUER, EXPIRES, ISSUED = 1, 4, 6
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z

WITH_PRIVATE_PART = ("kpc", "kpi", "kpf")


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


def open_envelope(data: bytes, keyring: Keys, *, typ: str | tuple[str, ...], limit: int | None = None) -> Opened:
    """Verify a statement of type ``typ``, or of one of several, and return what was proven. Raises a ``DocumentError``.

    1. Size: at most ``limit`` bytes, or as many as its type may have (``sign1.LIMITS``).
    2. Spelling: canonical CBOR to the last byte, tag 18, four parts.
    3. Header: algorithm, key id and the asked type, nothing else; outside the signature only what is permitted.
    4. Key: a trusted one, used with its own algorithm and for this type of document.
    5. Issuer: the Participant that the claims name owns the key.
    6. Signature.
    7. Claims: issued while the key could sign, expiring after that.
    8. Receipts: each proves that the log held the public form; a revoked key needs one from before.
    """
    # 1, 2
    protected, unprotected, payload, signature = sign1.take_apart(data, limit)
    # 3
    header = _known_header(protected)
    if header.typ not in ((typ,) if isinstance(typ, str) else typ):
        raise Unsupported(N_("This is a document of another type."), code="wrong_type")
    permitted = {RECEIPTS, PRIVATE} if header.typ in WITH_PRIVATE_PART else {RECEIPTS}
    if not permitted.issuperset(unprotected) or None in unprotected.values():
        raise Malformed(N_("Something stands outside the signature that may not."), code="unprotected")
    # 4
    record = _trusted_key(header, keyring)
    # 5
    claims = decode(payload, limit=len(data))
    if type(claims) is not dict or type(claims.get(ISSUER)) is not str:
        raise _incomplete()
    if claims[ISSUER] != record.participant:
        raise Untrusted(N_("The key belongs to another Participant than the issuer."), code="wrong_issuer")
    # 6
    record.key.verify(signature, sign1.to_sign(protected, payload))
    # 7
    issued_at, expires_at = _dates(claims, record)
    # 8
    public = sign1.join(protected, {}, payload, signature)
    logged = _logged(public, unprotected, keyring, record)
    revoked_from = record.revoked_from_log_size
    if revoked_from is not None and not any(entry.index < revoked_from for entry in logged):
        raise Untrusted(N_("The key was revoked, and nothing proves that it signed this before."), code="key_revoked")
    return Opened(
        typ=header.typ,
        claims=claims,
        key_record=record,
        issued_at=issued_at,
        expires_at=expires_at,
        logged=logged,
        public_form=public,
        private=unprotected.get(PRIVATE),
    )


def type_of(data: bytes, *, limit: int | None = None) -> str:
    """The type that ``data`` says it has, **unverified**: to choose a reader. Raises ``Malformed``, ``Unsupported``."""
    return _known_header(sign1.take_apart(data, limit)[0]).typ


def _known_header(protected: bytes) -> sign1.Header:
    header = sign1.read_header(protected)
    if header.algorithm not in COSE_ALGORITHMS.values():
        raise Unsupported(N_("This signing algorithm is not used for documents."), code="algorithm")
    if header.typ not in USES:
        raise Unsupported(N_("This program does not read documents of this type."), code="unknown_type")
    return header


def _trusted_key(header: sign1.Header, keyring: Keys) -> KeyRecord:
    record = keyring.find(header.kid)
    if COSE_ALGORITHMS[record.key.algorithm] != header.algorithm:
        raise Untrusted(N_("The key was used with another algorithm than its own."), code="algorithm")
    if record.use is not USES[header.typ]:
        raise Untrusted(N_("The key is not one for this type of document."), code="key_use")
    return record


def _dates(claims: dict[int | str, Any], record: KeyRecord) -> tuple[datetime, datetime | None]:
    issued, expires = claims.get(ISSUED), claims.get(EXPIRES, LAST_SECOND)
    if type(issued) is not int or type(expires) is not int:
        raise _incomplete()
    if not 0 <= issued < expires <= LAST_SECOND:
        raise Malformed(N_("The statement expires before it is issued, or its dates cannot be."), code="dates")
    at = datetime.fromtimestamp(issued, UTC)
    if not record.valid_from <= at < record.valid_until:
        raise Untrusted(N_("The statement is dated outside the time in which its key could sign."), code="key_life")
    return at, datetime.fromtimestamp(expires, UTC) if EXPIRES in claims else None


def _logged(public: bytes, unprotected: dict[Any, Any], keyring: Keys, record: KeyRecord) -> tuple[Logged, ...]:
    if RECEIPTS not in unprotected:
        return ()
    return open_receipts(public, unprotected[RECEIPTS], keyring, record.participant)


def _incomplete() -> Malformed:
    return Malformed(N_("The statement does not say who issued it and when."), code="claims")
