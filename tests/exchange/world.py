"""Several nodes of the real code in one process: a database each, one at a time behind Django's connection.

``make_templates`` builds every node once, with people, keys, trust and prepared applications; ``Node`` is a copy of
one of them that can run, be killed at any statement and be started again. Nothing is replaced but the clock, the
entropy and the wire.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from openkp.documents.sealing import X25519
from openkp.documents.trust import Member, Profile, TrustList, seal_trust_list
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.people import add_company, add_person, grant
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.start import start
from openkp.registry.participation.models import Authority, NodeKey
from openkp.registry.participation.operations.host import add_key, add_sealing_key, host_authority
from openkp.registry.participation.operations.make_manifest import make_manifest
from openkp.registry.participation.operations.publish import log_origin
from openkp.registry.participation.operations.trust import receive_list, receive_manifest
from openkp.registry.participation.queries import public_key
from openkp.registry.signers import signer_at
from tests.factories import APPLICATION, INSPECTION, PASSWORD

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SETUP = START - timedelta(days=30)
CODES = ("BW", "EU", "SL")
OFFICE = "SECRETARIAT"
ROADS = {"BW": ("EU", "SL"), "EU": ("SL",), "SL": ("EU", "BW")}
"""Where each exports to."""
PREPARED = 2
"""How many applications wait for validation, for each road."""
FAST = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"


def on_postgresql() -> bool:
    """Whether the tests run on PostgreSQL; then every node has a database of its own there."""
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def database(path: Path) -> Any:
    """A connection to another database than the settings name: the file ``path``, or what stands for it."""
    connection = connections.create_connection("default")
    if on_postgresql():
        options = {**connection.settings_dict["OPTIONS"], "options": "-c synchronous_commit=off"}
        # A node that dies at the statement that opens a cursor on the server cannot close it.
        local = {"DISABLE_SERVER_SIDE_CURSORS": True}
        changes = {"NAME": _name(path), "CONN_MAX_AGE": 0, "OPTIONS": options, **local}
        connection.settings_dict = {**connection.settings_dict, **changes}
        return connection
    options = {**connection.settings_dict["OPTIONS"], "init_command": FAST}
    connection.settings_dict = {**connection.settings_dict, "NAME": str(path), "OPTIONS": options}
    return connection


def _name(path: Path) -> str:
    return f"{path.parent.name}_{path.stem}".replace("-", "_").lower()


def copied(template: Path, path: Path) -> None:
    """A database like ``template``, which nobody has open; the whole of nothing where there is no template."""
    if on_postgresql():
        like = f" TEMPLATE {_name(template)}" if template != path else ""
        _told(f"DROP DATABASE IF EXISTS {_name(path)} WITH (FORCE)", f"CREATE DATABASE {_name(path)}{like}")
    elif template != path:
        shutil.copy(template, path)


def removed(path: Path) -> None:
    """Away with it."""
    if on_postgresql():
        _told(f"DROP DATABASE IF EXISTS {_name(path)} WITH (FORCE)")
    path.unlink(missing_ok=True)


def _told(*statements: str) -> None:
    server = connections.create_connection("default")
    server.settings_dict = {**server.settings_dict, "NAME": "postgres"}
    try:
        for statement in statements:
            with server.cursor() as cursor:
                cursor.execute(statement)
    finally:
        server.close()


@contextmanager
def connected(connection: Any) -> Iterator[None]:
    """Every query goes to this database meanwhile."""
    before = connections["default"]
    connections["default"] = connection
    try:
        yield
    finally:
        connections["default"] = before


@dataclass(frozen=True)
class Template:
    """A node's database file as it is before the story begins."""

    code: str
    path: Path


def make_templates(folder: Path, codes: tuple[str, ...] = CODES) -> tuple[Template, ...]:
    """One template a Participant (or an office), all trusting each other."""
    empty = folder / "empty.sqlite3"
    copied(empty, empty)
    blank = database(empty)
    with connected(blank):
        call_command("migrate", verbosity=0, skip_checks=True)
    blank.close()
    open_nodes = {}
    for code in codes:
        path = folder / f"{code}.sqlite3"
        copied(empty, path)
        open_nodes[code] = database(path)
        with connected(open_nodes[code]):
            _set_up_office() if code == OFFICE else _set_up(code)
    _introduce(open_nodes)
    for connection in open_nodes.values():
        connection.close()
    return tuple(Template(code, folder / f"{code}.sqlite3") for code in codes)


def _set_up_office() -> None:
    """The Secretariat: an analyst, no border."""
    authority = host_authority(
        at=SETUP,
        participant=OFFICE,
        code=OFFICE,
        name="Secretariat",
        base_url=f"https://kp.{OFFICE.lower()}.example",
        exporting=False,
        importing=False,
    )
    for use, algorithm in (("root", "ESP256"), ("message", "Ed25519"), ("log", "Ed25519")):
        add_key(OFFICE, use, algorithm, at=SETUP)
    add_sealing_key(OFFICE, suite=X25519, at=SETUP)
    person = add_person(Role.ANALYST.value, "Analyst", password=PASSWORD, at=SETUP)
    grant(person, authority, Role.ANALYST, at=SETUP)


def add_statisticians() -> None:
    """Two people who file returns at every authority of the node."""
    for authority in Authority.objects.all():
        for username in ("writer", "filer"):
            person = add_person(username, username, password=PASSWORD, at=SETUP)
            grant(person, authority, Role.STATISTICIAN, at=SETUP)


def _set_up(code: str) -> None:
    authority = host_authority(
        at=SETUP,
        participant=code,
        code=f"{code}-ONE",
        name=f"Authority of {code}",
        base_url=f"https://kp.{code.lower()}.example",
        settings={"require_predecessors": False},
    )
    for use in ("certificate", "confirmation"):
        add_key(code, use, "ESP256", authority=authority, at=SETUP)
    for use, algorithm in (("root", "ESP256"), ("status", "ESP256"), ("message", "Ed25519"), ("log", "Ed25519")):
        add_key(code, use, algorithm, at=SETUP)
    add_sealing_key(code, suite=X25519, at=SETUP)
    country = "BE" if code == "EU" else code
    company = add_company(
        authority,
        APPLICATION["exporter_name"],
        address="1 Main Street",
        country=country,
        licence="EXP-2026-014",
        at=SETUP,
    )
    roles = (Role.APPLICANT, Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER, Role.IMPORT_OFFICER)
    for role in roles:
        person = add_person(role.value, role.value, password=PASSWORD, at=SETUP)
        grant(person, authority, role, company=company if role == Role.APPLICANT else None, at=SETUP)
    for destination in ROADS[code] * PREPARED:
        _prepared(authority.pk, company.pk, country, destination)


def _prepared(authority: int, company: int, country: str, destination: str) -> Application:
    importing = "BE" if destination == "EU" else destination
    fields = {
        **APPLICATION,
        "exporter_country": country,
        "exporter_address": "1 Main Street",
        "importer_country": importing,
        "destination": destination,
        "origin_mode": "mixed" if country == "BE" else "single",
        "origin_countries": [] if country == "BE" else [country],
    }
    at = START - timedelta(days=1)
    application = start(authority, company, actor=actor(Role.APPLICANT), at=at, fields=fields)
    apply(application.pk, actor=actor(Role.APPLICANT), at=at)
    inspection = {**INSPECTION, "seals": [f"{country}-{application.pk}"]}
    return prepare(application.pk, inspection, actor=actor(Role.PREPARING_OFFICER), at=at)


def actor(role: Role) -> Actor:
    """The node's person with this role."""
    return Actor.of(Person.objects.get(username=role.value))


def _introduce(open_nodes: dict[str, Any]) -> None:
    """A trust list that all signed, and everybody's manifest, on every node."""
    members, roots, manifests = [], [], []
    for code, connection in open_nodes.items():
        with connected(connection):
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
            manifests.append(make_manifest(code, at=SETUP))
    trust = TrustList(
        version=1,
        previous=b"",
        profile=Profile.SPECIMEN,
        threshold=2,
        made_at=SETUP,
        valid_until=START + timedelta(days=365),
        members=tuple(members),
    )
    signed = seal_trust_list(trust, roots)
    for connection in open_nodes.values():
        with connected(connection):
            receive_list(signed, at=SETUP, pinned=trust.hash)
            for manifest in manifests:
                receive_manifest(manifest, at=SETUP)
