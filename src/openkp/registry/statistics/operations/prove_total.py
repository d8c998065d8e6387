"""A proven total: signed over what the Participant's own log holds of an ended period, kept, and logged itself.

1. Checkpoint: of the log as it is now, after the end of the period.
2. Certificates: all that the log holds of the period; void ones and those outside the scope are counted apart.
3. Tree of sums, with a secret of its own; total, signed and logged, so that nobody can be told two different ones.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.envelope import open_envelope
from openkp.documents.merkle_sum import root
from openkp.documents.total_v1 import Scope, Total, TotalDocument, compose_total, finish_total, read_total
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.documents import document_row
from openkp.registry.certificates.models import Document
from openkp.registry.entropy import random_bytes
from openkp.registry.errors import Conflict, NotAllowed, NotFound
from openkp.registry.journal import statements
from openkp.registry.journal.frontiers import frontier_of
from openkp.registry.journal.models import LogHead
from openkp.registry.journal.record import record
from openkp.registry.participation.operations.publish import log_origin
from openkp.registry.participation.queries import active_key, hosted_participants, public_key
from openkp.registry.participation.trust import is_specimen, keyring
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.registry.statistics.audience import recipients
from openkp.registry.statistics.counting import Selection, select
from openkp.registry.statistics.documents import total_row
from openkp.registry.statistics.models import ProvenTotal
from openkp.scheme.returns import Visibility
from openkp.scheme.words import N_, Sentence


def check_may_prove(actor: Actor, participant: str) -> None:
    """A statistician or auditor of the Participant, or the node's operator at its console."""
    if actor is not NODE and participant not in actor.participants(Role.STATISTICIAN, Role.AUDITOR):
        raise NotAllowed(N_("Only a statistician of the Participant proves its totals."), code="role-needed")


@dataclass(frozen=True)
class Tally:
    """What the first ``size`` entries of the log, whose root is ``log_root``, hold of a total's scope."""

    found: Selection
    size: int
    log_root: bytes


def prove_total(scope: Scope, *, actor: Actor, at: datetime) -> ProvenTotal:
    """The proven total of ``scope``: the newest one while the log holds nothing that changes it, else a new one."""
    check_may_prove(actor, scope.participant)
    return prove_tally(tally(scope, at=at), actor=actor, at=at)


def tally(scope: Scope, *, at: datetime) -> Tally:
    """Count what the log holds now. It only grows, so it is read without a lock. Raises ``NotFound``, ``Conflict``."""
    if scope.participant not in hosted_participants():
        sentence = Sentence(N_("No authority of %(participant)s is hosted here."), {"participant": scope.participant})
        raise NotFound(sentence)
    if at < scope.end:
        raise Conflict(N_("The period has not ended: its total is not known yet."), code="period-open")
    head = LogHead.objects.filter(pk=scope.participant).first()
    size = head.size if head else 0
    frontier = frontier_of(size, bytes(head.frontier) if head else b"")
    return Tally(select(scope, size=size, keyring=keyring(at)), size, frontier.root)


def prove_tally(counted: Tally, *, actor: Actor, at: datetime) -> ProvenTotal:
    """Sign what was counted, unless the newest total of its scope says exactly this, or counted more of the log."""
    at, found, scope = at.replace(microsecond=0), counted.found, counted.found.scope
    before = _newest(scope)
    if before is not None and _stands(before, counted, at):
        return before
    secret = random_bytes(32)
    tree = root(found.leaves(secret))
    total = Total(scope=scope, tree=tree, void=found.void, other=found.other, specimen=is_specimen())
    data = _signed(total, counted, at)
    with transaction.atomic():
        LogHead.objects.select_for_update().filter(pk=scope.participant).first()  # totals of one log queue here
        meanwhile = _newest(scope)
        if meanwhile is not None and meanwhile != before and _stands(meanwhile, counted, at):
            return meanwhile
        return _keep(data, scope, secret, actor=actor, at=at)


def _keep(data: bytes, scope: Scope, secret: bytes, *, actor: Actor, at: datetime) -> ProvenTotal:
    """Keep the signed total, log it, and send it to where the figures of all are read."""
    opened = open_envelope(data, keyring(at), typ="kpn")
    document = document_row(data, typ="kpn", issuer=scope.participant, at=at)
    row = total_row(read_total(opened, keyring(at)), document, secret=secret)
    statements.append(scope.participant, "kpn", opened.public_form)
    subject = f"total:{scope.participant}:{scope.flow}:{scope.period}"
    for office in recipients(Visibility.WGS):
        enqueue(scope.participant, office, "total", data, subject=subject, at=at)
    record("total.proven", actor=actor, at=at, subject=subject, rows=[document, row])
    return row


def read_kept(document: Document, at: datetime) -> TotalDocument:
    """A kept total, verified. Raises a ``DocumentError``."""
    keys = keyring(at)
    return read_total(open_envelope(bytes(document.data), keys, typ="kpn"), keys)


def _newest(scope: Scope) -> ProvenTotal | None:
    """The newest total of this scope."""
    named = {"participant": scope.participant, "flow": scope.flow, "period": str(scope.period)}
    rows = ProvenTotal.objects.filter(**named, hs=scope.hs or "", origin=scope.origin)
    return rows.order_by("-pk").select_related("document").first()


def _stands(row: ProvenTotal, counted: Tally, at: datetime) -> bool:
    """Whether a kept total counts exactly these certificates, or is of a longer log than was counted here."""
    total, found = read_kept(row.document, at), counted.found
    if total.checkpoint.size > counted.size:
        return True
    return (total.tree, total.void, total.other) == (root(found.leaves(bytes(row.secret))), found.void, found.other)


def _signed(total: Total, counted: Tally, at: datetime) -> bytes:
    participant = total.scope.participant
    log = active_key(participant, "log", at)
    note = sign_checkpoint(log_origin(participant), counted.size, counted.log_root, signer_at(log.uri), at)
    key = active_key(participant, "status", at)
    draft = compose_total(total, key=public_key(key), log_key_id=bytes(log.kid), note=note, at=at)
    return finish_total(draft, signer_at(key.uri).sign(draft.to_sign))
