"""What the desk of statistics needs of a side: returns in each state, and at the Secretariat questions about them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openkp.documents.total_v1 import Scope
from openkp.figures.anomalies.base import Anomaly
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.people import add_person, grant
from openkp.registry.accounts.roles import Role
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.registry.participation.operations.host import add_key, host_authority
from openkp.registry.statistics.models import AnomalyFound, Draft, Filing, ProvenTotal, Questionnaire, Release
from openkp.registry.statistics.operations.answer import answer_questionnaire
from openkp.registry.statistics.operations.ask import judge_questionnaire, open_questionnaire, send_questionnaire
from openkp.registry.statistics.operations.draft import save_draft, start_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.registry.statistics.operations.prove_total import prove_total
from openkp.registry.statistics.operations.release import build_release
from openkp.scheme.periods import Period
from openkp.scheme.questionnaires import Stage
from openkp.scheme.returns import Flow, ReturnKind
from tests.factories import PASSWORD

NIL = {
    "nature": "nil",
    "visibility": "wgs",
    "certificates_issued": "0",
    "certificates_received": "0",
}
LINE = {
    "flow": "export",
    "partner": "IN",
    "origin": "",
    "hs": "7102.31",
    "carats": "10.00",
    "value_usd": "1000.00",
    "certificates": "1",
}
FIGURES = {**NIL, "nature": "figures", "value_basis": "FOB", "certificates_issued": "1", "trade": [LINE]}
ANSWER = {"Q1": {"kind": "explained", "answer": "One tender."}}


@dataclass(frozen=True)
class Returns:
    """The statistics of a side. The people who wrote and drew up are none of the matrix's columns."""

    authority: Authority
    writer: Person
    filer: Person
    draft: Draft
    prepared: Draft
    filed: Filing
    anomaly: AnomalyFound
    case: dict[str, Questionnaire]
    release: Release
    total: ProvenTotal

    def about(self, stage: str) -> Questionnaire:
        """The case in this stage."""
        return self.case[stage]


@dataclass(frozen=True)
class Office:
    """The Secretariat on the same node: whose roles are looked at, and a colleague who did things before."""

    analyst: Person
    colleague: Person


def office(at: datetime) -> Office:
    """The Secretariat with two analysts."""
    code = "SECRETARIAT"
    where = host_authority(
        at=at,
        participant=code,
        code=code,
        name="Secretariat",
        base_url="https://kp.example.org",
        exporting=False,
        importing=False,
    )
    for use, algorithm in (("root", "ESP256"), ("message", "Ed25519"), ("log", "Ed25519")):
        add_key(code, use, algorithm, at=at)
    people = {name: add_person(name, name.title(), password=PASSWORD, at=at) for name in ("analyst", "colleague")}
    for person in people.values():
        grant(person, where, Role.ANALYST, at=at)
    return Office(**people)


def returns(authority: Authority, prefix: str, secretariat: Office, *, founded: datetime, at: datetime) -> Returns:
    """Everything that a page of statistics shows, for one side."""
    people = {
        n: add_person(f"{prefix}-{n}", f"{prefix} {n}", password=PASSWORD, at=founded) for n in ("writer", "filer")
    }
    for person in people.values():
        grant(person, authority, Role.STATISTICIAN, at=founded)
    writer, filer = (Actor.of(people[n]) for n in ("writer", "filer"))
    last = Period.of(at.date(), "Q").previous
    quarters = (last, last.previous, last.previous.previous)
    drafts = [start_draft(authority.pk, ReturnKind.TRADE, quarter, actor=writer, at=at) for quarter in quarters]
    for row, fields in zip(drafts, (NIL, NIL, FIGURES), strict=True):
        save_draft(row.pk, fields, actor=writer, at=at)
    for row in drafts[1:]:
        prepare_return(row.pk, actor=writer, at=at)
    filed = file_return(drafts[2].pk, actor=filer, at=at)
    colleague = Actor.of(secretariat.colleague)
    return Returns(
        authority=authority,
        **people,
        draft=Draft.objects.get(pk=drafts[0].pk),
        prepared=Draft.objects.get(pk=drafts[1].pk),
        filed=filed,
        anomaly=anomaly(authority.participant, "open", at),
        case=cases(authority.participant, colleague, writer, at),
        release=build_release(filed_year(filed), actor=colleague, at=at),
        total=prove_total(scope_of(filed), actor=filer, at=at),
    )


def scope_of(filed: Filing) -> Scope:
    """The exports of the same period."""
    return Scope(participant=filed.participant, flow=Flow.EXPORT, period=Period.parse(filed.period))


def filed_year(filed: Filing) -> int:
    """The year of a filing."""
    return Period.parse(filed.period).year


def anomaly(participant: str, name: str, at: datetime) -> AnomalyFound:
    """One anomaly that nobody has looked at."""
    row = AnomalyFound(
        key=Anomaly.key_of("swing", participant, name),
        test="swing",
        participant=participant,
        period="2024-Q1",
        measure="carats",
        severity=Decimal("2.50"),
        evidence={"what": "Exports rose by 75 percent.", "observed": "175.00", "expected": "100.00"},
        found_at=at,
        changed_at=at,
    )
    record("anomalies.found", actor=Actor("node", name="node"), at=at, subject="anomalies:2024", rows=[row])
    return row


def cases(participant: str, asks: Actor, answers: Actor, at: datetime) -> dict[str, Questionnaire]:
    """A case in each stage that a page needs."""
    found = {}
    for stage in ("computed", "sent", "answered", "explained"):
        row = open_questionnaire([anomaly(participant, stage, at).pk], actor=asks, at=at)
        if stage != "computed":
            row = send_questionnaire(row.pk, actor=asks, at=at)
        if stage in ("answered", "explained"):
            row = answer_questionnaire(row.pk, ANSWER, actor=answers, at=at)
        if stage == "explained":
            row = judge_questionnaire(row.pk, Stage.EXPLAINED, "Plausible.", actor=asks, at=at)
        found[stage] = row
    return found
