"""A log of Sierra Leone with certificates of a quarter, and a total over them with its proofs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from openkp.documents.canonical import decode
from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.counted import counted, fields_needed
from openkp.documents.disclosure import disclose, read_shown
from openkp.documents.envelope import public_form
from openkp.documents.log import consistency_proof, inclusion_proof, leaf_hash
from openkp.documents.log import root as log_root
from openkp.documents.merkle_sum import Sums, leaf, ordered, path, root, split
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import Entry, Grade, Newer, Placed, Proof
from openkp.documents.total_v1 import Scope, Total, compose_total, finish_total
from openkp.scheme.goods import Carats, HsSubheading, Line, USDollars
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from tests.unit.documents.makers import KEYS, SL_LOG, SL_STATUS, certificate, certificate_document

SECRET = bytes(range(32))
QUARTER = Period.parse("2026-Q1")
LATER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
EXPORTS = Scope(participant="SL", flow=Flow.EXPORT, period=QUARTER)


def document(number: int, carats: str = "10.25", **changes) -> bytes:
    """The certificate with this serial: one line of gems, and one of industrial stones where the serial is even."""
    gems = Line(
        hs=HsSubheading.NON_INDUSTRIAL, carats=Carats.of(carats), value=USDollars.of(f"{number}00.50"), parcels=1
    )
    bort = Line(hs=HsSubheading.INDUSTRIAL, carats=Carats.of("3.10"), value=USDollars.of("31.00"), parcels=1)
    at = datetime(2026, 1, 10, 9, 0, tzinfo=UTC) + timedelta(days=number)
    values = {
        "number": CertificateNumber("SL", f"{number:06}"),
        "validated_at": at,
        "issued_on": at.date(),
        "expires_on": at.date() + timedelta(days=60),
        "lines": (gems, bort) if number % 2 == 0 else (gems,),
    }
    return certificate_document(certificate(**(values | changes)))


class Book:
    """The documents that are counted, in a log with other entries between them; and what is signed about them."""

    def __init__(self, documents, scope: Scope = EXPORTS, typ: str = "kpc"):
        self.documents, self.scope, self.typ = list(documents), scope, typ
        self.log = [leaf_hash(b"before")]
        self.places = []
        for data in self.documents:
            self.places.append(len(self.log))
            self.log += [leaf_hash(public_form(data)), leaf_hash(bytes(len(self.log)))]
        self.size = len(self.log)
        self.note = sign_checkpoint("kp.gov.sl/log", self.size, log_root(self.log), SL_LOG, LATER)
        self.statements = [sha256(public_form(data)).digest() for data in self.documents]
        self.amounts = [self.counted(data) for data in self.documents]
        self.parts = [split(SECRET, *pair) for pair in zip(self.statements, self.amounts, strict=True)]

    def counted(self, data: bytes) -> Sums:
        shown = read_shown(self.disclosure(data), KEYS, typ=self.typ)[2]
        return counted(shown, self.scope)

    def disclosure(self, data: bytes) -> bytes:
        return disclose(data, fields_needed(self.scope))

    @property
    def leaves(self):
        pairs = zip(self.statements, self.parts, strict=True)
        return ordered(leaf(statement, part) for statement, parts in pairs for part in parts)

    def total(self, **changes) -> bytes:
        tree = root(self.leaves)
        value = replace(Total(scope=self.scope, tree=tree), **changes)
        draft = compose_total(value, key=SL_STATUS.key, log_key_id=SL_LOG.key.kid, note=self.note, at=LATER)
        return finish_total(draft, SL_STATUS.sign(draft.to_sign))

    def entry(self, number: int) -> Entry:
        place = self.places[number]
        proof = tuple(inclusion_proof(self.log, place))
        parts = tuple(Placed(part) for part in self.parts[number])
        return Entry(self.disclosure(self.documents[number]), place, proof, parts)

    def held(self, number: int) -> Entry:
        leaves, entry = self.leaves, self.entry(number)
        nodes = [leaf(self.statements[number], placed.part) for placed in entry.parts]
        places = [leaves.index(node) for node in nodes]
        parts = tuple(
            Placed(placed.part, place, tuple(path(leaves, place)))
            for placed, place in zip(entry.parts, places, strict=True)
        )
        return replace(entry, statement=self.statements[number], parts=parts)

    def newer(self, more: int = 3) -> Newer:
        longer = self.log + [leaf_hash(bytes([number])) for number in range(more)]
        note = sign_checkpoint("kp.gov.sl/log", len(longer), log_root(longer), SL_LOG, LATER + timedelta(hours=1))
        return Newer(SL_LOG.key.kid, note, tuple(consistency_proof(longer, self.size)))

    def public(self) -> Proof:
        return Proof(grade=Grade.PUBLIC, total=self.total(), newer=self.newer())

    def holder(self, number: int) -> Proof:
        return Proof(grade=Grade.HOLDER, total=self.total(), newer=self.newer(), entries=(self.held(number),))

    def opened(self, **changes) -> Proof:
        entries = tuple(self.entry(number) for number in range(len(self.documents)))
        return Proof(grade=Grade.OPEN, total=self.total(**changes), newer=self.newer(), entries=entries)


def checked(proof: Proof, **known):
    return check_proof(proof, Known(keyring=KEYS, **known))


def codes(report) -> list[str]:
    """The codes of what failed."""
    return [check.code for check in report.checks if check.outcome == "fail"]


def claims_of(data: bytes):
    return decode(decode(data).value[2])
