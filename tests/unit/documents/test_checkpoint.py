"""Checkpoints: one spelling, one signature, by the log's own key."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.documents.checkpoint import Checkpoint, note_key_id, open_checkpoint, sign_checkpoint, verifier_key
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Unsupported, Untrusted
from openkp.documents.keys import ed25519_key
from tests.unit.documents.makers import AT, SL_CERTIFICATE, SL_LOG, signer

ORIGIN = "kp.gov.sl/log"
ROOT = sha256(b"").digest()
NOTE = sign_checkpoint(ORIGIN, 20852163, ROOT, SL_LOG, AT)


def test_a_checkpoint_is_a_signed_note():
    origin, size, root, time, empty, signature, end = NOTE.decode().split("\n")
    assert (origin, size, empty, end) == (ORIGIN, "20852163", "", "")
    assert base64.b64decode(root) == ROOT and time == f"time {int(AT.timestamp())}"
    assert signature.startswith(f"— {ORIGIN} ")


def test_the_key_id_is_that_of_the_published_example():
    """The verifier key in the documentation of golang.org/x/mod/sumdb/note."""
    name, key_id, key = ["PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
    public = ed25519_key(base64.b64decode(key)[1:])
    assert note_key_id(name, public).hex() == key_id
    assert verifier_key(name, public) == f"{name}+{key_id}+{key}"


@given(st.integers(0, 2**53), st.binary(min_size=32, max_size=32), st.integers(0, 253_402_300_799))
def test_what_is_signed_opens(size, root, at):
    moment = datetime.fromtimestamp(at, UTC)
    found = open_checkpoint(sign_checkpoint(ORIGIN, size, root, SL_LOG, moment), SL_LOG.key, origin=ORIGIN)
    assert found == Checkpoint(origin=ORIGIN, size=size, root=root, at=moment)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"20852163", b"020852163"),
        (b"20852163", b"+20852163"),
        (b"20852163", b"9999999999999999"),
        (b"20852163", b"-1"),
        (b"20852163", "２０".encode()),
        (b"time ", b"time 0"),
        (b"time ", b"tim "),
        (b"time 1", b"time 999999999999\n1"),
        (b"time 1772445600", b"time 999999999999"),
        (b"\n\n", b"\nmore\n\n"),
        (b"\n\n", b"\n"),
        (b"\n\n", b"\n\n\n"),
        ("— ".encode(), b"- "),
        ("— kp.gov.sl/log".encode(), "— kp.gov.sl/log2".encode()),
        (b"=\n\n", b"\n\n"),
        (b"kp.gov.sl/log\n", b"kp.gov.sl/log \n"),
        (b"kp.gov.sl/log\n", b"\n"),
        (b"kp", b"\xff"),
        (b"\n", b"\r\n"),
    ],
)
def test_any_other_spelling_is_malformed(old, new):
    assert old in NOTE or old == b"=\n\n"
    with pytest.raises(Malformed):
        open_checkpoint(NOTE.replace(old, new, 1) if old != b"=\n\n" else NOTE.replace(b"=", b"", 1), SL_LOG.key)


def test_spare_bits_of_base64_are_refused():
    """Two spellings of one root: the last character before the padding carries bits that are not used."""
    line = base64.b64encode(ROOT)
    spare = line[:-2] + bytes([line[-2] + 1]) + b"="
    assert base64.b64decode(spare) == ROOT
    with pytest.raises(Malformed):
        open_checkpoint(NOTE.replace(line, spare), SL_LOG.key)


@pytest.mark.parametrize(
    "data", [b"", NOTE[:-1], NOTE + b"\n", NOTE + NOTE, NOTE + NOTE.splitlines(True)[-1], b"x" * 2000]
)
def test_cut_or_padded_notes_are_malformed(data):
    with pytest.raises(Malformed):
        open_checkpoint(data, SL_LOG.key)


def test_every_changed_byte_is_refused():
    for at in range(len(NOTE)):
        for change in (1, 2, 32, 128):
            data = bytearray(NOTE)
            data[at] ^= change
            with pytest.raises(DocumentError):
                open_checkpoint(bytes(data), SL_LOG.key, origin=ORIGIN)


def test_another_log_or_key_is_not_trusted():
    with pytest.raises(Untrusted) as refusal:
        open_checkpoint(NOTE, SL_LOG.key, origin="kp.gov.bw/log")
    assert refusal.value.code == "wrong_origin"
    with pytest.raises(Untrusted) as refusal:
        open_checkpoint(NOTE, signer("other", "Ed25519").key)
    assert refusal.value.code == "unknown_key"
    for make in (lambda: open_checkpoint(NOTE, SL_CERTIFICATE.key), lambda: verifier_key(ORIGIN, SL_CERTIFICATE.key)):
        with pytest.raises(Unsupported):
            make()


def test_a_changed_root_breaks_the_signature():
    with pytest.raises(BadSignature):
        open_checkpoint(NOTE.replace(base64.b64encode(ROOT), base64.b64encode(bytes(32))), SL_LOG.key)


@pytest.mark.parametrize(
    "values",
    [
        {"origin": ""},
        {"origin": "a b"},
        {"origin": "a+b"},
        {"origin": "ü"},
        {"size": -1},
        {"size": 2**53 + 1},
        {"root": bytes(31)},
        {"at": AT.replace(microsecond=1)},
        {"at": AT.replace(tzinfo=None)},
        {"at": AT.astimezone(timezone(timedelta(hours=1)))},
        {"at": datetime(1969, 12, 31, tzinfo=UTC)},
    ],
)
def test_what_no_log_can_state_is_not_signed(values):
    stated = {"origin": ORIGIN, "size": 1, "root": ROOT, "at": AT} | values
    with pytest.raises(ValueError):  # each has words of its own
        sign_checkpoint(stated["origin"], stated["size"], stated["root"], SL_LOG, stated["at"])
