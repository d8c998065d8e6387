"""What verification says: checks, five verdicts, and their words.

The verdict follows from the checks alone, in one place (``conclude``): a document that could not be read,
else one failed check, else a closed certificate, else anything not known, else genuine and open.
Never the one word "genuine": a photocopied code is a valid code, so the person is told what to compare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from openkp.documents.facts import STATISTICS, Proven
from openkp.scheme.words import N_, Sentence, Translate, as_written


@dataclass(frozen=True)
class Minute:
    """An instant inside a sentence: formed only when somebody reads it."""

    instant: datetime

    def __str__(self) -> str:
        return f"{self.instant:%Y-%m-%d %H:%M}"


class Outcome(StrEnum):
    """What one check found."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Answer(StrEnum):
    """The five verdicts."""

    GENUINE_OPEN = "genuine_open"
    GENUINE_CLOSED = "genuine_closed"
    STATUS_UNKNOWN = "status_unknown"
    NOT_GENUINE = "not_genuine"
    UNREADABLE = "unreadable"


class Closed(StrEnum):
    """Why a genuine certificate can no longer be used. In this order, the first one is named."""

    VOID = "void"
    RECEIVED = "received"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Check:
    """One numbered step: ``id`` is stable, ``rule`` the catalogue's or the format's, ``code`` says why it did not pass.

    ``closes`` is set where a failed check does not make the document false but ends its use.
    """

    id: str
    rule: str
    outcome: Outcome
    sentence: Sentence
    code: str = ""
    closes: Closed | None = None

    def text(self, translate: Translate = as_written) -> str:
        """What was found, in a person's language."""
        return self.sentence.text(translate)


REQUIRED = ("readable", "key.known", "signature", "trust.profile", "key.allowed", "dates", "status")


def conclude(checks: tuple[Check, ...]) -> Answer:
    """The verdict that follows from ``checks``. A required check that was not made is not known, never passed."""
    failed = [check for check in checks if check.outcome is Outcome.FAIL]
    if failed:
        if any(check.id == "readable" for check in failed):
            return Answer.UNREADABLE
        falsified = any(check.closes is None for check in failed)
        return Answer.NOT_GENUINE if falsified else Answer.GENUINE_CLOSED
    unknown = any(check.outcome is Outcome.UNKNOWN for check in checks)
    made = {check.id for check in checks}
    return Answer.STATUS_UNKNOWN if unknown or not made.issuperset(REQUIRED) else Answer.GENUINE_OPEN


def closed_by(checks: tuple[Check, ...]) -> Closed | None:
    """Why the certificate is closed, the weightiest reason first."""
    reasons = {check.closes for check in checks if check.closes is not None}
    return next((reason for reason in Closed if reason in reasons), None)


_HEADLINES = {
    Answer.GENUINE_OPEN: N_("Genuine and still open, as of %(as_of)s UTC. Now compare these facts with the paper."),
    Answer.STATUS_UNKNOWN: N_("The signature is good, but whether it is still open is not known."),
    Answer.NOT_GENUINE: N_("Not genuine."),
    Answer.UNREADABLE: N_("This cannot be read."),
}
_CLOSED_HEADLINES = {
    Closed.VOID: N_("Signed by its issuer, but void: the issuer has cancelled it."),
    Closed.RECEIVED: N_("Signed by its issuer, but already used: an import was confirmed with it."),
    Closed.EXPIRED: N_("Signed by its issuer, but expired."),
}
_OTHER_HEADLINE = N_("Signed by its issuer. Now compare these facts with what you hold.")
_ADVICE = {
    Answer.GENUINE_OPEN: N_(
        "Compare number, carats, value, seals and parties on this screen with the paper and the parcel, "
        "one by one. If one differs, do not release the goods and ask the issuing authority."
    ),
    Answer.GENUINE_CLOSED: N_("Do not accept goods with it. Keep the paper and ask the issuing authority."),
    Answer.STATUS_UNKNOWN: N_(
        "Compare the facts with the paper, then fetch a new trust bundle and verify again, or ask the issuing "
        "authority, before you release the goods."
    ),
    Answer.NOT_GENUINE: N_(
        "Do not release the goods. Keep the paper and the file as they are, and tell the authority "
        "that is named as the issuer."
    ),
    Answer.UNREADABLE: N_(
        "Scan the code again in better light, or ask the sender for the file. A paper whose code "
        "cannot be read proves nothing."
    ),
}


_STATISTICS_ADVICE = N_(
    "It says what its issuer signed; whether the figures are true is another question. "
    "Compare them with what others filed, and check the proof of a total with openkp statistics check."
)
_STATISTICS_DOUBT = N_("Do not use its figures. Keep the file as it is, and ask the issuer.")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was proven about one document, and how.

    ``kind`` is ``certificate``, ``confirmation``, ``statement``, ``filing``, ``questionnaire``, ``total`` or empty;
    ``issuer`` the Participant's code and ``number`` the printed number, each only where a good signature covers it
    (else None). ``as_of`` is the instant up to which the issuer is known here, ``bundle_age`` the time since then.
    ``claimed`` is the issuer that an unproven document names.
    """

    verdict: Answer
    checks: tuple[Check, ...]
    kind: str = ""
    issuer: str | None = None
    issuer_name: str = ""
    number: str | None = None
    proven: Proven | None = None
    closed: Closed | None = None
    as_of: datetime | None = None
    bundle_age: timedelta | None = None
    specimen: bool = False
    claimed: str = ""

    @cached_property
    def facts(self) -> Mapping[str, object]:
        """What the signature covers, as JSON values; nothing where there is no good signature."""
        return self.proven.facts() if self.proven else {}

    @property
    def headline(self) -> Sentence:
        """The verdict in words."""
        if self.closed and self.verdict is Answer.GENUINE_CLOSED:
            return Sentence(_CLOSED_HEADLINES[self.closed])
        if self.verdict is Answer.GENUINE_OPEN and self.kind != "certificate":
            return Sentence(_OTHER_HEADLINE)
        as_of = Minute(self.as_of) if self.as_of else "?"
        return Sentence(_HEADLINES[self.verdict], {"as_of": as_of})

    @property
    def advice(self) -> Sentence:
        """What to do next."""
        if self.kind in STATISTICS:
            return Sentence(_STATISTICS_ADVICE if self.verdict is Answer.GENUINE_OPEN else _STATISTICS_DOUBT)
        return Sentence(_ADVICE[self.verdict])

    @property
    def reasons(self) -> tuple[Check, ...]:
        """The checks that decided, for every verdict but "genuine and open"."""
        failed = tuple(check for check in self.checks if check.outcome is Outcome.FAIL)
        return failed or tuple(check for check in self.checks if check.outcome is Outcome.UNKNOWN)
