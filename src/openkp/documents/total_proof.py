"""The proof of a total: a file that anybody, a holder of one certificate, or an entitled analyst can check offline.

    ["kpp", 1, grade, total, newer, certificates]

``total`` is the signed document (``total_v1``). ``newer`` is nothing, or ``[log key id, note, [hash, …]]``: a newer
checkpoint of the same log with the proof that the log was only added to since. ``grade`` says what else is in it:

- ``public``: no certificates;
- ``holder``: one entry ``[SHA-256 of the public form, place in the log, parts]``, whose parts
  ``[salt, carats, cents, certificates, leaf, [[hash, carats, cents, certificates], …]]`` lead to the root;
- ``open``: an entry ``[disclosure, place in the log, parts]`` for every certificate, without paths: the whole tree.

A place in the log is ``[index, [hash, …]]``: inclusion at the checkpoint inside the total.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openkp.documents.canonical import decode, encode
from openkp.documents.errors import Malformed
from openkp.documents.merkle_sum import LARGEST, PARTS, Node, Part, Sums
from openkp.documents.shapes import Fields, built
from openkp.scheme.words import N_

LIMIT = 67_108_864
MARK, VERSION = "kpp", 1
MOST_HASHES = 64


class Grade(StrEnum):
    """Who a proof is for."""

    PUBLIC = "public"
    HOLDER = "holder"
    OPEN = "open"


@dataclass(frozen=True)
class Newer:
    """A newer checkpoint of the log, and the proof that it extends the one in the total."""

    key_id: bytes
    note: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Placed:
    """A part with the leaf it is and the siblings on its way to the root; without them in an open proof."""

    part: Part
    leaf: int = 0
    siblings: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One certificate: ``statement`` is its hash (holder) or its disclosure (open)."""

    statement: bytes
    index: int
    inclusion: tuple[bytes, ...]
    parts: tuple[Placed, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The parts of a proof, none of them verified."""

    grade: Grade
    total: bytes
    newer: Newer | None = None
    entries: tuple[Entry, ...] = ()


def write_proof(proof: Proof) -> bytes:
    """The file."""
    newer = [proof.newer.key_id, proof.newer.note, list(proof.newer.proof)] if proof.newer else None
    entries = [
        [
            entry.statement,
            [entry.index, list(entry.inclusion)],
            [_part_value(part, proof.grade) for part in entry.parts],
        ]
        for entry in proof.entries
    ]
    return encode([MARK, VERSION, str(proof.grade), proof.total, newer, entries])


def read_proof(data: bytes) -> Proof:
    """The parts of the file. Raises ``Malformed``; nothing is verified but the shape."""
    match decode(data, limit=LIMIT):
        case ["kpp", 1, str() as named, bytes() as total, newer, list() as entries]:
            pass
        case _:
            raise Malformed(N_("This is not the proof of a total."), code="not_a_proof")
    grade = built(lambda: Grade(named))
    if (grade is Grade.PUBLIC and entries) or (grade is Grade.HOLDER and len(entries) != 1):
        raise Malformed(N_("The proof has more or fewer certificates than its grade."), code="grade")
    return Proof(
        grade=grade,
        total=total,
        newer=None if newer is None else _newer(newer),
        entries=tuple(_entry(entry, grade) for entry in entries),
    )


def _newer(value: object) -> Newer:
    fields = Fields.of_list(value, 3)
    return Newer(fields.blob(0, size=8), fields.blob(1, longest=1_000), _hashes(fields.items(2, most=2 * MOST_HASHES)))


def _entry(value: object, grade: Grade) -> Entry:
    fields = Fields.of_list(value, 3)
    statement = fields.blob(0, size=32 if grade is Grade.HOLDER else None, longest=65_536)
    place = Fields.of_list(fields.items(1), 2)
    parts = fields.items(2, least=PARTS, most=PARTS)
    index = place.whole(0)
    return Entry(
        statement=statement,
        index=index,
        inclusion=_hashes(place.items(1, most=MOST_HASHES)),
        parts=tuple(_placed(part, grade) for part in parts),
    )


def _part_value(placed: Placed, grade: Grade) -> list[object]:
    value: list[object] = [placed.part.salt, *placed.part.sums.as_list()]
    if grade is Grade.HOLDER:
        value += [placed.leaf, [[node.hash, *node.sums.as_list()] for node in placed.siblings]]
    return value


def _placed(value: object, grade: Grade) -> Placed:
    fields = Fields.of_list(value, 6 if grade is Grade.HOLDER else 4)
    part = Part(fields.blob(0, size=16), _sums(fields))
    if grade is not Grade.HOLDER:
        return Placed(part)
    siblings = fields.items(5, most=MOST_HASHES)
    return Placed(part, fields.whole(4), tuple(_node(sibling) for sibling in siblings))


def _node(value: object) -> Node:
    fields = Fields.of_list(value, 4)
    return Node(fields.blob(0, size=32), _sums(fields))


def _sums(fields: Fields) -> Sums:
    return Sums(*(fields.whole(place, most=LARGEST) for place in (1, 2, 3)))


def _hashes(values: list[Any]) -> tuple[bytes, ...]:
    if any(type(value) is not bytes or len(value) != 32 for value in values):
        raise Malformed(N_("A proof holds something else than hashes."), code="field")
    return tuple(values)
