"""Keeping what other Participants publish: status lists and checkpoints. Verified, and never older, before stored."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from openkp.documents.checkpoint import Checkpoint, open_checkpoint
from openkp.documents.errors import Untrusted
from openkp.documents.keyring import Keyring
from openkp.documents.log import verify_consistency
from openkp.documents.status import open_status_list
from openkp.documents.trust import Member
from openkp.registry.accounts.actors import Actor
from openkp.registry.journal.models import Entry
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Publication
from openkp.scheme.words import N_

STATUS, CHECKPOINT = "status", "checkpoint"


def newest(kind: str, issuer: str, name: str) -> bytes | None:
    """The bytes held of this publication."""
    found = Publication.objects.filter(kind=kind, issuer=issuer, name=name).first()
    return bytes(found.data) if found else None


def held_now() -> frozenset[bytes]:
    """The bytes of every publication held, of anybody."""
    return frozenset(bytes(data) for data in Publication.objects.values_list("data", flat=True))


def keep(
    kind: str, issuer: str, name: str, data: bytes, *, content: bytes, journal_size: int = 0, at: datetime
) -> None:
    """Put ``data`` in the place of what was held."""
    names, values = {"kind": kind, "issuer": issuer, "name": name}, {"data": data, "content": content, "at": at}
    Publication.objects.bulk_create(
        [Publication(**names, **values, journal_size=journal_size)],
        update_conflicts=True,
        unique_fields=[*names],
        update_fields=[*values, "journal_size"],
    )


@transaction.atomic
def receive_status_list(data: bytes, keyring: Keyring, *, at: datetime) -> bool:
    """Keep a newer status list of a peer; whether it was newer. Raises ``Untrusted`` for one that undoes a status."""
    offered = open_status_list(data, keyring)
    held = newest(STATUS, offered.participant, offered.uri)
    if held is not None:
        known = open_status_list(held, keyring)
        if held == data or offered.issued_at < known.issued_at:
            return False
        offered.check_follows(known)
    keep(STATUS, offered.participant, offered.uri, data, content=sha256(offered.packed).digest(), at=at)
    return True


def open_member_checkpoint(note: bytes, member: Member) -> Checkpoint:
    """The checkpoint of this member's log. Raises a ``DocumentError``."""
    if member.log_key is None:
        raise Untrusted(N_("The trust list names no log for this member."), code="wrong_origin")
    return open_checkpoint(note, member.log_key, origin=member.log_origin)


@transaction.atomic
def receive_checkpoint(note: bytes, member: Member, proof: list[bytes], *, at: datetime) -> bool:
    """Keep a later checkpoint of a peer's log, proven to contain what was seen before; whether it was later.

    Two checkpoints of one size with two roots prove that the log shows two faces: the journal keeps both.
    """
    offered = open_member_checkpoint(note, member)
    held = newest(CHECKPOINT, member.code, member.log_origin)
    if held is not None:
        known = open_member_checkpoint(held, member)
        if offered.size < known.size or (offered.size, offered.root, offered.at) == (known.size, known.root, known.at):
            return False
        if offered.size == known.size and offered.root != known.root:
            evidence = held.decode() + note.decode()
            subject = f"log:{member.code}"
            if not Entry.objects.filter(subject=subject, note=evidence).exists():  # it is offered again and again
                record("peer.log_forked", actor=Actor.peer(member.code), at=at, subject=subject, note=evidence)
            return False
        verify_consistency(known.size, offered.size, known.root, offered.root, proof)
    keep(CHECKPOINT, member.code, member.log_origin, note, content=offered.root, at=at)
    return True
