"""``openkp statistics check``: whether a proven total fits, offline: no network, no database, no Django."""

import argparse
from gettext import gettext as _
from pathlib import Path

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import painted, put, put_json
from openkp.cli.verify import read_bundle, read_file
from openkp.documents.bundle import Bundle
from openkp.documents.total_check import Known, Report, check_proof
from openkp.documents.total_proof import LIMIT, Grade, Proof, read_proof
from openkp.documents.total_v1 import TotalDocument
from openkp.documents.verdicts import Outcome
from openkp.project.clock import now
from openkp.scheme.words import N_, Sentence

MARKS = {Outcome.PASS: ("✓", "green"), Outcome.FAIL: ("✗", "red"), Outcome.SKIPPED: ("·", "bold")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The proof, and what the checker has of its own."""
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the proof, as openkp statistics prove writes it"))
    parser.add_argument(
        "--bundle", metavar="FILE", type=Path, help=_("the trust bundle (default: trust.bundle of this node)")
    )
    parser.add_argument("--pin", metavar="HEX", help=_("the fingerprint of the first trust list (default: trust.pin)"))
    parser.add_argument(
        "--certificate", metavar="FILE.kpc", type=Path, help=_("your certificate, for a proof that was made for it")
    )
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """``Exit.OK`` where everything fits, ``Exit.NOT_GENUINE`` where something does not."""
    proof = read_proof(read_file(arguments.file, LIMIT))
    if (proof.grade is Grade.HOLDER) != bool(arguments.certificate):
        raise UsageProblem(
            N_("A proof made for one certificate is checked with that certificate, and no other proof is."),
            advice=Sentence(N_("Name the certificate's file with --certificate, or leave that out.")),
        )
    bundle = read_bundle(arguments.bundle, arguments.pin, now())
    certificate = read_file(arguments.certificate, LIMIT) if arguments.certificate else None
    report = look(proof, bundle, certificate)
    if arguments.json:
        put_json(as_data(report, proof))
    else:
        tell(report)
    return Exit.OK if report.fits else Exit.NOT_GENUINE


def look(proof: Proof, bundle: Bundle, certificate: bytes | None) -> Report:
    """The report, with the newest checkpoint that the bundle has of the same log."""
    first = check_proof(Proof(grade=Grade.PUBLIC, total=proof.total), Known(keyring=bundle.keyring))
    seen = bundle.checkpoints.get(first.total.scope.participant) if first.total else None
    return check_proof(proof, Known(keyring=bundle.keyring, certificate=certificate, checkpoint=seen))


def as_data(report: Report, proof: Proof) -> dict[str, object]:
    """The JSON of a report."""
    return {
        "fits": report.fits,
        "grade": proof.grade,
        "total": total_data(report.total) if report.total else None,
        "checks": [
            {"id": check.id, "outcome": check.outcome, "code": check.code, "text": check.text(_)}
            for check in report.checks
        ],
    }


def total_data(total: TotalDocument) -> dict[str, object]:
    """What the total says."""
    scope = total.scope
    return {
        "participant": scope.participant,
        "flow": scope.flow,
        "period": str(scope.period),
        "hs": scope.hs,
        "origin": scope.origin or None,
        "carats": f"{total.carats:.2f}",
        "usd": f"{total.value:.2f}",
        "certificates": total.certificates,
        "void": total.void,
        "other": total.other,
        "logged_in_period": total.logged_in_period,
        "log": {"origin": total.checkpoint.origin, "size": total.checkpoint.size, "root": total.checkpoint.root.hex()},
        "specimen": total.specimen,
        "at": total.at,
    }


def tell(report: Report) -> None:
    """The same for a person: the verdict first."""
    put(painted(_("The total fits."), "green") if report.fits else painted(_("The total does NOT fit."), "red"))
    if report.total is not None:
        total = report.total
        words = _(
            "%(participant)s, %(flow)s, %(period)s: %(carats)s carats, %(usd)s US dollars. Certificates counted: "
            "%(certificates)s. In the log of the period: %(logged_in_period)s, of them void: %(void)s."
        )
        put(words % total_data(total))
    for check in report.checks:
        mark, colour = MARKS[check.outcome]
        put(f"  {painted(mark, colour)} {check.text(_)}")
