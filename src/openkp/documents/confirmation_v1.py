"""The import confirmation as a document, version 1.

Public, for the log: who confirmed, when, the number, and the hash of the certificate it is about. What was found is
committed like the fields of a certificate: carats, dollars, parcels, parties and the outcome are in the full form only.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from openkp.documents.claims import (
    AUTHORITY,
    COMMITTED,
    EXPORTER_NAME,
    EXPORTER_PLACE,
    IMPORTER_NAME,
    IMPORTER_PLACE,
    ISSUED,
    ISSUER,
    LINES,
    REMARKS,
    SUBJECT,
    check_authority,
    line_values,
    optional_text,
    party_fields,
    plain,
    proven_claims,
    read_committed,
    read_lines,
    read_party,
    read_specimen,
    specimen_claim,
)
from openkp.documents.commitment import Commitment
from openkp.documents.envelope import PRIVATE, Opened, Unsigned, compose, finish
from openkp.documents.errors import Malformed
from openkp.documents.keys import PublicKey
from openkp.documents.receipts import Logged
from openkp.documents.shapes import Fields, built
from openkp.scheme.certificates import Confirmation, Outcome
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.words import N_

TYPE = "kpi"
RECEIVED_ON, OUTCOME, SEALS_INTACT = 16, 17, 18
_PARTIES = (EXPORTER_NAME, EXPORTER_PLACE, IMPORTER_NAME, IMPORTER_PLACE)
FIELDS = Commitment(b"KPI1", (*_PARTIES, LINES, REMARKS, AUTHORITY, RECEIVED_ON, OUTCOME, SEALS_INTACT))
FIELD_NAMES = {
    "exporter_name": EXPORTER_NAME,
    "exporter_place": EXPORTER_PLACE,
    "importer_name": IMPORTER_NAME,
    "importer_place": IMPORTER_PLACE,
    "lines": LINES,
    "remarks": REMARKS,
    "authority": AUTHORITY,
    "received_on": RECEIVED_ON,
    "outcome": OUTCOME,
    "seals_intact": SEALS_INTACT,
}
PUBLIC_FIELDS = ("number", "certificate_hash", "participant", "confirmed_at", "specimen")


@dataclass(frozen=True, kw_only=True)
class ConfirmationDocument:
    """What a verified confirmation proves. Without the private part, ``confirmation`` is None.

    ``certificate_hash`` is the SHA-256 of the public form of the certificate it is about; ``confirmed_at`` is an
    aware UTC instant; ``public_hash`` is the SHA-256 of this document's own public form.
    """

    number: CertificateNumber
    certificate_hash: bytes
    participant: str
    confirmed_at: datetime
    root: bytes
    specimen: bool
    public_hash: bytes
    logged: tuple[Logged, ...]
    confirmation: Confirmation | None


def compose_confirmation(confirmation: Confirmation, *, key: PublicKey, seed16: bytes) -> Unsigned:
    """What the Importing Authority is about to sign; fractions of the second of confirmation are dropped.

    ``seed16`` is 16 bytes of secret entropy, used once. Raises ``Malformed`` where a text cannot be written.
    """
    private, root = FIELDS.commit(seed16, _private_fields(confirmation))
    claims = {
        ISSUER: confirmation.participant,
        ISSUED: int(confirmation.confirmed_at.timestamp()),
        SUBJECT: confirmation.certificate_hash,
        COMMITTED: [confirmation.number.checked, root],
    } | specimen_claim(confirmation.specimen)
    written = replace(confirmation, confirmed_at=confirmation.confirmed_at.replace(microsecond=0))
    public = {name: getattr(written, name) for name in PUBLIC_FIELDS}
    if _confirmation(FIELDS.open(private, root), public) != written:
        raise Malformed(N_("This confirmation cannot be written so that it reads the same."), code="not_writable")
    return compose(TYPE, claims, key, unprotected={PRIVATE: private})


def finish_confirmation(draft: Unsigned, signature: bytes) -> bytes:
    """The full form. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    return finish(draft, signature)


def read_confirmation(opened: Opened) -> ConfirmationDocument:
    """What a verified statement says as an import confirmation. Raises a ``DocumentError``.

    1. Public claims: number, root, hash of the certificate, specimen; no others, and no end.
    2. Private part, if there is one: every field reproduces the root.
    3. Confirmation: the law's constructor accepts it; the key is one of the authority that it names.
    """
    # 1
    claims = proven_claims(opened)
    number, root = read_committed(claims)
    subject = claims.blob(SUBJECT, size=32)
    specimen = read_specimen(claims, opened)
    claims.done()
    if opened.expires_at is not None:
        raise Malformed(N_("An import confirmation does not expire."), code="dates")
    participant, confirmation = opened.key_record.participant, None
    if opened.private is not None:
        # 2
        fields = FIELDS.open(opened.private, root)
        # 3
        confirmation = _confirmation(
            fields,
            {
                "number": number,
                "certificate_hash": subject,
                "participant": participant,
                "confirmed_at": opened.issued_at,
                "specimen": specimen,
            },
        )
        check_authority(opened, confirmation.authority)
    return ConfirmationDocument(
        number=number,
        certificate_hash=subject,
        participant=participant,
        confirmed_at=opened.issued_at,
        root=root,
        specimen=specimen,
        public_hash=sha256(opened.public_form).digest(),
        logged=opened.logged,
        confirmation=confirmation,
    )


def _private_fields(confirmation: Confirmation) -> dict[int, Any]:
    fields: dict[int, Any] = {
        AUTHORITY: confirmation.authority,
        RECEIVED_ON: confirmation.received_on.isoformat(),
        OUTCOME: str(confirmation.outcome),
        SEALS_INTACT: confirmation.seals_intact,
    }
    fields |= party_fields(confirmation.exporter, EXPORTER_NAME, EXPORTER_PLACE)
    fields |= party_fields(confirmation.importer, IMPORTER_NAME, IMPORTER_PLACE)
    optional = {LINES: line_values(confirmation.lines), REMARKS: confirmation.remarks}
    return fields | {key: value for key, value in optional.items() if value}


def _confirmation(private: dict[int, Any], public: dict[str, Any]) -> Confirmation:
    fields = Fields(private)
    outcome = fields.text(OUTCOME)
    read: dict[str, Any] = {
        "authority": plain(fields.text(AUTHORITY), longest=80),
        "received_on": fields.day(RECEIVED_ON),
        "outcome": built(lambda: Outcome(outcome)),
        "exporter": read_party(fields, EXPORTER_NAME, EXPORTER_PLACE),
        "importer": read_party(fields, IMPORTER_NAME, IMPORTER_PLACE),
        "lines": read_lines(fields),
        "seals_intact": fields.flag(SEALS_INTACT),
        "remarks": optional_text(fields, REMARKS, longest=1000),
    }
    fields.done()
    return built(lambda: Confirmation(**public, **read))
