"""Status statements: the issuer's last word on a certificate, with a reason of the closed list."""

from datetime import datetime, timedelta, timezone

import pytest

from openkp.documents.canonical import decode
from openkp.documents.envelope import compose, finish, open_envelope
from openkp.documents.errors import DocumentError, Malformed, Untrusted
from openkp.documents.keys import KeyUse
from openkp.documents.status_statement_v1 import (
    KIND,
    NOTE,
    NUMBER,
    REASON,
    Kind,
    compose_status_statement,
    read_status_statement,
)
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.void_reasons import VOID_REASONS
from tests.unit.documents.makers import (
    AT,
    KEYS,
    NUMBER_SIGNED,
    SL_STATUS,
    keys_with,
    record,
    statement,
    statement_document,
)


def read(data, keys=KEYS):
    return read_status_statement(open_envelope(data, keys, typ="kps"))


def forged(**changes):
    """A statement with other claims, honestly signed."""
    draft = compose_status_statement(statement(), key=SL_STATUS.key)
    names = {
        "number": NUMBER,
        "kind": KIND,
        "reason": REASON,
        "note": NOTE,
        "end": 4,
        "more": -70099,
        "subject": -70005,
    }
    claims = decode(draft.payload) | {names[name]: value for name, value in changes.items()}
    claims = {label: value for label, value in claims.items() if value is not None}
    unsigned = compose("kps", claims, SL_STATUS.key)
    return finish(unsigned, SL_STATUS.sign(unsigned.to_sign))


@pytest.mark.parametrize(
    "values",
    [
        *({"reason": reason, "note": "Bought by another."} for reason in VOID_REASONS),
        {"kind": "received", "reason": ""},
        {"kind": Kind.EXPIRED_UNUSED, "reason": "", "note": "Nothing was shipped."},
    ],
)
def test_a_statement_reads_back(values):
    found = read(statement_document(statement(**values)))
    value = statement(**values)
    for name in ("number", "certificate_hash", "participant", "kind", "at", "reason", "note", "specimen"):
        assert getattr(found, name) == getattr(value, name)
    assert len(found.public_hash) == 32


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "forgotten"},
        {"kind": "void", "reason": ""},
        {"kind": "void", "reason": "weather"},
        {"kind": "received", "reason": "printer_error"},
        {"kind": "received", "reason": "weather"},
        {"reason": "other"},
        {"note": "two\nlines"},
        {"note": "x" * 501},
        {"certificate_hash": bytes(31)},
        {"at": AT.replace(tzinfo=None)},
        {"at": AT.astimezone(timezone(timedelta(hours=1)))},
        {"participant": "EU"},
    ],
)
def test_what_cannot_be_is_not_built(values):
    with pytest.raises(ValueError):  # each has words of its own
        statement(**values)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": NUMBER_SIGNED[:-1] + "0"},
        {"kind": "forgotten"},
        {"kind": None},
        {"reason": None},
        {"reason": "weather"},
        {"reason": ""},
        {"reason": "other"},
        {"note": ""},
        {"note": "two\nlines"},
        {"subject": bytes(31)},
        {"end": int(datetime.timestamp(AT)) + 1},
        {"more": 1},
    ],
)
def test_other_claims_are_malformed(changes):
    with pytest.raises(Malformed):
        read(forged(**changes))


def test_only_the_issuer_speaks_of_its_certificate():
    with pytest.raises(Untrusted) as refusal:
        read(forged(number=CertificateNumber("BW", "000123").checked))
    assert refusal.value.code == "wrong_issuer"


def test_specimens_have_keys_of_their_own():
    specimen = keys_with(status=record(SL_STATUS, KeyUse.STATUS, specimen=True))
    assert read(statement_document(statement(specimen=True)), specimen).specimen
    for data, keys in ((statement_document(), specimen), (statement_document(statement(specimen=True)), KEYS)):
        with pytest.raises(DocumentError) as refusal:
            read(data, keys)
        assert refusal.value.code == "specimen"


def test_fractions_of_a_second_are_dropped():
    assert read(statement_document(statement(at=AT.replace(microsecond=1)))).at == AT
