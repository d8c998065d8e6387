"""Stating in public what this node's Participants say: status lists, checkpoints of their logs and of the journal.

All of it is made from what operations wrote, so it can be made again at any time; it is made when something changed
and, for status lists, before the last one grows old. Nothing here enters the journal, which it describes.
"""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.envelope import with_receipts
from openkp.documents.receipts import make_receipt
from openkp.registry import faults
from openkp.registry.certificates.models import Certificate
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal import statements
from openkp.registry.journal.frontiers import frontier_of
from openkp.registry.journal.models import Head, JournalCheckpoint, LogCheckpoint, LogHead
from openkp.registry.participation.bundles import trust
from openkp.registry.participation.models import Authority, NodeKey
from openkp.registry.participation.operations.publish_status import publish_status_lists, renewals
from openkp.registry.participation.operations.receive_publication import CHECKPOINT, keep
from openkp.registry.participation.queries import active_key, hosted_participants
from openkp.registry.signers import signer_at


def publish(*, at: datetime) -> int:
    """Publish all that changed; how many publications were new.

    The journal's checkpoint is made last, of the journal as it was at first: while one covers the whole journal,
    there is nothing to look for, and what was written meanwhile is looked for the next time.
    """
    head = Head.objects.get(pk=1)
    grew = not JournalCheckpoint.objects.filter(size__gte=head.size).exists()
    if not grew and not renewals(at).exists():
        return 0
    made = 0
    for participant in sorted(hosted_participants()):
        made += publish_status_lists(participant, at=at)
        made += publish_checkpoint(participant, at=at)
    return made + publish_journal_checkpoint(head, at=at)


@transaction.atomic
def publish_checkpoint(participant: str, *, at: datetime) -> int:
    """Sign the head of a statement log that has grown."""
    head = LogHead.objects.filter(pk=participant).first()
    newest = LogCheckpoint.objects.filter(participant=participant).order_by("-size", "-id").first()
    if head is None or (newest is not None and newest.size >= head.size):
        return 0
    at, origin = at.replace(microsecond=0), log_origin(participant)
    signer = signer_at(active_key(participant, "log", at).uri)
    root = frontier_of(head.size, bytes(head.frontier)).root
    note = sign_checkpoint(origin, head.size, root, signer, at)
    faults.point("during-checkpoint")
    LogCheckpoint(participant=participant, size=head.size, signed_at=at, note=note).save(force_insert=True)
    keep(CHECKPOINT, participant, origin, note, content=root, at=at)
    return 1


@transaction.atomic
def publish_journal_checkpoint(head: Head, *, at: datetime) -> int:
    """Sign the end of a journal that has grown: from then on nobody can shorten or rewrite it unseen."""
    key = NodeKey.objects.filter(use="log", is_active=True).order_by("participant").first()
    if key is None or head.size == 0 or JournalCheckpoint.objects.filter(size__gte=head.size).exists():
        return 0
    at = at.replace(microsecond=0)
    root = frontier_of(head.size, bytes(head.frontier)).root
    origin = f"{log_origin(key.participant)}/journal"
    note = sign_checkpoint(origin, head.size, root, signer_at(key.uri), at)
    JournalCheckpoint(size=head.size, signed_at=at, note=note).save(force_insert=True)
    return 1


def log_origin(participant: str) -> str:
    """The name of a Participant's log: what the trust list says, or what its authority's address makes of it."""
    held = trust()
    member = held[0].find(participant) if held else None
    if member is not None and member.log_origin:
        return member.log_origin
    authority = Authority.objects.filter(participant=participant).order_by("pk").first()
    host = urlsplit(authority.base_url).netloc if authority else "openkp.invalid"
    return f"{host}/log/{participant}"


def certificate_with_receipt(certificate: Certificate) -> bytes:
    """The certificate's document with the proof that its Participant's log holds it, once a checkpoint covers it."""
    data, participant, index = bytes(certificate.document.data), certificate.participant, certificate.log_index
    covering = LogCheckpoint.objects.filter(participant=participant, size__gt=index if index is not None else 0)
    checkpoint = covering.order_by("-size", "-id").first()
    if index is None or checkpoint is None:
        return data
    kid = log_key_id(participant, checkpoint.signed_at)
    proof = statements.inclusion(participant, index, checkpoint.size)
    return with_receipts(data, [make_receipt(kid, bytes(checkpoint.note), index, proof)])


def log_key_id(participant: str, at: datetime) -> bytes:
    """The log's key that signed at this time."""
    keys = NodeKey.objects.filter(participant=participant, use="log", valid_from__lte=at)
    key = keys.order_by("-valid_from", "-id").first()
    if key is None:
        raise BrokenRecord("a checkpoint without its key", code="no-log-key")
    return bytes(key.kid)
