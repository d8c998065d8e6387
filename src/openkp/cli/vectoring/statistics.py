"""The test documents of statistics: returns, questionnaires, proven totals and their proofs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from openkp.cli.vectoring.cases import Case
from openkp.cli.vectoring.world import AT, ORIGIN, SEED, SIGNERS, certificate, full, join, line, parts, receipt, signed
from openkp.documents.canonical import decode, encode
from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.counted import counted, fields_needed
from openkp.documents.disclosure import disclose, read_shown
from openkp.documents.envelope import PRIVATE, compose, public_form, with_receipts
from openkp.documents.filing_v1 import FIELDS, compose_filing
from openkp.documents.keys import Keys
from openkp.documents.log import inclusion_proof, leaf_hash
from openkp.documents.log import root as log_root
from openkp.documents.merkle_sum import Node, Sums, leaf, ordered, root, split
from openkp.documents.questionnaire_v1 import Question, QuestionnaireStatement, compose_questionnaire
from openkp.documents.total_proof import Entry, Grade, Placed, Proof, write_proof
from openkp.documents.total_v1 import LEFT_OUT, LOG, SCOPE, SUMS, TREE, Scope, Total, compose_total
from openkp.scheme.goods import Carats, HsSubheading, USDollars
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.periods import Period
from openkp.scheme.returns import (
    MIXED,
    Flow,
    Mining,
    Nature,
    ProductionLine,
    ReturnKind,
    StatisticalReturn,
    TradeLine,
    ValueBasis,
    Visibility,
)

LATER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
SECRET = sha256(b"openkp test vectors: secret of the total").digest()
SCOPE_OF = Scope(participant="SL", flow=Flow.EXPORT, period=Period.parse("2026-Q1"))


def production(**changes: Any) -> StatisticalReturn:
    """A production return with both ways of mining."""
    values: dict[str, Any] = {
        "participant": "SL",
        "authority": "NMA",
        "kind": ReturnKind.PRODUCTION,
        "nature": Nature.FIGURES,
        "period": Period.parse("2025-H2"),
        "production": (
            ProductionLine(mining=Mining.ARTISANAL, carats=Carats.of("80250.41"), value=USDollars.of("16050082.00")),
            ProductionLine(mining=Mining.LARGE_SCALE, carats=Carats.of("301.00"), value=USDollars.of("75250.00")),
        ),
        "value_basis": ValueBasis.FOB,
        "method": "Weighed at purchase; large mines by their books.",
    }
    return StatisticalReturn(**(values | changes))


def trade(**changes: Any) -> StatisticalReturn:
    """A trade return with an export and an import of mixed origin."""
    exported = TradeLine(
        flow=Flow.EXPORT,
        partner="EU",
        hs=HsSubheading.NON_INDUSTRIAL,
        carats=Carats.of("1234.56"),
        value=USDollars.of("308640.00"),
        certificates=3,
        origin="SL",
    )
    imported = replace(exported, flow=Flow.IMPORT, partner="LR", origin=MIXED, certificates=1)
    values: dict[str, Any] = {
        "participant": "SL",
        "authority": "NMA",
        "kind": ReturnKind.TRADE,
        "nature": Nature.FIGURES,
        "period": Period.parse("2025-Q4"),
        "trade": (exported, imported),
        "certificates_issued": 3,
        "certificates_received": 1,
        "visibility": Visibility.PUBLIC,
    }
    return StatisticalReturn(**(values | changes))


def filed(value: StatisticalReturn, *, by: str = "sl-status", specimen: bool = False) -> bytes:
    """The full form of a filing."""
    return signed(compose_filing(value, key=SIGNERS[by].key, seed16=SEED, at=AT, specimen=specimen), by)


def filing_cases() -> list[Case]:
    """Statistical returns."""
    good = filed(trade())
    protected, outside, payload, signature = parts(good)
    seed, written = outside[PRIVATE]
    altered = join(protected, {PRIVATE: [seed, encode(decode(written) | {22: 4})]}, payload, signature)
    said = decode(payload)[-70040]
    nil = trade(nature=Nature.NIL, trade=(), certificates_issued=0, certificates_received=0)
    notice = production(nature=Nature.CANNOT_PUBLISH, production=(), reason="The one mine would be recognised.")
    corrected = production(version=2, reason="The second half of December came late.", note="See the annex.")
    return [
        Case("good-trade", good),
        Case("good-public-form", public_form(good)),
        Case("good-production", filed(production())),
        Case("good-nil", filed(nil)),
        Case("good-cannot-publish", filed(notice)),
        Case("good-second-version", filed(corrected)),
        Case("good-logged", with_receipts(good, [receipt(good)])),
        Case("altered-count", altered, "bad_signature/private_part"),
        Case("half-year-of-trade", _filing([*said[:1], "2025-H2", *said[2:]]), "malformed/field"),
        Case("no-such-period", _filing([*said[:1], "2025-Q5", *said[2:]]), "malformed/field"),
        Case("version-nought", _filing([*said[:2], 0, *said[3:]]), "malformed/field"),
        Case("nature-unknown", _filing([*said[:3], "secret", said[4]]), "malformed/field"),
        Case("nil-with-lines", _filing([*said[:3], "nil", said[4]], outside), "malformed/field"),
        Case("short-root", _filing([*said[:4], bytes(31)]), "malformed/field"),
        Case("with-an-end", _filing(said, more={4: 1_790_000_000}), "malformed/dates"),
        Case("line-too-short", _with_lines([["export", "EU", "SL", 710231, 125, 100]]), "malformed/line"),
        Case("negative-carats", _with_lines([["export", "EU", "SL", 710231, -1, 100, 1]]), "malformed/field"),
        Case("other-heading", _with_lines([["export", "EU", "SL", 710239, 1, 100, 1]]), "malformed/line"),
        Case("no-lines-written", _with_lines([]), "malformed/field"),
        Case("by-a-certificate-key", filed(trade(), by="sl-certificate"), "untrusted/key_use"),
        Case("padded-with-zero", good + b"\0", "malformed/trailing_bytes"),
    ]


def _filing(said: Any, outside: Any = None, *, more: dict[int, Any] | None = None) -> bytes:
    claims: dict[int, Any] = {1: "SL", 6: int(AT.timestamp()), -70040: said} | (more or {})
    return signed(compose("kpf", claims, SIGNERS["sl-status"].key, unprotected=outside), "sl-status")


def _with_lines(lines: list[Any]) -> bytes:
    private, commitment = FIELDS.commit(SEED, {14: "NMA", 21: lines, 25: "public"})
    return _filing(["trade", "2025-Q4", 1, "figures", commitment], {PRIVATE: private})


def questionnaire(**changes: Any) -> QuestionnaireStatement:
    """A questionnaire with two questions, as it is asked."""
    evidence = sha256(b"evidence").digest()
    values: dict[str, Any] = {
        "reference": "DAQ-2026-014",
        "stage": "asked",
        "participant": "SL",
        "asked_by": "SECRETARIAT",
        "period": Period.parse("2025"),
        "questions": (
            Question(id="1", anomaly="a1", text="Exports rose to twice those of 2024. Why?", evidence_hash=evidence),
            Question(id="2", anomaly="a2", text="Which mines opened in the year?", evidence_hash=evidence),
        ),
        "due_on": date(2026, 4, 15),
        "at": AT,
    }
    return QuestionnaireStatement(**(values | changes))


def _answered() -> tuple[Question, ...]:
    one, two = questionnaire().questions
    first = replace(one, kind="corrected", answer="A line was filed twice; version 2 corrects it.")
    return (first, replace(two, kind="explained", answer="None; two cooperatives began to export."))


def questionnaire_cases() -> list[Case]:
    """Questionnaires."""

    def said(by: str = "secretariat-message", **changes: Any) -> bytes:
        return signed(compose_questionnaire(questionnaire(**changes), key=SIGNERS[by].key), by)

    correction = sha256(b"filing").digest()
    answer: dict[str, Any] = {"stage": "answered", "questions": _answered(), "correction_hash": correction}
    close = answer | {"stage": "closed", "verdict": "Corrected."}
    asked, answered = said(), said("sl-message", **answer)
    return [
        Case("good-asked", asked),
        Case("good-answered", answered),
        Case("good-closed", said(**close)),
        Case("answered-by-the-asker", _questionnaire(answered, {1: "SECRETARIAT"}), "untrusted/wrong_issuer"),
        Case("closed-by-the-asked", _questionnaire(said(**close), {1: "SL"}, "sl-message"), "untrusted/wrong_issuer"),
        Case("without-questions", _questionnaire(asked, {-70042: []}), "malformed/field"),
        Case("asked-with-a-verdict", _questionnaire(asked, {-70043: "Guilty."}), "malformed/field"),
        Case("stage-unknown", _questionnaire(asked, {-70041: ["open", "D", "SL", "X", "2025"]}), "malformed/field"),
        Case("short-evidence", _questionnaire(asked, {-70042: [["1", "a", "Why?", b"", "", ""]]}), "malformed/field"),
        Case("half-a-question", _questionnaire(asked, {-70042: [["1", "a", "Why?"]]}), "malformed/field"),
        Case("with-an-end", _questionnaire(asked, {4: 1_790_000_000}), "malformed/dates"),
        Case("by-a-status-key", _questionnaire(asked, {1: "SL"}, "sl-status"), "untrusted/key_use"),
        Case("padded-with-zero", asked + b"\0", "malformed/trailing_bytes"),
    ]


def _questionnaire(data: bytes, changes: dict[int, Any], by: str = "secretariat-message") -> bytes:
    return signed(compose("kpq", decode(parts(data)[2]) | changes, SIGNERS[by].key), by)


def _certificate(number: int) -> bytes:
    at = AT - timedelta(days=number)
    return full(
        certificate(
            number=CertificateNumber("SL", f"{number:06}"),
            validated_at=at,
            issued_on=at.date(),
            lines=(line(HsSubheading.NON_INDUSTRIAL, f"{number}0.25", f"{number}000.10", 1),),
        )
    )


class Counted:
    """Three certificates in a log of seven entries, and the tree of sums over them."""

    def __init__(self, keyring: Keys) -> None:
        documents = [_certificate(number) for number in (1, 2, 3)]
        self.statements = [sha256(public_form(data)).digest() for data in documents]
        self.disclosures = [disclose(data, fields_needed(SCOPE_OF)) for data in documents]
        self.log = [leaf_hash(b"before")]
        for data in documents:
            self.log += [leaf_hash(public_form(data)), leaf_hash(b"between")]
        self.note = sign_checkpoint(ORIGIN, len(self.log), log_root(self.log), SIGNERS["sl-log"], LATER)
        amounts = [counted(read_shown(data, keyring, typ="kpc")[2], SCOPE_OF) for data in self.disclosures]
        pairs = zip(self.statements, amounts, strict=True)
        self.parts = [split(SECRET, statement, whole) for statement, whole in pairs if whole]

    @property
    def tree(self) -> Node:
        """The root."""
        pairs = zip(self.statements, self.parts, strict=True)
        return root(ordered(leaf(statement, part) for statement, parts in pairs for part in parts))

    def total(self, changes: dict[int, Any] | None = None, *, by: str = "sl-status") -> bytes:
        """The signed total, or one with other claims."""
        value = Total(scope=SCOPE_OF, tree=self.tree, void=1)
        log = SIGNERS["sl-log"].key.kid
        draft = compose_total(value, key=SIGNERS[by].key, log_key_id=log, note=self.note, at=LATER)
        claims = decode(draft.payload) | (changes or {})
        return signed(compose("kpn", claims, SIGNERS[by].key), by)

    def entry(self, number: int) -> Entry:
        """A certificate of the open proof."""
        index = 1 + 2 * number
        placed = tuple(Placed(part) for part in self.parts[number])
        return Entry(self.disclosures[number], index, tuple(inclusion_proof(self.log, index)), placed)

    def proof(self, *entries: Entry) -> bytes:
        """The open proof with these certificates, or with all."""
        shown = entries or tuple(self.entry(number) for number in range(3))
        return write_proof(Proof(grade=Grade.OPEN, total=self.total(), entries=shown))


def total_cases(keyring: Keys) -> list[Case]:
    """Proven totals."""
    world = Counted(keyring)
    claims = decode(parts(world.total())[2])
    early = sign_checkpoint(ORIGIN, 7, log_root(world.log), SIGNERS["sl-log"], AT)
    strange = sign_checkpoint(ORIGIN, 7, log_root(world.log), SIGNERS["stranger-log"], LATER)
    kid = claims[LOG][0]

    def with_claim(label: int, value: Any) -> bytes:
        return world.total({label: value})

    return [
        Case("good", world.total(), more={"carats": "60.75", "usd": "6000.30", "certificates": 3}),
        Case("good-one-subheading", with_claim(SCOPE, ["export", "2026-Q1", 710231, None])),
        Case("good-one-origin", with_claim(SCOPE, ["export", "2026-Q1", None, "SL"])),
        Case("checkpoint-before-the-end", with_claim(LOG, [kid, early]), "untrusted/period"),
        Case("checkpoint-by-a-stranger", with_claim(LOG, [kid, strange]), "untrusted/unknown_key"),
        Case("checkpoint-of-another-log", with_claim(LOG, [SIGNERS["eu-log"].key.kid, early]), "untrusted/wrong_log"),
        Case("imports-of-one-origin", with_claim(SCOPE, ["import", "2026-Q1", None, "SL"]), "malformed/field"),
        Case("other-heading", with_claim(SCOPE, ["export", "2026-Q1", 710239, None]), "malformed/line"),
        Case("negative-carats", with_claim(SUMS, [-1, 0, 1]), "malformed/field"),
        Case("two-sums", with_claim(SUMS, [1, 2]), "malformed/field"),
        Case("short-root", with_claim(TREE, bytes(31)), "malformed/field"),
        Case("left-out-unsaid", with_claim(LEFT_OUT, None), "malformed/field"),
        Case("with-an-end", with_claim(4, 1_790_000_000), "malformed/dates"),
        Case("by-a-certificate-key", world.total(by="sl-certificate"), "untrusted/key_use"),
    ]


def proof_cases(keyring: Keys) -> list[Case]:
    """Proofs of that total: what fits, and what is found out."""
    world = Counted(keyring)
    one, two, three = (world.entry(number) for number in range(3))
    first, *rest = one.parts
    more = replace(first, part=replace(first.part, sums=first.part.sums + Sums(1, 0, 0)))
    salted = replace(first, part=replace(first.part, salt=bytes(16)))
    public = write_proof(Proof(grade=Grade.PUBLIC, total=world.total()))
    return [
        Case("good-open", world.proof()),
        Case("good-public", public),
        Case("one-hundredth-more", world.proof(replace(one, parts=(more, *rest)), two, three), "bad_signature/amounts"),
        Case("another-salt", world.proof(replace(one, parts=(salted, *rest)), two, three), "bad_signature/tree"),
        Case("one-dropped", world.proof(one, two), "bad_signature/count"),
        Case("one-repeated", world.proof(one, two, three, one), "bad_signature/repeated"),
        Case("not-in-the-log", world.proof(replace(one, index=2), two, three), "bad_signature/proof"),
        Case("three-parts", world.proof(replace(one, parts=one.parts[:3]), two, three), "malformed/field"),
        Case("cut-by-one", world.proof()[:-1], "malformed/cut"),
        Case("another-version", encode(["kpp", 2, "public", world.total(), None, []]), "malformed/not_a_proof"),
    ]
