"""One node with two strangers on it: Sierra Leone exports to Antwerp, Botswana to Dubai; neither knows of the other.

``Side`` is one shipment's road with everybody on it and one object in each state that a page or an operation needs.
"""

from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from openkp.documents.trust import Member, Profile, TrustList, seal_trust_list
from openkp.project import clock
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.people import add_company, add_person, grant
from openkp.registry.accounts.operations.tokens import make_token
from openkp.registry.accounts.roles import OFFICERS, Role
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.operations.host import host_authority
from openkp.registry.participation.operations.make_manifest import make_manifest
from openkp.registry.participation.operations.publish import log_origin, publish
from openkp.registry.participation.operations.trust import receive_list, receive_manifest
from openkp.registry.participation.queries import hosted_participants, public_key
from openkp.registry.signers import signer_at
from openkp.scheme.life import Status
from tests.factories import (
    APPLICATION,
    PASSWORD,
    Node,
    application_at,
    arrival_at,
    certificate_at,
    keys,
    node,
    received,
)
from tests.portal.figures.factory import by_hand
from tests.portal.figures.factory import published as published_figures
from tests.portal.matrix.figures_side import Returns, office, returns

ROLES = ("anonymous", "half", "nobody", "rival", "applicant") + (
    "preparing",
    "validating",
    "importing",
    "administrator",
    "auditor",
    "statistician",
    "analyst",
)
"""``half`` is a preparing officer without the second factor, ``rival`` the applicant of another company here.

The statistician files what a colleague wrote; the analyst is at the Secretariat and belongs to both sides.
"""

CARATS = [{"hs": "7102.31", "carats": "10.00", "value_usd": "1000.00", "parcels": "1"}]


@dataclass
class Side:
    """One road."""

    name: str
    cast: Node
    fields: dict[str, Any]
    draft: Application = field(init=False)
    applied: Application = field(init=False)
    prepared: Application = field(init=False)
    issued: Certificate = field(init=False)
    differing: Certificate = field(init=False)
    overdue: Certificate = field(init=False)
    expected: Arrival = field(init=False)
    arrived: Arrival = field(init=False)
    received: Arrival = field(init=False)
    returns: Returns = field(init=False)

    def furnish(self, at: datetime) -> None:
        """One object in each state."""
        here, typed = self.cast, self.fields
        self.draft = application_at(Status.DRAFT, here, at=at, **typed)
        self.applied = application_at(Status.APPLIED, here, at=at, **typed)
        self.prepared = application_at(Status.PREPARED, here, at=at, **typed)
        application_at(Status.RETURNED, here, at=at, **typed)
        self.issued = certificate_at(Status.VALIDATED, here, at=at, **typed)
        self.overdue = certificate_at(Status.VALIDATED, here, at=at - timedelta(days=150), **typed)
        self.expected = arrival_at(Status.EXPECTED, here, at=at, **typed)
        self.arrived = arrival_at(Status.ARRIVED, here, at=at, **typed)
        self.received = arrival_at(Status.RECEIVED, here, at=at, **typed)
        self.differing = self.confirmed(at)

    def confirmed(self, at: datetime) -> Certificate:
        """A certificate whose goods weighed less on arrival."""
        certificate = application_at(Status.ISSUED, self.cast, at=at, **self.fields).certificate
        confirmation = received(certificate, self.cast, outcome="accepted_with_discrepancy", at=at)
        peer = Actor.peer(self.cast.antwerp.participant)
        record_confirmation(bytes(confirmation.document.data), actor=peer, at=at + timedelta(days=3))
        return Certificate.objects.get(pk=certificate.pk)


@dataclass
class World:
    """Both sides, and a way to knock at the door as anybody."""

    own: Side
    other: Side
    people: dict[str, Person | None]
    strangers: dict[str, Person | None]
    tokens: dict[str, str] = field(default_factory=dict)

    def person(self, role: str, side: str = "own") -> Person | None:
        """Whoever has the role on a side."""
        return (self.people if side == "own" else self.strangers)[role]

    def browser(self, role: str, side: str = "own") -> Client:
        """A browser in which this person is signed in, with the second factor where they have one."""
        return signed_in(self.person(role, side))

    def token(self, role: str, side: str = "own") -> str:
        """A token of this person."""
        known = f"{side} {role}"
        if known not in self.tokens:
            actor = Actor.of(self.person(role, side))
            self.tokens[known] = make_token(known, actor=actor, at=clock.now())
        return self.tokens[known]


def signed_in(person: Person | None) -> Client:
    """A browser with a session."""
    browser = Client(raise_request_exception=False)
    if person is None:
        return browser
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    device = TOTPDevice.objects.filter(user=person, confirmed=True).first()
    if device is not None:
        session = browser.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return browser


def build(now: datetime) -> World:
    """The world as it stands at ``now``."""
    at, founded = now - timedelta(days=10), now - timedelta(days=300)
    home = node(founded)
    away = second_road(founded)
    own = Side("own", home, {"lines": CARATS})
    other = Side("other", away, typed_on(BOTSWANA))
    world = World(own, other, everybody(home, "sl", founded), everybody(away, "bw", founded))
    for side in (own, other):
        side.furnish(at)
    published_figures(by_hand(), at=at)
    statistics(world, founded=founded, at=at)
    trust_everybody(founded)
    publish(at=now)
    return world


def statistics(world: World, *, founded: datetime, at: datetime) -> None:
    """The desk of statistics on both sides, and the Secretariat."""
    secretariat = office(founded)
    for side, people, prefix in ((world.own, world.people, "sl"), (world.other, world.strangers, "bw")):
        side.returns = returns(side.cast.sierra_leone, prefix, secretariat, founded=founded, at=at)
        people |= {"statistician": side.returns.filer, "analyst": secretariat.analyst}
    for person in (world.own.returns.filer, world.other.returns.filer, secretariat.analyst):
        TOTPDevice.objects.create(user=person, name="telephone", confirmed=True)


def everybody(cast: Node, prefix: str, at: datetime) -> dict[str, Person | None]:
    """The cast by role, officers with a second factor, and the people whom the factories do not know."""
    known = {"applicant": cast.exporter, "anonymous": None}
    known |= {name: getattr(cast, name) for name in ROLES if name in {f.name for f in fields(Node)}}
    known["half"] = add_person(f"{prefix}-half", "Half In", password=PASSWORD, at=at)
    grant(known["half"], cast.sierra_leone, Role.PREPARING_OFFICER, at=at)
    known["nobody"] = add_person(f"{prefix}-nobody", "No Role", password=PASSWORD, at=at)
    firm = add_company(cast.sierra_leone, f"Rival of {prefix}", address="2 Side Street", country="SL", at=at)
    known["rival"] = add_person(f"{prefix}-rival", "Rival Applicant", password=PASSWORD, at=at)
    grant(known["rival"], cast.sierra_leone, Role.APPLICANT, company=firm, at=at)
    for name, person in known.items():
        if person is not None and name != "half" and Actor.of(person).roles() & OFFICERS:
            TOTPDevice.objects.create(user=person, name="telephone", confirmed=True)
    return known


@dataclass(frozen=True)
class Road:
    """Who exports where, and the word in every text of theirs."""

    exporting: str
    importing: str

    @property
    def canary(self) -> str:
        """What nobody else may ever read."""
        return f"canary-{self.exporting.lower()}"


BOTSWANA = Road("BW", "AE")


def second_road(at: datetime, road: Road = BOTSWANA) -> Node:
    """Another road on the same node."""
    exporting, importing = (
        host_authority(
            at=at,
            participant=code,
            code=f"{code}-ONE",
            name=f"Authority of {code}",
            city="Capital",
            base_url=f"https://kp.example.{code.lower()}",
            language="fr",
        )
        for code in (road.exporting, road.importing)
    )
    for authority in (exporting, importing):
        keys(authority, at=at)
    typed = typed_on(road)
    company = add_company(
        exporting,
        typed["exporter_name"],
        address=typed["exporter_address"],
        country=road.exporting,
        licence=typed["exporter_licence"],
        at=at,
    )
    short = road.exporting.lower()
    people = {"stranger": add_person(f"{short}-stranger", "Nobody There", password=PASSWORD, at=at)}
    posts = {"exporter": Role.APPLICANT, "preparing": Role.PREPARING_OFFICER, "validating": Role.VALIDATING_OFFICER}
    posts |= {"importing": Role.IMPORT_OFFICER, "administrator": Role.ADMINISTRATOR, "auditor": Role.AUDITOR}
    for name, role in posts.items():
        people[name] = add_person(
            f"{short}-{name}",
            f"{road.canary if name == 'exporter' else road.canary + 'desk'}-{name}",
            password=PASSWORD,
            at=at,
        )
        where = importing if role == Role.IMPORT_OFFICER else exporting
        grant(people[name], where, role, company=company if role == Role.APPLICANT else None, at=at)
    return Node(sierra_leone=exporting, antwerp=importing, company=company, **people)


def typed_on(road: Road) -> dict[str, Any]:
    """What the exporter of a road types."""
    word = road.canary
    return {
        **APPLICATION,
        "exporter_name": f"{word}-exporter",
        "exporter_address": f"{word}-address",
        "exporter_country": road.exporting,
        "exporter_licence": f"{word}-licence",
        "importer_name": f"{word}-importer",
        "importer_address": f"{word}-quay",
        "importer_country": road.importing,
        "destination": road.importing,
        "origin_countries": [road.exporting],
        "lines": CARATS,
        "remarks": f"{word}-remarks",
    }


def trust_everybody(at: datetime) -> None:
    """A trust list that all hosted Participants signed, and their manifests."""
    members, roots, manifests = [], [], []
    for code in sorted(hosted_participants()):
        rows = {row.use: row for row in NodeKey.objects.filter(participant=code, authority=None)}
        roots.append(signer_at(rows["root"].uri))
        members.append(
            Member(
                code=code,
                name=f"Participant {code}",
                roots=(public_key(rows["root"]),),
                since=date(2003, 7, 31),
                log_origin=log_origin(code),
                log_key=public_key(rows["log"]),
                endpoint=f"https://kp.{code.lower()}.example",
            )
        )
        manifests.append(make_manifest(code, at=at))
    trust = TrustList(
        version=1,
        previous=b"",
        profile=Profile.SPECIMEN,
        threshold=2,
        made_at=at.replace(microsecond=0),
        valid_until=at.replace(microsecond=0) + timedelta(days=700),
        members=tuple(members),
    )
    receive_list(seal_trust_list(trust, roots), at=at, pinned=trust.hash)
    for manifest in manifests:
        receive_manifest(manifest, at=at)
