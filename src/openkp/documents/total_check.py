"""Checking the proof of a total, offline: from signed bytes to the figure, and the first thing that does not fit.

1. Total: a good signature of the Participant, a good checkpoint of its log (``total_v1.read_total``).
2. Log: a newer checkpoint extends that one; a checkpoint known from elsewhere says the same.
3. Certificates (open): each is genuine, of the period, in the log, counted once; its parts are the sum of its lines.
4. Certificate (holder): the one in hand is in the log and in the tree, with the sum of its lines.
5. Tree: the leaves give the root, the sums and the count that were signed.

Nothing here raises for a proof that does not fit; the report says what was found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from openkp.documents.checkpoint import Checkpoint
from openkp.documents.counted import TYPES, counted, fields_needed
from openkp.documents.disclosure import disclose, read_shown
from openkp.documents.envelope import open_envelope, public_form, type_of
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Untrusted
from openkp.documents.keys import Keys
from openkp.documents.log import leaf_hash, verify_consistency, verify_inclusion
from openkp.documents.merkle_sum import NOTHING, PARTS, Node, Sums, climb, leaf, ordered, root
from openkp.documents.receipts import verify_checkpoint
from openkp.documents.shapes import built
from openkp.documents.total_proof import Entry, Grade, Proof
from openkp.documents.total_v1 import TYPE, TotalDocument, read_total
from openkp.documents.verdicts import Check, Outcome
from openkp.scheme.words import N_, Sentence

RULE = "STAT-02"


@dataclass(frozen=True)
class Report:
    """What was found. ``total`` is None where the total itself is not genuine."""

    total: TotalDocument | None
    checks: tuple[Check, ...]

    @property
    def fits(self) -> bool:
        """Whether everything that was looked at fits, and something was."""
        return self.total is not None and all(check.outcome is not Outcome.FAIL for check in self.checks)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the checker has of its own: keys; the certificate in hand; a checkpoint of that log from elsewhere."""

    keyring: Keys
    certificate: bytes | None = None
    checkpoint: Checkpoint | None = None


@dataclass
class _Seen:
    """The certificates of an open proof met so far."""

    statements: set[bytes] = field(default_factory=set)
    nodes: list[Node] = field(default_factory=list)
    sums: Sums = NOTHING


def check_proof(proof: Proof, known: Known) -> Report:
    """Every check in order, up to the first that fails."""
    checks: list[Check] = []
    total: TotalDocument | None = None
    step = "total.signature"
    try:
        total = read_total(open_envelope(proof.total, known.keyring, typ=TYPE), known.keyring)
        checks.append(_passed(step, N_("The total is signed by its Participant and bound to a checkpoint of its log.")))
        for name, look in _steps(proof, known, total):
            step = name
            checks.append(look())
    except DocumentError as error:
        checks.append(Check(step, RULE, Outcome.FAIL, error.sentence, error.code))
    return Report(total, tuple(checks))


def _steps(proof: Proof, known: Known, total: TotalDocument) -> Iterator[tuple[str, Any]]:
    yield "log.newer", lambda: _newer(proof, known, total)
    yield "log.known", lambda: _known(proof, known, total)
    if proof.grade is Grade.OPEN:
        seen = _Seen()
        yield "certificates", lambda: _certificates(proof, known, total, seen)
        yield "tree", lambda: _tree(total, seen)
    if proof.grade is Grade.HOLDER:
        yield "certificate", lambda: _certificate(proof.entries[0], known, total)


def _newer(proof: Proof, known: Known, total: TotalDocument) -> Check:
    """The log was only added to."""
    newer, old = proof.newer, total.checkpoint
    if newer is None:
        return Check("log.newer", RULE, Outcome.SKIPPED, Sentence(N_("The proof brings no newer checkpoint.")))
    found = verify_checkpoint(newer.key_id, newer.note, known.keyring, participant=total.scope.participant)
    if found.origin != old.origin:
        raise Untrusted(N_("This is the checkpoint of another log."), code="wrong_origin")
    verify_consistency(old.size, found.size, old.root, found.root, newer.proof)
    sentence = N_("The log was only added to: from %(old)s to %(new)s entries.")
    return _passed("log.newer", sentence, old=old.size, new=found.size)


def _known(proof: Proof, known: Known, total: TotalDocument) -> Check:
    """The checkpoint is the one that others have seen."""
    other = known.checkpoint
    stated = [total.checkpoint]
    if proof.newer is not None:
        newer = proof.newer
        stated.append(verify_checkpoint(newer.key_id, newer.note, known.keyring, participant=total.scope.participant))
    same = [one for one in stated if other and (one.origin, one.size) == (other.origin, other.size)]
    if other is None or not same:
        sentence = Sentence(N_("No checkpoint of the same size is known here from elsewhere, to compare."))
        return Check("log.known", RULE, Outcome.SKIPPED, sentence)
    if same[0].root != other.root:
        raise BadSignature(
            N_("The log stated two different contents for one size: keep both, they prove it."), code="split_view"
        )
    return _passed("log.known", N_("The checkpoint is the one that the trust bundle has."))


def _certificates(proof: Proof, known: Known, total: TotalDocument, seen: _Seen) -> Check:
    for number, entry in enumerate(proof.entries):
        try:
            _count(entry, known, total, seen)
        except DocumentError as error:
            raise _located(number, error) from error
    if seen.sums.certificates != total.certificates:
        sentence = N_("The proof opens %(opened)s certificates; the total counts %(counted)s.")
        raise BadSignature(
            Sentence(sentence, {"opened": seen.sums.certificates, "counted": total.certificates}), code="count"
        )
    if seen.sums != total.sums:
        raise BadSignature(N_("The lines of the certificates do not add up to the total."), code="sums")
    sentence = N_("%(count)s certificates are genuine, logged, each counted once, and add up to the total.")
    return _passed("certificates", sentence, count=len(proof.entries))


def _count(entry: Entry, known: Known, total: TotalDocument, seen: _Seen) -> None:
    statement, sums = _amounts(entry.statement, entry, known, total)
    if statement in seen.statements:
        raise BadSignature(N_("It is counted twice."), code="repeated")
    seen.statements.add(statement)
    seen.sums = built(lambda: seen.sums + sums)
    seen.nodes += [leaf(statement, placed.part) for placed in entry.parts]


def _amounts(disclosure: bytes, entry: Entry, known: Known, total: TotalDocument) -> tuple[bytes, Sums]:
    """The hash of one genuine document of the total's scope, in the log, and what its parts in the tree must be."""
    scope = total.scope
    opened, document, shown = read_shown(disclosure, known.keyring, typ=TYPES[scope.flow])
    if document.participant != scope.participant or document.specimen is not total.specimen:
        raise Untrusted(N_("It is signed by another Participant, or for another purpose."), code="wrong_issuer")
    if not scope.covers(opened.issued_at):
        raise Untrusted(N_("It was not signed in the period of the total."), code="period")
    if set(shown) != set(fields_needed(scope)):
        raise Malformed(N_("It shows other fields than the total needs."), code="fields")
    place = (entry.index, total.checkpoint.size, entry.inclusion, total.checkpoint.root)
    verify_inclusion(leaf_hash(opened.public_form), *place)
    expected = counted(shown, scope)
    if expected is None:
        raise BadSignature(N_("It is not one that this total counts."), code="scope")
    _check_parts(entry, expected)
    return document.public_hash, expected


def _tree(total: TotalDocument, seen: _Seen) -> Check:
    if built(lambda: root(ordered(seen.nodes))) != total.tree:
        raise BadSignature(N_("The leaves do not give the root of the tree that was signed."), code="tree")
    return _passed("tree", N_("The leaves give the root of the tree that was signed."))


def _certificate(entry: Entry, known: Known, total: TotalDocument) -> Check:
    mine = known.certificate
    if mine is None:
        raise Malformed(N_("The certificate that this proof is about was not given."), code="no_certificate")
    if sha256(public_form(mine)).digest() != entry.statement or type_of(mine) != TYPES[total.scope.flow]:
        raise Untrusted(N_("The proof is about another certificate than the one given."), code="other_certificate")
    _statement, sums = _amounts(disclose(mine, fields_needed(total.scope)), entry, known, total)
    _check_paths(entry, total)
    sentence = N_("The certificate is in the log and in the total, with %(carats)s carats and %(usd)s US dollars.")
    return _passed("certificate", sentence, carats=_hundredths(sums.carats), usd=_hundredths(sums.cents))


def _check_paths(entry: Entry, total: TotalDocument) -> None:
    size = PARTS * total.certificates
    if len({placed.leaf for placed in entry.parts}) != PARTS:
        raise BadSignature(N_("Two parts stand at one leaf."), code="repeated")
    for placed in entry.parts:
        if climb(leaf(entry.statement, placed.part), placed.leaf, size, placed.siblings) != total.tree:
            raise BadSignature(N_("The path does not lead to the total that was signed."), code="tree")


def _check_parts(entry: Entry, expected: Sums) -> None:
    """The parts in the tree are what the certificate's own signature says."""
    try:
        found = sum((placed.part.sums for placed in entry.parts), NOTHING)
    except ValueError as error:
        raise BadSignature(N_("The parts in the tree cannot be added."), code="sums") from error
    if found == expected:
        return
    values = {
        "carats": _hundredths(found.carats),
        "usd": _hundredths(found.cents),
        "signed_carats": _hundredths(expected.carats),
        "signed_usd": _hundredths(expected.cents),
    }
    sentence = N_(
        "The tree has it with %(carats)s carats and %(usd)s US dollars; "
        "it was signed with %(signed_carats)s carats and %(signed_usd)s US dollars."
    )
    raise BadSignature(Sentence(sentence, values), code="amounts")


def _located(number: int, error: DocumentError) -> DocumentError:
    sentence = Sentence(
        N_("Certificate %(number)s of the proof: %(why)s"), {"number": number + 1, "why": error.sentence}
    )
    return type(error)(sentence, code=error.code)


def _passed(check_id: str, template: str, /, **values: object) -> Check:
    return Check(check_id, RULE, Outcome.PASS, Sentence(template, values))


def _hundredths(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"
