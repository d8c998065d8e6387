"""Filing a return: prepared by one person, filed by another, signed, kept and sent."""

from datetime import datetime

from django.db import transaction

from openkp.documents.envelope import open_envelope
from openkp.documents.filing_v1 import compose_filing, finish_filing, read_filing
from openkp.registry import faults
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.documents import document_row
from openkp.registry.certificates.steps import locked
from openkp.registry.certificates.typed import storable
from openkp.registry.entropy import random_bytes
from openkp.registry.journal import statements
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.participation.trust import is_specimen, keyring
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.registry.statistics.audience import recipients
from openkp.registry.statistics.documents import filing_row
from openkp.registry.statistics.drafts import differences, judged
from openkp.registry.statistics.models import Draft, Filing
from openkp.registry.statistics.permissions import check_may_file, check_may_write
from openkp.registry.statistics.steps import expect, return_subject, touch, worded
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.reading import tidy
from openkp.scheme.returns import StatisticalReturn
from openkp.scheme.words import N_, Sentence


@transaction.atomic
def prepare_return(
    draft_id: int, *, explanation: str = "", actor: Actor, at: datetime, version: int | None = None
) -> Draft:
    """Judge the draft and hand it to another person. Raises ``Refused`` with every finding.

    ``explanation`` says in words why it differs from what the node's own documents give.
    """
    draft = locked(Draft, draft_id, version=version)
    check_may_write(actor, draft.authority_id)
    expect(draft.status, ("draft",))
    draft.explanation = tidy(storable(explanation)) or draft.explanation
    _check(draft, at)
    draft.status, draft.prepared_by_id, draft.sent_back = "prepared", actor.person_id, ""
    touch(draft, at=at)
    record("return.prepared", actor=actor, at=at, subject=_subject(draft), rows=[draft])
    return draft


@transaction.atomic
def send_back_draft(draft_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None) -> Draft:
    """Give a prepared return back to be written again, and say why; who prepared it may take it back."""
    draft = locked(Draft, draft_id, version=version)
    check_may_write(actor, draft.authority_id)
    expect(draft.status, ("prepared",))
    draft.sent_back = worded(reason, "reason", rule="STAT-07")
    draft.status, draft.prepared_by_id = "draft", None
    touch(draft, at=at)
    record("return.sent_back", actor=actor, at=at, subject=_subject(draft), rows=[draft], note=draft.sent_back)
    return draft


@transaction.atomic
def file_return(draft_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Filing:
    """Sign the return, keep it as the next version, and send it to whom its visibility allows.

    Everything is judged again: another day may have come since it was prepared.
    """
    draft = locked(Draft, draft_id, version=version)
    check_may_file(actor, draft)
    expect(draft.status, ("prepared",))
    value = _check(draft, at)
    data = _signed(value, at)
    faults.point("during-filing")
    opened = open_envelope(data, keyring(at), typ="kpf")
    document = document_row(data, typ="kpf", issuer=value.participant, at=at)
    filing = filing_row(read_filing(opened), document)
    filing.draft, filing.filed_by_id = draft, actor.person_id
    statements.append(value.participant, "kpf", opened.public_form)
    draft.status = "filed"
    touch(draft, at=at)
    subject = _subject(draft)
    for code in recipients(value.visibility):
        enqueue(value.participant, code, "filing", data, subject=subject, at=at)
    record("return.filed", actor=actor, at=at, subject=subject, rows=[draft, document, filing])
    return filing


def _check(draft: Draft, at: datetime) -> StatisticalReturn:
    """The return, if nothing is wrong with it and what differs from the documents is explained."""
    value, findings = judged(draft, on=at.date(), at=at)
    if differences(draft) and len(draft.explanation) < 3:
        sentence = Sentence(N_("Explain in words why the return differs from what this node's documents give."))
        findings = (*findings, Finding("STAT-02", "difference-unexplained", "explanation", sentence))
    if value is None or findings:
        raise Refused(findings)
    return value


def _signed(value: StatisticalReturn, at: datetime) -> bytes:
    key = active_key(value.participant, "status", at)
    unsigned = compose_filing(
        value, key=public_key(key), seed16=random_bytes(16), at=at.replace(microsecond=0), specimen=is_specimen()
    )
    return finish_filing(unsigned, signer_at(key.uri).sign(unsigned.to_sign))


def _subject(draft: Draft) -> str:
    authority: Authority = draft.authority
    return return_subject(authority.code, draft.kind, draft.period)
