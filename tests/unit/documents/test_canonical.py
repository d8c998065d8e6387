"""The strict codec: what is written reads back, what is read writes back, and everything else is one error."""

import unicodedata

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.canonical import DEPTH, Tag18, byte_string, decode, decode_map, encode
from openkp.documents.errors import Malformed

# RFC 8949, appendix A: the rows of our profile.
EXAMPLES = [
    (0, "00"),
    (23, "17"),
    (24, "1818"),
    (255, "18ff"),
    (256, "190100"),
    (65535, "19ffff"),
    (65536, "1a00010000"),
    (2**32 - 1, "1affffffff"),
    (2**32, "1b0000000100000000"),
    (2**64 - 1, "1bffffffffffffffff"),
    (-1, "20"),
    (-24, "37"),
    (-25, "3818"),
    (-(2**64), "3bffffffffffffffff"),
    (False, "f4"),
    (True, "f5"),
    (None, "f6"),
    (b"", "40"),
    (bytes(24), "5818" + "00" * 24),
    ("", "60"),
    ("ü水", "65c3bce6b0b4"),
    ("a" * 24, "7818" + "61" * 24),
    ([], "80"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
    ({10: 1, 100: 2, -1: 3, "z": 4, "aa": 5}, "a50a01186402200361" + "7a04" + "62616105"),
    (Tag18([]), "d280"),
]


@pytest.mark.parametrize(("value", "spelling"), EXAMPLES)
def test_values_have_the_spelling_of_the_rfc(value, spelling):
    assert encode(value).hex() == spelling
    decoded = decode(bytes.fromhex(spelling))
    assert decoded == value and type(decoded) is type(value)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("", "cut"),
        ("18", "cut"),
        ("1900", "cut"),
        ("1b00000000000000", "cut"),
        ("41", "cut"),
        ("5818" + "00" * 23, "cut"),
        ("61", "cut"),
        ("7818", "cut"),
        ("81", "cut"),
        ("9bffffffffffffffff00", "cut"),
        ("a1", "cut"),
        ("a101", "cut"),
        ("bb7fffffffffffffff0000", "cut"),
        ("5bffffffffffffffff", "cut"),
        ("d2", "cut"),
        ("0000", "trailing_bytes"),
        ("1817", "not_shortest"),
        ("1900ff", "not_shortest"),
        ("1a0000ffff", "not_shortest"),
        ("1b00000000ffffffff", "not_shortest"),
        ("3817", "not_shortest"),
        ("5800", "not_shortest"),
        ("7800", "not_shortest"),
        ("9800", "not_shortest"),
        ("b800", "not_shortest"),
        ("d812" + "80", "not_in_profile"),
        ("5f4100ff", "indefinite"),
        ("7f6100ff", "indefinite"),
        ("9f00ff", "indefinite"),
        ("bf0000ff", "indefinite"),
        ("ff", "indefinite"),
        ("1c", "not_in_profile"),
        ("c0", "not_in_profile"),
        ("c249010000000000000000", "not_in_profile"),
        ("f7", "not_in_profile"),
        ("e0", "not_in_profile"),
        ("f90000", "not_in_profile"),
        ("fb0000000000000000", "not_in_profile"),
        ("a1400000", "not_in_profile"),
        ("a1f400", "not_in_profile"),
        ("a201000100", "key_order"),
        ("a202000100", "key_order"),
        ("a2616100616100", "key_order"),
        ("a2200000" + "00", "key_order"),
        ("a2626161006162" + "00", "key_order"),
        ("61ff", "not_utf8"),
        ("62c080", "not_utf8"),
        ("63eda080", "not_utf8"),
        ("6365cc81", "not_nfc"),
        ("81" * 9 + "00", "too_deep"),
        ("a100" * 9 + "00", "too_deep"),
        ("d2" * 9 + "00", "too_deep"),
    ],
)
def test_any_other_spelling_is_refused_by_name(spelling, code):
    with pytest.raises(Malformed) as refusal:
        decode(bytes.fromhex(spelling))
    assert refusal.value.code == code


def test_a_document_may_be_as_deep_and_as_long_as_the_limits():
    assert encode(decode(b"\x81" * DEPTH + b"\x00")) == b"\x81" * DEPTH + b"\x00"
    assert decode(bytes(1), limit=1) == 0
    for reader in (decode, decode_map):
        with pytest.raises(Malformed) as refusal:
            reader(bytes(2), limit=1)
        assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.5, "not_in_profile"),
        (2**64, "not_in_profile"),
        (-(2**64) - 1, "not_in_profile"),
        ({b"a": 1}, "not_in_profile"),
        ({True: 1}, "not_in_profile"),
        ({1}, "not_in_profile"),
        ("\ud800", "not_utf8"),
        ("e\u0301", "not_nfc"),
        ([[[[[[[[[]]]]]]]]], "too_deep"),
        ({1: {1: {1: {1: {1: {1: {1: {1: {}}}}}}}}}, "too_deep"),
        (Tag18(Tag18(Tag18(Tag18(Tag18(Tag18(Tag18(Tag18(Tag18(0))))))))), "too_deep"),
    ],
)
def test_what_has_no_spelling_is_not_written(value, code):
    with pytest.raises(Malformed) as refusal:
        encode(value)
    assert refusal.value.code == code


def test_a_map_reads_with_the_spelling_of_each_value():
    found, spellings = decode_map(encode({1: [2, "x"], "k": b"y"}))
    assert found == {1: [2, "x"], "k": b"y"}
    assert spellings == {1: encode([2, "x"]), "k": encode(b"y")}
    for bad, code in ((b"", "cut"), (b"\x80", "not_in_profile"), (b"\xa1", "cut"), (b"\xa0\x00", "trailing_bytes")):
        with pytest.raises(Malformed) as refusal:
            decode_map(bad)
        assert refusal.value.code == code
    assert byte_string(b"y" * 30) == encode(b"y" * 30)


def text():
    return st.text(st.characters(exclude_categories=["Cs"])).map(lambda t: unicodedata.normalize("NFC", t))


def values():
    plain = st.integers(-(2**64), 2**64 - 1) | st.booleans() | st.none() | st.binary(max_size=40) | text()
    keys = st.integers(-(2**64), 2**64 - 1) | text()
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=30) | st.dictionaries(keys, inner, max_size=30), max_leaves=30
    )


def depth_of(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


@given(values())
def test_what_is_written_reads_back_and_as_another_library_reads_it(value):
    if depth_of(value) > DEPTH:
        with pytest.raises(Malformed):
            encode(value)
        return
    spelling = encode(value)
    assert decode(spelling) == value
    assert cbor2.loads(spelling) == value


def oracle(data: bytes) -> bool:
    """Whether cbor2 reads ``data`` to its end and the value is one of the profile, spelled as we would spell it."""
    try:
        value = cbor2.loads(data, max_depth=60)
        spelling = encode(_plain(value))
    except (cbor2.CBORError, Malformed, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        return False
    return spelling == data


def _plain(value):
    """cbor2's value as ours: its tag 18 as ``Tag18``, its frozen containers as plain ones."""
    if isinstance(value, cbor2.CBORTag):
        if value.tag != 18:
            raise ValueError("another tag")
        return Tag18(_plain(value.value))
    if hasattr(value, "items"):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


@st.composite
def nearly_canonical(draw):
    """A good spelling with a few bytes changed, cut out or put in."""
    data = bytearray(encode(draw(values().filter(lambda value: depth_of(value) <= DEPTH))))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["change", "cut", "add"]))
        new = draw(st.binary(min_size=1, max_size=2))
        data[at : at + (0 if kind == "add" else 1)] = b"" if kind == "cut" else new
    return bytes(data)


@given(nearly_canonical() | st.binary(max_size=60))
@settings(max_examples=400)
def test_what_is_read_writes_back_and_the_oracle_agrees(data):
    try:
        value = decode(data)
    except Malformed:
        assert not oracle(data)
        return
    assert encode(value) == data
    assert oracle(data)
