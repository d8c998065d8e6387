"""The envelope, step by step: each numbered step of ``open_envelope`` refuses what it is there to refuse."""

from datetime import UTC, datetime

import pytest

from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.envelope import (
    PRIVATE,
    RECEIPTS,
    USES,
    Unsigned,
    compose,
    finish,
    open_envelope,
    private_part,
    public_form,
    seal,
    type_of,
    with_receipts,
)
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Unsupported, Untrusted
from openkp.documents.keys import KeyTable, KeyUse
from openkp.documents.log import leaf_hash
from openkp.documents.receipts import open_receipts
from tests.unit.documents.makers import (
    AT,
    EU_CONFIRMATION,
    KEYS,
    RECORDS,
    SL_CERTIFICATE,
    SL_LOG,
    SL_STATUS,
    STRANGER,
    certificate_document,
    keys_with,
    logged,
    record,
    signer,
)

SECONDS = int(AT.timestamp())
CLAIMS = {1: "SL", 6: SECONDS}


def opened(data, keys=KEYS, typ="kps", **options):
    return open_envelope(data, keys, typ=typ, **options)


def refused(data, keys=KEYS, typ="kps", **options) -> tuple[type, str]:
    with pytest.raises(DocumentError) as refusal:
        open_envelope(data, keys, typ=typ, **options)
    assert str(refusal.value) and refusal.value.kind in ("malformed", "unsupported", "bad_signature", "untrusted")
    return type(refusal.value), refusal.value.code


def parts(data):
    return decode(data).value


def joined(*four) -> bytes:
    return encode(Tag18(list(four)))


def signed(header, claims=CLAIMS, by=SL_STATUS, unprotected=None) -> bytes:
    """A statement with any header and claims, honestly signed."""
    unsigned = Unsigned(encode(header) if type(header) is dict else header, encode(claims), by.key)
    return joined(unsigned.protected, unprotected or {}, unsigned.payload, by.sign(unsigned.to_sign))


HEADER = {1: -19, 4: SL_STATUS.key.kid, 16: "kps"}
GOOD = signed(HEADER)


def test_one_of_several_types_may_be_asked_for_and_each_keeps_its_own_rules():
    assert opened(GOOD, typ=("kpc", "kps")).typ == "kps"
    assert refused(GOOD, typ=("kpc", "kpi")) == (Unsupported, "wrong_type")
    assert refused(signed(HEADER, unprotected={PRIVATE: 1}), typ=("kpc", "kps")) == (Malformed, "unprotected")


def test_a_statement_opens_to_what_was_sealed():
    data = seal("kps", CLAIMS, SL_STATUS)
    found = opened(data)
    assert data == GOOD == public_form(data) == found.public_form
    assert (found.typ, found.claims, found.issued_at, found.expires_at) == ("kps", CLAIMS, AT, None)
    assert (found.logged, found.private, found.key_record) == ((), None, RECORDS["status"])
    assert type_of(data) == "kps"


def test_the_intent_is_kept_as_bytes_and_signed_later():
    draft = compose("kpc", CLAIMS, SL_CERTIFICATE.key, unprotected={PRIVATE: [b"seed", b"fields"]})
    kept = Unsigned.from_bytes(draft.to_bytes())
    assert kept == draft and kept.to_sign == draft.to_sign
    assert kept.to_sign == encode(["Signature1", kept.protected, b"", kept.payload])
    data = finish(kept, SL_CERTIFICATE.sign(kept.to_sign))
    assert private_part(data) == [b"seed", b"fields"]
    for wrong in (b"", encode([]), encode([b"", b"", "ESP256", b"", {}, 1]), draft.to_bytes()[:-1]):
        with pytest.raises(Malformed):
            Unsigned.from_bytes(wrong)


def test_a_faulty_signer_is_noticed_before_anything_leaves():
    draft = compose("kps", CLAIMS, SL_STATUS.key)
    for wrong in (bytes(64), SL_STATUS.sign(b"something else"), b""):
        with pytest.raises(BadSignature):
            finish(draft, wrong)


def test_only_known_types_are_composed():
    with pytest.raises(ValueError, match="no document has the type"):
        compose("kpx", CLAIMS, SL_STATUS.key)


def test_step_1_size():
    assert refused(GOOD, limit=len(GOOD) - 1) == (Malformed, "too_large")
    assert opened(GOOD, limit=len(GOOD))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "cut"),
        (GOOD[:-1], "cut"),
        (GOOD + b"\0", "trailing_bytes"),
        (GOOD[1:], "not_a_statement"),
        (encode(Tag18([])), "not_a_statement"),
        (encode(Tag18({})), "not_a_statement"),
        (joined(*parts(GOOD), b""), "not_a_statement"),
        (joined(*parts(GOOD)[:3], None), "not_a_statement"),
        (joined(*parts(GOOD)[:2], [], b""), "not_a_statement"),
        (joined({}, *parts(GOOD)[1:]), "not_a_statement"),
        (joined(parts(GOOD)[0], [], *parts(GOOD)[2:]), "not_a_statement"),
        (encode([Tag18(parts(GOOD))]), "not_a_statement"),
    ],
)
def test_step_2_spelling(data, code):
    assert refused(data) == (Malformed, code)


@pytest.mark.parametrize(
    ("header", "error", "code"),
    [
        (b"", Malformed, "cut"),
        (encode([]), Malformed, "header"),
        ({}, Malformed, "header"),
        ({1: -19, 16: "kps"}, Malformed, "header"),
        ({**HEADER, 3: 0}, Malformed, "header"),
        ({**HEADER, 2: [3]}, Malformed, "header"),
        ({**HEADER, 1: "Ed25519"}, Malformed, "header"),
        ({**HEADER, 4: SL_STATUS.key.kid[:7]}, Malformed, "header"),
        ({**HEADER, 4: "12345678"}, Malformed, "header"),
        ({**HEADER, 16: 5}, Malformed, "header"),
        ({**HEADER, 1: -7}, Unsupported, "algorithm"),
        ({**HEADER, 1: 0}, Unsupported, "algorithm"),
        ({**HEADER, 16: "kpz"}, Unsupported, "unknown_type"),
        ({**HEADER, 16: "kpl"}, Unsupported, "wrong_type"),
    ],
)
def test_step_3_header(header, error, code):
    assert refused(signed(header)) == (error, code)


@pytest.mark.parametrize("label", [0, 1, 4, 16, -70003, -70004, 395, "394"])
def test_step_3_nothing_else_stands_outside_the_signature(label):
    assert refused(signed(HEADER, unprotected={label: b""})) == (Malformed, "unprotected")


def test_step_3_nothing_stands_outside_as_null():
    """Null must not read as absent: the same statement would have a second spelling."""
    for typ, label in (("kps", RECEIPTS), ("kpc", RECEIPTS), ("kpc", PRIVATE)):
        good = GOOD if typ == "kps" else certificate_document()
        protected, _, payload, signature = parts(good)
        assert refused(joined(protected, {label: None}, payload, signature), typ=typ) == (Malformed, "unprotected")


def test_step_3_a_header_hidden_outside_does_not_count():
    assert refused(joined(b"", HEADER, *parts(GOOD)[2:]))[0] is Malformed


def test_step_4_key():
    by_stranger = signed({**HEADER, 1: -9, 4: STRANGER.key.kid}, by=STRANGER)
    assert refused(by_stranger) == (Untrusted, "unknown_key")
    assert refused(GOOD, KeyTable([])) == (Untrusted, "unknown_key")
    assert refused(signed({**HEADER, 1: -9})) == (Untrusted, "algorithm")
    certificate_key = signed({1: -9, 4: SL_CERTIFICATE.key.kid, 16: "kps"}, by=SL_CERTIFICATE)
    assert refused(certificate_key) == (Untrusted, "key_use")


@pytest.mark.parametrize("typ", USES)
@pytest.mark.parametrize("use", KeyUse)
def test_step_4_each_type_has_its_own_kind_of_key(typ, use):
    data = seal(typ, CLAIMS, SL_STATUS)
    keys = KeyTable([record(SL_STATUS, use)])
    if USES[typ] is use:
        assert opened(data, keys, typ).typ == typ
    else:
        assert refused(data, keys, typ) == (Untrusted, "key_use")


@pytest.mark.parametrize(
    ("claims", "error", "code"),
    [
        ({**CLAIMS, 1: "EU"}, Untrusted, "wrong_issuer"),
        ({**CLAIMS, 1: "sl"}, Untrusted, "wrong_issuer"),
        ({**CLAIMS, 1: b"SL"}, Malformed, "claims"),
        ({6: SECONDS}, Malformed, "claims"),
        ([], Malformed, "claims"),
        (b"", Malformed, "claims"),
    ],
)
def test_step_5_issuer(claims, error, code):
    assert refused(signed(HEADER, claims)) == (error, code)


def test_step_5_comes_before_the_signature_and_the_claims_after():
    first, _, payload, _ = parts(signed(HEADER, {**CLAIMS, 1: "EU"}))
    assert refused(joined(first, {}, payload, bytes(64))) == (Untrusted, "wrong_issuer")
    first, _, payload, _ = parts(signed(HEADER, {1: "SL"}))
    assert refused(joined(first, {}, payload, bytes(64)))[0] is BadSignature


def test_step_6_signature():
    protected, unprotected, payload, signature = parts(GOOD)
    other = encode({**CLAIMS, 6: SECONDS + 1})
    assert refused(joined(protected, unprotected, other, signature)) == (BadSignature, "bad_signature")
    assert refused(joined(protected, unprotected, payload, signature[:63])) == (BadSignature, "signature_length")
    impostor = signer("impostor", "Ed25519")
    faked = Unsigned(protected, payload, SL_STATUS.key)
    assert refused(joined(protected, {}, payload, impostor.sign(faked.to_sign))) == (BadSignature, "bad_signature")


@pytest.mark.parametrize(
    ("claims", "error", "code"),
    [
        ({1: "SL"}, Malformed, "claims"),
        ({**CLAIMS, 6: "1"}, Malformed, "claims"),
        ({**CLAIMS, 6: True}, Malformed, "claims"),
        ({**CLAIMS, 6: None}, Malformed, "claims"),
        ({**CLAIMS, 4: None}, Malformed, "claims"),
        ({**CLAIMS, 4: True}, Malformed, "claims"),
        ({**CLAIMS, 4: SECONDS}, Malformed, "dates"),
        ({**CLAIMS, 4: 2**63}, Malformed, "dates"),
        ({**CLAIMS, 6: 2**63}, Malformed, "dates"),
        ({**CLAIMS, 6: -1}, Malformed, "dates"),
        ({**CLAIMS, 6: 0}, Untrusted, "key_life"),
        ({**CLAIMS, 6: int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())}, Untrusted, "key_life"),
    ],
)
def test_step_7_claims(claims, error, code):
    assert refused(signed(HEADER, claims)) == (error, code)


def test_step_7_the_first_second_of_a_key_counts_and_the_last_is_the_one_before_its_end():
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    for at in (first, last):
        assert opened(signed(HEADER, {**CLAIMS, 6: int(at.timestamp())})).issued_at == at
    ends = opened(signed(HEADER, {**CLAIMS, 4: SECONDS + 1}))
    assert ends.expires_at == datetime.fromtimestamp(SECONDS + 1, UTC)


# --- Step 8: receipts of the log.


def test_step_8_a_receipt_proves_that_the_log_held_the_public_form():
    data = logged(GOOD)
    (entry,) = opened(data).logged
    assert (entry.index, entry.checkpoint.size, entry.at) == (6, 8, AT)
    assert opened(data).public_form == GOOD == public_form(data)
    assert with_receipts(data, []) == GOOD


def test_step_8_a_private_part_stays_beside_the_receipts():
    full = certificate_document()
    data = logged(full)
    assert private_part(data) == private_part(full) and with_receipts(data, []) == full
    with pytest.raises(Malformed) as refusal:
        private_part(GOOD)
    assert refusal.value.code == "public_form"


def receipt():
    return parts(logged(GOOD))[1][RECEIPTS][0]


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        (lambda r: [], Malformed, "receipts"),
        (lambda r: [r] * 5, Malformed, "receipts"),
        (lambda r: r, Malformed, "receipts"),
        (lambda r: None, Malformed, "unprotected"),
        (lambda r: [None], Malformed, "receipts"),
        (lambda r: [r[:3]], Malformed, "receipts"),
        (lambda r: [[*r, 0]], Malformed, "receipts"),
        (lambda r: [[r[0], r[1], True, r[3]]], Malformed, "receipts"),
        (lambda r: [[r[0], r[1], r[2], [*r[3], b""]]], Malformed, "receipts"),
        (lambda r: [[bytes(8), *r[1:]]], Untrusted, "unknown_key"),
        (lambda r: [[SL_STATUS.key.kid, *r[1:]]], Untrusted, "wrong_log"),
        (lambda r: [[r[0], b"", *r[2:]]], Malformed, "checkpoint"),
        (lambda r: [[r[0], r[1], 0, r[3]]], BadSignature, "proof"),
        (lambda r: [[r[0], r[1], -1, r[3]]], BadSignature, "proof"),
        (lambda r: [[r[0], r[1], 2**60, r[3]]], BadSignature, "proof"),
        (lambda r: [[*r[:3], r[3][:-1]]], BadSignature, "proof"),
        (lambda r: [[*r[:3], [*r[3], leaf_hash(b"")]]], BadSignature, "proof"),
        (lambda r: [r, [*r[:3], r[3][:-1]]], BadSignature, "proof"),
    ],
)
def test_step_8_every_receipt_proves_or_all_is_refused(change, error, code):
    data = joined(parts(GOOD)[0], {RECEIPTS: change(receipt())}, *parts(GOOD)[2:])
    assert refused(data) == (error, code)


def test_step_8_a_receipt_is_for_one_document():
    other = signed(HEADER, {**CLAIMS, 6: SECONDS + 1})
    assert refused(with_receipts(other, [receipt()])) == (BadSignature, "proof")


def test_step_8_the_log_is_the_issuers_own_and_its_key_in_force():
    eu_log = keys_with(log=record(SL_LOG, KeyUse.LOG, "EU"))
    assert refused(logged(GOOD), eu_log) == (Untrusted, "wrong_log")
    late = logged(GOOD, at=datetime(2028, 1, 1, tzinfo=UTC))
    assert refused(late) == (Untrusted, "key_life")
    revoked = keys_with(log=record(SL_LOG, KeyUse.LOG, revoked_from_log_size=7))
    assert refused(logged(GOOD), revoked) == (Untrusted, "key_revoked")
    before = keys_with(log=record(SL_LOG, KeyUse.LOG, revoked_from_log_size=8))
    assert opened(logged(GOOD), before).logged


def test_step_8_a_revoked_key_needs_proof_from_before():
    def revoked(size):
        return keys_with(status=record(SL_STATUS, KeyUse.STATUS, revoked_from_log_size=size))

    assert refused(GOOD, revoked(1000)) == (Untrusted, "key_revoked")
    assert refused(logged(GOOD, others=6), revoked(6)) == (Untrusted, "key_revoked")
    assert opened(logged(GOOD, others=6), revoked(7)).logged[0].index == 6


def test_step_8_receipts_have_one_order():
    early, late = (parts(logged(GOOD, others=others))[1][RECEIPTS][0] for others in (3, 6))
    assert [entry.index for entry in opened(with_receipts(GOOD, [early, late])).logged] == [3, 6]
    for wrong in ([late, early], [early, early]):
        assert refused(with_receipts(GOOD, wrong)) == (Malformed, "receipts")


def test_receipts_are_a_list():
    with pytest.raises(Malformed):
        open_receipts(GOOD, (), KEYS, "SL")


@pytest.mark.parametrize("reader", [type_of, public_form, private_part, lambda data: with_receipts(data, [])])
@pytest.mark.parametrize("data", [b"", b"\xd2", b"\x80", GOOD + b"\0", encode(Tag18([b"", {}, b"", None]))])
def test_helpers_refuse_what_is_no_statement(reader, data):
    with pytest.raises(Malformed):
        reader(data)


def test_a_confirmation_key_of_another_participant_does_not_open_ours():
    data = seal("kpi", {1: "SL", 6: SECONDS}, EU_CONFIRMATION)
    assert refused(data, typ="kpi") == (Untrusted, "wrong_issuer")
