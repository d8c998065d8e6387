"""What is done inside one node while its past is made, and what only its own process can tell later.

Every method is asked by name over a pipe (``wire``), takes and gives plain values, and changes anything by the
registry's own operations only, at the instant it is told.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django_otp.oath import TOTP, totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.trust import open_genesis
from openkp.exchange.answers import Answer
from openkp.exchange.inbox import receive
from openkp.exchange.loop import Loop
from openkp.exchange.publications import take_bundle
from openkp.exchange.transports import Transport
from openkp.exchange.transports.https import Https
from openkp.project.clock import now
from openkp.project.demo.cast import FOUNDED, Part, Player
from openkp.project.start import migrate
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Company, Person
from openkp.registry.accounts.operations import second_factor
from openkp.registry.accounts.operations.people import add_company, add_person, grant
from openkp.registry.accounts.operations.tokens import make_token
from openkp.registry.accounts.roles import OFFICERS
from openkp.registry.certificates.documents import opened
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.decide import return_to_applicant
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.start import start
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.certificates.operations.void import void
from openkp.registry.participation.bundles import trust_bundle
from openkp.registry.participation.models import Authority
from openkp.registry.participation.operations.host import add_key, add_sealing_key, host_authority
from openkp.registry.participation.operations.make_manifest import make_manifest
from openkp.registry.participation.operations.publish import certificate_with_receipt, publish
from openkp.registry.participation.operations.trust import receive_list, receive_manifest
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.signers import signer_at
from openkp.scheme.life import Status

YEARS = 20
"""How long the keys of the demonstration hold: from before its past to well after today."""
GONE = (Status.VOID, Status.EXPIRED_UNUSED)
Key = tuple[str, bytes]


class Desk:
    """One node's desk. ``carrier`` gives a way to the other nodes at an instant of the past."""

    def __init__(self, carrier: Callable[[datetime], Transport]) -> None:
        self._carrier = carrier
        self._actors: dict[str, Actor] = {}

    # Founding.

    def found(self, part: Part, address: str, password: str) -> tuple[dict[str, Key], dict[str, str]]:
        """Database, authorities, keys, people: the public keys for the trust list, and the secrets of telephones."""
        _durable(False)  # a past that a power cut takes away is simply told again
        migrate()
        keys = {"root": _key(part.code, "root", "ESP256"), "log": _key(part.code, "log", "Ed25519")}
        _key(part.code, "message", "Ed25519")
        add_sealing_key(part.code, at=FOUNDED, years=YEARS)
        if part.offices:
            _key(part.code, "status", "ESP256")
        hosted = {office.code: _hosted(part, office.code, address) for office in part.offices}
        for name, place in part.companies:
            add_company(hosted[part.offices[0].code], name, address=place, country=part.code, at=FOUNDED)
        return keys, {player.username: _seated(player, part, hosted, password) for player in part.players}

    def sign_list(self, code: str, to_sign: bytes) -> bytes:
        """The root key's signature under the first trust list."""
        return signer_at(active_key(code, "root", FOUNDED).uri).sign(to_sign)

    def trusting(self, code: str, trust_list: bytes, pin: bytes) -> bytes:
        """Take the first trust list, with its pin, and say which keys are ours: the manifest."""
        receive_list(trust_list, at=FOUNDED, pinned=open_genesis(trust_list, pinned=pin).hash)
        return make_manifest(code, at=FOUNDED)

    def acquainted(self, manifests: list[bytes]) -> None:
        """Take the manifests of all."""
        for manifest in manifests:
            receive_manifest(manifest, at=FOUNDED)

    # The post of the past.

    def receive(self, envelope: bytes, at: datetime) -> Answer:
        """The inbox."""
        return receive(envelope, at=at)

    def _post(self, at: datetime) -> None:
        Loop(self._carrier(at), lambda: at).send()

    # The steps of a certificate.

    def apply(self, who: str, fields: dict[str, Any], at: datetime) -> int:
        """An application, sent."""
        return int(apply(self.draft(who, fields, at), actor=self._actor(who), at=at).pk)

    def draft(self, who: str, fields: dict[str, Any], at: datetime) -> int:
        """An application, begun."""
        actor = self._actor(who)
        company = Company.objects.get(pk__in=actor.companies())
        return int(start(company.authority_id, company.pk, actor=actor, at=at, fields=fields).pk)

    def send_back(self, who: str, application: int, reason: str, at: datetime) -> None:
        """An application, returned to its applicant."""
        return_to_applicant(application, reason, actor=self._actor(who), at=at)

    def prepare(self, who: str, application: int, inspection: dict[str, Any], at: datetime) -> None:
        """Weighed, counted, sealed: the lines are those of the application."""
        lines = Application.objects.get(pk=application).fields["lines"]
        prepare(application, {"lines": lines, **inspection}, actor=self._actor(who), at=at)

    def validate(self, who: str, application: int, at: datetime) -> str:
        """Issued, and the notice delivered."""
        certificate = validate(application, actor=self._actor(who), at=at)
        self._post(at)
        return certificate.number

    def void(self, who: str, number: str, reason: str, note: str, at: datetime) -> None:
        """Ended, and told to the destination."""
        void(Certificate.objects.get(number=number).pk, reason, note, actor=self._actor(who), at=at)
        self._post(at)

    def arrive(self, who: str, number: str, at: datetime) -> None:
        """Presented to the importing authority."""
        record_arrival(_arrival(number).pk, at.date(), actor=self._actor(who), at=at)

    def confirm(self, who: str, number: str, receipt: dict[str, Any], at: datetime) -> None:
        """Found, signed, and told to the issuer: as declared, but for what ``receipt`` says otherwise."""
        arrival = _arrival(number)
        declared = read_certificate(opened(arrival.certificate.document, at)).certificate
        assert declared is not None, "only full forms are stored"
        lines = [
            {"hs": str(x.hs), "carats": str(x.carats), "value_usd": str(x.value), "parcels": str(x.parcels)}
            for x in declared.lines
        ]
        light = Decimal(receipt.pop("less", "0"))
        lines[0]["carats"] = str(Decimal(lines[0]["carats"]) - light)
        found = {"received_on": at.date().isoformat(), "lines": lines, "seals": list(declared.seals), **receipt}
        confirm(arrival.pk, found, actor=self._actor(who), at=at)
        self._post(at)

    # Telling.

    def publish(self, at: datetime) -> bytes:
        """State the newest statuses and checkpoints; everything this node publishes, for others to take."""
        _durable(True)
        publish(at=at)
        return trust_bundle(at)

    def take(self, bundle: bytes, at: datetime) -> int:
        """Take what another node publishes."""
        return take_bundle(bundle, at=at)

    def bundle(self, at: datetime) -> bytes:
        """All that this node knows of everybody, in one file."""
        return trust_bundle(at)

    def turn(self) -> dict[str, int]:
        """One turn of the real loop, over the real network, now."""
        return Loop(Https(), now).turn()

    def tokens(self, at: datetime) -> dict[str, str]:
        """A token for the API for everybody here."""
        return {
            person.username: make_token("demonstration", actor=Actor.of(person), at=at, days=1)
            for person in Person.objects.order_by("pk")
        }

    def code(self, username: str) -> str:
        """The code of the person's telephone: the present one, or the next if that was used."""
        device = TOTPDevice.objects.get(user__username=username, confirmed=True)
        clock = TOTP(device.bin_key, device.step, device.t0, device.digits)
        clock.drift = 1 if clock.t() <= device.last_t else 0
        return f"{clock.token():0{device.digits}d}"

    def certified(self) -> dict[str, tuple[int, Decimal, Decimal]]:
        """What the signed certificates say, by the half-year of the goods: how many, carats, US dollars.

        Those that were voided or came back unused are not counted: their goods left, if at all, under another one.
        """
        sums: dict[str, tuple[int, Decimal, Decimal]] = defaultdict(lambda: (0, Decimal(0), Decimal(0)))
        rows = Certificate.objects.exclude(application=None).exclude(status__in=GONE).select_related("document")
        for row in rows:
            value = read_certificate(opened(row.document, row.validated_at)).certificate
            assert value is not None, "only full forms are stored"
            period = value.parcel_reference.partition("/")[0]
            count, carats, dollars = sums[period]
            sums[period] = count + 1, carats + value.carats.amount, dollars + value.value.amount
        return dict(sums)

    def counts(self) -> dict[str, int]:
        """How many certificates there are, and how many were confirmed."""
        rows = Certificate.objects.all()
        return {"certificates": rows.count(), "confirmed": rows.exclude(confirmation=None).count()}

    def with_receipt(self, number: str) -> bytes:
        """The certificate with the log's receipt."""
        return certificate_with_receipt(Certificate.objects.get(number=number))

    def paper(self, number: str, at: datetime) -> bytes:
        """The certificate as its PDF."""
        from openkp.registry.certificates.papers import certificate_paper

        return certificate_paper(Certificate.objects.get(number=number), at)

    def _actor(self, username: str) -> Actor:
        if username not in self._actors:
            self._actors[username] = Actor.of(Person.objects.get(username=username))
        return self._actors[username]


def _durable(wanted: bool) -> None:
    """Whether this process waits for the disk at each commit, as every node does."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={'FULL' if wanted else 'OFF'}")


def _key(code: str, use: str, algorithm: str, authority: Authority | None = None) -> Key:
    made = public_key(add_key(code, use, algorithm, authority=authority, at=FOUNDED, years=YEARS))
    return made.algorithm, made.cose_key


def _hosted(part: Part, code: str, address: str) -> Authority:
    office = next(office for office in part.offices if office.code == code)
    authority = host_authority(
        participant=part.code,
        code=code,
        name=office.name,
        city=office.city,
        language=office.language,
        settings=office.settings,
        exporting=not office.of_the_scheme,
        importing=not office.of_the_scheme,
        base_url=address,
        at=FOUNDED,
    )
    for use in () if office.of_the_scheme else ("certificate", "confirmation"):
        _key(part.code, use, "ESP256", authority)
    return authority


def _seated(player: Player, part: Part, hosted: dict[str, Authority], password: str) -> str:
    """An account with its role; the secret of the telephone, empty for those who need none."""
    authority = hosted[player.office]
    person = add_person(player.username, player.name, password=password, at=FOUNDED)
    company = None
    if player.company is not None:
        company = Company.objects.get(authority=authority, name=part.companies[player.company][0])
    grant(person, authority, player.role, company=company, at=FOUNDED)
    return _enrolled(person) if player.role in OFFICERS else ""


def _enrolled(person: Person) -> str:
    """A second factor, confirmed with the code before the present one, so that the present one still works."""
    device = second_factor.begin(person)
    earlier = totp(device.bin_key, device.step, device.t0, device.digits, drift=-1)
    second_factor.finish(person, f"{earlier:0{device.digits}d}", at=FOUNDED)
    return str(device.key)


def _arrival(number: str) -> Arrival:
    return Arrival.objects.select_related("certificate__document").get(certificate__number=number)
