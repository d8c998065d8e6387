"""``openkp statistics prove``: a total of this node's Participant, with the proof that it matches the log."""

import argparse
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import put_json, say
from openkp.documents.total_proof import Grade
from openkp.documents.total_v1 import Scope
from openkp.scheme.goods import HsSubheading
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.registry.statistics.models import ProvenTotal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the total is about, who the proof is for, and where it goes."""
    parser.add_argument("--participant", required=True, metavar="CODE", help=_("a Participant that this node hosts"))
    parser.add_argument("--flow", required=True, choices=[flow.value for flow in Flow])
    parser.add_argument("--period", required=True, metavar="PERIOD", help=_("such as 2026-Q1, 2026-H1 or 2026"))
    parser.add_argument("--hs", default="", metavar="HS", help=_("one subheading, such as 7102.31 (default: all)"))
    parser.add_argument("--origin", default="", metavar="CODE", help=_("one country of origin (default: all)"))
    parser.add_argument("--grade", choices=[grade.value for grade in Grade], default="public", help=_("who it is for"))
    parser.add_argument("--number", default="", metavar="N", help=_("the certificate, for --grade holder"))
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help=_("the file to write"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Make the total if there is none that still holds, and write the proof."""
    scope, grade = read_scope(arguments), Grade(arguments.grade)
    if (grade is Grade.HOLDER) != bool(arguments.number):
        raise UsageProblem(N_("--number names the certificate of --grade holder, and of no other."))
    from openkp.cli.audit import open_node

    open_node()
    from openkp.project.clock import now
    from openkp.registry.accounts.actors import NODE
    from openkp.registry.participation.operations.publish import publish_checkpoint
    from openkp.registry.statistics.operations.prove_total import prove_total
    from openkp.registry.statistics.proofs import proof_of

    at = now()
    row = prove_total(scope, actor=NODE, at=at)
    publish_checkpoint(scope.participant, at=at)
    write(arguments.out, proof_of(row, grade, number=arguments.number, actor=NODE, at=at))
    if arguments.json:
        put_json(as_data(row) | {"grade": grade, "file": arguments.out})
    else:
        words = _("%(carats)s carats, %(usd)s US dollars. Certificates: %(certificates)s. Written to %(file)s.")
        say(words % (as_data(row) | {"file": arguments.out}))
    return Exit.OK


def read_scope(arguments: argparse.Namespace) -> Scope:
    """The scope that was typed. Raises ``UsageProblem``."""
    try:
        return Scope(
            participant=arguments.participant,
            flow=Flow(arguments.flow),
            period=Period.parse(arguments.period),
            hs=HsSubheading.parse(arguments.hs) if arguments.hs else None,
            origin=arguments.origin,
        )
    except ValueError as error:
        raise UsageProblem(Sentence(N_("There is no such total: %(why)s."), {"why": error})) from error


def as_data(row: "ProvenTotal") -> dict[str, object]:
    """The JSON of a kept total."""
    return {
        "participant": row.participant,
        "flow": row.flow,
        "period": row.period,
        "hs": row.hs or None,
        "origin": row.origin or None,
        "carats": f"{row.carats:.2f}",
        "usd": f"{row.usd:.2f}",
        "certificates": row.certificates,
        "at": row.at,
    }


def write(path: Path, data: bytes) -> None:
    """The file. Raises ``UsageProblem`` where it cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        sentence = Sentence(N_("%(path)s cannot be written: %(why)s."), {"path": path, "why": error.strerror or error})
        raise UsageProblem(sentence) from error
