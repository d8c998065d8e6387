"""``openkp node trust``: how many make one trust list, sign it each with their own root key, and install it.

openkp node member SL > SL.json                              on each node
openkp node trust compose *.json --threshold 2 -o list.kpt   anywhere; nobody has signed yet
openkp node trust sign list.kpt --as SL                      on each node, one after the other
openkp node trust install list.kpt --pin HEX                 on each node
"""

import argparse
import json
from base64 import b64decode, b64encode
from datetime import date, datetime, timedelta
from gettext import gettext as _
from pathlib import Path
from typing import Any

from openkp.cli.errors import UsageProblem
from openkp.cli.nodes import check_ready
from openkp.cli.output import say
from openkp.cli.verify import fingerprint
from openkp.documents.keys import PublicKey
from openkp.documents.trust import Member, Profile, TrustList, assemble_trust_list, open_genesis, read_trust_list
from openkp.scheme.words import N_, Sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``compose``, ``sign``, ``show``, ``install``."""
    steps = parser.add_subparsers(dest="step", required=True, metavar=_("STEP"))
    compose = steps.add_parser("compose", help=_("write an unsigned list from the members' files"))
    compose.add_argument("members", nargs="+", type=Path)
    compose.add_argument("--threshold", type=int, required=True, help=_("how many Participants must sign the next one"))
    compose.add_argument("--profile", choices=("live", "specimen"), default="live")
    compose.add_argument("--days", type=int, default=365, help=_("how long the list is valid (365)"))
    compose.add_argument("--after", type=Path, help=_("the list that this one follows"))
    compose.add_argument("-o", "--output", type=Path, required=True)
    sign = steps.add_parser("sign", help=_("add this node's signature to the file"))
    sign.add_argument("file", type=Path)
    sign.add_argument("--as", dest="code", required=True)
    show = steps.add_parser("show", help=_("what a list says, its fingerprint, and who signed"))
    show.add_argument("file", type=Path)
    install = steps.add_parser("install", help=_("take trust lists, manifests or bundles into this node"))
    install.add_argument("files", nargs="+", type=Path)
    install.add_argument("--pin", help=_("the first list's fingerprint, as it was told by another way"))


def run(arguments: argparse.Namespace) -> object:
    """One step of the ceremony."""
    return {"compose": compose, "sign": sign, "show": show, "install": install}[arguments.step](arguments)


def member_of(code: str, *, since: str = "") -> dict[str, object]:
    """The public facts of a Participant or office of this node, for the trust list."""
    from django.conf import settings

    from openkp.project.clock import now
    from openkp.registry.participation.models import Authority
    from openkp.registry.participation.operations.publish import log_origin
    from openkp.registry.participation.queries import participation

    rows = root_keys(code)
    day = now().date()
    known: dict[str, object] = {"code": code, "since": since or day.isoformat(), "root": _key(rows["root"])}
    authority = Authority.objects.filter(participant=code).order_by("pk").first()
    if authority is None:
        return known | {
            "name": settings.OPENKP_NODE.get("name", ""),
            "endpoint": settings.OPENKP_NODE.get("address", ""),
        }
    listed = participation().participant_of(code, day)
    known |= {"name": listed.name if listed else authority.name, "endpoint": authority.base_url}
    return known | {"log_origin": log_origin(code), "log_key": _key(rows["log"])}


def root_keys(code: str) -> dict[str, Any]:
    """The active keys of a Participant or office by use, its root key among them. Raises ``UsageProblem``."""
    from openkp.registry.participation.models import NodeKey

    rows = {row.use: row for row in NodeKey.objects.filter(participant=code, authority=None, is_active=True)}
    if "root" not in rows:
        raise UsageProblem(Sentence(N_("%(code)s has no root key on this node."), {"code": code}), code="no-root")
    return rows


def _key(row: Any) -> dict[str, str]:
    return {"algorithm": row.algorithm, "cose_key": b64encode(bytes(row.public_key)).decode()}


def _public(value: dict[str, str]) -> PublicKey:
    return PublicKey(value["algorithm"], b64decode(value["cose_key"]))


def compose(arguments: argparse.Namespace) -> object:
    """The list as the members' files say, signed by nobody yet."""
    from openkp.project.clock import now

    at = now().replace(microsecond=0)
    before = read_trust_list(arguments.after.read_bytes())[0] if arguments.after else None
    made = TrustList(
        version=before.version + 1 if before else 1,
        previous=before.hash if before else b"",
        profile=Profile(arguments.profile),
        threshold=arguments.threshold,
        made_at=at,
        valid_until=at + timedelta(days=arguments.days),
        members=tuple(sorted((_member(path) for path in arguments.members), key=lambda member: member.code)),
    )
    arguments.output.write_bytes(assemble_trust_list(made, []))
    return _shown(made, [])


def _member(path: Path) -> Member:
    try:
        value = json.loads(path.read_text())
        return Member(
            code=value["code"],
            name=value.get("name") or value["code"],
            roots=(_public(value["root"]),),
            since=date.fromisoformat(value["since"]),
            log_origin=value.get("log_origin", ""),
            log_key=_public(value["log_key"]) if "log_key" in value else None,
            endpoint=value.get("endpoint", ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageProblem(
            Sentence(N_("%(file)s is not a member's file."), {"file": str(path)}), code="not-a-member"
        ) from error


def sign(arguments: argparse.Namespace) -> object:
    """Add the root's signature, and say what was signed: whoever signs has compared the fingerprint."""
    from openkp.project.clock import now

    check_ready()
    from openkp.documents.trust import compose_trust_list
    from openkp.registry.participation.queries import active_key
    from openkp.registry.signers import signer_at

    made, signatures = read_trust_list(arguments.file.read_bytes())
    signer = signer_at(active_key(arguments.code, "root", now()).uri)
    signatures.append((signer.key, signer.sign(compose_trust_list(made, signer.key).to_sign)))
    arguments.file.write_bytes(assemble_trust_list(made, signatures))
    return _shown(made, signatures)


def show(arguments: argparse.Namespace) -> object:
    """What the list says."""
    return _shown(*read_trust_list(arguments.file.read_bytes()))


def _shown(made: TrustList, signatures: list[tuple[PublicKey, bytes]]) -> object:
    names = {root.kid: member.code for member in made.members for root in member.roots}
    say(_("Fingerprint of version %(version)s: %(words)s") % {"version": made.version, "words": made.fingerprint})
    return {
        "version": made.version,
        "hash": made.hash.hex(),
        "fingerprint": made.fingerprint,
        "profile": made.profile,
        "threshold": made.threshold,
        "members": [member.code for member in made.members],
        "signed_by": sorted(names[key.kid] for key, _ in signatures),
        "valid_until": made.valid_until,
    }


def install(arguments: argparse.Namespace) -> object:
    """Verify and keep; the first list needs its pin, or says that nobody compared it."""
    from openkp.project.clock import now

    check_ready()
    from openkp.exchange.publications import take_trust
    from openkp.registry.participation.bundles import list_chain, trust
    from openkp.registry.participation.operations.trust import receive_list

    at: datetime = now()
    pinned = fingerprint(arguments.pin) if arguments.pin is not None else None
    if trust() is not None:
        open_genesis(list_chain()[0], pinned=pinned)
    for path in arguments.files:
        data = path.read_bytes()
        if trust() is None:
            receive_list(data, at=at, pinned=pinned)
        else:
            take_trust(data, at=at)
    held = trust()
    if held is None:
        raise UsageProblem(N_("The first file must be a trust list."), code="no-trust-list")
    if pinned is None:
        say(_("Compare this fingerprint with the one that was told by another way: %s") % held[0].fingerprint)
    return {"version": held[0].version, "manifests": [manifest.participant for manifest in held[1]]}
