"""Keys and signatures: one algorithm a key, one signature a statement."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils

from openkp.documents.canonical import encode
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Unsupported, Untrusted
from openkp.documents.keys import (
    COSE_ALGORITHMS,
    ED25519,
    ESP256,
    KeyTable,
    KeyUse,
    PublicKey,
    SoftSigner,
    ed25519_key,
    new_private_key,
)
from tests.unit.documents.makers import KEYS, SL_CERTIFICATE, STRANGER, record, signer

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def pem_of(private, encryption=None) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption or serialization.NoEncryption()
    )


def twin(signature: bytes) -> bytes:
    """The other form of an ECDSA signature: (r, n - s)."""
    return signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")


@pytest.mark.parametrize("algorithm", COSE_ALGORITHMS)
def test_a_signature_is_always_the_same_and_fits_only_its_message(algorithm):
    one = signer("one", algorithm)
    signature = one.sign(b"message")
    assert len(signature) == 64 and signature == signer("one", algorithm).sign(b"message")
    one.key.verify(signature, b"message")
    for wrong in (b"messag", b"message."):
        with pytest.raises(BadSignature):
            one.key.verify(signature, wrong)
    with pytest.raises(BadSignature):
        signer("two", algorithm).key.verify(signature, b"message")


@pytest.mark.parametrize("algorithm", COSE_ALGORITHMS)
@pytest.mark.parametrize("length", [0, 63, 65, 72])
def test_a_signature_has_64_bytes(algorithm, length):
    with pytest.raises(BadSignature) as refusal:
        signer("one", algorithm).key.verify(bytes(length), b"")
    assert refusal.value.code == "signature_length"


def test_the_second_form_of_a_signature_is_refused():
    for number in range(40):
        message = bytes([number])
        signature = SL_CERTIFICATE.sign(message)
        SL_CERTIFICATE.key.verify(signature, message)
        with pytest.raises(BadSignature) as refusal:
            SL_CERTIFICATE.key.verify(twin(signature), message)
        assert refusal.value.code == "high_s"


def test_the_twin_is_what_other_verifiers_accept():
    """The negative control: without the rule, both forms are good."""
    message, signature = b"message", twin(SL_CERTIFICATE.sign(b"message"))
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    public = serialization.load_pem_public_key(SL_CERTIFICATE.key.pem)
    public.verify(der, message, ec.ECDSA(utils.hashes.SHA256()))


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64, bytes(63) + b"\1", b"\xff" * 32 + bytes(31) + b"\1"])
@pytest.mark.parametrize("algorithm", COSE_ALGORITHMS)
def test_numbers_out_of_range_are_no_signature(algorithm, signature):
    with pytest.raises(BadSignature):
        signer("one", algorithm).key.verify(signature, b"message")


def test_the_key_id_is_the_thumbprint_of_rfc_9679():
    """The key and the thumbprint of RFC 9679, section 6."""
    x = bytes.fromhex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d")
    y = bytes.fromhex("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c")
    key = PublicKey(ESP256, encode({1: 2, -1: 1, -2: x, -3: y}))
    assert key.kid == bytes.fromhex("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec")[:8]


def test_keys_are_shown_to_other_tools():
    edwards, curve = signer("one", ED25519).key, SL_CERTIFICATE.key
    assert len(edwards.raw) == 32 and ed25519_key(edwards.raw) == edwards
    assert len(curve.raw) == 65 and curve.raw[0] == 4
    assert serialization.load_pem_public_key(edwards.pem).public_bytes_raw() == edwards.raw


GOOD = {1: 2, -1: 1, -2: bytes(31) + b"\1", -3: bytes(32)}


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        (ESP256, {**GOOD}),  # not on the curve
        (ESP256, {**GOOD, -2: b"\1" * 31}),
        (ESP256, {**GOOD, -2: 5}),
        (ESP256, {**GOOD, -1: 2}),
        (ESP256, {**GOOD, 3: -9}),
        (ESP256, {1: 1, -1: 6, -2: bytes(32)}),
        (ED25519, GOOD),
        (ED25519, {1: 1, -1: 6, -2: bytes(31)}),
        (ED25519, {1: 1, -1: 6, -2: "x" * 32}),
        (ED25519, {1: 1, -1: 4, -2: bytes(32)}),
        (ESP256, 5),
        (ESP256, [1, -1, -2, -3]),
        (ESP256, [[]]),
    ],
)
def test_what_is_no_key_is_malformed(algorithm, value):
    with pytest.raises(Malformed):
        PublicKey(algorithm, encode(value))


def test_other_algorithms_are_unsupported():
    with pytest.raises(Unsupported):
        PublicKey("RS256", SL_CERTIFICATE.key.cose_key)
    with pytest.raises(Unsupported):
        new_private_key("RS256", bytes(32))
    for private in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(Unsupported):
            SoftSigner.from_pem(pem_of(private))


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"not a key",
        SL_CERTIFICATE.key.pem,
        pem_of(ed25519.Ed25519PrivateKey.generate(), serialization.BestAvailableEncryption(b"secret")),
        new_private_key(ESP256, bytes(32))[:-40],
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_private_key_is_a_document_error(pem):
    with pytest.raises(DocumentError):
        SoftSigner.from_pem(pem)


def test_a_new_key_depends_on_all_its_entropy():
    assert new_private_key(ESP256, bytes(32)) == new_private_key(ESP256, bytes(32))
    assert new_private_key(ESP256, bytes(32)) != new_private_key(ESP256, bytes(31) + b"\1")
    for short in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            new_private_key(ESP256, short)


def test_keys_are_found_by_their_id():
    assert KEYS.find(SL_CERTIFICATE.key.kid).participant == "SL"
    with pytest.raises(Untrusted) as refusal:
        KEYS.find(STRANGER.key.kid)
    assert refusal.value.code == "unknown_key"
    with pytest.raises(ValueError, match="share a key id"):
        KeyTable([record(STRANGER, KeyUse.LOG), record(STRANGER, KeyUse.ROOT)])
