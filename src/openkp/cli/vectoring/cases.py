"""The test documents, good and bad; each bad one is named by what is wrong with it and says what is to be answered."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from openkp.cli.vectoring.world import (
    AT,
    LINES,
    POINTER,
    SEED,
    SIGNERS,
    certificate,
    confirmation,
    confirmed,
    full,
    join,
    line,
    odd,
    odd_header,
    parts,
    raw_payload,
    receipt,
    signed,
)
from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.certificate_fields_v1 import FIELDS, private_fields
from openkp.documents.certificate_v1 import compose_certificate
from openkp.documents.claims import COMMITTED, SPECIMEN, SUBJECT
from openkp.documents.disclosure import disclose
from openkp.documents.envelope import PRIVATE, RECEIPTS, compose, public_form, with_receipts
from openkp.documents.status import seal_status_list
from openkp.documents.status_statement_v1 import StatusStatement, compose_status_statement
from openkp.scheme.certificates import Outcome
from openkp.scheme.goods import HsSubheading, Origin, OriginMode, Party
from openkp.scheme.numbers import CertificateNumber

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
OK = "ok"


@dataclass(frozen=True)
class Case:
    """One test document: its name, its bytes, and ``answer``: ``ok`` or ``kind/code`` of the refusal.

    ``at`` is the clock; ``standing`` what an accepted certificate is at that time.
    """

    name: str
    data: bytes
    answer: str = OK
    at: Any = AT + timedelta(days=1)
    standing: str = ""
    more: dict[str, Any] = field(default_factory=dict)


FULL = full()
PUBLIC = public_form(FULL)
PROTECTED, OUTSIDE, PAYLOAD, SIGNATURE = parts(FULL)
LOGGED = with_receipts(FULL, [receipt(FULL)])
NUMBER = certificate().number.checked
ROOT = FIELDS.commit(SEED, private_fields(certificate()))[1]


def _twin(signature: bytes) -> bytes:
    return signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")


def _private(**changes: Any) -> bytes:
    """The full form with another private part beside the true signature."""
    fields = private_fields(certificate()) | {int(key[1:]): value for key, value in changes.items()}
    written = encode({key: value for key, value in fields.items() if value is not ...})
    return join(PROTECTED, {PRIVATE: [SEED, written]}, PAYLOAD, SIGNATURE)


def _receipts(*receipts: Any) -> bytes:
    return join(PROTECTED, {RECEIPTS: list(receipts)}, PAYLOAD, SIGNATURE)


def _long() -> bytes:
    goods = (*LINES, line(HsSubheading.UNSORTED, "99999.99", "9999999.99", 12))
    east = Party(name="Акционерная компания «Северное сияние»", address="ул. Ленина 6, Мирный, Якутия", country="RU")
    remarks = "Re-export of mixed origin; see the list of earlier certificates. Überprüft: 金伯利."
    return full(
        certificate(
            origin=Origin(OriginMode.MIXED_LISTED, ("AO", "BW", "SL")),
            importer=east,
            destination="RU",
            lines=goods,
            parcel_reference="P-2026-17",
            predecessors=("BW00012345", "AO0099"),
            remarks=remarks,
        )
    )


def certificate_cases() -> list[Case]:
    """Certificates that are accepted, then those that are not."""
    return [
        *_good_certificates(),
        *_bad_spelling(),
        *_bad_envelope(),
        *_bad_claims(),
        *_bad_private(),
        *_bad_receipts(),
    ]


def _good_certificates() -> list[Case]:
    plain = certificate(origin=Origin(OriginMode.MIXED), seals=("1",), blank_serial="", lines=LINES[:1])
    revoked = full(by="sl-certificate-revoked")
    return [
        Case("good-full-form", FULL, standing="current"),
        Case("good-public-form", PUBLIC, standing="current"),
        Case("good-logged", LOGGED, standing="current"),
        Case("good-two-receipts", with_receipts(FULL, [receipt(FULL, before=3), receipt(FULL)]), standing="current"),
        Case("good-least-fields", full(plain), standing="current"),
        Case("good-most-fields", _long(), standing="current"),
        Case("good-ed25519", full(by="sl-certificate-ed25519"), standing="current"),
        Case("good-specimen", full(certificate(specimen=True), by="sl-certificate-specimen"), standing="current"),
        Case("good-key-of-its-authority", _of_authority("GGDO"), standing="current"),
        Case("good-revoked-key-logged-before", with_receipts(revoked, [receipt(revoked)]), standing="current"),
        Case("good-first-second", FULL, at=AT, standing="current"),
        Case("good-future-dated", FULL, at=AT - timedelta(seconds=1), standing="not_yet"),
        Case(
            "good-last-second", FULL, at=AT.replace(month=5, day=1, hour=23, minute=59, second=59), standing="current"
        ),
        Case("good-expired", FULL, at=AT.replace(month=5, day=2, hour=0), standing="expired"),
    ]


def _of_authority(authority: str) -> bytes:
    return full(certificate(authority=authority), by="sl-certificate-other-authority")


def _bad_spelling() -> list[Case]:
    long_head = b"\xd2\x84\x58\x12" + PROTECTED + b"\xa0" + encode(PAYLOAD) + encode(SIGNATURE)
    open_array = b"\xd2\x9f" + b"".join(encode(part) for part in parts(PUBLIC)) + b"\xff"
    seed, written = OUTSIDE[PRIVATE]
    nested = b"\x81" * 12 + b"\x00"
    return [
        Case("empty", b"", "malformed/cut"),
        Case("cut-by-one", FULL[:-1], "malformed/cut"),
        Case("cut-in-the-middle", FULL[: len(FULL) // 2], "malformed/cut"),
        Case("padded-with-zero", FULL + b"\0", "malformed/trailing_bytes"),
        Case("padded-with-a-document", FULL + PUBLIC, "malformed/trailing_bytes"),
        Case("without-tag", FULL[1:], "malformed/not_a_statement"),
        Case("other-tag", b"\xd1" + FULL[1:], "malformed/not_in_profile"),
        Case("five-parts", join(*parts(FULL), b""), "malformed/not_a_statement"),
        Case("re-encoded-longer-head", long_head, "malformed/not_shortest"),
        Case("re-encoded-indefinite", open_array, "malformed/indefinite"),
        Case("claims-with-a-key-twice", raw_payload(b"\xa2\x01\x62SL\x01\x62BW"), "malformed/key_order"),
        Case("claims-out-of-order", raw_payload(b"\xa2\x06\x00\x01\x62SL"), "malformed/key_order"),
        Case("claims-with-a-float", raw_payload(b"\xa2\x01\x62SL\x06\xf9\x00\x00"), "malformed/not_in_profile"),
        Case("claims-not-utf8", raw_payload(b"\xa1\x01\x62\xc3\x28"), "malformed/not_utf8"),
        Case("claims-not-nfc", raw_payload(b"\xa1\x01\x63e\xcc\x81"), "malformed/not_nfc"),
        Case("claims-padded", raw_payload(PAYLOAD + b"\0"), "malformed/trailing_bytes"),
        Case("nested-too-deep", raw_payload(nested), "malformed/too_deep"),
        Case("oversized", join(PROTECTED, {PRIVATE: [SEED, bytes(66_000)]}, PAYLOAD, SIGNATURE), "malformed/too_large"),
        Case("huge-length", b"\xd2\x9b" + b"\xff" * 8, "malformed/cut"),
        Case(
            "private-part-padded",
            join(PROTECTED, {PRIVATE: [seed, written + b"\0"]}, PAYLOAD, SIGNATURE),
            "malformed/trailing_bytes",
        ),
    ]


def _bad_envelope() -> list[Case]:
    kid = SIGNERS["sl-certificate"].key.kid
    header = {1: -9, 4: kid, 16: "kpc"}
    high = join(PROTECTED, OUTSIDE, PAYLOAD, _twin(SIGNATURE))
    hidden = join(PROTECTED, OUTSIDE | {1: -9}, PAYLOAD, SIGNATURE)
    return [
        Case("high-s-twin", high, "bad_signature/high_s"),
        Case("signature-63-bytes", join(PROTECTED, OUTSIDE, PAYLOAD, SIGNATURE[:63]), "bad_signature/signature_length"),
        Case("signature-of-zeros", join(PROTECTED, OUTSIDE, PAYLOAD, bytes(64)), "bad_signature/bad_signature"),
        Case("stranger-key", full(by="stranger"), "untrusted/unknown_key"),
        Case(
            "stranger-signed-under-a-known-key-id",
            join(PROTECTED, OUTSIDE, PAYLOAD, parts(full(by="stranger"))[3]),
            "bad_signature/bad_signature",
        ),
        Case("wrong-algorithm", odd_header(header | {1: -19}), "untrusted/algorithm"),
        Case("unknown-algorithm", odd_header(header | {1: -7}), "unsupported/algorithm"),
        Case("unknown-header", odd_header(header | {3: 0}), "malformed/header"),
        Case("unknown-type", odd_header(header | {16: "kpz"}), "unsupported/unknown_type"),
        Case("wrong-type", odd_header(header | {16: "kpi"}), "unsupported/wrong_type"),
        Case(
            "key-of-another-use",
            odd_header({1: -9, 4: SIGNERS["eu-confirmation"].key.kid, 16: "kpc"}, by="eu-confirmation"),
            "untrusted/key_use",
        ),
        Case("key-of-another-participant", full(by="bw-certificate"), "untrusted/wrong_issuer"),
        Case("key-of-another-authority", full(by="sl-certificate-other-authority"), "untrusted/wrong_authority"),
        Case(
            "unknown-unprotected-key",
            join(PROTECTED, OUTSIDE | {-70099: 0}, PAYLOAD, SIGNATURE),
            "malformed/unprotected",
        ),
        Case("header-outside-the-signature", hidden, "malformed/unprotected"),
        Case("private-part-of-null", join(PROTECTED, {PRIVATE: None}, PAYLOAD, SIGNATURE), "malformed/unprotected"),
        Case("specimen-by-a-live-key", full(certificate(specimen=True)), "untrusted/specimen"),
        Case("live-by-a-specimen-key", full(by="sl-certificate-specimen"), "untrusted/specimen"),
        Case("revoked-key-not-logged", full(by="sl-certificate-revoked"), "untrusted/key_revoked"),
        Case("revoked-key-logged-after", _logged_late(), "untrusted/key_revoked"),
    ]


def _logged_late() -> bytes:
    document = full(by="sl-certificate-revoked")
    return with_receipts(document, [receipt(document, before=8)])


def _bad_claims() -> list[Case]:
    early, late = int(AT.timestamp()) - 90 * 86_400, int(AT.timestamp()) + 400 * 86_400
    other_prefix = CertificateNumber("BW", "000123").checked
    return [
        Case("bad-check-character", odd(claims={COMMITTED: [NUMBER[:-1] + "0", ROOT]}), "malformed/number"),
        Case("number-of-another-participant", odd(claims={COMMITTED: [other_prefix, ROOT]}), "malformed/field"),
        Case("other-number-under-the-signature", _renumbered(), "bad_signature/bad_signature"),
        Case("dated-before-the-key", odd(claims={6: early}), "untrusted/key_life"),
        Case("dated-after-the-key", odd(claims={6: late, 4: (late // 86_400 + 2) * 86_400}), "untrusted/key_life"),
        Case("ends-before-it-begins", odd(claims={4: int(AT.timestamp()) - 36_000}), "malformed/dates"),
        Case("ends-within-a-day", odd(claims={4: int(AT.timestamp()) + 86_400}), "malformed/dates"),
        Case("without-end", odd(without=(4,)), "malformed/dates"),
        Case("without-issuer", odd(without=(1,)), "malformed/claims"),
        Case("unknown-claim", odd(claims={-70099: "x"}), "malformed/unknown_field"),
        Case("specimen-false", odd(claims={SPECIMEN: False}), "malformed/specimen"),
        Case("status-without-index", odd(claims={65535: {"status_list": {"uri": POINTER.uri}}}), "malformed/field"),
    ]


def _renumbered() -> bytes:
    draft = compose_certificate(
        certificate(number=CertificateNumber("SL", "004912")),
        key=SIGNERS["sl-certificate"].key,
        seed16=SEED,
        status=POINTER,
    )
    return join(PROTECTED, OUTSIDE, draft.payload, SIGNATURE)


def _bad_private() -> list[Case]:
    other_seed = join(PROTECTED, {PRIVATE: [bytes(16), OUTSIDE[PRIVATE][1]]}, PAYLOAD, SIGNATURE)
    short_seed = join(PROTECTED, {PRIVATE: [SEED[:15], OUTSIDE[PRIVATE][1]]}, PAYLOAD, SIGNATURE)
    one = LINES[0]
    return [
        Case("altered-leaf-weight", _private(_8=[[710231, 123457, 30864000, 2]]), "bad_signature/private_part"),
        Case("altered-leaf-destination", _private(_7="AE"), "bad_signature/private_part"),
        Case("altered-leaf-seal-order", _private(_9=["SL-77121", "SL-77120"]), "bad_signature/private_part"),
        Case("leaf-left-over", _private(_16="2026-03-10"), "malformed/fields"),
        Case("leaf-added", _private(_13="Accepted by customs."), "bad_signature/private_part"),
        Case("leaf-missing", _private(_10=...), "bad_signature/private_part"),
        Case("leaf-of-null", _private(_13=None), "malformed/fields"),
        Case("altered-seed", other_seed, "bad_signature/private_part"),
        Case("short-seed", short_seed, "malformed/private_part"),
        Case("field-that-is-empty", odd(fields={13: ""}), "malformed/field"),
        Case("field-with-a-direction-mark", odd(fields={13: "SL\u202e1"}), "malformed/field"),
        Case("line-twice", odd(fields={8: [[710231, 1, 1, 1], [710231, 1, 1, 1]]}), "malformed/field"),
        Case("line-of-another-heading", odd(fields={8: [[710239, 1, 1, 1]]}), "malformed/line"),
        Case("line-without-weight", odd(fields={8: [[710231, 0, one.value.hundredths, 1]]}), "malformed/field"),
        Case("line-negative", odd(fields={8: [[710231, -1, 1, 1]]}), "malformed/field"),
        Case("line-too-large", odd(fields={8: [[710231, 10**12, 1, 1]]}), "malformed/field"),
        Case("issued-after-it-ends", odd(fields={15: "2026-05-02"}), "malformed/field"),
        Case("origins-out-of-order", odd(fields={2: ["SL", "AO"]}), "malformed/field"),
    ]


def _bad_receipts() -> list[Case]:
    kid, note, index, proof = receipt(FULL)
    return [
        Case("receipts-empty", _receipts(), "malformed/receipts"),
        Case(
            "receipt-of-another-document",
            _receipts(receipt(full(certificate(blank_serial="B 2")))),
            "bad_signature/proof",
        ),
        Case("receipt-wrong-index", _receipts([kid, note, index - 1, proof]), "bad_signature/proof"),
        Case("receipt-true-for-one", _receipts([kid, note, True, proof]), "malformed/receipts"),
        Case("receipt-proof-cut", _receipts([kid, note, index, proof[:-1]]), "bad_signature/proof"),
        Case("receipt-proof-padded", _receipts([kid, note, index, [*proof, bytes(32)]]), "bad_signature/proof"),
        Case("receipt-checkpoint-padded", _receipts([kid, note + b"\n", index, proof]), "malformed/checkpoint"),
        Case("receipt-of-a-stranger", _receipts(receipt(FULL, by="stranger-log")), "untrusted/unknown_key"),
        Case("receipt-of-another-log", _receipts(receipt(FULL, by="eu-log")), "untrusted/wrong_log"),
        Case("receipt-twice", _receipts(receipt(FULL), receipt(FULL)), "malformed/receipts"),
        Case("receipts-out-of-order", _receipts(receipt(FULL), receipt(FULL, before=3)), "malformed/receipts"),
        Case("receipt-good-and-bad", _receipts(receipt(FULL), [kid, note, 0, proof]), "bad_signature/proof"),
    ]


def confirmation_cases() -> list[Case]:
    """Import confirmations."""
    good = confirmed()
    protected, _outside, payload, signature = parts(good)
    other = parts(confirmed(confirmation(seals_intact=False)))[1]
    refusal = confirmation(outcome=Outcome.REFUSED, lines=(), seals_intact=False, remarks="Seal SL-77121 was broken.")
    return [
        Case("good-full-form", good),
        Case("good-public-form", public_form(good)),
        Case("good-refused", confirmed(refusal)),
        Case("good-logged", with_receipts(good, [receipt(good, by="eu-log")])),
        Case("altered-leaf-seals", join(protected, other, payload, signature), "bad_signature/private_part"),
        Case("without-certificate-hash", _other_claims(payload, {SUBJECT: None}), "malformed/field"),
        Case("short-certificate-hash", _other_claims(payload, {SUBJECT: bytes(31)}), "malformed/field"),
        Case("with-an-end", _other_claims(payload, {4: 1_790_000_000}), "malformed/dates"),
        Case("by-the-exporter", confirmed(by="sl-certificate"), "untrusted/key_use"),
        Case("padded-with-zero", good + b"\0", "malformed/trailing_bytes"),
        Case("receipt-of-the-exporters-log", with_receipts(good, [receipt(good)]), "untrusted/wrong_log"),
    ]


def _other_claims(payload: bytes, changes: dict[int, Any]) -> bytes:
    claims = {label: value for label, value in (decode(payload) | changes).items() if value is not None}
    return signed(compose("kpi", claims, SIGNERS["eu-confirmation"].key), "eu-confirmation")


def statement_cases() -> list[Case]:
    """Status statements."""
    terms: dict[str, Any] = {
        "number": certificate().number,
        "certificate_hash": confirmation().certificate_hash,
        "participant": "SL",
        "at": AT + timedelta(days=2),
    }

    def said(by: str = "sl-status", **values: Any) -> bytes:
        statement = StatusStatement(**{"kind": "void", "reason": "printer_error", **terms, **values})
        return signed(compose_status_statement(statement, key=SIGNERS[by].key), by)

    return [
        Case("good-void", said()),
        Case("good-void-other", said(reason="other", note="Bought by another buyer before shipment.")),
        Case("good-received", said(kind="received", reason="")),
        Case("good-expired-unused", said(kind="expired_unused", reason="")),
        Case("reason-unknown", _statement({-70008: "weather"}), "malformed/field"),
        Case("reason-missing", _statement({-70008: None}), "malformed/field"),
        Case("other-without-note", _statement({-70008: "other"}), "malformed/field"),
        Case("kind-unknown", _statement({-70007: "forgotten"}), "malformed/field"),
        Case("of-another-participants-certificate", _statement({-70006: _foreign()}), "untrusted/wrong_issuer"),
        Case("by-a-certificate-key", said(by="sl-certificate"), "untrusted/key_use"),
        Case("with-an-end", _statement({4: 1_790_000_000}), "malformed/dates"),
    ]


def _foreign() -> str:
    return CertificateNumber("BW", "000123").checked


def _statement(changes: dict[int, Any]) -> bytes:
    claims: dict[int, Any] = {1: "SL", 6: int(AT.timestamp()), SUBJECT: confirmation().certificate_hash}
    claims |= {-70006: NUMBER, -70007: "void", -70008: "printer_error"} | changes
    written = {label: value for label, value in claims.items() if value is not None}
    return signed(compose("kps", written, SIGNERS["sl-status"].key), "sl-status")


def status_list_cases() -> list[Case]:
    """Status lists."""
    good = seal_status_list(
        [0, 1, 2, 3, 0, 3],
        SIGNERS["sl-status"],
        uri=POINTER.uri,
        issuer="SL",
        at=AT,
        expires=AT + timedelta(days=7),
        ttl=timedelta(hours=6),
    )
    return [
        Case("good", good, more={"values": [0, 1, 2, 3, 0, 3]}),
        Case("good-empty", _list({}, lst=b"", count=0), more={"values": []}),
        Case("spare-bits-set", _list({}, lst=b"\x10", count=2), "malformed/status_list"),
        Case("too-short", _list({}, lst=b"\x00", count=5), "malformed/status_list"),
        Case("too-long", _list({}, lst=b"\x00\x00", count=4), "malformed/status_list"),
        Case("one-bit", _list({}, lst=b"\x00", count=4, bits=1), "malformed/status_list"),
        Case("without-end", _list({4: None}, lst=b"\x00", count=4), "malformed/status_list"),
        Case("without-ttl", _list({65534: None}, lst=b"\x00", count=4), "malformed/field"),
        Case("padded-with-zero", good + b"\0", "malformed/trailing_bytes"),
    ]


def _list(changes: dict[int, Any], *, lst: bytes, count: int, bits: int = 2) -> bytes:
    issued = int(AT.timestamp())
    claims: dict[int, Any] = {1: "SL", 2: POINTER.uri, 4: issued + 604_800, 6: issued, 65534: 21_600}
    claims |= {65533: {"bits": bits, "count": count, "lst": lst}} | changes
    written = {label: value for label, value in claims.items() if value is not None}
    return signed(compose("kpl", written, SIGNERS["sl-status"].key), "sl-status")


def disclosure_cases() -> list[Case]:
    """Certificates with chosen fields."""
    good = disclose(FULL, ["origin", "lines", "remarks"])
    label, public, entries = ["kpd", PUBLIC, _entries(good)]
    key, spelling, salt, path = entries[0]
    altered = [[key, encode(["AO"]), salt, path], *entries[1:]]
    goods = [[710231, 123456, 30864000, 2], [710221, 1005, 12060, 1]]
    return [
        Case("good", good, more={"shown": {"origin": ["SL"], "lines": goods, "remarks": None}}),
        Case("nothing-shown", encode([label, public, []]), "malformed/fields"),
        Case("altered-value", encode([label, public, altered]), "bad_signature/proof"),
        Case("another-salt", encode([label, public, [[key, spelling, bytes(16), path]]]), "bad_signature/proof"),
        Case("under-another-key", encode([label, public, [[key + 1, spelling, salt, path]]]), "bad_signature/proof"),
        Case("out-of-order", encode([label, public, entries[::-1]]), "malformed/fields"),
        Case("twice", encode([label, public, [entries[0], entries[0]]]), "malformed/fields"),
        Case("unknown-field", encode([label, public, [[99, spelling, salt, path]]]), "malformed/fields"),
        Case("with-the-full-form", encode([label, FULL, entries]), "malformed/not_a_disclosure"),
        Case("tagged", encode(Tag18([label, public, entries])), "malformed/not_a_disclosure"),
    ]


def _entries(disclosure: bytes) -> list[Any]:
    return list(decode(disclosure)[2])
