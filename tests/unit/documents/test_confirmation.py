"""The import confirmation as a document: public for the log, whole for the issuer."""

from datetime import UTC, datetime

import pytest

from openkp.documents.canonical import decode
from openkp.documents.claims import COMMITTED, SPECIMEN, SUBJECT
from openkp.documents.confirmation_v1 import FIELDS, compose_confirmation, read_confirmation
from openkp.documents.envelope import PRIVATE, compose, finish, open_envelope, public_form
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Untrusted
from openkp.documents.keys import KeyUse
from openkp.scheme.certificates import Outcome
from tests.unit.documents.makers import (
    EU_CONFIRMATION,
    KEYS,
    LINES,
    NUMBER_SIGNED,
    SEED,
    confirmation,
    confirmation_document,
    keys_with,
    record,
)

DOCUMENT = confirmation_document()


def read(data, keys=KEYS):
    return read_confirmation(open_envelope(data, keys, typ="kpi"))


def refused(data, keys=KEYS):
    with pytest.raises(DocumentError) as refusal:
        read(data, keys)
    return type(refusal.value), refusal.value.code


def forged(*, claims=None, fields=None):
    draft = compose_confirmation(confirmation(), key=EU_CONFIRMATION.key, seed16=SEED)
    written = FIELDS.open(draft.unprotected[PRIVATE], decode(draft.payload)[COMMITTED][1]) | (fields or {})
    private, root = FIELDS.commit(SEED, written)
    payload = decode(draft.payload) | {COMMITTED: [NUMBER_SIGNED, root]} | (claims or {})
    unsigned = compose("kpi", payload, EU_CONFIRMATION.key, unprotected={PRIVATE: private})
    return finish(unsigned, EU_CONFIRMATION.sign(unsigned.to_sign))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"outcome": Outcome.REFUSED, "lines": (), "seals_intact": False, "remarks": "Seal 2 was broken."},
        {"outcome": Outcome.DETAINED, "lines": LINES[:1]},
        {"outcome": Outcome.ACCEPTED_WITH_DISCREPANCY},
    ],
)
def test_the_full_form_gives_back_the_confirmation(values):
    found = read(confirmation_document(confirmation(**values)))
    assert found.confirmation == confirmation(**values)
    assert (found.number.checked, found.participant, found.certificate_hash) == (NUMBER_SIGNED, "EU", bytes(32))


def test_the_public_form_names_the_certificate_and_hides_what_was_found():
    public = public_form(DOCUMENT)
    found, whole = read(public), read(DOCUMENT)
    assert found.confirmation is None
    assert (found.root, found.public_hash, found.confirmed_at) == (whole.root, whole.public_hash, whole.confirmed_at)
    for secret in (b"Kono", b"accepted", SEED):
        assert secret in DOCUMENT and secret not in public


def test_fractions_of_a_second_are_dropped():
    value = confirmation(confirmed_at=datetime(2026, 3, 11, 9, 30, 0, 5, tzinfo=UTC))
    assert read(confirmation_document(value)).confirmation == confirmation()


def test_what_would_not_read_the_same_is_not_signed():
    for remarks in ("e\u0301", "two\nlines", "x" * 1001):
        with pytest.raises(Malformed):
            compose_confirmation(confirmation(remarks=remarks), key=EU_CONFIRMATION.key, seed16=SEED)
    with pytest.raises(Malformed):
        compose_confirmation(confirmation(lines=list(LINES)), key=EU_CONFIRMATION.key, seed16=SEED)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({SUBJECT: bytes(31)}, "field"),
        ({SUBJECT: "x" * 32}, "field"),
        ({COMMITTED: [NUMBER_SIGNED[:-1] + "0", bytes(32)]}, "number"),
        ({4: 1_800_000_000}, "dates"),
        ({SPECIMEN: False}, "specimen"),
        ({-70099: 1}, "unknown_field"),
    ],
)
def test_public_claims_have_one_form(claims, code):
    assert refused(forged(claims=claims)) == (Malformed, code)


@pytest.mark.parametrize(
    "fields",
    [
        {8: []},
        {8: [[1, 1, 1, 1]]},
        {13: ""},
        {14: " "},
        {16: "2026-03-12"},
        {16: "yesterday"},
        {17: "lost"},
        {17: 1},
        {18: 1},
        {18: "yes"},
    ],
)
def test_private_fields_are_what_the_law_allows(fields):
    assert refused(forged(fields=fields))[0] is Malformed


def test_an_altered_field_is_refused():
    draft = compose_confirmation(confirmation(), key=EU_CONFIRMATION.key, seed16=SEED)
    other = compose_confirmation(confirmation(seals_intact=False), key=EU_CONFIRMATION.key, seed16=SEED)
    data = finish(draft, EU_CONFIRMATION.sign(draft.to_sign), other.unprotected)
    assert refused(data) == (BadSignature, "private_part")


def test_keys_are_of_the_authority_and_kind():
    other = keys_with(confirmation=record(EU_CONFIRMATION, KeyUse.CONFIRMATION, "EU", authority="DE"))
    assert refused(DOCUMENT, other) == (Untrusted, "wrong_authority")
    specimen = keys_with(confirmation=record(EU_CONFIRMATION, KeyUse.CONFIRMATION, "EU", specimen=True))
    assert refused(DOCUMENT, specimen) == (Untrusted, "specimen")
    assert read(confirmation_document(confirmation(specimen=True)), specimen).confirmation.specimen
