"""The certificate as a document, version 1: what is public, what is committed, and its forms.

- *full*: the public claims with the private part; the certificate can be read. On paper and at the authorities.
- *public*: the same signature without the private part; the entry of the log. It shows number and dates only.
- *disclosed* (``disclosure``): the public form with chosen fields, each proven against the same signature.
"""

import base64
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256

from openkp.documents.certificate_fields_v1 import FIELDS, certificate_from, private_fields
from openkp.documents.claims import (
    COMMITTED,
    EXPIRES,
    ISSUED,
    ISSUER,
    STATUS_POINTER,
    check_authority,
    proven_claims,
    read_committed,
    read_specimen,
    specimen_claim,
)
from openkp.documents.envelope import PRIVATE, Opened, Unsigned, compose, finish, public_form, with_receipts
from openkp.documents.errors import Malformed
from openkp.documents.keys import PublicKey
from openkp.documents.receipts import Logged
from openkp.documents.shapes import Fields, built
from openkp.scheme.certificates import Certificate
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.words import N_

__all__ = [
    "CertificateDocument",
    "Standing",
    "StatusPointer",
    "check_code",
    "compose_certificate",
    "finish_certificate",
    "public_form",
    "read_certificate",
    "with_receipts",
]

TYPE = "kpc"
DAY = 86_400
PUBLIC_FIELDS = ("number", "participant", "validated_at", "expires_on", "specimen")


class Standing(StrEnum):
    """Where an instant lies in the validity of a certificate."""

    NOT_YET = "not_yet"
    CURRENT = "current"
    EXPIRED = "expired"


@dataclass(frozen=True)
class StatusPointer:
    """Where the certificate's status stands: the address of the list, and the place in it."""

    uri: str
    index: int

    def __post_init__(self) -> None:
        if not 0 < len(self.uri) <= 240 or not 0 <= self.index < 2**31:
            raise ValueError("not a place in a status list")


@dataclass(frozen=True, kw_only=True)
class CertificateDocument:
    """What a verified certificate proves. Without the private part, ``certificate`` and ``check_code`` are None.

    ``issued_at`` and ``expires_at`` are aware UTC instants; the certificate is good before ``expires_at``.
    ``public_hash`` is the SHA-256 by which confirmations and status statements name this certificate.
    """

    number: CertificateNumber
    participant: str
    issued_at: datetime
    expires_at: datetime
    status: StatusPointer
    root: bytes
    specimen: bool
    public_hash: bytes
    logged: tuple[Logged, ...]
    certificate: Certificate | None
    seed: bytes | None = field(repr=False)

    @property
    def check_code(self) -> str | None:
        """What is printed beside the number (see ``check_code``); None without the private part."""
        return None if self.seed is None else check_code(self.seed)

    def standing(self, at: datetime) -> Standing:
        """Whether the certificate is not yet good, good or no longer good at the instant ``at``."""
        if at < self.issued_at:
            return Standing.NOT_YET
        return Standing.CURRENT if at < self.expires_at else Standing.EXPIRED


def compose_certificate(certificate: Certificate, *, key: PublicKey, seed16: bytes, status: StatusPointer) -> Unsigned:
    """What the authority is about to sign; fractions of the second of validation are dropped.

    ``seed16`` is 16 bytes of secret entropy, used once. Raises ``Malformed`` where a text cannot be written.
    """
    private, root = FIELDS.commit(seed16, private_fields(certificate))
    end = datetime.combine(certificate.expires_on + timedelta(days=1), time(), UTC)
    claims = {
        ISSUER: certificate.participant,
        EXPIRES: int(end.timestamp()),
        ISSUED: int(certificate.validated_at.timestamp()),
        STATUS_POINTER: {"status_list": {"idx": status.index, "uri": status.uri}},
        COMMITTED: [certificate.number.checked, root],
    } | specimen_claim(certificate.specimen)
    written = replace(certificate, validated_at=certificate.validated_at.replace(microsecond=0))
    public = {name: getattr(written, name) for name in PUBLIC_FIELDS}
    if certificate_from(FIELDS.open(private, root), public) != written:
        raise Malformed(N_("This certificate cannot be written so that it reads the same."), code="not_writable")
    return compose(TYPE, claims, key, unprotected={PRIVATE: private})


def finish_certificate(draft: Unsigned, signature: bytes) -> bytes:
    """The full form. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    return finish(draft, signature)


def read_certificate(opened: Opened) -> CertificateDocument:
    """What a verified statement says as a certificate. Raises a ``DocumentError``.

    1. Public claims: number, root, place of the status, specimen; no others.
    2. Dates: it ends at midnight UTC, after its last day.
    3. Private part, if there is one: every field reproduces the root.
    4. Certificate: the law's constructor accepts it; the key is one of the authority that it names.
    """
    # 1
    claims = proven_claims(opened)
    number, root = read_committed(claims)
    status = _status_pointer(claims)
    specimen = read_specimen(claims, opened)
    claims.done()
    # 2
    if opened.expires_at is None or opened.claims[EXPIRES] % DAY:
        raise Malformed(N_("The certificate does not end at the end of a day."), code="dates")
    certificate = seed = None
    if opened.private is not None:
        # 3
        fields = FIELDS.open(opened.private, root)
        # 4
        public = {
            "number": number,
            "participant": opened.key_record.participant,
            "validated_at": opened.issued_at,
            "expires_on": opened.expires_at.date() - timedelta(days=1),
            "specimen": specimen,
        }
        certificate = certificate_from(fields, public)
        check_authority(opened, certificate.authority)
        seed = opened.private[0]
    elif number.participant != opened.key_record.participant:
        raise Malformed(N_("The number bears another Participant's prefix."), code="number")
    return CertificateDocument(
        number=number,
        participant=opened.key_record.participant,
        issued_at=opened.issued_at,
        expires_at=opened.expires_at,
        status=status,
        root=root,
        specimen=specimen,
        public_hash=sha256(opened.public_form).digest(),
        logged=opened.logged,
        certificate=certificate,
        seed=seed,
    )


def check_code(seed: bytes) -> str:
    """The ten characters that are printed beside the number, without which nobody may look it up."""
    return base64.b32encode(sha256(b"KPC1-code" + seed).digest())[:10].decode()


def _status_pointer(claims: Fields) -> StatusPointer:
    outer = claims.fields(STATUS_POINTER)
    inner = outer.fields("status_list")
    outer.done()
    uri, index = inner.text("uri"), inner.whole("idx")
    inner.done()
    return built(lambda: StatusPointer(uri, index))
