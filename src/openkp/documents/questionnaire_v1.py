"""A Data Anomaly Questionnaire as a document, version 1: asked, answered, closed. Source: STAT-12.

It is between who asks and who answers, so all of it stands in the signed claims, and it is never logged. Each of the
three statements repeats the questions, so that one statement alone can be read and none depends on a lost one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from openkp.documents.claims import (
    ISSUED,
    ISSUER,
    SUBJECT,
    optional_text,
    plain,
    proven_claims,
    read_specimen,
    specimen_claim,
)
from openkp.documents.envelope import Opened, Unsigned, compose, finish
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import PublicKey
from openkp.documents.shapes import Fields, built
from openkp.scheme.goods import country_code, plain_text
from openkp.scheme.periods import Period
from openkp.scheme.words import N_

TYPE = "kpq"
ABOUT, QUESTIONS, VERDICT, DUE = -70041, -70042, -70043, -70044
ASKED, ANSWERED, CLOSED = STAGES = ("asked", "answered", "closed")
KINDS = ("", "explained", "corrected")
MOST_QUESTIONS = 50
LONGEST_TEXT, LONGEST_ANSWER = 1000, 2000


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question and its answer. ``evidence_hash`` is the SHA-256 of the evidence pack it rests on.

    ``anomaly`` is the key of the finding; ``kind`` is ``explained`` or ``corrected`` once answered, empty before.
    Raises ``ValueError``.
    """

    id: str
    anomaly: str
    text: str
    evidence_hash: bytes
    kind: str = ""
    answer: str = ""

    def __post_init__(self) -> None:
        plain_text(self.id, longest=40)
        plain_text(self.anomaly, longest=80)
        plain_text(self.text, longest=LONGEST_TEXT)
        if self.answer:
            plain_text(self.answer, longest=LONGEST_ANSWER)
        if len(self.evidence_hash) != 32:
            raise ValueError("evidence_hash is a SHA-256")
        if self.kind not in KINDS or bool(self.kind) != bool(self.answer):
            raise ValueError("an answer explains or corrects, and is said in words")


@dataclass(frozen=True, kw_only=True)
class QuestionnaireStatement:
    """One of the three statements of a questionnaire, made at ``at`` (UTC; whole seconds are kept).

    ``participant`` answers, ``asked_by`` (a Participant or an office) asks and closes. ``due_on`` is the last day for
    the answer. ``correction_hash`` is the SHA-256 of the public form of the filing that corrects the figures, or empty.
    ``verdict`` is said in closing. Raises ``ValueError``.
    """

    reference: str
    stage: str
    participant: str
    asked_by: str
    period: Period
    questions: tuple[Question, ...]
    due_on: date
    at: datetime
    verdict: str = ""
    correction_hash: bytes = b""
    specimen: bool = False

    def __post_init__(self) -> None:
        plain_text(self.reference, longest=24)
        country_code(self.participant)
        if self.stage not in STAGES or self.participant == self.asked_by:
            raise ValueError("stage, or nobody asks themselves")
        if not 1 <= len(self.questions) <= MOST_QUESTIONS or len({each.id for each in self.questions}) != len(
            self.questions
        ):
            raise ValueError("questions: at least one, each with an id of its own")
        if len(self.correction_hash) not in (0, 32) or self.at.utcoffset() != timedelta(0):
            raise ValueError("correction_hash is a SHA-256, and the instant is in UTC")
        if self.verdict:
            plain_text(self.verdict, longest=LONGEST_ANSWER)
        self._check_stage()

    def _check_stage(self) -> None:
        """What each stage has: an answer to every question, a verdict at the end."""
        answered = [bool(question.answer) for question in self.questions]
        if self.stage == ASKED and (any(answered) or self.correction_hash):
            raise ValueError("questions are asked before they are answered")
        if self.stage == ANSWERED and not all(answered):
            raise ValueError("every question is answered")
        if bool(self.verdict) != (self.stage == CLOSED):
            raise ValueError("a verdict is said in closing")

    @property
    def signer(self) -> str:
        """Who says it: the one who is asked answers, the other asks and closes."""
        return self.participant if self.stage == ANSWERED else self.asked_by


@dataclass(frozen=True, kw_only=True)
class QuestionnaireDocument(QuestionnaireStatement):
    """A verified statement; ``public_hash`` is the SHA-256 of its public form."""

    public_hash: bytes


def compose_questionnaire(statement: QuestionnaireStatement, *, key: PublicKey) -> Unsigned:
    """What ``statement.signer`` is about to sign, with its message key. Raises ``Malformed`` for what cannot be
    written."""
    claims: dict[int, Any] = {
        ISSUER: statement.signer,
        ISSUED: int(statement.at.timestamp()),
        ABOUT: [
            statement.stage,
            statement.reference,
            statement.participant,
            statement.asked_by,
            str(statement.period),
        ],
        QUESTIONS: [
            [each.id, each.anomaly, each.text, each.evidence_hash, each.kind, each.answer]
            for each in statement.questions
        ],
        DUE: statement.due_on.isoformat(),
    }
    optional = {VERDICT: statement.verdict, SUBJECT: statement.correction_hash}
    claims |= {label: value for label, value in optional.items() if value}
    return compose(TYPE, claims | specimen_claim(statement.specimen), key)


def finish_questionnaire(draft: Unsigned, signature: bytes) -> bytes:
    """The document. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    return finish(draft, signature)


def read_questionnaire(opened: Opened) -> QuestionnaireDocument:
    """What a verified statement says as a questionnaire. Raises a ``DocumentError``."""
    claims = proven_claims(opened)
    about = Fields.of_list(claims.items(ABOUT), 5)
    if opened.expires_at is not None:
        raise Malformed(N_("A questionnaire does not expire."), code="dates")
    period = about.text(4, longest=7)
    read: dict[str, Any] = {
        "stage": about.text(0),
        "reference": plain(about.text(1), longest=24),
        "participant": about.text(2, longest=2),
        "asked_by": about.text(3, longest=12),
        "period": built(lambda: Period.parse(period)),
        "questions": tuple(_question(value) for value in claims.items(QUESTIONS, least=1, most=MOST_QUESTIONS)),
        "due_on": claims.day(DUE),
        "verdict": optional_text(claims, VERDICT, longest=LONGEST_ANSWER),
        "correction_hash": claims.blob(SUBJECT, size=32) if claims.has(SUBJECT) else b"",
        "specimen": read_specimen(claims, opened),
    }
    claims.done()
    public_hash = sha256(opened.public_form).digest()
    document = built(lambda: QuestionnaireDocument(at=opened.issued_at, public_hash=public_hash, **read))
    if document.signer != opened.key_record.participant:
        raise Untrusted(N_("Who is asked answers; who asks, asks and closes. Nobody else."), code="wrong_issuer")
    return document


def _question(value: Any) -> Question:
    match value:
        case [str() as key, str() as anomaly, str() as text, bytes() as evidence, str() as kind, str() as answer]:
            return built(
                lambda: Question(id=key, anomaly=anomaly, text=text, evidence_hash=evidence, kind=kind, answer=answer)
            )
    raise Malformed(N_("A question cannot be read."), code="field")
