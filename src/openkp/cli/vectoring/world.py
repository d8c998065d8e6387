"""The world of the test documents: fixed keys, one certificate, one confirmation; always the same bytes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.certificate_fields_v1 import FIELDS, private_fields
from openkp.documents.certificate_v1 import StatusPointer, compose_certificate
from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.claims import COMMITTED
from openkp.documents.confirmation_v1 import compose_confirmation
from openkp.documents.envelope import PRIVATE, Unsigned, compose, finish, public_form
from openkp.documents.keys import ED25519, ESP256, KeyRecord, KeyTable, KeyUse, SoftSigner, new_private_key
from openkp.documents.log import inclusion_proof, leaf_hash, root
from openkp.documents.receipts import make_receipt
from openkp.scheme.certificates import Certificate, Confirmation, Outcome
from openkp.scheme.goods import Carats, HsSubheading, Line, Origin, OriginMode, Party, USDollars
from openkp.scheme.numbers import CertificateNumber

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
ORIGIN = "kp.gov.sl/log"
POINTER = StatusPointer("https://kp.gov.sl/status/26", 4911)


@dataclass(frozen=True)
class Key:
    """One key of the world: what it signs, for whom, and whether a verifier knows it."""

    name: str
    participant: str
    use: KeyUse
    algorithm: str = ESP256
    authority: str = ""
    revoked_from_log_size: int | None = None
    specimen: bool = False
    known: bool = True


KEYS = (
    Key("sl-certificate", "SL", KeyUse.CERTIFICATE),
    Key("sl-certificate-ed25519", "SL", KeyUse.CERTIFICATE, ED25519),
    Key("sl-certificate-other-authority", "SL", KeyUse.CERTIFICATE, authority="GGDO"),
    Key("sl-certificate-revoked", "SL", KeyUse.CERTIFICATE, revoked_from_log_size=8),
    Key("sl-certificate-specimen", "SL", KeyUse.CERTIFICATE, specimen=True),
    Key("sl-status", "SL", KeyUse.STATUS, ED25519),
    Key("sl-log", "SL", KeyUse.LOG, ED25519),
    Key("bw-certificate", "BW", KeyUse.CERTIFICATE),
    Key("eu-confirmation", "EU", KeyUse.CONFIRMATION),
    Key("eu-log", "EU", KeyUse.LOG, ED25519),
    Key("sl-message", "SL", KeyUse.MESSAGE, ED25519),
    Key("secretariat-message", "SECRETARIAT", KeyUse.MESSAGE, ED25519),
    Key("stranger", "SL", KeyUse.CERTIFICATE, known=False),
    Key("stranger-log", "SL", KeyUse.LOG, ED25519, known=False),
)


def entropy(name: str) -> bytes:
    """The 32 bytes that the key ``name`` is made of. Test keys: anyone can make them."""
    return sha256(f"openkp test vectors: {name}".encode()).digest()


SIGNERS = {key.name: SoftSigner.from_pem(new_private_key(key.algorithm, entropy(key.name))) for key in KEYS}
SEED = entropy("seed")[:16]


def record(key: Key) -> KeyRecord:
    """What the verifier's key set says of ``key``."""
    return KeyRecord(
        key=SIGNERS[key.name].key,
        participant=key.participant,
        authority=key.authority,
        use=key.use,
        valid_from=FIRST,
        valid_until=LAST,
        revoked_from_log_size=key.revoked_from_log_size,
        specimen=key.specimen,
    )


KEYRING = KeyTable(record(key) for key in KEYS if key.known)


def key_set() -> dict[str, Any]:
    """The keys as JSON; ``known`` keys are those that a verifier trusts."""
    return {
        key.name: {
            "kid": SIGNERS[key.name].key.kid,
            "algorithm": key.algorithm,
            "cose_key": SIGNERS[key.name].key.cose_key,
            "entropy": entropy(key.name),
            "known": key.known,
            "participant": key.participant,
            "authority": key.authority,
            "use": key.use,
            "valid_from": FIRST,
            "valid_until": LAST,
            "revoked_from_log_size": key.revoked_from_log_size,
            "specimen": key.specimen,
        }
        for key in KEYS
    }


EXPORTER = Party(name="Kono Diamonds Ltd", address="12 Siaka Stevens Street, Freetown", country="SL")
IMPORTER = Party(name="Hoveniers Ruwe Diamant BV", address="Hoveniersstraat 22, Antwerpen", country="BE")


def line(hs: HsSubheading, carats: str, value: str, parcels: int) -> Line:
    """Goods of one subheading."""
    return Line(hs=hs, carats=Carats.of(carats), value=USDollars.of(value), parcels=parcels)


LINES = (
    line(HsSubheading.NON_INDUSTRIAL, "1234.56", "308640.00", 2),
    line(HsSubheading.INDUSTRIAL, "10.05", "120.60", 1),
)


def certificate(**changes: Any) -> Certificate:
    """The certificate of the world, or one that differs from it."""
    values: dict[str, Any] = {
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


def signed(unsigned: Unsigned, by: str) -> bytes:
    """The document, by the key of that name."""
    return finish(unsigned, SIGNERS[by].sign(unsigned.to_sign))


def full(value: Certificate | None = None, *, by: str = "sl-certificate") -> bytes:
    """The full form of a certificate."""
    draft = compose_certificate(value or certificate(), key=SIGNERS[by].key, seed16=SEED, status=POINTER)
    return signed(draft, by)


def odd(
    *, claims: dict[int, Any] | None = None, fields: dict[int, Any] | None = None, without: tuple[int, ...] = ()
) -> bytes:
    """A certificate that a true key signed with claims or fields that no composer writes."""
    draft = compose_certificate(certificate(), key=SIGNERS["sl-certificate"].key, seed16=SEED, status=POINTER)
    private, commitment = FIELDS.commit(SEED, private_fields(certificate()) | (fields or {}))
    payload = decode(draft.payload)
    payload |= {COMMITTED: [payload[COMMITTED][0], commitment]} | (claims or {})
    kept = {label: value for label, value in payload.items() if label not in without}
    return signed(compose("kpc", kept, SIGNERS["sl-certificate"].key, unprotected={PRIVATE: private}), "sl-certificate")


def odd_header(header: Any, *, by: str = "sl-certificate") -> bytes:
    """The public form under another protected header, signed as it stands."""
    payload = parts(full())[2]
    unsigned = Unsigned(encode(header), payload, SIGNERS[by].key)
    return join(unsigned.protected, {}, payload, SIGNERS[by].sign(unsigned.to_sign))


def raw_payload(payload: bytes) -> bytes:
    """A statement over any bytes as its claims, signed as it stands."""
    signer = SIGNERS["sl-certificate"]
    unsigned = Unsigned(parts(full())[0], payload, signer.key)
    return join(unsigned.protected, {}, payload, signer.sign(unsigned.to_sign))


def parts(document: bytes) -> list[Any]:
    """The four parts of a statement."""
    return list(decode(document).value)


def join(*four: Any) -> bytes:
    """A statement from its four parts."""
    return encode(Tag18(list(four)))


def receipt(document: bytes, *, before: int = 6, by: str = "sl-log") -> list[Any]:
    """The receipt of a log in which the document stands after ``before`` entries, with one more behind it."""
    own = leaf_hash(public_form(document))
    leaves = [leaf_hash(bytes([number])) for number in range(before)] + [own, leaf_hash(b"next")]
    note = sign_checkpoint(ORIGIN, len(leaves), root(leaves), SIGNERS[by], AT)
    return make_receipt(SIGNERS[by].key.kid, note, before, inclusion_proof(leaves, before))


def confirmation(**changes: Any) -> Confirmation:
    """The confirmation of the world's certificate, or one that differs from it."""
    values: dict[str, Any] = {
        "number": CertificateNumber("SL", "004911"),
        "certificate_hash": sha256(public_form(full())).digest(),
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


def confirmed(value: Confirmation | None = None, *, by: str = "eu-confirmation") -> bytes:
    """The full form of a confirmation."""
    return signed(compose_confirmation(value or confirmation(), key=SIGNERS[by].key, seed16=SEED), by)
