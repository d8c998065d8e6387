"""Three roads on one node, each with its own word in every text; and people who work on them at random."""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from openkp.project import clock
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.people import add_company, add_person, grant
from openkp.registry.accounts.operations.tokens import make_token
from openkp.registry.accounts.roles import OFFICERS, Role
from openkp.registry.certificates.models import Application, Certificate
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.participation.operations.publish import publish
from tests.factories import INSPECTION, PASSWORD, Node, anomaly_row
from tests.portal.matrix.world import CARATS, Road, TOTPDevice, second_road, signed_in, trust_everybody, typed_on

ROADS = (Road("BW", "AE"), Road("SL", "EU"), Road("AO", "IN"))
SECRET = "canary-zz"
"""A word that nobody here may read: anomalies are for the analysts of the Secretariat, and none of them is here."""
POSTS = ("exporter", "preparing", "validating", "importing", "administrator", "auditor")


@dataclass
class Tenant:
    """One road with its people, and a rival company under the same authority."""

    road: Road
    cast: Node
    people: dict[str, Person]
    tokens: dict[str, str] = field(default_factory=dict)

    def word_of(self, who: str) -> set[str]:
        """The words that this person may read: of their company, of all companies for officers; desks sign by name."""
        mine = self.road.canary
        rival, desk = f"{mine}rival", f"{mine}desk"
        return {"rival": {rival, desk}, "exporter": {mine, desk}, "unplaced": {desk}}.get(who, {mine, rival, desk})


def build(now: datetime) -> list[Tenant]:
    """The three of them, founded long ago."""
    founded = now - timedelta(days=300)
    tenants = [tenant(road, founded) for road in ROADS]
    trust_everybody(founded)
    publish(at=now)
    return tenants


def tenant(road: Road, at: datetime) -> Tenant:
    """A road with everybody on it."""
    cast = second_road(at, road)
    people = {post: getattr(cast, post) for post in POSTS}
    rival = add_company(cast.sierra_leone, f"{road.canary}rival firm", address="x", country=road.exporting, at=at)
    short = road.exporting.lower()
    people["rival"] = add_person(f"{short}-rival", f"{road.canary}rival person", password=PASSWORD, at=at)
    grant(people["rival"], cast.sierra_leone, Role.APPLICANT, company=rival, at=at)
    boss = Actor.of(cast.administrator)
    people["unplaced"] = add_person(f"{short}-new", f"{road.canary}desk unplaced", password=PASSWORD, actor=boss, at=at)
    for person in people.values():
        if Actor.of(person).roles() & OFFICERS:
            TOTPDevice.objects.create(user=person, name="telephone", confirmed=True)
    anomaly_row(road.exporting, at=at, what=f"{SECRET} carats")
    made = Tenant(road, cast, people)
    for who, person in people.items():
        made.tokens[who] = make_token(f"{road.canary}desk {who}", actor=Actor.of(person), at=clock.now())
    return made


def browsers(tenants: list[Tenant]) -> dict[tuple[int, str], Client]:
    """A browser for each person."""
    return {(i, who): signed_in(person) for i, t in enumerate(tenants) for who, person in t.people.items()}


class Work:
    """What a tenant's people do through the API, one step at a time, chosen by chance."""

    def __init__(self, tenant: Tenant, chance: random.Random) -> None:
        self.tenant, self.chance, self.count = tenant, chance, 0

    def call(
        self, who: str, path: str, body: Any = None, *, version: int | None = None, data: bytes | None = None
    ) -> Any:
        """One request."""
        self.count += 1
        headers = {"Authorization": f"Bearer {self.tenant.tokens[who]}", "Idempotency-Key": f"work-{self.count:08d}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        sent, kind = (
            (json.dumps(body or {}).encode(), "application/json") if data is None else (data, "application/cose")
        )
        return Client(raise_request_exception=False).post(f"/api/v1{path}", sent, content_type=kind, headers=headers)

    def step(self) -> None:
        """Move something on, or begin something."""
        authority = self.tenant.cast.sierra_leone
        rows = Application.objects.filter(authority=authority).exclude(status__in=("rejected", "withdrawn"))
        rows = list(rows.order_by("pk"))
        if len(rows) < 3 or self.chance.random() < 0.25:
            return self.begin()
        row = self.chance.choice(rows)
        getattr(self, f"on_{row.status}", self.begin)(row) if row.status != "issued" else self.on_issued(row)
        return None

    def begin(self, row: Application | None = None) -> None:
        """A new application, of either company."""
        rival = self.chance.random() < 0.3
        who, word = ("rival", f"{self.tenant.road.canary}rival") if rival else ("exporter", self.tenant.road.canary)
        typed = typed_on(self.tenant.road)
        fields = {n: v.replace(self.tenant.road.canary, word) if isinstance(v, str) else v for n, v in typed.items()}
        company = f"{word} firm" if rival else typed["exporter_name"]
        body = {"authority": self.tenant.cast.sierra_leone.code, "company": company, "fields": fields}
        assert self.call(who, "/applications", body).status_code == 201

    def on_draft(self, row: Application) -> None:
        """Send it, or take it back."""
        act = self.chance.choice(("submit", "submit", "withdraw"))
        self.call(self.owner(row), f"/applications/{row.reference}/{act}", version=row.version)

    on_returned = on_draft

    def on_applied(self, row: Application) -> None:
        """Prepare, return or reject it."""
        act = self.chance.choice(("prepare", "prepare", "prepare", "return", "reject"))
        word = self.word(row)
        found = {**INSPECTION, "lines": CARATS, "remarks": f"{word} seen", "container": f"{word} box"}
        found |= {"parcel_reference": f"{word} parcel", "seals": [f"{word}-1".upper()]}
        body = found if act == "prepare" else {"reason": f"{word} reason"}
        self.call("preparing", f"/applications/{row.reference}/{act}", body, version=row.version)

    def on_prepared(self, row: Application) -> None:
        """Validate it or send it back."""
        act = self.chance.choice(("validate", "validate", "validate", "send-back"))
        body = {"reason": f"{self.word(row)} look again"}
        self.call(
            "validating",
            f"/applications/{row.reference}/{act}",
            body if act != "validate" else None,
            version=row.version,
        )

    def on_issued(self, row: Application) -> None:
        """Void it, or bring the goods to the other side, step by step."""
        certificate = row.certificate
        arrival = getattr(certificate, "arrival", None)
        word, path = self.word(row), f"/arrivals/{certificate.number}"
        if certificate.status == "confirmed":
            body = {"reason": f"{word} weighed again"}
            self.call("preparing", f"/certificates/{certificate.number}/close", body, version=certificate.version)
        elif arrival is None and self.chance.random() < 0.2:
            body = {"reason": "other", "note": f"{word} note"}
            self.call("validating", f"/certificates/{certificate.number}/void", body, version=certificate.version)
        elif arrival is None:
            self.call("importing", "/arrivals", data=bytes(certificate.document.data))
        elif arrival.status == "expected":
            day = clock.now().date().isoformat()
            self.call("importing", f"{path}/arrival", {"arrived_on": day}, version=arrival.version)
        elif arrival.status == "arrived":
            self.confirm(certificate, word, arrival.version)

    def confirm(self, certificate: Certificate, word: str, version: int) -> None:
        """Less than declared; the issuer is told."""
        found = [{**CARATS[0], "carats": "9.00"}]
        body = {"received_on": clock.now().date().isoformat(), "outcome": "accepted_with_discrepancy", "lines": found}
        body |= {
            "seals": [f"{word}-1".upper()],
            "seals_intact": "yes",
            "original_present": "yes",
            "remarks": f"{word} less",
        }
        answer = self.call("importing", f"/arrivals/{certificate.number}/confirmation", body, version=version)
        if answer.status_code == 201:
            peer = Actor.peer(self.tenant.road.importing)
            record_confirmation(bytes(certificate.confirmation.document.data), actor=peer, at=clock.now())

    def owner(self, row: Application) -> str:
        """Who applied."""
        return "rival" if "rival" in row.company.name else "exporter"

    def word(self, row: Application) -> str:
        """The word of the company that the row is about."""
        return f"{self.tenant.road.canary}rival" if self.owner(row) == "rival" else self.tenant.road.canary
