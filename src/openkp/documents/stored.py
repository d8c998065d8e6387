"""The goods in documents that were verified when they were stored, read again by the million without verifying anew.

Only for sums over a node's own record, whose bytes its journal vouches for (``openkp audit``). Nothing that came from
elsewhere is read with this: for that there are ``read_certificate`` and ``read_confirmation``.
"""

from dataclasses import dataclass
from typing import Any

from openkp.documents.canonical import decode
from openkp.documents.certificate_fields_v1 import ORIGIN, PREDECESSORS
from openkp.documents.claims import read_lines, texts
from openkp.documents.errors import Malformed
from openkp.documents.shapes import Fields
from openkp.documents.sign1 import private_part
from openkp.scheme.goods import Line
from openkp.scheme.words import N_


@dataclass(frozen=True)
class StoredGoods:
    """The lines of a certificate; ``origins`` has no country for a mixed parcel; ``predecessors`` are numbers."""

    lines: tuple[Line, ...]
    origins: tuple[str, ...]
    predecessors: tuple[str, ...]


def stored_goods(data: bytes) -> StoredGoods:
    """What a stored certificate, in its full form, says of the goods. **Unverified.** Raises ``Malformed``."""
    fields = _fields(data)
    origins = tuple(str(country) for country in fields.items(ORIGIN, most=100))
    return StoredGoods(read_lines(fields), origins, texts(fields, PREDECESSORS, longest=80))


def stored_findings(data: bytes) -> tuple[Line, ...]:
    """The lines that a stored confirmation, in its full form, found. **Unverified.** Raises ``Malformed``."""
    return read_lines(_fields(data))


def _fields(data: bytes) -> Fields:
    match private_part(data):
        case [bytes(), bytes() as written]:
            fields: Any = decode(written)
            if type(fields) is dict:
                return Fields(fields)
    raise Malformed(N_("The private part cannot be read."), code="private_part")
