"""Deterministic CBOR (RFC 8949, 4.2.1), and only the part of it that documents use.

One value has one spelling: integers of at most 64 bits, byte strings, text in NFC, arrays, maps whose keys are
integers or text in bytewise order, tag 18, true, false, null; definite lengths, shortest heads. What ``decode``
accepts, ``encode`` gives back byte for byte; everything else is ``Malformed``, and so is what ``encode`` cannot write.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn
from unicodedata import is_normalized

from openkp.documents.errors import Malformed
from openkp.scheme.words import N_

LIMIT = 65_536
DEPTH = 8

Values = dict[int | str, Any]
Spellings = dict[int | str, bytes]

_SIGN1 = 0xD2  # the head of tag 18
_IS_KEY = [head >> 5 in (0, 1, 3) for head in range(256)]  # by its head: integers and text
_SIMPLE = {0xF4: False, 0xF5: True, 0xF6: None}
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_SMALLEST = {24: 24, 25: 0x100, 26: 0x1_0000, 27: 0x1_0000_0000}

_WHAT = {
    "too_large": N_("The document is larger than a document may be."),
    "too_deep": N_("The document is nested more deeply than a document may be."),
    "cut": N_("The document ends too early."),
    "trailing_bytes": N_("There are bytes after the end of the document."),
    "not_shortest": N_("A number or length is not written in its shortest form."),
    "indefinite": N_("A length is left open."),
    "not_in_profile": N_("The document holds a kind of value that documents do not use."),
    "key_order": N_("The keys of a map are repeated or out of order."),
    "not_utf8": N_("A text is not valid UTF-8."),
    "not_nfc": N_("A text is not in Unicode normal form C."),
}


def _refuse(code: str) -> NoReturn:
    raise Malformed(_WHAT[code], code=code)


@dataclass(frozen=True)
class Tag18:
    """The value under tag 18, COSE_Sign1 (RFC 9052, 4.2)."""

    value: Any


def decode(data: bytes, *, limit: int = LIMIT, depth: int = DEPTH) -> Any:
    """The one value that ``data`` spells, all of it. Raises ``Malformed`` and nothing else.

    ``limit`` is the greatest number of bytes, ``depth`` the number of arrays, maps and tags inside one another.
    """
    if len(data) > limit:
        _refuse("too_large")
    try:
        value, end = _item(data, 0, depth)
    except IndexError:
        _refuse("cut")
    if end != len(data):
        _refuse("trailing_bytes")
    return value


def decode_map(data: bytes, *, limit: int = LIMIT, depth: int = DEPTH) -> tuple[Values, Spellings]:
    """The one map that ``data`` spells, and the exact bytes that spell each value. Raises ``Malformed``."""
    spellings: Spellings = {}
    if len(data) > limit:
        _refuse("too_large")
    try:
        if data[0] >> 5 != 5:
            _refuse("not_in_profile")
        found, end = _map(data, 0, depth, spellings)
    except IndexError:
        _refuse("cut")
    if end != len(data):
        _refuse("trailing_bytes")
    return found, spellings


def _argument(data: bytes, at: int, depth: int = 0) -> tuple[int, int]:
    """The number in the head that starts at ``at``, and where the head ends."""
    short = data[at] & 0x1F
    if short < 24:
        return short, at + 1
    width = _WIDTHS.get(short)
    if width is None:
        _refuse("indefinite" if short == 31 else "not_in_profile")
    end = at + 1 + width
    if end > len(data):
        _refuse("cut")
    number = int.from_bytes(data[at + 1 : end], "big")
    if number < _SMALLEST[short]:
        _refuse("not_shortest")
    return number, end


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """The value whose head stands at ``at``, and where it ends. ``IndexError`` where the bytes run out."""
    head = data[at]
    if head < 24:  # small numbers and short texts are much the most frequent
        return head, at + 1
    if 0x60 <= head < 0x78:
        end = at + head - 0x5F
        piece = data[at + 1 : end]
        if end <= len(data) and piece.isascii():
            return piece.decode(), end
    return _READERS[head >> 5](data, at, depth)


def _negative(data: bytes, at: int, depth: int) -> tuple[int, int]:
    number, at = _argument(data, at)
    return -1 - number, at


def _bytes(data: bytes, at: int, depth: int) -> tuple[bytes, int]:
    length = data[at] & 0x1F
    if length < 24:
        start = at + 1
    else:
        length, start = _argument(data, at)
    end = start + length
    if end > len(data):
        _refuse("cut")
    return data[start:end], end


def _text(data: bytes, at: int, depth: int) -> tuple[str, int]:
    piece, end = _bytes(data, at, depth)
    if piece.isascii():
        return piece.decode("ascii"), end
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("not_utf8")
    if not is_normalized("NFC", text):
        _refuse("not_nfc")
    return text, end


def _count(data: bytes, at: int, depth: int, least: int) -> tuple[int, int]:
    """The number of members in the head at ``at``, if there is room for them, each of ``least`` bytes or more."""
    if depth < 1:
        _refuse("too_deep")
    count = data[at] & 0x1F
    if count < 24:
        at += 1
    else:
        count, at = _argument(data, at)
    if count * least > len(data) - at:  # no work for a number that cannot be met
        _refuse("cut")
    return count, at


def _array(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    count, at = _count(data, at, depth, 1)
    items = []
    for _ in range(count):
        value, at = _item(data, at, depth - 1)
        items.append(value)
    return items, at


def _map(data: bytes, at: int, depth: int, spellings: Spellings | None = None) -> tuple[Values, int]:
    count, at = _count(data, at, depth, 2)
    found: Values = {}
    last = b""
    for _ in range(count):
        if not _IS_KEY[data[at]]:
            _refuse("not_in_profile")
        key, middle = _item(data, at, 0)
        spelling = data[at:middle]
        if spelling <= last:
            _refuse("key_order")
        last = spelling
        found[key], at = _item(data, middle, depth - 1)
        if spellings is not None:
            spellings[key] = data[middle:at]
    return found, at


def _tag(data: bytes, at: int, depth: int) -> tuple[Tag18, int]:
    if data[at] != _SIGN1:
        _refuse("not_in_profile")
    if depth < 1:
        _refuse("too_deep")
    value, at = _item(data, at + 1, depth - 1)
    return Tag18(value), at


def _simple(data: bytes, at: int, depth: int) -> tuple[bool | None, int]:
    head = data[at]
    if head not in _SIMPLE:
        _refuse("indefinite" if head == 0xFF else "not_in_profile")
    return _SIMPLE[head], at + 1


_READERS: tuple[Callable[[bytes, int, int], tuple[Any, int]], ...] = (
    _argument,
    _negative,
    _bytes,
    _text,
    _array,
    _map,
    _tag,
    _simple,
)


def encode(value: Any, *, depth: int = DEPTH) -> bytes:
    """The one spelling of ``value``. Raises ``Malformed`` for what has none."""
    write = _WRITERS.get(type(value))
    if write is None:
        _refuse("not_in_profile")
    return write(value, depth)


def byte_string(piece: bytes) -> bytes:
    """The spelling of a byte string, for those who put spellings together."""
    return _head(2, len(piece)) + piece


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes((major << 5 | number,))
    for short, width in _WIDTHS.items():
        if number < 1 << 8 * width:
            return bytes((major << 5 | short,)) + number.to_bytes(width, "big")
    _refuse("not_in_profile")


def _write_int(value: int, depth: int) -> bytes:
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _write_bytes(value: bytes, depth: int) -> bytes:
    return byte_string(value)


def _write_text(value: str, depth: int) -> bytes:
    try:
        piece = value.encode()
    except UnicodeEncodeError:
        _refuse("not_utf8")
    if not is_normalized("NFC", value):
        _refuse("not_nfc")
    return _head(3, len(piece)) + piece


def _write_array(value: list[Any] | tuple[Any, ...], depth: int) -> bytes:
    if depth < 1:
        _refuse("too_deep")
    return _head(4, len(value)) + b"".join([encode(item, depth=depth - 1) for item in value])


def _write_map(value: dict[Any, Any], depth: int) -> bytes:
    if depth < 1:
        _refuse("too_deep")
    if not all(type(key) is int or type(key) is str for key in value):
        _refuse("not_in_profile")
    pairs = sorted((encode(key), encode(entry, depth=depth - 1)) for key, entry in value.items())
    return _head(5, len(pairs)) + b"".join([key + entry for key, entry in pairs])


def _write_tag(value: Tag18, depth: int) -> bytes:
    if depth < 1:
        _refuse("too_deep")
    return b"\xd2" + encode(value.value, depth=depth - 1)


def _write_simple(value: bool | None, depth: int) -> bytes:
    return b"\xf6" if value is None else b"\xf5" if value else b"\xf4"


_WRITERS: dict[type, Callable[[Any, int], bytes]] = {
    int: _write_int,
    bytes: _write_bytes,
    str: _write_text,
    list: _write_array,
    tuple: _write_array,
    dict: _write_map,
    Tag18: _write_tag,
    bool: _write_simple,
    type(None): _write_simple,
}
