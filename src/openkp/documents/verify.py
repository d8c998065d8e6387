"""Verify one document offline: what it is, who signed it, what it proves, and whether it is still open.

1. Readable: one statement in its one spelling, of a kind that people hold.
2. Key known: the trust list, a manifest and the national overlay know the key.
3. Signature: good over exactly these bytes.
4. Key allowed: for this kind of document, by this authority, on that day.
5. Profile: a specimen under a specimen list, everything else under a live one.
6. Trust list: in time, and descended from the pinned one.
7. Commitment: every printed field fits the signed root; or public form only.
8. Scheme: number, issuer and destination as the law has them on that day; dates; expiry; status.
9. Log: a receipt proves that the issuer's log holds it.
10. Clock: not before what the bundle itself proves.

``conclude`` (in ``verdicts``) makes the verdict of the checks. Nothing here raises for a bad document.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from openkp.documents.bundle import Bundle
from openkp.documents.canonical import Tag18, decode
from openkp.documents.checks import FAIL, PASS, SKIPPED, Case, check_proven
from openkp.documents.envelope import Opened, open_envelope
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Unsupported, Untrusted
from openkp.documents.facts import Proven, read_proven
from openkp.documents.policy import VerificationPolicy, policy_on
from openkp.documents.verdicts import Check, Verdict, closed_by, conclude
from openkp.scheme.participation import Participation
from openkp.scheme.words import N_, Sentence

KINDS = ("kpc", "kpi", "kps", "kpf", "kpq", "kpn")
_CODE = re.compile(r"[A-Z]{2,12}", re.ASCII)

_PASSED = {
    "readable": ("DOC-1", N_("It is one signed document, in its one permitted spelling.")),
    "key.known": ("DOC-2", N_("The key that signed it is on the trust list.")),
    "signature": ("DOC-3", N_("The signature is good.")),
    "key.allowed": ("DOC-4", N_("The key was entitled to sign this kind of document on that day.")),
}
_RULES = {"trust.profile": "DOC-5", "commitment": "DOC-7", "content": "DOC-7"}
_STEP_OF_CODE = {
    "unknown_key": "key.known",
    "key_expired": "key.known",
    "key_claimed_twice": "key.known",
    "national_decision": "key.known",
    "wrong_authority": "key.allowed",
    "specimen": "trust.profile",
    "private_part": "commitment",
    "fields": "commitment",
}


def verify_document(
    data: bytes,
    bundle: Bundle,
    *,
    at: datetime,
    participation: Participation,
    policy: VerificationPolicy | None = None,
) -> Verdict:
    """The verdict about the one document that is ``data``, at the aware UTC instant ``at``. It raises nothing.

    ``policy`` is the state's own; without it the shipped one for that day. For what a person has (a PDF, a picture,
    the text of a code), ``scan.find_documents`` finds the documents first.
    """
    try:
        opened = _open(data, bundle)
    except DocumentError as error:
        return _refused(_Refusal(data, _step(error), error), bundle, at, participation)
    try:
        proven = read_proven(opened, bundle.keyring)
    except DocumentError as error:
        return _refused(_Refusal(data, _STEP_OF_CODE.get(error.code, "content"), error), bundle, at, participation)
    case = Case(proven=proven, bundle=bundle, at=at, participation=participation, policy=policy or policy_on(at.date()))
    checks = _ALL_PASSED + check_proven(case)
    return _verdict(proven, checks, case)


def unreadable(error: DocumentError, bundle: Bundle, *, at: datetime) -> Verdict:
    """The verdict where no document was found at all: ``error`` is what ``scan.find_documents`` said."""
    check = Check("readable", _PASSED["readable"][0], FAIL, error.sentence, error.code)
    as_of = bundle.as_of("")
    return Verdict(verdict=conclude((check,)), checks=(check,), as_of=as_of, bundle_age=at - as_of)


def _open(data: bytes, bundle: Bundle) -> Opened:
    """Steps 1 to 4; ``open_envelope`` makes them in its own safe order."""
    try:
        return open_envelope(data, bundle.keyring, typ=KINDS)
    except Unsupported as error:
        if error.code != "wrong_type":
            raise
        sentence = N_("This document is for machines: no person has to verify it.")
        raise Unsupported(sentence, code="wrong_type") from error


def _verdict(proven: Proven, checks: tuple[Check, ...], case: Case) -> Verdict:
    member = case.bundle.keyring.member(proven.participant)
    as_of = case.bundle.as_of(proven.participant)
    return Verdict(
        verdict=conclude(checks),
        checks=checks,
        kind=proven.kind,
        issuer=proven.participant,
        issuer_name=member.name if member else "",
        number=str(proven.number) if proven.number else None,
        proven=proven,
        closed=closed_by(checks),
        as_of=as_of,
        bundle_age=case.at - as_of,
        specimen=proven.specimen,
    )


def _passed(*names: str) -> tuple[Check, ...]:
    return tuple(Check(name, _PASSED[name][0], PASS, Sentence(_PASSED[name][1])) for name in names)


_ALL_PASSED = _passed(*_PASSED)


# What was refused.


@dataclass(frozen=True)
class _Refusal:
    data: bytes
    step: str
    error: DocumentError


def _refused(refusal: _Refusal, bundle: Bundle, at: datetime, participation: Participation) -> Verdict:
    issuer, kid, signed_at = _claimed(refusal.data)
    step, error = refusal.step, refusal.error
    if error.code == "key_life" and step == "key.allowed":
        error = bundle.keyring.why_outside(kid, signed_at)
    checks = (*_before(step, error), Check(step, _rule(step), FAIL, error.sentence, error.code))
    if step == "key.known" and issuer:
        checks += _stranger(issuer, signed_at.date(), participation)
    as_of = bundle.as_of(issuer)
    return Verdict(
        verdict=conclude(checks),
        checks=checks,
        as_of=as_of,
        bundle_age=at - as_of,
        claimed=issuer,
        specimen=bundle.trust_list.specimen,
    )


def _step(error: DocumentError) -> str:
    """The step at which a document was refused."""
    if error.code in _STEP_OF_CODE:
        return _STEP_OF_CODE[error.code]
    if isinstance(error, BadSignature):
        return "signature"
    return "key.allowed" if isinstance(error, Untrusted) else "readable"


def _rule(step: str) -> str:
    return _PASSED[step][0] if step in _PASSED else _RULES[step]


def _before(step: str, error: DocumentError) -> tuple[Check, ...]:
    """The steps that were made before ``step``, in the order of ``open_envelope``."""
    if step in _RULES:
        return _ALL_PASSED
    if step == "key.allowed" and error.code in ("algorithm", "key_use", "wrong_issuer"):
        skipped = Sentence(N_("Not looked at: the key was not entitled to sign this."))
        return (*_passed("readable", "key.known"), Check("signature", "DOC-3", SKIPPED, skipped))
    order = tuple(_PASSED)
    return _passed(*order[: order.index(step)])


def _stranger(issuer: str, day: date, participation: Participation) -> tuple[Check, ...]:
    """What is to be said of the country that an unknown key's document names: above all, that it is no Participant."""
    outsider = participation.outsider(issuer, day, "exporter")
    if outsider:
        return (Check("issuer.participant", "PART-05", FAIL, outsider.sentence, outsider.code),)
    sentence = N_("It says that %(issuer)s issued it, but nothing here shows that %(issuer)s has such a key.")
    return (Check("issuer.participant", "PART-05", SKIPPED, Sentence(sentence, {"issuer": issuer}), "unproven"),)


def _claimed(data: bytes) -> tuple[str, bytes, datetime]:
    """What the document says of its issuer, key and date, **unverified**: only to word a refusal."""
    try:
        match decode(data):
            case Tag18([bytes() as protected, _, bytes() as payload, _]):
                header, claims = decode(protected), decode(payload)
            case _:
                raise Malformed(N_("This is not a signed statement."), code="not_a_statement")
        match header, claims:
            case {4: bytes() as kid}, {1: str() as issuer, 6: int() as signed}:
                return issuer if _CODE.fullmatch(issuer) else "", kid, datetime.fromtimestamp(signed, UTC)
    except (DocumentError, ValueError, OverflowError, OSError):
        pass
    return "", b"", datetime.fromtimestamp(0, UTC)
