"""Certificates, confirmations and bundles of the small world, for the tests of verification."""

from dataclasses import replace
from datetime import date, timedelta

from openkp.documents.bundle import Bundle, Parts, make_bundle, open_bundle
from openkp.documents.certificate_v1 import StatusPointer, compose_certificate, finish_certificate
from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.confirmation_v1 import compose_confirmation, finish_confirmation
from openkp.documents.envelope import public_form, with_receipts
from openkp.documents.keys import KeyUse
from openkp.documents.log import inclusion_proof, leaf_hash
from openkp.documents.log import root as log_root
from openkp.documents.receipts import make_receipt
from openkp.documents.status import seal_status_list
from openkp.documents.status_statement_v1 import StatusStatement, compose_status_statement, finish_status_statement
from openkp.scheme.certificates import Certificate, Confirmation, Outcome
from openkp.scheme.goods import Carats, HsSubheading, Line, Origin, OriginMode, Party, USDollars
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.participation import load_participation
from tests.unit.documents.trust_world import (
    AUTHORITIES,
    DAY,
    HOUR,
    NOON,
    log_signer,
    manifest,
    signed,
    signed_manifest,
    trust_list,
    use_signer,
)

PARTICIPATION = load_participation()
PIN = trust_list().hash
SIGNED_AT = NOON - 3 * DAY
URI = "https://kp.example.sl/s/26"
OPEN, VOID, HELD, USED = range(4)
STATUSES = [OPEN, VOID, HELD, USED, OPEN, OPEN, OPEN]


def certificate(**changes: object) -> Certificate:
    code = str(changes.get("participant", "SL"))
    plain = Certificate(
        number=CertificateNumber(code, "004911"),
        participant=code,
        authority=AUTHORITIES.get(code, code),
        issued_on=SIGNED_AT.date(),
        expires_on=date(2026, 4, 30),
        validated_at=SIGNED_AT,
        origin=Origin(OriginMode.SINGLE, ("SL",)),
        exporter=Party(name="Koidu Trading Ltd", address="1 Lightfoot Boston Street, Freetown", country="SL"),
        importer=Party(name="Antwerpse Diamanten NV", address="Hoveniersstraat 2, Antwerp", country="BE"),
        destination="BE",
        lines=(
            Line(
                hs=HsSubheading.NON_INDUSTRIAL,
                carats=Carats.of("1234.56"),
                value=USDollars.of("234567.89"),
                parcels=2,
            ),
        ),
        seals=("SL-88341", "SL-88342"),
        specimen=True,
    )
    return replace(plain, **changes)


def certificate_document(the_certificate: Certificate | None = None, *, index: int = 0, signer=None, uri=URI) -> bytes:
    made = the_certificate or certificate()
    by = signer or use_signer(made.participant, KeyUse.CERTIFICATE)
    draft = compose_certificate(made, key=by.key, seed16=b"s" * 16, status=StatusPointer(uri, index))
    return finish_certificate(draft, by.sign(draft.to_sign))


def logged(document: bytes, *, at=SIGNED_AT + HOUR, before: int = 3) -> bytes:
    """The document with the receipt of Sierra Leone's log."""
    leaves = [leaf_hash(bytes([number])) for number in range(before)] + [leaf_hash(public_form(document))]
    note = sign_checkpoint("kp.example.sl/log", len(leaves), log_root(leaves), log_signer("SL"), at)
    proof = inclusion_proof(leaves, before, len(leaves))
    return with_receipts(document, [make_receipt(log_signer("SL").key.kid, note, before, list(proof))])


def confirmation_document(**changes: object) -> bytes:
    plain = Confirmation(
        number=CertificateNumber("SL", "004911"),
        certificate_hash=b"h" * 32,
        participant="EU",
        authority="EU-BE",
        received_on=(NOON - DAY).date(),
        confirmed_at=NOON - DAY,
        outcome=Outcome.ACCEPTED,
        exporter=certificate().exporter,
        importer=certificate().importer,
        lines=certificate().lines,
        seals_intact=True,
        specimen=True,
    )
    made = replace(plain, **changes)
    by = use_signer(made.participant, KeyUse.CONFIRMATION)
    draft = compose_confirmation(made, key=by.key, seed16=b"s" * 16)
    return finish_confirmation(draft, by.sign(draft.to_sign))


def statement_document(**changes: object) -> bytes:
    plain = StatusStatement(
        number=CertificateNumber("SL", "004911"),
        certificate_hash=b"h" * 32,
        participant="SL",
        kind="void",
        at=NOON - DAY,
        reason="printer_error",
        specimen=True,
    )
    made = replace(plain, **changes)
    by = use_signer(made.participant, KeyUse.STATUS)
    draft = compose_status_statement(made, key=by.key)
    return finish_status_statement(draft, by.sign(draft.to_sign))


def status_list(code="SL", *, at=NOON - HOUR, values=STATUSES, uri=URI, life=timedelta(days=30)) -> bytes:
    return seal_status_list(
        values,
        use_signer(code, KeyUse.STATUS),
        uri=uri,
        issuer=code,
        at=at,
        expires=at + life,
        ttl=DAY,
        specimen=True,
    )


def checkpoint(code="SL", *, at=NOON - HOUR, size=7) -> bytes:
    return sign_checkpoint(f"kp.example.{code.lower()}/log", size, b"r" * 32, log_signer(code), at)


def parts(**changes: object) -> Parts:
    plain = Parts(
        lists=(signed(trust_list()),),
        manifests=tuple(signed_manifest(manifest(code)) for code in ("BW", "EU", "SECRETARIAT", "SL", "VE")),
        statuses=(status_list(), status_list("VE", uri="https://kp.example.ve/s/26")),
        checkpoints=(checkpoint(),),
    )
    return replace(plain, **changes)


def bundle_bytes(**changes: object) -> bytes:
    return make_bundle(parts(**changes), made_at=NOON)


def bundle(*, at=NOON, pinned=PIN, overlay=None, **changes: object) -> Bundle:
    return open_bundle(bundle_bytes(**changes), at=at, pinned=pinned, overlay=overlay)
