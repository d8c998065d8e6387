"""``openkp vectors``: make the test documents for other implementations, or check that they are as made.

Each file under ``vectors/`` is JSON: bytes in hexadecimal, the clock inside, the answer that is expected.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gettext import gettext as _
from itertools import chain
from pathlib import Path
from typing import Any

import openkp
from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import as_json, put, put_json, say
from openkp.cli.vectoring import cases, statistics, world
from openkp.cli.vectoring.world import AT, KEYRING, SEED, SIGNERS
from openkp.documents.canonical import encode
from openkp.documents.certificate_fields_v1 import FIELDS, private_fields
from openkp.documents.certificate_v1 import check_code, read_certificate
from openkp.documents.checkpoint import open_checkpoint, sign_checkpoint, verifier_key
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.documents.disclosure import read_disclosure
from openkp.documents.envelope import open_envelope
from openkp.documents.errors import BadSignature, DocumentError
from openkp.documents.filing_v1 import read_filing
from openkp.documents.log import consistency_proof, inclusion_proof, leaf_hash, root
from openkp.documents.questionnaire_v1 import read_questionnaire
from openkp.documents.status import open_status_list
from openkp.documents.status_statement_v1 import read_status_statement
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import read_proof
from openkp.documents.total_v1 import TotalDocument, read_total
from openkp.documents.verdicts import Outcome
from openkp.scheme.words import N_, Sentence

HELP = N_("Make or check the test documents for other implementations.")
FORMAT = "openkp-vectors-1"
SIZES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17)


@dataclass(frozen=True)
class Suite:
    """The cases of one kind of document, and how this implementation answers them."""

    cases: Callable[[], list[cases.Case]]
    read: Callable[[bytes], Any]
    about: str


def fitting(data: bytes) -> TotalDocument:
    """The total that a proof proves. Raises a ``DocumentError`` with the code of the first thing that does not fit."""
    report = check_proof(read_proof(data), Known(keyring=KEYRING))
    failed = next((check for check in report.checks if check.outcome is Outcome.FAIL), None)
    if failed or report.total is None:
        raise BadSignature(failed.sentence if failed else "", code=failed.code if failed else None)
    return report.total


SUITES = {
    "certificate": Suite(
        cases.certificate_cases,
        lambda data: read_certificate(open_envelope(data, KEYRING, typ="kpc")),
        "docs/formats/certificate.md",
    ),
    "import-confirmation": Suite(
        cases.confirmation_cases,
        lambda data: read_confirmation(open_envelope(data, KEYRING, typ="kpi")),
        "docs/formats/import-confirmation.md",
    ),
    "status-statement": Suite(
        cases.statement_cases,
        lambda data: read_status_statement(open_envelope(data, KEYRING, typ="kps")),
        "docs/formats/status-statement.md",
    ),
    "status-list": Suite(
        cases.status_list_cases, lambda data: open_status_list(data, KEYRING), "docs/formats/status-list.md"
    ),
    "statistical-return": Suite(
        statistics.filing_cases,
        lambda data: read_filing(open_envelope(data, KEYRING, typ="kpf")),
        "docs/formats/statistical-return.md",
    ),
    "questionnaire": Suite(
        statistics.questionnaire_cases,
        lambda data: read_questionnaire(open_envelope(data, KEYRING, typ="kpq")),
        "docs/formats/questionnaire.md",
    ),
    "proven-total": Suite(
        lambda: statistics.total_cases(KEYRING),
        lambda data: read_total(open_envelope(data, KEYRING, typ="kpn"), KEYRING),
        "docs/formats/proven-total.md",
    ),
    "total-proof": Suite(lambda: statistics.proof_cases(KEYRING), fitting, "docs/formats/proven-total.md"),
    "disclosure": Suite(
        cases.disclosure_cases, lambda data: read_disclosure(data, KEYRING), "docs/formats/certificate.md"
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write, or whether only to compare."""
    parser.add_argument("--check", action="store_true", help=_("write nothing; fail where a file differs"))
    parser.add_argument("--out", type=Path, metavar="DIR", help=_("the directory (default: vectors/ of the project)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Make every file again; write it, or compare it with what is there."""
    directory = arguments.out or Path(openkp.__file__).parents[2] / "vectors"
    if arguments.check and not directory.is_dir():
        raise UsageProblem(Sentence(N_("There is no directory %(directory)s."), {"directory": str(directory)}))
    files = made()
    wrong = sorted(mistaken())
    differing = sorted(_differing(directory, files)) if arguments.check else []
    if not arguments.check:
        _write(directory, files)
    if arguments.json:
        put_json({"files": sorted(files), "differing": differing, "mistaken": wrong})
    else:
        put("\n".join(sorted(files)))
        for name in differing:
            say(_("%s is not as it is made now.") % name)
        for name in wrong:
            say(_("%s is not answered as it says.") % name)
    return Exit.FAILED if differing or wrong else Exit.OK


def made() -> dict[str, str]:
    """Every file by its name, as it should stand."""
    suites = {f"{name}.json": _suite(name, suite) for name, suite in SUITES.items()}
    others = {
        "keys.json": {"format": FORMAT, "keys": world.key_set()},
        "commitment.json": _commitment(),
        "log.json": _log(),
        "checkpoint.json": _checkpoint(),
    }
    return {
        name: json.dumps(value, default=_plain, ensure_ascii=False, indent=1) + "\n"
        for name, value in (suites | others).items()
    }


def mistaken() -> Iterator[str]:
    """The cases that this implementation answers otherwise than they say: there must be none."""
    for name, suite in SUITES.items():
        for case in suite.cases():
            if answer(suite, case) != (case.answer, case.standing):
                yield f"{name}/{case.name}"


def answer(suite: Suite, case: cases.Case) -> tuple[str, str]:
    """What this implementation says of the case."""
    try:
        found = suite.read(case.data)
    except DocumentError as error:
        return f"{error.kind}/{error.code}", ""
    return cases.OK, str(found.standing(case.at)) if case.standing else ""


def _suite(name: str, suite: Suite) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": name,
        "about": suite.about,
        "keys": "keys.json",
        "cases": [_case(case) for case in suite.cases()],
    }


def _case(case: cases.Case) -> dict[str, Any]:
    result, _slash, code = case.answer.partition("/")
    expected = (
        {"result": result} | ({"code": code} if code else {}) | ({"standing": case.standing} if case.standing else {})
    )
    return {"name": case.name, "at": case.at, "expected": expected | case.more, "data": case.data}


def _commitment() -> dict[str, Any]:
    fields = private_fields(world.certificate())
    return {
        "format": FORMAT,
        "about": "docs/formats/certificate.md",
        "label": FIELDS.label,
        "keys": FIELDS.keys,
        "seed": SEED,
        "fields": encode(fields),
        "root": FIELDS.commit(SEED, fields)[1],
        "check_code": check_code(SEED),
    }


def _log() -> dict[str, Any]:
    entries = [bytes([number]) * number for number in range(max(SIZES))]
    leaves = [leaf_hash(entry) for entry in entries]
    inclusion = [
        {"index": index, "size": size, "proof": inclusion_proof(leaves, index, size)}
        for size in SIZES
        for index in range(size)
    ]
    consistency = [
        {"old": old, "new": new, "proof": consistency_proof(leaves, old, new)}
        for new in SIZES
        for old in SIZES
        if old <= new
    ]
    roots = {str(size): root(leaves[:size]) for size in SIZES}
    return {
        "format": FORMAT,
        "about": "docs/formats/log-and-checkpoint.md",
        "entries": entries,
        "roots": roots,
        "inclusion": inclusion,
        "consistency": consistency,
    }


def _checkpoint() -> dict[str, Any]:
    signer = SIGNERS["sl-log"]
    note = sign_checkpoint(world.ORIGIN, 20_852_163, leaf_hash(b""), signer, AT)
    lines = note.decode().split("\n")
    bad = {
        "size-with-leading-zero": note.replace(b"2085", b"02085"),
        "without-time": "\n".join(lines[:3] + lines[4:]).encode(),
        "two-signatures": note + lines[-2].encode() + b"\n",
        "padded-with-newline": note + b"\n",
        "cut-by-one": note[:-1],
        "other-origin-in-signature-line": note.replace("— kp.gov.sl".encode(), "— kp.gov.bw".encode()),
        "other-size-under-the-signature": note.replace(b"20852163", b"20852164"),
        "signed-by-a-stranger": sign_checkpoint(world.ORIGIN, 1, leaf_hash(b""), SIGNERS["stranger-log"], AT),
    }
    listed = [{"name": "good", "expected": {"result": cases.OK}, "note": note.decode()}]
    for name, data in bad.items():
        listed.append({"name": name, "expected": _refusal(data), "note": data.decode()})
    return {
        "format": FORMAT,
        "about": "docs/formats/log-and-checkpoint.md",
        "verifier_key": verifier_key(world.ORIGIN, signer.key),
        "cases": listed,
    }


def _refusal(note: bytes) -> dict[str, str]:
    try:
        open_checkpoint(note, SIGNERS["sl-log"].key, origin=world.ORIGIN)
    except DocumentError as error:
        return {"result": error.kind, "code": error.code}
    raise AssertionError("a bad checkpoint was accepted")


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else as_json(value)


def _write(directory: Path, files: dict[str, str]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")


def _differing(directory: Path, files: dict[str, str]) -> Iterator[str]:
    present = {path.name for path in directory.glob("*.json")}
    for name in chain(files, present - set(files)):
        path = directory / name
        if name not in files or not path.exists() or path.read_text(encoding="utf-8") != files[name]:
            yield name
