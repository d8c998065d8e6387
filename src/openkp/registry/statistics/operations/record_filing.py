"""A return of another Participant reaches this node by the post."""

from datetime import datetime

from django.db import IntegrityError, transaction

from openkp.documents.envelope import open_envelope
from openkp.documents.filing_v1 import read_filing
from openkp.registry import faults
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.documents import document_row
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import hosted_participants
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.documents import filing_row
from openkp.registry.statistics.models import Filing
from openkp.registry.statistics.steps import return_subject, versions
from openkp.scheme.words import N_, Sentence


def record_filing(data: bytes, *, actor: Actor, at: datetime) -> Filing:
    """Verify the filing and keep it beside its earlier versions; the same bytes again change nothing."""
    try:
        return _keep(data, actor=actor, at=at)
    except IntegrityError:  # the same filing twice at one moment: the other one was first, and is found now
        return _keep(data, actor=actor, at=at)


@transaction.atomic
def _keep(data: bytes, *, actor: Actor, at: datetime) -> Filing:
    proven = read_filing(open_envelope(data, keyring(at), typ="kpf"))
    value = proven.value
    if value is None:
        raise Conflict(N_("This is the public form; the figures are in the full form only."), code="public-form-only")
    same = versions(value.participant, value.authority, value.kind, value.period).filter(number=value.version).first()
    if same is not None:
        if bytes(same.public_hash) == proven.public_hash:
            return same  # type: ignore[no-any-return]
        raise Conflict(
            Sentence(
                N_("Another version %(version)s of this return is here."),
                {"version": value.version},
            ),
            code="version-used-twice",
            advice=Sentence(N_("Keep both and ask the Participant: a correction must be the next version.")),
        )
    if value.participant in hosted_participants():
        raise Conflict(N_("This return bears our name, and we did not file it."), code="not-filed-here")
    filing = filing_row(proven, document_row(data, typ="kpf", issuer=value.participant, at=at))
    filing.received_at = at
    faults.point("during-inbox")
    subject = return_subject(value.authority or value.participant, filing.kind, filing.period)
    record("filing.received", actor=actor, at=at, subject=subject, rows=[filing.document, filing])
    return filing
