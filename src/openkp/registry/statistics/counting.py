"""What a Participant's own log holds of a period, and what each document counts for in a total.

The log says which certificates there are and which were void; the stored full forms say their lines. A certificate that
is in the log and not among the documents is a broken record, never left out in silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from openkp.documents.canonical import decode
from openkp.documents.claims import ISSUED, SUBJECT
from openkp.documents.counted import TYPES, counted, fields_needed
from openkp.documents.disclosure import disclose, read_shown
from openkp.documents.envelope import public_form
from openkp.documents.keys import Keys
from openkp.documents.merkle_sum import Node, Part, Sums, leaf, ordered, split
from openkp.documents.sign1 import take_apart
from openkp.documents.status_statement_v1 import KIND, Kind
from openkp.documents.total_v1 import Scope
from openkp.registry.certificates.models import Document
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal.models import LogEntry
from openkp.scheme.words import N_

CHUNK = 500


@dataclass(frozen=True)
class Counted:
    """One document that a total counts: the hash of its public form, its place in the log, its amounts."""

    statement: bytes
    number: str
    index: int
    disclosure: bytes
    sums: Sums


@dataclass(frozen=True)
class Selection:
    """All that the log holds of a period: what counts, and how many do not, and why."""

    scope: Scope
    counted: tuple[Counted, ...]
    void: int
    other: int

    def parts(self, secret: bytes) -> list[tuple[Counted, tuple[Part, ...]]]:
        """Each document with its leaves' parts in the tree that this secret makes."""
        return [(one, split(secret, one.statement, one.sums)) for one in self.counted]

    def leaves(self, secret: bytes) -> list[Node]:
        """The leaves of that tree, in order."""
        return ordered(leaf(one.statement, part) for one, parts in self.parts(secret) for part in parts)


def select(scope: Scope, *, size: int, keyring: Keys) -> Selection:
    """What the first ``size`` entries of the Participant's log hold of the period.

    Source: STAT-02: void and replaced certificates are not counted. A replaced one is void by its statement.
    """
    in_period, void = _logged(scope, size)
    counting: list[Counted] = []
    other = 0
    full_forms = dict(_full_forms(scope, set(in_period)))
    for statement, index in in_period.items():
        if statement in void:
            continue
        if statement not in full_forms:
            raise BrokenRecord(N_("A certificate in the log is not among the documents."), code="document-missing")
        one = _counted(scope, full_forms[statement], index, keyring)
        counting += [one] if one else []
        other += one is None
    return Selection(scope, tuple(counting), len(void & set(in_period)), other)


def _logged(scope: Scope, size: int) -> tuple[dict[bytes, int], set[bytes]]:
    """The documents of the period by hash, with their places; and the certificates that a statement made void."""
    in_period: dict[bytes, int] = {}
    void: set[bytes] = set()
    typ = TYPES[scope.flow]
    entries = LogEntry.objects.filter(participant=scope.participant, index__lt=size, typ__in=[typ, "kps"])
    for index, kind, data in entries.order_by("index").values_list("index", "typ", "data").iterator(chunk_size=2000):
        form = bytes(data)
        claims = decode(take_apart(form)[2])
        if kind == "kps":
            void |= {claims[SUBJECT]} if claims[KIND] == Kind.VOID else set()
        elif scope.covers(datetime.fromtimestamp(claims[ISSUED], UTC)):
            in_period.setdefault(sha256(form).digest(), index)
    return in_period, void


def _full_forms(scope: Scope, wanted: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
    first = datetime.combine(scope.period.first_day, datetime.min.time(), UTC)
    rows = Document.objects.filter(typ=TYPES[scope.flow], issuer=scope.participant, stored_at__gte=first)
    for data in rows.order_by("pk").values_list("data", flat=True).iterator(chunk_size=CHUNK):
        full = bytes(data)
        statement = sha256(public_form(full)).digest()
        if statement in wanted:
            yield statement, full


def _counted(scope: Scope, full: bytes, index: int, keyring: Keys) -> Counted | None:
    shown = disclose(full, fields_needed(scope))
    _opened, document, fields = read_shown(shown, keyring, typ=TYPES[scope.flow])
    sums = counted(fields, scope)
    return None if sums is None else Counted(document.public_hash, str(document.number), index, shown, sums)
