"""The four parts of a statement, put together and taken apart (COSE_Sign1, RFC 9052, 4.2). Nothing is verified here."""

from functools import lru_cache
from typing import Any, NamedTuple

from openkp.documents.canonical import LIMIT, Tag18, byte_string, decode, encode
from openkp.documents.errors import Malformed
from openkp.scheme.words import N_

ALGORITHM, KEY_ID, TYPE = 1, 4, 16
#: The greatest number of bytes of the types that hold more than a paper can: thousands of lines, dozens of questions.
LIMITS = {"kpf": 4_194_304, "kpq": 1_048_576}
PRIVATE, RECEIPTS = -70003, 394

Parts = tuple[bytes, dict[Any, Any], bytes, bytes]


class Header(NamedTuple):
    """The protected header: a COSE algorithm, the 8-byte key id, the type of document."""

    algorithm: int
    kid: bytes
    typ: str


def limit_of(data: bytes) -> int:
    """How large a statement of the type that ``data`` says it has may be; nothing but its header is read."""
    try:
        header = read_header(data[3 : data[2] - 0x3D]) if data[:2] == b"\xd2\x84" and 0x40 < data[2] < 0x58 else None
    except (IndexError, Malformed):
        return LIMIT
    return LIMITS.get(header.typ, LIMIT) if header else LIMIT


def take_apart(data: bytes, limit: int | None = None) -> Parts:
    """Protected header, unprotected map, claims and signature. Raises ``Malformed``.

    At most ``limit`` bytes; where it is not given, as many as a statement of its type may have.
    """
    match decode(data, limit=limit_of(data) if limit is None else limit):
        case Tag18([bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]):
            return protected, unprotected, payload, signature
    raise not_a_statement()


def join(protected: bytes, unprotected: dict[Any, Any], payload: bytes, signature: bytes) -> bytes:
    """The statement of these four parts. Raises ``Malformed`` for an unprotected map that cannot be written."""
    outside = encode(unprotected) if unprotected else b"\xa0"
    return b"\xd2\x84" + byte_string(protected) + outside + byte_string(payload) + byte_string(signature)


def to_sign(protected: bytes, payload: bytes) -> bytes:
    """The bytes that are signed: the Sig_structure of RFC 9052, 4.4, with nothing added from outside."""
    return b"\x84\x6aSignature1" + byte_string(protected) + b"\x40" + byte_string(payload)


@lru_cache(maxsize=256)  # one key signs thousands of documents under the same header
def read_header(protected: bytes) -> Header:
    """What the protected header says. Raises ``Malformed``."""
    header = decode(protected)
    if type(header) is not dict or set(header) != {ALGORITHM, KEY_ID, TYPE}:
        raise _not_a_header()
    algorithm, kid, typ = header[ALGORITHM], header[KEY_ID], header[TYPE]
    if type(algorithm) is not int or type(kid) is not bytes or len(kid) != 8 or type(typ) is not str:
        raise _not_a_header()
    return Header(algorithm, kid, typ)


def public_form(data: bytes) -> bytes:
    """``data`` without its private part and receipts: the log's entry."""
    protected, _, payload, signature = take_apart(data)
    return join(protected, {}, payload, signature)


def with_receipts(data: bytes, receipts: list[Any]) -> bytes:
    """``data`` carrying these receipts instead of any it had."""
    protected, unprotected, payload, signature = take_apart(data)
    kept = {label: value for label, value in unprotected.items() if label != RECEIPTS}
    return join(protected, kept | ({RECEIPTS: receipts} if receipts else {}), payload, signature)


def private_part(data: bytes) -> Any:
    """The private part of a full form. Raises ``Malformed``, also where there is none."""
    unprotected = take_apart(data)[1]
    if PRIVATE not in unprotected:
        raise Malformed(N_("This is the public form: the private part is not in it."), code="public_form")
    return unprotected[PRIVATE]


def not_a_statement() -> Malformed:
    """The refusal of bytes that are something else."""
    return Malformed(N_("This is not a signed statement."), code="not_a_statement")


def _not_a_header() -> Malformed:
    return Malformed(N_("The header is not that of a statement."), code="header")
