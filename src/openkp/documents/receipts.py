"""Receipts: the proof, carried with a document, that the issuer's log holds its public form.

A receipt is ``[log key id, checkpoint note, index, [hash, …]]``. The leaf's data is the document's public form.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openkp.documents.checkpoint import Checkpoint, open_checkpoint
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import Keys, KeyUse
from openkp.documents.log import leaf_hash, verify_inclusion
from openkp.scheme.words import N_

MOST = 4


@dataclass(frozen=True)
class Logged:
    """A proven fact: the document is entry ``index`` of the log that this checkpoint states."""

    index: int
    checkpoint: Checkpoint

    @property
    def at(self) -> datetime:
        """The log's own time of the checkpoint: the document existed by then."""
        return self.checkpoint.at


def make_receipt(log_key_id: bytes, note: bytes, index: int, proof: list[bytes]) -> list[Any]:
    """The receipt from a checkpoint and an inclusion proof, to give to ``envelope.with_receipts``."""
    return [log_key_id, note, index, proof]


def open_receipts(public_form: bytes, receipts: Any, keyring: Keys, participant: str) -> tuple[Logged, ...]:
    """What the receipts prove, all of them or none; sorted by log and size, so that they have one order.

    Raises a ``DocumentError``.
    """
    if type(receipts) is not list or not 1 <= len(receipts) <= MOST:
        raise Malformed(N_("The receipts of the log cannot be read."), code="receipts")
    logged = tuple(verify_receipt(public_form, receipt, keyring, participant=participant) for receipt in receipts)
    order = [(entry.checkpoint.origin, entry.checkpoint.size) for entry in logged]
    if order != sorted(set(order)):
        raise Malformed(N_("The receipts of the log are repeated or out of order."), code="receipts")
    return logged


def verify_receipt(public_form: bytes, receipt: Any, keyring: Keys, *, participant: str) -> Logged:
    """What one receipt proves about ``public_form`` in the log of ``participant``. Raises a ``DocumentError``.

    1. Shape.
    2. Key: a log key of the same Participant.
    3. Checkpoint: signed by it, while it could sign and before it was revoked.
    4. Inclusion.
    """
    # 1
    match receipt:
        case [bytes() as kid, bytes() as note, index, list() as proof] if type(index) is int and _hashes(proof):
            pass
        case _:
            raise Malformed(N_("The receipts of the log cannot be read."), code="receipts")
    # 2, 3
    checkpoint = verify_checkpoint(kid, note, keyring, participant=participant)
    # 4
    verify_inclusion(leaf_hash(public_form), index, checkpoint.size, proof, checkpoint.root)
    return Logged(index, checkpoint)


def verify_checkpoint(kid: bytes, note: bytes, keyring: Keys, *, participant: str) -> Checkpoint:
    """What the log of ``participant`` states in ``note``, signed with its key ``kid``. Raises a ``DocumentError``."""
    record = keyring.find(kid)
    if record.use is not KeyUse.LOG or record.participant != participant:
        raise Untrusted(N_("The receipt is not from the issuer's log."), code="wrong_log")
    checkpoint = open_checkpoint(note, record.key)
    if not record.valid_from <= checkpoint.at < record.valid_until:
        raise Untrusted(N_("The checkpoint is dated outside the time in which its key could sign."), code="key_life")
    if record.revoked_from_log_size is not None and checkpoint.size > record.revoked_from_log_size:
        raise Untrusted(N_("The log's key was revoked before this checkpoint."), code="key_revoked")
    return checkpoint


def _hashes(proof: list[Any]) -> bool:
    return all(type(hash_) is bytes and len(hash_) == 32 for hash_ in proof)
