"""The certificate as a document: three forms of one statement, and nothing that the law does not allow."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.certificate_fields_v1 import FIELD_NAMES, FIELDS, private_fields
from openkp.documents.certificate_v1 import Standing, StatusPointer, check_code, compose_certificate, read_certificate
from openkp.documents.claims import COMMITTED, SPECIMEN, STATUS_POINTER
from openkp.documents.disclosure import disclose, read_disclosure
from openkp.documents.envelope import PRIVATE, compose, finish, open_envelope, public_form
from openkp.documents.errors import DocumentError, Malformed, Untrusted
from openkp.documents.keys import KeyUse
from openkp.scheme.goods import Carats, HsSubheading, Line, Origin, OriginMode, Party, USDollars
from openkp.scheme.numbers import CertificateNumber
from tests.unit.documents.makers import (
    AT,
    KEYS,
    LINES,
    NUMBER_SIGNED,
    SEED,
    SL_CERTIFICATE,
    certificate,
    certificate_document,
    keys_with,
    logged,
    record,
)

DOCUMENT = certificate_document()
POINTER = StatusPointer("https://kp.gov.sl/status/26", 4911)


def read(data, keys=KEYS):
    return read_certificate(open_envelope(data, keys, typ="kpc"))


def refused(data, keys=KEYS):
    with pytest.raises(DocumentError) as refusal:
        read(data, keys)
    return type(refusal.value), refusal.value.code


def forged(*, claims=None, fields=None, without=(), private=True):
    """A certificate that its true issuer signed with other claims or fields than our composer would write."""
    committed, root = FIELDS.commit(SEED, private_fields(certificate()) | (fields or {}))
    draft = compose_certificate(certificate(), key=SL_CERTIFICATE.key, seed16=SEED, status=POINTER)
    written = decode(draft.payload) | {COMMITTED: [NUMBER_SIGNED, root]} | (claims or {})
    written = {label: value for label, value in written.items() if label not in without}
    unsigned = compose("kpc", written, SL_CERTIFICATE.key, unprotected={PRIVATE: committed} if private else {})
    return finish(unsigned, SL_CERTIFICATE.sign(unsigned.to_sign))


def test_the_full_form_gives_back_the_certificate():
    found = read(DOCUMENT)
    assert found.certificate == certificate()
    assert (found.number.checked, found.participant, found.specimen) == (NUMBER_SIGNED, "SL", False)
    assert (found.issued_at, found.expires_at) == (AT, datetime(2026, 5, 2, tzinfo=UTC))
    assert found.status == POINTER
    assert found.check_code == check_code(SEED) and len(found.check_code) == 10
    assert certificate_document() == DOCUMENT, "the same certificate, key and seed give the same bytes"


def test_the_public_form_shows_number_and_dates_only():
    public = public_form(DOCUMENT)
    found = read(public)
    assert (found.certificate, found.check_code) == (None, None)
    assert (found.number, found.root, found.public_hash) == (
        read(DOCUMENT).number,
        read(DOCUMENT).root,
        read(DOCUMENT).public_hash,
    )
    assert len(public) < 220 < len(DOCUMENT) < 480
    for secret in (b"Kono", b"Hoveniers", b"SL-77120", SEED):
        assert secret in DOCUMENT and secret not in public


def test_a_logged_certificate_says_so():
    found = read(logged(DOCUMENT))
    assert found.logged[0].index == 6 and found.certificate == certificate()


def test_validity_ends_with_its_last_day():
    found = read(DOCUMENT)
    second = timedelta(seconds=1)
    end = datetime(2026, 5, 2, tzinfo=UTC)
    moments = {AT - second: "not_yet", AT: "current", end - second: "current", end: "expired"}
    for at, standing in moments.items():
        assert found.standing(at) == Standing(standing)


def test_fractions_of_a_second_are_dropped():
    value = certificate(validated_at=AT.replace(microsecond=999_999))
    assert read(certificate_document(value)).certificate.validated_at == AT


PARTIES = st.builds(
    Party,
    name=st.sampled_from(["Kono Diamonds Ltd", "Саха Алмаз", "金伯利", "شركة الماس", "Énergie & Fils"]),
    address=st.sampled_from(["1 Road", "Ул. Ленина 6, Мирный", "x" * 240]),
    country=st.sampled_from(["SL", "BE", "AE", "IN", "RU"]),
)
AMOUNTS = st.integers(1, 10**12 - 1)
ALL_LINES = st.lists(
    st.builds(
        Line,
        hs=st.sampled_from(HsSubheading),
        carats=AMOUNTS.map(Carats.from_hundredths),
        value=AMOUNTS.map(USDollars.from_hundredths),
        parcels=st.integers(1, 99_999),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda line: line.hs,
).map(tuple)
WORDS = st.sampled_from(["A 1", "№ 77", "ZX-0001", "封"])
ORIGINS = st.sets(st.sampled_from(["AO", "BW", "SL", "ZA"])).map(
    lambda codes: Origin(
        [OriginMode.MIXED, OriginMode.SINGLE, OriginMode.MIXED_LISTED][min(len(codes), 2)], tuple(sorted(codes))
    )
)


@given(
    st.fixed_dictionaries(
        {
            "origin": ORIGINS,
            "exporter": PARTIES,
            "importer": PARTIES,
            "lines": ALL_LINES,
            "seals": st.lists(WORDS, min_size=1, max_size=4).map(tuple),
            "predecessors": st.lists(WORDS, max_size=3).map(tuple),
            "blank_serial": WORDS | st.just(""),
            "parcel_reference": WORDS | st.just(""),
            "remarks": WORDS | st.just(""),
        }
    )
)
@settings(max_examples=40)
def test_every_certificate_reads_back(values):
    value = certificate(**values)
    assert read(certificate_document(value)).certificate == value


@pytest.mark.parametrize(
    "values",
    [
        {"remarks": "e\u0301"},
        {"remarks": "two\nlines"},
        {"remarks": "x" * 1001},
        {"remarks": " spaces "},
        {"seals": ("SL\u202e1",)},
        {"seals": ("",)},
        {"blank_serial": "x" * 81},
        {"predecessors": ("\ud800",)},
        {"authority": ""},
        {"seals": ["a list, which reads back as a tuple"]},
    ],
)
def test_what_would_not_read_the_same_is_not_signed(values):
    with pytest.raises(Malformed):
        compose_certificate(certificate(**values), key=SL_CERTIFICATE.key, seed16=SEED, status=POINTER)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({COMMITTED: ["SL004911", bytes(32)]}, "number"),
        ({COMMITTED: [NUMBER_SIGNED[:-1] + "0", bytes(32)]}, "number"),
        ({COMMITTED: ["sl0049116", bytes(32)]}, "number"),
        ({COMMITTED: ["SL 0049116", bytes(32)]}, "number"),
        ({COMMITTED: [NUMBER_SIGNED, bytes(31)]}, "field"),
        ({COMMITTED: [NUMBER_SIGNED]}, "field"),
        ({COMMITTED: NUMBER_SIGNED}, "field"),
        ({COMMITTED: [NUMBER_SIGNED, bytes(32), 1]}, "field"),
        ({STATUS_POINTER: {}}, "field"),
        ({STATUS_POINTER: {"status_list": {"idx": 1}}}, "field"),
        ({STATUS_POINTER: {"status_list": {"idx": -1, "uri": "x"}}}, "field"),
        ({STATUS_POINTER: {"status_list": {"idx": 2**31, "uri": "x"}}}, "field"),
        ({STATUS_POINTER: {"status_list": {"idx": 1, "uri": ""}}}, "field"),
        ({STATUS_POINTER: {"status_list": {"idx": 1, "uri": "x", "more": 1}}}, "unknown_field"),
        ({STATUS_POINTER: {"status_list": {"idx": 1, "uri": "x"}, "more": 1}}, "unknown_field"),
        ({SPECIMEN: False}, "specimen"),
        ({SPECIMEN: 1}, "field"),
        ({4: 1_777_680_001}, "dates"),
        ({-70099: "something new"}, "unknown_field"),
        ({"note": "something new"}, "unknown_field"),
    ],
)
def test_public_claims_have_one_form(claims, code):
    assert refused(forged(claims=claims)) == (Malformed, code)


def test_a_certificate_ends():
    assert refused(forged(without=[4])) == (Malformed, "dates")


@pytest.mark.parametrize(
    "fields",
    [
        {2: ["SL", "AO"]},
        {2: ["SL", "SL"]},
        {2: ["sl"]},
        {2: [1]},
        {2: "SL"},
        {3: ""},
        {3: "x" * 121},
        {3: 5},
        {4: ["SL"]},
        {4: ["SL", 5]},
        {4: ["Sierra Leone", "street"]},
        {7: "Belgium"},
        {8: []},
        {8: [[710231, 1, 1, 1], [710231, 1, 1, 1]]},
        {8: [[710231, 0, 1, 1]]},
        {8: [[710231, 1, 0, 1]]},
        {8: [[710231, 1, 1, 0]]},
        {8: [[710231, -1, 1, 1]]},
        {8: [[710231, 10**12, 1, 1]]},
        {8: [[710231, 2**64 - 1, 1, 1]]},
        {8: [[710239, 1, 1, 1]]},
        {8: [[True, 1, 1, 1]]},
        {8: [[710231, 1, 1]]},
        {8: [{}]},
        {8: [[710231, 1, 1, 1]] * 21},
        {9: []},
        {9: [7]},
        {9: "SL-1"},
        {9: [" SL-1"]},
        {9: ["S"] * 201},
        {10: ""},
        {11: []},
        {12: []},
        {13: "x" * 1001},
        {13: "tab\t"},
        {14: ""},
        {15: "2026-3-2"},
        {15: "20260302"},
        {15: "2026-02-30"},
        {15: "2026-05-02"},
        {15: "2026-W10-1"},
        {15: 20},
    ],
)
def test_private_fields_are_what_the_law_allows(fields):
    assert refused(forged(fields=fields))[0] is Malformed


@pytest.mark.parametrize("key", [2, 3, 4, 5, 6, 7, 8, 9, 14, 15])
def test_no_needed_field_may_be_absent(key):
    fields = {name: value for name, value in private_fields(certificate()).items() if name != key}
    committed, root = FIELDS.commit(SEED, fields)
    draft = compose_certificate(certificate(), key=SL_CERTIFICATE.key, seed16=SEED, status=POINTER)
    claims = decode(draft.payload) | {COMMITTED: [NUMBER_SIGNED, root]}
    unsigned = compose("kpc", claims, SL_CERTIFICATE.key, unprotected={PRIVATE: committed})
    assert refused(finish(unsigned, SL_CERTIFICATE.sign(unsigned.to_sign)))[0] is Malformed


def test_a_number_with_another_prefix_is_refused_in_both_forms():
    number = CertificateNumber("BW", "000123").checked
    root = FIELDS.commit(SEED, private_fields(certificate()))[1]
    for private in (True, False):
        data = forged(claims={COMMITTED: [number, root]}, private=private)
        assert refused(data)[0] is Malformed


def test_specimens_have_keys_of_their_own():
    specimen = certificate_document(certificate(specimen=True))
    keys = keys_with(certificate=record(SL_CERTIFICATE, KeyUse.CERTIFICATE, specimen=True))
    assert read(specimen, keys).certificate == certificate(specimen=True)
    assert refused(specimen) == (Untrusted, "specimen")
    assert refused(DOCUMENT, keys) == (Untrusted, "specimen")
    assert refused(public_form(specimen)) == (Untrusted, "specimen")


def test_an_authority_signs_with_its_own_key():
    for authority, fits in (("", True), ("NMA", True), ("GGDO", False)):
        keys = keys_with(certificate=record(SL_CERTIFICATE, KeyUse.CERTIFICATE, authority=authority))
        if fits:
            assert read(DOCUMENT, keys).certificate
        else:
            assert refused(DOCUMENT, keys) == (Untrusted, "wrong_authority")


def test_a_place_in_a_status_list_is_checked():
    for uri, index in (("", 0), ("x" * 241, 0), ("x", -1), ("x", 2**31)):
        with pytest.raises(ValueError, match="status list"):
            StatusPointer(uri, index)


# --- Selective disclosure.


def test_a_bank_sees_what_the_holder_chose_and_no_more():
    data = disclose(DOCUMENT, ["origin", "lines", "remarks"])
    document, shown = read_disclosure(data, KEYS)
    assert shown == {
        "origin": ["SL"],
        "lines": [[710231, 123456, 30864000, 2], [710221, 1005, 12060, 1]],
        "remarks": None,
    }
    assert document.number.checked == NUMBER_SIGNED and document.certificate is None
    for secret in (b"Kono", b"Hoveniers", b"SL-77120", SEED):
        assert secret not in data
    assert set(read_disclosure(disclose(DOCUMENT, FIELD_NAMES), KEYS)[1]) == set(FIELD_NAMES)


def test_disclosing_needs_the_full_form_and_known_names():
    with pytest.raises(Malformed):
        disclose(public_form(DOCUMENT), ["origin"])
    with pytest.raises(ValueError, match="no field 'price'"):
        disclose(DOCUMENT, ["origin", "price"])
    with pytest.raises(ValueError, match="at least one"):
        disclose(DOCUMENT, [])


def test_what_is_not_a_disclosure_is_refused():
    good = decode(disclose(DOCUMENT, ["origin", "destination"]))
    label, public, entries = good
    key, spelling, salt, path = entries[0]
    wrong = [
        [],
        ["kpc", public, entries],
        [label, public, []],
        [label, DOCUMENT, entries],
        [label, logged(public), entries],
        [label, public[:-1], entries],
        [label, public, entries[::-1]],
        [label, public, [entries[0], entries[0]]],
        [label, public, [[True, spelling, salt, path]]],
        [label, public, [[key, spelling, salt[:15], path]]],
        [label, public, [[key, spelling, salt, [*path[:-1], b""]]]],
        [label, public, [[key, spelling, salt, path[:-1]]]],
        [label, public, [[key, spelling + b"\0", salt, path]]],
        [label, public, [[key, encode(["AO"]), salt, path]]],
        [label, public, [[key, ["SL"], salt, path]]],
        [label, public, [[key + 1, spelling, salt, path]]],
        [label, public, [key]],
        [label, public, entries, 0],
        Tag18(good),
    ]
    for value in wrong:
        with pytest.raises(DocumentError):
            read_disclosure(encode(value), KEYS)
    assert read_disclosure(encode(good), KEYS)


def test_line_values_are_whole_hundredths():
    assert private_fields(certificate())[8] == [[710231, 123456, 30864000, 2], [710221, 1005, 12060, 1]]
    assert private_fields(certificate(issued_on=date(2026, 3, 1)))[15] == "2026-03-01"
    assert certificate().lines == LINES
