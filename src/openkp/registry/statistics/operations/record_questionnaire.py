"""A questionnaire reaches this node by the post: questions to us, answers to ours, or how a case ended."""

from datetime import datetime

from django.db import IntegrityError, transaction

from openkp.documents.envelope import open_envelope
from openkp.documents.questionnaire_v1 import QuestionnaireDocument, read_questionnaire
from openkp.registry import faults
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.documents import document_row
from openkp.registry.certificates.steps import locked
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import hosted_participants, own_codes
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics.models import Filing, Questionnaire, QuestionnaireStatement
from openkp.registry.statistics.questionnaires import move, plain, question, subject
from openkp.registry.statistics.steps import touch
from openkp.scheme.questionnaires import Stage
from openkp.scheme.words import N_, Sentence


def record_questionnaire(data: bytes, *, actor: Actor, at: datetime) -> Questionnaire:
    """Verify the statement and move the case; the same bytes again change nothing."""
    try:
        return _taken(data, actor=actor, at=at)
    except IntegrityError:  # the same statement twice at one moment: the other one was first, and is found now
        return _taken(data, actor=actor, at=at)


@transaction.atomic
def _taken(data: bytes, *, actor: Actor, at: datetime) -> Questionnaire:
    proven = read_questionnaire(open_envelope(data, keyring(at), typ="kpq"))
    document = document_row(data, typ="kpq", issuer=proven.signer, at=at)
    if document.pk is not None:
        return QuestionnaireStatement.objects.select_related("questionnaire").get(document=document).questionnaire
    row, event = {"asked": _asked, "answered": _answered, "closed": _closed}[proven.stage](proven, at)
    faults.point("during-inbox")
    kept = QuestionnaireStatement(questionnaire=row, document=document, stage=proven.stage, at=proven.at)
    changed: list[Journaled] = [row, document, kept]
    record(event, actor=actor, at=at, subject=subject(row), rows=changed)
    return row


def _asked(proven: QuestionnaireDocument, at: datetime) -> tuple[Questionnaire, str]:
    """Questions to one of our Participants; the same case again where the answers did not satisfy."""
    if proven.participant not in hosted_participants():
        raise NotFound(
            Sentence(N_("This questionnaire is for %(country)s."), {"country": proven.participant}),
            code="wrong-destination",
        )
    row = _case(proven)
    if row is None:
        row = Questionnaire(
            reference=proven.reference,
            participant=proven.participant,
            asked_by=proven.asked_by,
            period=str(proven.period),
            created_at=at,
        )
    else:
        touch(row, at=at)
    row.stage, row.changed_at = Stage.SENT.value, at
    row.questions = [plain(each) for each in proven.questions]
    row.sent_at, row.due_on, row.answered_at, row.correction = proven.at, proven.due_on, None, None
    return row, "questionnaire.received"


def _answered(proven: QuestionnaireDocument, at: datetime) -> tuple[Questionnaire, str]:
    """Answers to what this node asked: to these questions and no others."""
    row = _case(proven) if proven.asked_by in own_codes() else None
    if row is None:
        raise _unknown(proven)
    if [question(each, answered=False) for each in row.questions] != [
        question(plain(each), answered=False) for each in proven.questions
    ]:
        raise Conflict(N_("These are answers to other questions than were asked."), code="other-questions")
    event = move(row, Stage.ANSWERED, at=at)
    row.questions = [plain(each) for each in proven.questions]
    row.correction = _filing(proven)
    row.answered_at = proven.at
    return row, event


def _closed(proven: QuestionnaireDocument, at: datetime) -> tuple[Questionnaire, str]:
    """The verdict on what we answered."""
    row = _case(proven) if proven.participant in hosted_participants() else None
    if row is None:
        raise _unknown(proven)
    row.stage, row.verdict, row.closed_at = Stage.CLOSED.value, proven.verdict, proven.at
    touch(row, at=at)
    return row, "questionnaire.closed"


def _case(proven: QuestionnaireDocument) -> Questionnaire | None:
    """The case of this reference, locked, if it is between the same two; closed ones never open again."""
    row = Questionnaire.objects.filter(reference=proven.reference).first()
    if row is None:
        return None
    if (row.participant, row.asked_by) != (proven.participant, proven.asked_by):
        raise Conflict(N_("Another questionnaire bears this reference."), code="reference-used-twice")
    row = locked(Questionnaire, row.pk)
    if row.stage == Stage.CLOSED:
        raise Conflict(N_("This questionnaire is closed."), code="is-closed")
    return row


def _filing(proven: QuestionnaireDocument) -> Filing | None:
    """The corrected return, if it is here: it came before its mention, unless its class kept it from us."""
    return Filing.objects.filter(participant=proven.participant, public_hash=proven.correction_hash).first()


def _unknown(proven: QuestionnaireDocument) -> NotFound:
    sentence = Sentence(N_("No questionnaire %(reference)s is known here."), {"reference": proven.reference})
    return NotFound(sentence, code="not-known")
