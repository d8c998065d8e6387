"""A status statement, version 1: the signed words behind a change in the status list.

It names a certificate by number and hash and says what became of it: ``void`` with a reason of the closed list,
``received`` (an import confirmation came back) or ``expired_unused``. It is irreversible: there is no way to unsay it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from openkp.documents.claims import (
    ISSUED,
    ISSUER,
    SUBJECT,
    optional_text,
    proven_claims,
    read_number,
    read_specimen,
    specimen_claim,
)
from openkp.documents.envelope import Opened, Unsigned, compose, finish
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import PublicKey
from openkp.documents.shapes import built
from openkp.scheme.goods import plain_text
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.void_reasons import OTHER, VOID_REASONS
from openkp.scheme.words import N_

TYPE = "kps"
NUMBER, KIND, REASON, NOTE = -70006, -70007, -70008, -70009
LONGEST_NOTE = 500


class Kind(StrEnum):
    """What became of the certificate."""

    VOID = "void"
    RECEIVED = "received"
    EXPIRED_UNUSED = "expired_unused"


@dataclass(frozen=True, kw_only=True)
class StatusStatement:
    """What became of one certificate, said by its issuer at the instant ``at`` (UTC; whole seconds are kept).

    ``certificate_hash`` is the SHA-256 of the certificate's public form. ``reason`` is one of ``VOID_REASONS`` for
    ``void`` and empty otherwise; ``note`` is needed where the reason is ``other``. Raises ``ValueError``.
    """

    number: CertificateNumber
    certificate_hash: bytes
    participant: str
    kind: str
    at: datetime
    reason: str = ""
    note: str = ""
    specimen: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        if len(self.certificate_hash) != 32 or self.at.utcoffset() != timedelta(0):
            raise ValueError("certificate_hash is a SHA-256, and the instant is in UTC")
        if self.number.participant != self.participant:
            raise ValueError("only the issuer of a certificate says what became of it")
        if (self.reason in VOID_REASONS) != (self.kind == Kind.VOID) or (self.reason and self.kind != Kind.VOID):
            raise ValueError("a voided certificate has a reason of the list, no other has one")
        if self.reason == OTHER and not self.note:
            raise ValueError("another reason is said in words")
        if self.note:
            plain_text(self.note, longest=LONGEST_NOTE)


@dataclass(frozen=True, kw_only=True)
class StatusStatementDocument(StatusStatement):
    """A verified status statement; ``public_hash`` is the SHA-256 of its public form."""

    public_hash: bytes


def compose_status_statement(statement: StatusStatement, *, key: PublicKey) -> Unsigned:
    """What the issuer of the certificate is about to sign. Raises ``Malformed`` for a note that cannot be written."""
    claims: dict[int, Any] = {
        ISSUER: statement.participant,
        ISSUED: int(statement.at.timestamp()),
        SUBJECT: statement.certificate_hash,
        NUMBER: statement.number.checked,
        KIND: str(statement.kind),
    }
    optional = {REASON: statement.reason, NOTE: statement.note}
    claims |= {label: text for label, text in optional.items() if text}
    return compose(TYPE, claims | specimen_claim(statement.specimen), key)


def finish_status_statement(draft: Unsigned, signature: bytes) -> bytes:
    """The document. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    return finish(draft, signature)


def read_status_statement(opened: Opened) -> StatusStatementDocument:
    """What a verified statement says as a status statement. Raises a ``DocumentError``."""
    claims = proven_claims(opened)
    number = read_number(claims.text(NUMBER))
    if number.participant != opened.key_record.participant:
        raise Untrusted(N_("Only the issuer of a certificate says what became of it."), code="wrong_issuer")
    if opened.expires_at is not None:
        raise Malformed(N_("A status statement does not expire."), code="dates")
    read: dict[str, Any] = {
        "certificate_hash": claims.blob(SUBJECT, size=32),
        "kind": claims.text(KIND),
        "reason": claims.text(REASON) if claims.has(REASON) else "",
        "note": optional_text(claims, NOTE, longest=LONGEST_NOTE),
        "specimen": read_specimen(claims, opened),
    }
    claims.done()
    return built(
        lambda: StatusStatementDocument(
            number=number,
            participant=opened.key_record.participant,
            at=opened.issued_at,
            public_hash=sha256(opened.public_form).digest(),
            **read,
        )
    )
