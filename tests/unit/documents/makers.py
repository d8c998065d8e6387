"""Keys, certificates and documents for the tests of this folder: fixed entropy, so that failures repeat."""

from datetime import UTC, date, datetime

from openkp.documents.certificate_v1 import StatusPointer, compose_certificate, finish_certificate
from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.confirmation_v1 import compose_confirmation, finish_confirmation
from openkp.documents.envelope import public_form, with_receipts
from openkp.documents.keys import KeyRecord, KeyTable, KeyUse, SoftSigner, new_private_key
from openkp.documents.log import inclusion_proof, leaf_hash, root
from openkp.documents.receipts import make_receipt
from openkp.documents.status_statement_v1 import StatusStatement, compose_status_statement, finish_status_statement
from openkp.scheme.certificates import Certificate, Confirmation, Outcome
from openkp.scheme.goods import Carats, HsSubheading, Line, Origin, OriginMode, Party, USDollars
from openkp.scheme.numbers import CertificateNumber

SEED = bytes(range(16))
NUMBER_SIGNED = CertificateNumber("SL", "004911").checked
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def signer(name: str, algorithm: str = "ESP256") -> SoftSigner:
    return SoftSigner.from_pem(new_private_key(algorithm, name.encode().ljust(32, b".")))


def record(signer: SoftSigner, use: KeyUse, participant: str = "SL", **changes) -> KeyRecord:
    values = {
        "authority": "",
        "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
        "valid_until": datetime(2027, 1, 1, tzinfo=UTC),
    }
    return KeyRecord(key=signer.key, participant=participant, use=use, **(values | changes))


SL_CERTIFICATE = signer("SL certificate")
SL_STATUS = signer("SL status", "Ed25519")
SL_LOG = signer("SL log", "Ed25519")
EU_CONFIRMATION = signer("EU confirmation")
SL_MESSAGE = signer("SL message", "Ed25519")
SECRETARIAT = signer("Secretariat message", "Ed25519")
STRANGER = signer("a stranger")

RECORDS = {
    "certificate": record(SL_CERTIFICATE, KeyUse.CERTIFICATE),
    "status": record(SL_STATUS, KeyUse.STATUS),
    "log": record(SL_LOG, KeyUse.LOG),
    "confirmation": record(EU_CONFIRMATION, KeyUse.CONFIRMATION, "EU"),
    "message": record(SL_MESSAGE, KeyUse.MESSAGE),
    "secretariat": record(SECRETARIAT, KeyUse.MESSAGE, "SECRETARIAT"),
}
KEYS = KeyTable(RECORDS.values())


def keys_with(**changes: KeyRecord) -> KeyTable:
    return KeyTable((RECORDS | changes).values())


EXPORTER = Party(name="Kono Diamonds Ltd", address="12 Siaka Stevens Street, Freetown", country="SL")
IMPORTER = Party(name="Hoveniers Ruwe Diamant BV", address="Hoveniersstraat 22, Antwerpen", country="BE")
LINES = (
    Line(hs=HsSubheading.NON_INDUSTRIAL, carats=Carats.of("1234.56"), value=USDollars.of("308640.00"), parcels=2),
    Line(hs=HsSubheading.INDUSTRIAL, carats=Carats.of("10.05"), value=USDollars.of("120.60"), parcels=1),
)


def certificate(**changes) -> Certificate:
    values = {
        "number": CertificateNumber("SL", "004911"),
        "participant": "SL",
        "authority": "NMA",
        "issued_on": date(2026, 3, 2),
        "expires_on": date(2026, 5, 1),
        "validated_at": AT,
        "origin": Origin(OriginMode.SINGLE, ("SL",)),
        "exporter": EXPORTER,
        "importer": IMPORTER,
        "destination": "BE",
        "lines": LINES,
        "seals": ("SL-77120", "SL-77121"),
        "blank_serial": "B 204417",
    }
    return Certificate(**(values | changes))


def certificate_document(value: Certificate | None = None, *, by: SoftSigner = SL_CERTIFICATE) -> bytes:
    pointer = StatusPointer("https://kp.gov.sl/status/26", 4911)
    draft = compose_certificate(value or certificate(), key=by.key, seed16=SEED, status=pointer)
    return finish_certificate(draft, by.sign(draft.to_sign))


def confirmation(**changes) -> Confirmation:
    values = {
        "number": CertificateNumber("SL", "004911"),
        "certificate_hash": bytes(32),
        "participant": "EU",
        "authority": "BE",
        "received_on": date(2026, 3, 10),
        "confirmed_at": datetime(2026, 3, 11, 9, 30, tzinfo=UTC),
        "outcome": Outcome.ACCEPTED,
        "exporter": EXPORTER,
        "importer": IMPORTER,
        "lines": LINES,
        "seals_intact": True,
    }
    return Confirmation(**(values | changes))


def confirmation_document(value: Confirmation | None = None, *, by: SoftSigner = EU_CONFIRMATION) -> bytes:
    draft = compose_confirmation(value or confirmation(), key=by.key, seed16=SEED)
    return finish_confirmation(draft, by.sign(draft.to_sign))


def statement(**changes) -> StatusStatement:
    values = {
        "number": CertificateNumber("SL", "004911"),
        "certificate_hash": bytes(32),
        "participant": "SL",
        "kind": "void",
        "reason": "printer_error",
        "at": AT,
    }
    return StatusStatement(**(values | changes))


def statement_document(value: StatusStatement | None = None, *, by: SoftSigner = SL_STATUS) -> bytes:
    draft = compose_status_statement(value or statement(), key=by.key)
    return finish_status_statement(draft, by.sign(draft.to_sign))


def logged(document: bytes, *, others: int = 6, by: SoftSigner = SL_LOG, at: datetime = AT) -> bytes:
    """``document`` with a receipt of a log in which it stands after ``others`` entries, one more behind it."""
    leaves = [leaf_hash(bytes([n])) for n in range(others)] + [leaf_hash(public_form(document)), leaf_hash(b"next")]
    note = sign_checkpoint("kp.gov.sl/log", len(leaves), root(leaves), by, at)
    return with_receipts(document, [make_receipt(by.key.kid, note, others, inclusion_proof(leaves, others))])
