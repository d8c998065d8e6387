"""``openkp node``: make a node's directory and keys, and take part in the trust of the others."""

import argparse
import json
import os
import re
from gettext import gettext as _
from pathlib import Path
from urllib.parse import urlsplit

from openkp.cli.audit import has_database
from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.nodes import check_ready, check_settings, node_home
from openkp.cli.output import put_json, say
from openkp.cli.trust import ceremony
from openkp.cli.typed import text
from openkp.scheme.countries import is_country
from openkp.scheme.words import N_, Sentence

HELP = N_("Make a node's directory and keys.")
_OFFICE = re.compile(r"[A-Z]{3,12}", re.ASCII)
_AUTHORITY = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``init``, ``authority``, ``manifest``, ``member`` and ``trust``."""
    parser.add_argument("--json", action="store_true", help=_("one JSON value on stdout"))
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    init = actions.add_parser("init", help=_("make the directory, the database, the first authority and its keys"))
    init.add_argument("--profile", choices=("live", "specimen"), default="live")
    init.add_argument("--allowed-host", action="append", default=[], help=_("another host name this node answers to"))
    _who(init)
    _who(actions.add_parser("authority", help=_("host another authority, with its keys")))
    manifest = actions.add_parser("manifest", help=_("write the key manifest of a Participant or office to a file"))
    manifest.add_argument("code")
    manifest.add_argument("-o", "--output", type=Path, help=_("the file (CODE.kpk in the node's directory)"))
    manifest.add_argument("--next", action="store_true", help=_("sign a new version first: after a key was added"))
    member = actions.add_parser("member", help=_("what the trust list is to say of this node: public, as JSON"))
    member.add_argument("code")
    member.add_argument("--since", default="", help=_("first day as a member, YYYY-MM-DD (today)"))
    ceremony.add_arguments(actions.add_parser("trust", help=_("make, sign, show and install what all trust")))


def _who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--participant", required=True, help=_("a Participant such as SL, or an office: SECRETARIAT"))
    parser.add_argument("--authority", default="", help=_("the authority's code, such as SL-NMA; an office has none"))
    parser.add_argument("--name", type=text(160), required=True, help=_("its full name"))
    parser.add_argument("--city", type=text(80, or_none=True), default="")
    parser.add_argument("--base-url", required=True, help=_("the address at which this node is reached"))
    parser.add_argument("--language", default="", help=_("the second language of its certificates"))
    parser.add_argument(
        "--numbers", type=_range, default={}, metavar=_("FIRST-LAST"), help=_("its range of certificate numbers")
    )
    parser.add_argument("--no-exports", action="store_true", help=_("it issues no certificates"))
    parser.add_argument("--no-imports", action="store_true", help=_("it receives no shipments"))


def _range(typed: str) -> dict[str, int]:
    """The settings that ``FIRST-LAST`` means. Raises ``ArgumentTypeError``."""
    first, last = (int(end) if end.isdecimal() else 0 for end in typed.partition("-")[::2])
    if not 0 < first <= last:
        raise argparse.ArgumentTypeError(_("write the first and the last number, such as 1-500000"))
    return {"number_first": first, "number_last": last}


def run(arguments: argparse.Namespace) -> int:
    """Do one of the actions."""
    actions = {"init": init, "authority": authority, "manifest": manifest, "member": member, "trust": ceremony.run}
    made = actions[arguments.action](arguments)
    if arguments.json:
        put_json(made)
    elif made is not None:
        put_json(made) if arguments.action in ("member", "trust") else say(_("Done."))
    return Exit.OK


def init(arguments: argparse.Namespace) -> object:
    """The directory, readable by its owner only; ``node.json``; the database; the authority; its keys; the manifest."""
    home = node_home()
    file = home / "node.json"
    if file.exists() and (home / "keys").exists():
        raise node_exists(home)
    check_who(arguments)
    check_settings()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    from openkp.project.start import migrate, set_up

    # The database is looked into before a setting is written.
    os.environ["OPENKP_PROFILE"] = os.environ.get("OPENKP_PROFILE") or arguments.profile
    set_up()
    if has_database() and is_hosting():
        raise node_exists(home)
    existing = json.loads(file.read_text("utf-8")) if file.exists() else {}
    part = home / "node.json.part"
    part.write_text(json.dumps(existing | settings_of(arguments), indent=2) + "\n")
    part.replace(file)
    migrate()
    return {"home": str(home), **authority(arguments)}


def node_exists(home: Path) -> UsageProblem:
    """What is said where a directory, or the database that it names, holds a node."""
    return UsageProblem(
        Sentence(N_("There is a node in %(home)s already."), {"home": str(home)}),
        code="node-exists",
        advice=Sentence(N_("Set OPENKP_HOME to another directory, or add an authority with openkp node authority.")),
    )


def is_hosting() -> bool:
    """Whether the database, of whatever version, holds an authority or a key: its numbers may have been given."""
    from django.db import connection

    from openkp.registry.participation.models import Authority, NodeKey

    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model._base_manager.exists() for model in (Authority, NodeKey))


def settings_of(arguments: argparse.Namespace) -> dict[str, str]:
    """What the node's settings read. Plain HTTP is for loopback only."""
    address = urlsplit(arguments.base_url)
    hosts = [address.hostname or "", "localhost", "127.0.0.1", *arguments.allowed_host]
    settings = {"profile": arguments.profile, "allowed_hosts": ",".join(dict.fromkeys(hosts))}
    settings |= {"name": arguments.name, "address": arguments.base_url.rstrip("/")}
    return settings | {"insecure_http": "1" if address.scheme == "http" else "0"}


def check_who(arguments: argparse.Namespace) -> None:
    """Raises ``UsageProblem`` for codes and addresses that do not fit."""
    from openkp.exchange.errors import PeerError
    from openkp.exchange.transports.https import on_loopback

    is_office = len(arguments.participant) > 2
    if not _OFFICE.fullmatch(arguments.participant) if is_office else not is_party(arguments.participant):
        raise UsageProblem(
            Sentence(N_("There can be no Participant or office %(code)s."), {"code": repr(arguments.participant)}),
            advice=Sentence(N_("A Participant has the two capital letters of ISO 3166, or EU; an office has 3 to 12.")),
        )
    if arguments.authority and not _AUTHORITY.fullmatch(arguments.authority):
        raise UsageProblem(
            Sentence(N_("There can be no authority %(code)s."), {"code": repr(arguments.authority)}),
            advice=Sentence(N_("An authority's code has 2 to 12 capital letters, digits and hyphens, such as SL-NMA.")),
        )
    if is_office == bool(arguments.authority):
        raise UsageProblem(
            N_("A Participant's node hosts an authority; an office's node hosts none."), code="authority"
        )
    try:
        on_loopback(arguments.base_url)
    except PeerError as error:
        raise UsageProblem(error.sentence, code=error.code) from error


def is_party(code: str) -> bool:
    """Whether a country or a Participant has this code."""
    from openkp.scheme.participation import load_participation

    return is_country(code) or any(member.code == code for member in load_participation().members)


def authority(arguments: argparse.Namespace) -> dict[str, object]:
    """Host the authority, make what keys are missing, and sign the manifest."""
    from openkp.project.clock import now

    check_ready()
    from django.db import transaction

    from openkp.registry.participation.operations.found import found
    from openkp.registry.participation.operations.host import host_authority

    check_who(arguments)
    at = now()
    with transaction.atomic():
        if arguments.authority:
            columns = {"participant": arguments.participant, "code": arguments.authority, "name": arguments.name}
            columns |= {"city": arguments.city, "language": arguments.language}
            columns |= {"settings": arguments.numbers}
            host_authority(
                at=at,
                **columns,
                base_url=arguments.base_url.rstrip("/"),
                exporting=not arguments.no_exports,
                importing=not arguments.no_imports,
            )
        found(arguments.participant, at=at)
    return {"participant": arguments.participant, "authority": arguments.authority or None}


def manifest(arguments: argparse.Namespace) -> object:
    """Write the newest version, or sign the next, where others can be given it."""
    from openkp.project.clock import now

    check_ready()
    from django.conf import settings

    from openkp.registry.participation.operations.make_manifest import make_manifest, own_manifest

    ceremony.root_keys(arguments.code)
    newest = None if arguments.next else own_manifest(arguments.code)
    path = arguments.output or Path(settings.OPENKP_HOME) / f"{arguments.code}.kpk"
    path.write_bytes(newest or make_manifest(arguments.code, at=now()))
    return {"manifest": str(path)}


def member(arguments: argparse.Namespace) -> object:
    """The line of this node for the trust list."""
    check_ready()
    return ceremony.member_of(arguments.code, since=arguments.since)
