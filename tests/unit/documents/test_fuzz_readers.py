"""G9: whatever bytes come, a reader of this ring answers or raises a ``DocumentError``; nothing else, and soon.

``OPENKP_FUZZ_EXAMPLES`` sets how many inputs each reader gets (default 100).
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.certificate_fields_v1 import FIELDS, private_fields
from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.checkpoint import open_checkpoint, sign_checkpoint
from openkp.documents.claims import COMMITTED
from openkp.documents.confirmation_v1 import FIELDS as FOUND
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.documents.disclosure import disclose, read_disclosure, read_shown
from openkp.documents.envelope import (
    PRIVATE,
    RECEIPTS,
    Unsigned,
    compose,
    finish,
    open_envelope,
    private_part,
    public_form,
    type_of,
    with_receipts,
)
from openkp.documents.errors import DocumentError
from openkp.documents.filing_v1 import FIELDS as FILED
from openkp.documents.filing_v1 import FILING, read_filing
from openkp.documents.keys import COSE_ALGORITHMS, PublicKey, SoftSigner, new_private_key
from openkp.documents.questionnaire_v1 import read_questionnaire
from openkp.documents.status import open_status_list, seal_status_list
from openkp.documents.status_statement_v1 import read_status_statement
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import read_proof, write_proof
from openkp.documents.total_v1 import read_total
from tests.unit.documents.makers import (
    AT,
    EU_CONFIRMATION,
    KEYS,
    SECRETARIAT,
    SEED,
    SL_CERTIFICATE,
    SL_LOG,
    SL_STATUS,
    certificate,
    certificate_document,
    confirmation_document,
    logged,
    statement_document,
)
from tests.unit.documents.statistics_makers import filing_document, questionnaire_document
from tests.unit.documents.test_canonical import values
from tests.unit.documents.total_world import Book
from tests.unit.documents.total_world import document as total_certificate

EXAMPLES = int(os.environ.get("OPENKP_FUZZ_EXAMPLES", "100"))
many = settings(max_examples=EXAMPLES, deadline=timedelta(seconds=2), suppress_health_check=list(HealthCheck))

CERTIFICATE, CONFIRMATION, STATEMENT = certificate_document(), confirmation_document(), statement_document()
LIST = seal_status_list(
    [0, 1, 2, 3] * 20,
    SL_STATUS,
    uri="https://kp.gov.sl/status/26",
    issuer="SL",
    at=AT,
    expires=AT + timedelta(days=7),
    ttl=timedelta(hours=6),
)
BOOK = Book([total_certificate(1), total_certificate(2)])
READERS = {
    "kpc": (lambda data: read_certificate(open_envelope(data, KEYS, typ="kpc")), SL_CERTIFICATE, CERTIFICATE),
    "kpi": (lambda data: read_confirmation(open_envelope(data, KEYS, typ="kpi")), EU_CONFIRMATION, CONFIRMATION),
    "kps": (lambda data: read_status_statement(open_envelope(data, KEYS, typ="kps")), SL_STATUS, STATEMENT),
    "kpl": (lambda data: open_status_list(data, KEYS), SL_STATUS, LIST),
    "kpf": (lambda data: read_filing(open_envelope(data, KEYS, typ="kpf")), SL_STATUS, filing_document()),
    "kpq": (
        lambda data: read_questionnaire(open_envelope(data, KEYS, typ="kpq")),
        SECRETARIAT,
        questionnaire_document(),
    ),
    "kpn": (lambda data: read_total(open_envelope(data, KEYS, typ="kpn"), KEYS), SL_STATUS, BOOK.total()),
}


def proven(data):
    """Reading a proof raises one error; checking what was read raises nothing."""
    assert check_proof(read_proof(data), Known(keyring=KEYS)).checks


def held(data):
    assert check_proof(read_proof(data), Known(keyring=KEYS, certificate=BOOK.documents[1])).checks


SAMPLES = {
    **{typ: (read, data) for typ, (read, _, data) in READERS.items()},
    "logged": (READERS["kpc"][0], logged(CERTIFICATE)),
    "disclosure": (lambda data: read_disclosure(data, KEYS), disclose(CERTIFICATE, ["lines", "remarks"])),
    "proof": (proven, write_proof(BOOK.opened())),
    "holder's proof": (held, write_proof(BOOK.holder(1))),
    "shown confirmation": (lambda data: read_shown(data, KEYS, typ="kpi"), disclose(CONFIRMATION, ["lines"])),
    "checkpoint": (
        lambda data: open_checkpoint(data, SL_LOG.key),
        sign_checkpoint("kp.gov.sl/log", 1, bytes(32), SL_LOG, AT),
    ),
    "intent": (Unsigned.from_bytes, compose("kps", {1: "SL", 6: 1}, SL_STATUS.key).to_bytes()),
    "type": (type_of, CERTIFICATE),
    "public form": (public_form, CERTIFICATE),
    "private part": (private_part, CERTIFICATE),
    "receipts": (lambda data: with_receipts(data, []), CERTIFICATE),
    "key": (lambda data: PublicKey("ESP256", data), SL_CERTIFICATE.key.cose_key),
    "edwards key": (lambda data: PublicKey("Ed25519", data), SL_STATUS.key.cose_key),
    "private key": (SoftSigner.from_pem, new_private_key("ESP256", SEED * 2)),
    "signature": (lambda data: SL_CERTIFICATE.key.verify(data, b""), SL_CERTIFICATE.sign(b"")),
}


@st.composite
def mangled(draw, data: bytes):
    """``data`` with pieces cut out, put in, repeated or replaced; or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from([b"", data[start:end] * 2, encode(draw(values_small))]) | st.binary(max_size=8))
        data = data[:start] + piece + data[end:]
    return data


values_small = st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=8) | st.none() | st.booleans() | st.just([[]])


@pytest.mark.parametrize("name", SAMPLES)
@many
@given(data=st.data())
def test_mangled_bytes_raise_one_error(name, data):
    read, sample = SAMPLES[name]
    try:
        read(data.draw(mangled(sample)))
    except DocumentError as error:
        assert error.code and error.kind in ("malformed", "unsupported", "bad_signature", "untrusted")


def altered(draw, value):
    """``value`` with one part of it, anywhere inside, replaced by something else."""
    inside = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not inside or draw(st.integers(0, 2)) == 0:
        return draw(st.none() | values())
    key = draw(st.sampled_from(inside))
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = altered(draw, value[key])
    return copy


@pytest.mark.parametrize("typ", READERS)
@many
@given(data=st.data())
def test_altered_claims_that_a_true_key_signed_raise_one_error(typ, data):
    """Past the signature: a faulty or hostile issuer. The claims are altered before they are signed."""
    read, signer, sample = READERS[typ]
    protected, unprotected, payload, _ = decode(sample).value
    try:
        unsigned = Unsigned(protected, encode(altered(data.draw, decode(payload))), signer.key, unprotected)
        read(finish(unsigned, signer.sign(unsigned.to_sign)))
    except DocumentError:
        pass


@pytest.mark.parametrize("typ", ["kpc", "kpi", "kpf"])
@many
@given(data=st.data())
def test_altered_fields_that_a_true_key_committed_to_raise_one_error(typ, data):
    read, signer, sample = READERS[typ]
    fields_of = {"kpc": FIELDS, "kpi": FOUND, "kpf": FILED}[typ]
    claims = decode(decode(sample).value[2])
    label = COMMITTED if typ != "kpf" else FILING
    fields = fields_of.open(private_part(sample), claims[label][-1])
    key = data.draw(st.sampled_from(sorted(fields)))
    try:
        private, root = fields_of.commit(SEED, fields | {key: altered(data.draw, fields[key])})
        claims[label] = [*claims[label][:-1], root]
        unsigned = compose(typ, claims, signer.key, unprotected={PRIVATE: private})
        read(finish(unsigned, signer.sign(unsigned.to_sign)))
    except DocumentError:
        pass
    except ValueError as error:
        assert "not null" in str(error)


@many
@given(data=st.data())
def test_altered_parts_outside_the_signature_raise_one_error(data):
    protected, unprotected, payload, signature = decode(logged(CERTIFICATE)).value
    label = data.draw(st.sampled_from([PRIVATE, RECEIPTS]))
    other = unprotected | {label: altered(data.draw, unprotected[label])}
    if other == unprotected:
        return
    with pytest.raises(DocumentError):
        READERS["kpc"][0](encode(Tag18([protected, other, payload, signature])))


@pytest.mark.parametrize("head", [b"\x9b", b"\xbb", b"\x5b", b"\x7b", b"\x1b", b"\xdb", b"\x9a", b"\xba", b"\x5a"])
@pytest.mark.parametrize("length", [b"\xff" * 8, b"\x00\x00\x00\x7f" + b"\xff" * 4, b"\x7f" + b"\xff" * 7])
def test_a_huge_length_costs_nothing(head, length):
    for read, _ in SAMPLES.values():
        for data in (head + length, b"\xd2\x84" + head + length, head + length + bytes(60_000)):
            with pytest.raises(DocumentError):
                read(data)


@pytest.mark.parametrize("byte", [b"\x81", b"\xd2", b"\xa1", b"\x9f", b"\xbf", b"\x00"])
def test_deep_nesting_costs_nothing(byte):
    for read, _ in SAMPLES.values():
        with pytest.raises(DocumentError):
            read(byte * 65_536)


def test_the_samples_are_good():
    for read, sample in SAMPLES.values():
        read(sample)
    assert private_fields(certificate()) and set(COSE_ALGORITHMS) == {"ESP256", "Ed25519"}
