"""The checks of a document whose signature is good: is it a certificate of this scheme, on its day, and still open?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from openkp.documents.bundle import Bundle
from openkp.documents.errors import Untrusted
from openkp.documents.facts import CERTIFICATE, QUESTIONNAIRE, STATEMENT, TOTAL, Proven
from openkp.documents.policy import VerificationPolicy
from openkp.documents.status import StatusList, StatusValue
from openkp.documents.trust import check_current
from openkp.documents.verdicts import Check, Closed, Minute, Outcome
from openkp.scheme.members import Flow
from openkp.scheme.participation import Participation
from openkp.scheme.rules.base import Problem
from openkp.scheme.words import N_, Sentence

PASS, FAIL, WARN, UNKNOWN, SKIPPED = Outcome


@dataclass(frozen=True, kw_only=True)
class Case:
    """One verified document, and what it is checked against: ``at`` is an aware UTC instant."""

    proven: Proven
    bundle: Bundle
    at: datetime
    participation: Participation
    policy: VerificationPolicy


def check_proven(case: Case) -> tuple[Check, ...]:
    """Every check after the signature, in the order of ``docs/reference/verify.md``."""
    return (
        profile(case),
        trust_list(case),
        parts(case),
        commitment(case),
        number(case),
        issuer(case),
        destination(case),
        dates(case),
        expiry(case),
        status(case),
        log(case),
        clock(case),
    )


def _check(check_id: str, rule: str, outcome: Outcome, template: str, /, *, code: str = "", **values: object) -> Check:
    return Check(check_id, rule, outcome, Sentence(template, values), code)


_SPECIMEN = _check(
    "trust.profile",
    "DOC-5",
    WARN,
    N_("SPECIMEN: made for demonstration and training. At a border it is worth nothing."),
    code="specimen",
)
_FOR_USE = _check("trust.profile", "DOC-5", PASS, N_("The trust list and the document are for real use."))


def profile(case: Case) -> Check:
    """Specimens under specimen lists only, and never taken for more."""
    # The readers have refused a document that is not of its key's kind, and the keyring is of the list's kind.
    return _SPECIMEN if case.proven.specimen else _FOR_USE


def trust_list(case: Case) -> Check:
    """The list is in time, and descends from the one that was pinned."""
    trust_list, name = case.bundle.trust_list, "trust.list"
    try:
        check_current(trust_list, case.at)
    except Untrusted as error:
        return Check(name, "DOC-6", UNKNOWN, error.sentence, error.code)
    if case.bundle.pinned:
        sentence = N_("Version %(version)s of the trust list descends from the one that was pinned.")
        return _check(name, "DOC-6", PASS, sentence, version=trust_list.version)
    return Check(
        name,
        "DOC-6",
        WARN,
        Sentence(
            N_("Nobody pinned the trust list: compare its first fingerprint with the published one: %(fingerprint)s."),
            {"fingerprint": case.bundle.genesis.fingerprint},
        ),
        "not_pinned",
    )


_NONE_LEFT_OUT = _check("trust.parts", "DOC-6", PASS, N_("Every part of the trust bundle verified."))


def parts(case: Case) -> Check:
    """Every part of the bundle verified."""
    if not case.bundle.left_out:
        return _NONE_LEFT_OUT
    sentence = N_("%(count)s part(s) of the trust bundle did not verify and were left out.")
    return Check("trust.parts", "DOC-6", WARN, Sentence(sentence, {"count": len(case.bundle.left_out)}), "left_out")


_WHOLE = _check("commitment", "DOC-7", PASS, N_("Every field fits what was signed, and none is missing."))
_PUBLIC_FORM = _check(
    "commitment",
    "DOC-7",
    WARN,
    N_("This is the public form: it proves number and dates, not weight, value, seals or parties."),
    code="public_form",
)


def commitment(case: Case) -> Check:
    """Full form: every field fits the signed root. Public form: there are only number and dates."""
    if case.proven.kind == STATEMENT:
        return _check("commitment", "DOC-7", SKIPPED, N_("A status statement has no private fields."))
    if case.proven.kind in (QUESTIONNAIRE, TOTAL):
        return _check("commitment", "DOC-7", SKIPPED, N_("Documents of this kind have no private fields."))
    return _WHOLE if case.proven.complete else _PUBLIC_FORM


def number(case: Case) -> Check:
    """The number has the Participant's prefix, a right check character, and lies in a range its authority declared."""
    proven = case.proven
    if proven.number is None:
        return _check("number", "CERT-04", SKIPPED, N_("It is not about one certificate."))
    manifest = case.bundle.keyring.manifests.get(proven.number.participant)
    authority = proven.authority if proven.kind == CERTIFICATE else ""
    declared = [form for name, form in (manifest.numbers if manifest else ()) if authority in ("", name)]
    values = {"number": proven.number, "participant": proven.number.participant}
    if not declared:
        sentence = N_("The number %(number)s has the form of one of %(participant)s, which declared no ranges.")
        return Check("number", "CERT-04", PASS, Sentence(sentence, values))
    if any(form.accepts(proven.number) for form in declared):
        sentence = N_("The number %(number)s lies in a range that %(participant)s declared.")
        return Check("number", "CERT-04", PASS, Sentence(sentence, values))
    sentence = N_("The number %(number)s lies in no range that %(participant)s declared.")
    return Check("number", "CERT-04", FAIL, Sentence(sentence, values), "number_range")


def issuer(case: Case) -> Check:
    """The issuer was a Participant on the day, and a certificate's issuer could export on it."""
    proven = case.proven
    if proven.kind == STATEMENT:
        return _check("issuer.participant", "PART-05", SKIPPED, N_("Whoever issued a certificate may close it."))
    if proven.kind == QUESTIONNAIRE:
        return _check("issuer.participant", "PART-05", SKIPPED, N_("An office without a border may ask as well."))
    return _issuer(_Lists(case.participation), proven.participant, proven.day, exports=proven.kind == CERTIFICATE)


def destination(case: Case) -> Check:
    """The destination was a Participant on the day of issue, another than the issuer, and could import."""
    proven = case.proven
    if not proven.destination:
        return _check("destination.participant", "EXP-02", SKIPPED, N_("No destination is stated here."))
    return _destination(_Lists(case.participation), proven.participant, proven.destination, proven.day)


@dataclass(frozen=True, eq=False)
class _Lists:
    """The lists of Participants, compared by identity: thousands of certificates share a pair and a day."""

    participation: Participation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lists) and other.participation is self.participation

    def __hash__(self) -> int:
        return id(self.participation)


@lru_cache(maxsize=1024)
def _issuer(lists: _Lists, participant: str, day: date, *, exports: bool) -> Check:
    found = [lists.participation.outsider(participant, day, "exporter")]
    found += lists.participation.bars(participant, day, Flow.EXPORT) if exports else []
    sentence = N_("%(participant)s was a Participant on %(day)s, and nothing barred it.")
    return _trade("issuer.participant", found, Sentence(sentence, {"participant": participant, "day": day}))


@lru_cache(maxsize=1024)
def _destination(lists: _Lists, participant: str, destination: str, day: date) -> Check:
    found = [
        lists.participation.outsider(destination, day, "destination"),
        lists.participation.same_trader(participant, destination, day),
        *lists.participation.bars(destination, day, Flow.IMPORT),
    ]
    sentence = N_("%(destination)s was a Participant on %(day)s, and nothing barred it.")
    return _trade("destination.participant", found, Sentence(sentence, {"destination": destination, "day": day}))


def _trade(name: str, found: Iterable[Problem | None], passed: Sentence) -> Check:
    """A check of participation; a zone that the certificate does not state is a warning, all else fails."""
    rule = "PART-05" if name.startswith("issuer") else "EXP-02"
    problems = [problem for problem in found if problem]
    worst = next((problem for problem in problems if problem.code != "zone_missing"), None) or next(
        iter(problems), None
    )
    if worst is None:
        return Check(name, rule, PASS, passed)
    return Check(name, rule, WARN if worst.code == "zone_missing" else FAIL, worst.sentence, worst.code)


def dates(case: Case) -> Check:
    """It is not dated in the future."""
    values = {"signed": Minute(case.proven.signed_at), "now": Minute(case.at)}
    if case.proven.signed_at - case.policy.clock > case.at:
        sentence = N_("It is dated %(signed)s UTC, in the future. Is the clock here right? It shows %(now)s UTC.")
        return Check("dates", "CFLD-05", FAIL, Sentence(sentence, values), "future")
    return Check("dates", "CFLD-05", PASS, Sentence(N_("It was signed on %(signed)s UTC, by its own word."), values))


def expiry(case: Case) -> Check:
    """A certificate is good up to the end of its last day."""
    expires_at = case.proven.expires_at
    if expires_at is None:
        return _check("expiry", "CFLD-06", SKIPPED, N_("Documents of this kind do not expire."))
    last = Sentence(N_("Its last day is %(day)s."), {"day": (expires_at - timedelta(days=1)).date()})
    if case.at < expires_at:
        return Check("expiry", "CFLD-06", PASS, last)
    sentence = Sentence(N_("It expired: its last day was %(day)s."), last.values)
    return Check("expiry", "CFLD-06", FAIL, sentence, "expired", Closed.EXPIRED)


def status(case: Case) -> Check:
    """The issuer's newest status list here says whether it was cancelled or used; the list must not be too old."""
    pointer = case.proven.status
    if pointer is None:
        return _check("status", "IMP-01", SKIPPED, N_("Documents of this kind have no status."))
    found = case.bundle.statuses.get((case.proven.participant, pointer.uri))
    if found is None:
        return _status(UNKNOWN, "no_status_list", N_("The trust bundle holds no status list for this certificate."))
    try:
        value = found.value(pointer.index)
    except Untrusted as error:
        return Check("status", "IMP-01", UNKNOWN, error.sentence, error.code)
    return _closed_or_held(value) or _open_as_of(found, case)


def _status(outcome: Outcome, code: str, template: str, /, **values: object) -> Check:
    return Check("status", "IMP-01", outcome, Sentence(template, values), code)


def _closed_or_held(value: StatusValue) -> Check | None:
    """What holds however old the list is: cancelled and used are final."""
    if value is StatusValue.INVALID:
        sentence = Sentence(N_("Its issuer has cancelled it."))
        return Check("status", "IMP-01", FAIL, sentence, "void", Closed.VOID)
    if value is StatusValue.USED:
        sentence = Sentence(N_("It was used: an import was confirmed with it."))
        return Check("status", "IMP-01", FAIL, sentence, "received", Closed.RECEIVED)
    if value is StatusValue.SUSPENDED:
        held = N_("Its issuer has raised an alert about it. Hold the goods and ask the issuer.")
        return _status(UNKNOWN, "suspended", held)
    return None


def _open_as_of(found: StatusList, case: Case) -> Check:
    age = case.at - found.issued_at
    values = {"as_of": Minute(found.issued_at), "hours": max(age // timedelta(hours=1), 0)}
    if found.issued_at < case.proven.signed_at:
        return _status(UNKNOWN, "status_older", N_("The status list is older than the certificate."))
    if age > case.policy.noted or case.at >= found.expires_at:
        sentence = N_("The status list is of %(as_of)s UTC (%(hours)s h ago): too old to say that it is still open.")
        return _status(UNKNOWN, "status_too_old", sentence, **values)
    if age > case.policy.fresh:
        sentence = N_("Neither cancelled nor used as of %(as_of)s UTC (%(hours)s h ago). Fetch a newer bundle soon.")
        return _status(WARN, "status_aging", sentence, **values)
    return _status(PASS, "", N_("Neither cancelled nor used as of %(as_of)s UTC (%(hours)s h ago)."), **values)


_NOT_LOGGED = _check(
    "log", "DOC-9", WARN, N_("Not proven to be logged: this copy carries no receipt of the log."), code="not_logged"
)


def log(case: Case) -> Check:
    """A receipt proves that the issuer's log holds it; without one that is not known, and said."""
    logged = case.proven.logged
    if logged:
        first = min(logged, key=lambda entry: entry.checkpoint.at)
        sentence = N_("Entry %(index)s of its issuer's log, which has shown it since %(at)s UTC.")
        return _check("log", "DOC-9", PASS, sentence, index=first.index, at=Minute(first.at))
    if case.proven.kind == QUESTIONNAIRE:
        return _check("log", "DOC-9", SKIPPED, N_("Questionnaires are between two, and are not logged."))
    return _NOT_LOGGED


_TIME_FITS = _check("clock", "DOC-10", PASS, N_("The clock is not before the newest part of the trust bundle."))


def clock(case: Case) -> Check:
    """No true clock is before the newest thing that anybody signed."""
    newest = case.bundle.newest
    if newest - case.policy.clock > case.at:
        sentence = N_("The time here is before %(newest)s UTC, when the trust bundle was signed. Set the clock right.")
        return Check("clock", "DOC-10", UNKNOWN, Sentence(sentence, {"newest": Minute(newest)}), "clock")
    return _TIME_FITS
