"""A node with its people, and factories that walk: every status is reached through the real operations.

``node()`` hosts an exporting authority (Sierra Leone) and an importing one (European Union, Antwerp) in one
database, with keys of their own. Two nodes with two databases are the business of ``tests/exchange``.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from openkp.figures.anomalies.base import Anomaly
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.accounts.models import Company, Person
from openkp.registry.accounts.operations.people import add_company, add_person, grant
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.close import close, expire
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.decide import reject, return_to_applicant
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.certificates.operations.record_delivery import record_delivery
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.operations.record_status import record_status
from openkp.registry.certificates.operations.start import start, withdraw
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.certificates.operations.void import void
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.registry.participation.operations.host import add_key, host_authority
from openkp.registry.statistics.models import AnomalyFound, Draft, Filing
from openkp.registry.statistics.operations.draft import save_draft, start_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery 7"

APPLICATION: dict[str, Any] = {
    "exporter_name": "Kono Alluvial Export Ltd",
    "exporter_address": "14 Wilkinson Road, Freetown",
    "exporter_country": "SL",
    "exporter_licence": "EXP-2026-014",
    "importer_name": "Scheldt Rough BV",
    "importer_address": "Hoveniersstraat 22, 2018 Antwerpen",
    "importer_country": "BE",
    "destination": "EU",
    "origin_mode": "single",
    "origin_countries": ["SL"],
    "lines": [
        {"hs": "7102.31", "carats": "1250.40", "value_usd": "312600.00", "parcels": "2"},
        {"hs": "7102.21", "carats": "300.00", "value_usd": "4500.00", "parcels": "1"},
    ],
    "predecessors": [],
    "non_conflict_declared": "yes",
    "remarks": "",
}
INSPECTION: dict[str, Any] = {
    "lines": APPLICATION["lines"],
    "seals": ["SL-884201", "SL-884202"],
    "container": "BOX-12",
    "blank_serial": "B0004911",
    "parcel_reference": "KAE/NMA/1",
    "certificate_location": "inside",
    "goods_presented": "yes",
    "remarks": "",
}
RECEIPT: dict[str, Any] = {
    "received_on": "2026-03-05",
    "outcome": "accepted",
    "lines": APPLICATION["lines"],
    "seals": ["SL-884201", "SL-884202"],
    "seals_intact": "yes",
    "original_present": "yes",
    "remarks": "",
}


@dataclass(frozen=True)
class Node:
    """The authorities, the company and the people of the test node, each person with one role."""

    sierra_leone: Authority
    antwerp: Authority
    company: Company
    exporter: Person
    preparing: Person
    validating: Person
    importing: Person
    administrator: Person
    auditor: Person
    stranger: Person

    def actor(self, who: str) -> Actor:
        """The person as an actor: ``node.actor("preparing")``."""
        return Actor.of(getattr(self, who))


def node(at: datetime = NOW) -> Node:
    """A node that can issue, receive, void and confirm."""
    made = at - timedelta(days=30)
    sierra_leone = host_authority(
        at=made,
        participant="SL",
        code="SL-NMA",
        name="National Minerals Agency",
        city="Freetown",
        base_url="https://kp.example.sl",
        language="fr",
    )
    antwerp = host_authority(
        at=made,
        participant="EU",
        code="EU-ANT",
        name="Diamond Office",
        city="Antwerp",
        base_url="https://kp.example.eu",
        language="fr",
    )
    for authority in (sierra_leone, antwerp):
        keys(authority, at=made)
    company = add_company(
        sierra_leone,
        APPLICATION["exporter_name"],
        address=APPLICATION["exporter_address"],
        country="SL",
        licence=APPLICATION["exporter_licence"],
        at=made,
    )
    cast = {
        "exporter": ("Fatmata Kamara", sierra_leone, Role.APPLICANT),
        "preparing": ("Ibrahim Sesay", sierra_leone, Role.PREPARING_OFFICER),
        "validating": ("Mariama Bangura", sierra_leone, Role.VALIDATING_OFFICER),
        "importing": ("An Peeters", antwerp, Role.IMPORT_OFFICER),
        "administrator": ("Joseph Koroma", sierra_leone, Role.ADMINISTRATOR),
        "auditor": ("Aminata Turay", sierra_leone, Role.AUDITOR),
        "stranger": ("Nobody Known", None, None),
    }
    people = {}
    for username, (name, authority, role) in cast.items():
        people[username] = add_person(username, name, password=PASSWORD, at=made)
        if authority is not None:
            grant(people[username], authority, role, company=company if role == Role.APPLICANT else None, at=made)
    return Node(sierra_leone=sierra_leone, antwerp=antwerp, company=company, **people)


def keys(authority: Authority, *, at: datetime) -> None:
    """Every key that an authority and its Participant need."""
    for use in ("certificate", "confirmation"):
        add_key(authority.participant, use, "ESP256", authority=authority, at=at)
    for use, algorithm in (("root", "ESP256"), ("status", "ESP256"), ("message", "Ed25519"), ("log", "Ed25519")):
        add_key(authority.participant, use, algorithm, at=at)


def application_at(status: Status, here: Node, *, at: datetime = NOW, **fields: Any) -> Application:
    """An application that came to ``status`` by the steps that people take."""
    exporter, preparing, validating = (here.actor(who) for who in ("exporter", "preparing", "validating"))
    application = start(here.sierra_leone.pk, here.company.pk, actor=exporter, at=at, fields={**APPLICATION, **fields})
    if status == Status.DRAFT:
        return application
    if status == Status.WITHDRAWN:
        return withdraw(application.pk, actor=exporter, at=at)
    application = apply(application.pk, actor=exporter, at=at)
    if status == Status.RETURNED:
        return return_to_applicant(application.pk, "The address is incomplete.", actor=preparing, at=at)
    if status == Status.REJECTED:
        return reject(application.pk, "No lawful source was shown.", actor=preparing, at=at)
    if status == Status.APPLIED:
        return application
    inspection = {**INSPECTION, "lines": application.fields["lines"]}
    application = prepare(application.pk, inspection, actor=preparing, at=at)
    if status == Status.PREPARED:
        return application
    validate(application.pk, actor=validating, at=at)
    return Application.objects.get(pk=application.pk)


def certificate_at(status: Status, here: Node, *, at: datetime = NOW, **fields: Any) -> Certificate:
    """A certificate that came to ``status`` by the steps that people take."""
    certificate = application_at(Status.ISSUED, here, at=at, **fields).certificate
    if status == Status.VOID:
        return void(certificate.pk, "printer_error", actor=here.actor("validating"), at=at)
    if status == Status.EXPIRED_UNUSED:
        after = at + timedelta(days=1 + (certificate.expires_on - certificate.issued_on).days)
        return expire(certificate.pk, actor=here.actor("preparing"), at=after)
    if status == Status.DELIVERED:
        return record_delivery(certificate.number, actor=Actor.peer("EU"), at=at) or certificate
    if status == Status.VALIDATED:
        return certificate
    outcome = "accepted_with_discrepancy" if status == Status.CONFIRMED else "accepted"
    confirmation = received(certificate, here, outcome=outcome, at=at)
    record_confirmation(bytes(confirmation.document.data), actor=Actor.peer("EU"), at=at + timedelta(days=3))
    if status == Status.CLOSED and outcome != "accepted":
        close(certificate.pk, "Weighed twice.", actor=here.actor("preparing"), at=at + timedelta(days=4))
    return Certificate.objects.get(pk=certificate.pk)


def arrival_at(status: Status, here: Node, *, at: datetime = NOW, **fields: Any) -> Arrival:
    """An arrival that came to ``status``: expected, arrived, received, or cancelled because the issuer voided it."""
    certificate = application_at(Status.ISSUED, here, at=at, **fields).certificate
    arrival = record_notice(bytes(certificate.document.data), actor=Actor.peer("SL"), at=at)
    if status == Status.EXPECTED:
        return arrival
    if status == Status.CANCELLED:
        void(certificate.pk, "printer_error", actor=here.actor("validating"), at=at)
        record_status(bytes(certificate.statements.get().document.data), actor=Actor.peer("SL"), at=at)
        return Arrival.objects.get(pk=arrival.pk)
    if status == Status.ARRIVED:
        return record_arrival(arrival.pk, _arrived(at), actor=here.actor("importing"), at=at + timedelta(days=3))
    received(certificate, here, at=at)
    return Arrival.objects.get(pk=arrival.pk)


def received(certificate: Certificate, here: Node, *, outcome: str = "accepted", at: datetime = NOW) -> Any:
    """The confirmation that Antwerp signs three days later."""
    officer, later = here.actor("importing"), at + timedelta(days=3)
    arrival = record_notice(bytes(certificate.document.data), actor=Actor.peer("SL"), at=at)
    record_arrival(arrival.pk, _arrived(at), actor=officer, at=later)
    lines = [dict(line) for line in certificate.application.fields["lines"]]
    if outcome == "accepted_with_discrepancy":
        lines[0]["carats"] = "1249.10"
    receipt = {**RECEIPT, "received_on": _arrived(at).isoformat(), "outcome": outcome, "lines": lines}
    if outcome != "accepted":
        receipt["remarks"] = "Found 1.30 ct less than declared."
    return confirm(arrival.pk, receipt, actor=officer, at=later)


def _arrived(at: datetime) -> date:
    return (at + timedelta(days=3)).date()


# Statistics.

TRADE: dict[str, Any] = {
    "nature": "figures",
    "value_basis": "FOB",
    "visibility": "kp_only",
    "certificates_issued": "1",
    "certificates_received": "0",
    "trade": [
        {
            "flow": "export",
            "partner": "EU",
            "origin": "SL",
            "hs": "7102.31",
            "carats": "1250.40",
            "value_usd": "312600.00",
            "certificates": "1",
        }
    ],
}
PRODUCTION: dict[str, Any] = {
    "nature": "figures",
    "visibility": "kp_only",
    "production": [
        {"mining": "ASM", "carats": "120000.10", "value_usd": "20000000.00"},
        {"mining": "LSM", "carats": "200000.00", "value_usd": "40000000.00"},
    ],
}
QUARTER, HALF = Period(2026, "Q", 1), Period(2026, "H", 1)
FILING_DAY = datetime(2026, 7, 6, 9, tzinfo=UTC)
"""Both periods are over; the quarter's return is late, the half-year's is not."""


@dataclass(frozen=True)
class Statistics:
    """Two statisticians at Freetown and two analysts at the Secretariat, which lives on the same node."""

    secretariat: Authority
    writer: Person
    filer: Person
    analyst: Person
    publisher: Person

    def actor(self, who: str) -> Actor:
        """The person as an actor: ``desk.actor("writer")``."""
        return Actor.of(getattr(self, who))


def statistics(here: Node, *, at: datetime = NOW) -> Statistics:
    """The people of statistics on the test node."""
    made = at - timedelta(days=30)
    secretariat = host_authority(
        at=made,
        participant="SECRETARIAT",
        code="SECRETARIAT",
        name="Secretariat",
        base_url="https://kp.example.org",
        exporting=False,
        importing=False,
    )
    for use, algorithm in (("root", "ESP256"), ("message", "Ed25519"), ("log", "Ed25519")):
        add_key("SECRETARIAT", use, algorithm, at=made)
    people = {}
    for name, authority, role in (
        ("writer", here.sierra_leone, Role.STATISTICIAN),
        ("filer", here.sierra_leone, Role.STATISTICIAN),
        ("analyst", secretariat, Role.ANALYST),
        ("publisher", secretariat, Role.ANALYST),
    ):
        people[name] = add_person(name, name.title(), password=PASSWORD, at=made)
        grant(people[name], authority, role, at=made)
    return Statistics(secretariat=secretariat, **people)


def draft_at(
    status: str,
    here: Node,
    desk: Statistics,
    *,
    kind: ReturnKind = ReturnKind.TRADE,
    period: Period | None = None,
    at: datetime = FILING_DAY,
    **fields: Any,
) -> Draft:
    """A return that came to ``status``: draft, prepared or filed."""
    typed = {**(TRADE if kind is ReturnKind.TRADE else PRODUCTION), **fields}
    period = period or (QUARTER if kind is ReturnKind.TRADE else HALF)
    draft = start_draft(here.sierra_leone.pk, kind, period, actor=desk.actor("writer"), at=at)
    draft = save_draft(draft.pk, typed, actor=desk.actor("writer"), at=at)
    if status != "draft":
        draft = prepare_return(draft.pk, actor=desk.actor("writer"), at=at)
    if status == "filed":
        file_return(draft.pk, actor=desk.actor("filer"), at=at)
    return Draft.objects.get(pk=draft.pk)


def filed(here: Node, desk: Statistics, **how: Any) -> Filing:
    """A return that was filed."""
    return Filing.objects.get(draft=draft_at("filed", here, desk, **how))


def anomaly_row(
    participant: str = "SL",
    *,
    test: str = "swing",
    at: datetime = FILING_DAY,
    what: str = "Exports rose by 75 percent.",
    **evidence: Any,
) -> AnomalyFound:
    """An anomaly as a run keeps it."""
    row = AnomalyFound(
        key=Anomaly.key_of(test, participant, "", "2026-Q1", "carats"),
        test=test,
        participant=participant,
        period="2026-Q1",
        measure="carats",
        severity=Decimal("2.50"),
        evidence={"what": what, **evidence},
        found_at=at,
        changed_at=at,
    )
    with transaction.atomic():
        record("anomalies.found", actor=NODE, at=at, subject="anomalies:2026", rows=[row])
    return row
