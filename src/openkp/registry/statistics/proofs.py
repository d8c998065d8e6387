"""Proofs of a kept total, made again from the log and the documents whenever somebody asks. They change nothing."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

from openkp.documents.envelope import public_form, with_receipts
from openkp.documents.log import inclusion_path, node_hash
from openkp.documents.merkle_sum import Node, Part, leaf, path, root
from openkp.documents.receipts import make_receipt
from openkp.documents.total_proof import Entry, Grade, Newer, Placed, Proof, write_proof
from openkp.documents.total_v1 import TotalDocument
from openkp.registry.accounts.actors import Actor
from openkp.registry.errors import BrokenRecord, NotFound
from openkp.registry.journal import statements
from openkp.registry.journal.models import LogCheckpoint, LogEntry, LogNode
from openkp.registry.participation.operations.publish import log_key_id
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.counting import Counted, Selection, select
from openkp.registry.statistics.growth import newer_of
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations.prove_total import check_may_prove, read_kept
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.words import N_, Sentence


def proof_of(row: ProvenTotal, grade: Grade, *, number: str = "", actor: Actor, at: datetime) -> bytes:
    """The file of a proof. Anybody may have the public one; the others are for those who may prove totals."""
    if grade is not Grade.PUBLIC:
        check_may_prove(actor, row.participant)
    total = read_kept(row.document, at)
    newest = LogCheckpoint.objects.filter(participant=row.participant).order_by("-size", "-pk").first()
    return write_proof(
        Proof(
            grade=grade,
            total=_with_receipt(bytes(row.document.data), row.participant, newest),
            newer=_newer(total, newest) if newest else newer_of(row),
            entries=() if grade is Grade.PUBLIC else _entries(row, total, number, at),
        )
    )


def _with_receipt(data: bytes, participant: str, newest: LogCheckpoint | None) -> bytes:
    """The total with the proof that it is itself in the log, once a checkpoint covers it."""
    entry = LogEntry.objects.filter(participant=participant, typ="kpn", data=public_form(data)).first()
    if entry is None or newest is None or newest.size <= entry.index:
        return data
    proof = statements.inclusion(participant, entry.index, newest.size)
    kid = log_key_id(participant, newest.signed_at)
    return with_receipts(data, [make_receipt(kid, bytes(newest.note), entry.index, proof)])


def _newer(total: TotalDocument, newest: LogCheckpoint) -> Newer | None:
    old = total.checkpoint.size
    if newest.size <= old:
        return None
    participant = total.scope.participant
    proof = tuple(statements.consistency(participant, old, newest.size))
    return Newer(log_key_id(participant, newest.signed_at), bytes(newest.note), proof)


def _entries(row: ProvenTotal, total: TotalDocument, number: str, at: datetime) -> tuple[Entry, ...]:
    """Every certificate of an open proof, or the one of the number with its paths."""
    secret = bytes(row.secret)
    if not secret:
        raise NotFound(N_("The certificates behind this total are on the node of its Participant."))
    found = select(total.scope, size=total.checkpoint.size, keyring=keyring(at))
    leaves = found.leaves(secret)
    if root(leaves) != total.tree:
        raise BrokenRecord(N_("The log and the documents no longer give the total that was signed."), code="total")
    if number:
        return (_held(_numbered(found, number), leaves, secret, total),)
    inclusion = _inclusions(total)
    return tuple(
        Entry(one.disclosure, one.index, inclusion(one.index), tuple(Placed(part) for part in parts))
        for one, parts in found.parts(secret)
    )


def _inclusions(total: TotalDocument) -> Callable[[int], tuple[bytes, ...]]:
    """Proofs of inclusion for thousands of entries: the log's hashes are read once, not one by one."""
    nodes = LogNode.objects.filter(participant=total.scope.participant, level=0, index__lt=total.checkpoint.size)
    leaves = [bytes(hash_) for hash_ in nodes.order_by("index").values_list("hash", flat=True).iterator()]

    @cache
    def under(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        return node_hash(under(start, middle), under(middle, end))

    return lambda index: tuple(under(start, end) for start, end in inclusion_path(index, total.checkpoint.size))


def _numbered(found: Selection, number: str) -> Counted:
    try:
        wanted = str(CertificateNumber.parse(number))
    except ValueError:
        wanted = number
    for one in found.counted:
        if one.number == wanted:
            return one
    raise NotFound(Sentence(N_("The total does not count a certificate %(number)s."), {"number": number}))


def _held(one: Counted, leaves: list[Node], secret: bytes, total: TotalDocument) -> Entry:
    parts = next(parts for each, parts in Selection(total.scope, (one,), 0, 0).parts(secret))
    return Entry(one.statement, one.index, _inclusion(one, total), tuple(_placed(one, part, leaves) for part in parts))


def _placed(one: Counted, part: Part, leaves: list[Node]) -> Placed:
    place = leaves.index(leaf(one.statement, part))
    return Placed(part, place, tuple(path(leaves, place)))


def _inclusion(one: Counted, total: TotalDocument) -> tuple[bytes, ...]:
    return tuple(statements.inclusion(total.scope.participant, one.index, total.checkpoint.size))
