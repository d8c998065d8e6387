"""G7: whatever single byte is changed, added or taken away, no document is accepted but the one that was signed.

``OPENKP_TAMPER=all`` tries every change of every form; without it the larger forms are sampled.
"""

import os

import pytest

from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.documents.disclosure import disclose, read_disclosure
from openkp.documents.envelope import open_envelope, public_form
from openkp.documents.errors import BadSignature, DocumentError
from openkp.documents.status_statement_v1 import read_status_statement
from tests.unit.documents.makers import KEYS, certificate_document, confirmation_document, logged, statement_document
from tests.unit.documents.test_keys import twin

ALL = os.environ.get("OPENKP_TAMPER") == "all"
SAMPLE = range(256) if ALL else (0x00, 0x01, 0x17, 0x18, 0x20, 0x40, 0x60, 0x7F, 0x80, 0xA0, 0xD2, 0xF6, 0xFF)
FULL = certificate_document()


def certificate(data):
    return read_certificate(open_envelope(data, KEYS, typ="kpc"))


FORMS = {
    "full": (FULL, certificate, range(256)),
    "public": (public_form(FULL), certificate, SAMPLE),
    "logged": (logged(FULL), certificate, SAMPLE),
    "disclosed": (disclose(FULL, ["origin", "predecessors"]), lambda data: read_disclosure(data, KEYS), SAMPLE),
    "confirmation": (
        confirmation_document(),
        lambda data: read_confirmation(open_envelope(data, KEYS, typ="kpi")),
        SAMPLE,
    ),
    "status statement": (
        logged(statement_document()),
        lambda data: read_status_statement(open_envelope(data, KEYS, typ="kps")),
        SAMPLE,
    ),
}
forms = pytest.mark.parametrize("form", FORMS)


def accepted(read, data) -> bool:
    """Whether ``data`` is accepted; any exception but ours fails the test."""
    try:
        read(data)
    except DocumentError:
        return False
    return True


@forms
def test_no_changed_byte_is_accepted(form):
    data, read, values = FORMS[form]
    assert accepted(read, data)
    wrong = [
        (at, value)
        for at, byte in enumerate(data)
        for value in values
        if value != byte and accepted(read, data[:at] + bytes([value]) + data[at + 1 :])
    ]
    assert wrong == []


@forms
def test_no_byte_more_or_less_is_accepted(form):
    data, read, _ = FORMS[form]
    shorter = [data[:at] + data[at + 1 :] for at in range(len(data))] + [data[:at] for at in range(len(data))]
    longer = [data[:at] + bytes([value]) + data[at:] for at in range(len(data) + 1) for value in (0, 0x20, 0x60, 0xFF)]
    assert [other for other in {*shorter, *longer} - {data} if accepted(read, other)] == []
    for end in (b"\0", b"\n", b"\xf6", data):
        assert not accepted(read, data + end) and not accepted(read, end + data)


@forms
def test_no_two_neighbours_may_change_places(form):
    data, read, _ = FORMS[form]
    swapped = [data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :] for at in range(len(data) - 1)]
    assert [other for other in set(swapped) - {data} if accepted(read, other)] == []


@pytest.mark.parametrize("form", ["full", "public", "logged", "confirmation"])
def test_the_twin_of_the_signature_is_refused(form):
    data, read, _ = FORMS[form]
    protected, unprotected, payload, signature = decode(data).value
    other = encode(Tag18([protected, unprotected, payload, twin(signature)]))
    with pytest.raises(BadSignature) as refusal:
        read(other)
    assert refusal.value.code == "high_s"


def test_a_lax_reader_would_accept_some():
    """The negative control: the same changes against a reader that forgets what stands outside the signature."""
    data = FULL

    def lax(changed):
        protected, _, payload, signature = decode(changed).value
        return certificate(encode(Tag18([protected, {}, payload, signature])))

    assert sum(accepted(lax, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) for at in range(len(data))) > 10
