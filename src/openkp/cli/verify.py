"""``openkp verify``: one file in, one of five verdicts out. No network, no database, no Django."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.nodes import node_home
from openkp.cli.output import put_json
from openkp.documents.bundle import LIMIT, Bundle, open_bundle
from openkp.documents.errors import DocumentError
from openkp.documents.keyring import Overlay, read_overlay
from openkp.documents.verdicts import Answer, Verdict
from openkp.documents.verify import unreadable, verify_document
from openkp.project.clock import now
from openkp.scheme.participation import load_participation
from openkp.scheme.words import N_, Sentence

HELP = N_("Verify a certificate or another signed document, offline.")

EXITS = {
    Answer.GENUINE_OPEN: Exit.OK,
    Answer.GENUINE_CLOSED: Exit.CLOSED,
    Answer.STATUS_UNKNOWN: Exit.UNKNOWN,
    Answer.NOT_GENUINE: Exit.NOT_GENUINE,
    Answer.UNREADABLE: Exit.UNREADABLE,
}
#: Where a file holds several documents, the worst verdict is the file's.
WORST_FIRST = (
    Answer.NOT_GENUINE,
    Answer.UNREADABLE,
    Answer.GENUINE_CLOSED,
    Answer.STATUS_UNKNOWN,
    Answer.GENUINE_OPEN,
)
LARGEST_FILE = 20_000_000
LARGEST_PIN = 1_000
_DOCUMENT = b"\xd2"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help=_("a document, a PDF, a picture of the QR code, or the code's text; - reads stdin")
    )
    parser.add_argument(
        "--bundle", metavar="FILE", type=Path, help=_("the trust bundle (default: trust.bundle of this node)")
    )
    parser.add_argument("--pin", metavar="HEX", help=_("the fingerprint of the first trust list (default: trust.pin)"))
    parser.add_argument("--at", metavar="TIME", help=_("verify as of this time, such as 2026-11-23T09:00:00Z"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))


def run(arguments: argparse.Namespace) -> int:
    at = now() if arguments.at is None else read_time(arguments.at)
    bundle = read_bundle(arguments.bundle, arguments.pin, at)
    verdicts = sorted(verify(read(arguments.file), bundle, at), key=lambda each: WORST_FIRST.index(each.verdict))
    if arguments.json:
        put_json(as_data(verdicts[0], bundle) | {"documents": [as_data(each, bundle) for each in verdicts[1:]]})
    else:
        from openkp.cli.verdicts import put_verdict

        for verdict in verdicts:
            put_verdict(verdict, bundle)
    return EXITS[verdicts[0].verdict]


def verify(data: bytes, bundle: Bundle, at: datetime) -> list[Verdict]:
    """The verdict on every document in ``data``; what reads PDF and pictures is imported only where it is needed."""
    documents = [data]
    if not data.startswith(_DOCUMENT):
        from openkp.documents.scan import find_documents

        try:
            documents = find_documents(data)
        except DocumentError as error:
            return [unreadable(error, bundle, at=at)]
    return [verify_document(each, bundle, at=at, participation=load_participation()) for each in documents]


def as_data(verdict: Verdict, bundle: Bundle) -> dict[str, object]:
    """The JSON of one verdict."""
    return {
        "verdict": verdict.verdict,
        "kind": verdict.kind,
        "issuer": verdict.issuer,
        "issuer_name": verdict.issuer_name,
        "number": verdict.number,
        "closed": verdict.closed,
        "specimen": verdict.specimen,
        "headline": verdict.headline.text(_),
        "advice": verdict.advice.text(_),
        "facts": verdict.facts,
        "checks": [
            {"id": check.id, "rule": check.rule, "outcome": check.outcome, "code": check.code, "text": check.text(_)}
            for check in verdict.checks
        ],
        "claimed_issuer": verdict.claimed or None,
        "as_of": verdict.as_of,
        "bundle_age_seconds": int(verdict.bundle_age.total_seconds()) if verdict.bundle_age is not None else None,
        "trust_list": {
            "version": bundle.trust_list.version,
            "profile": bundle.trust_list.profile,
            "fingerprint": bundle.genesis.fingerprint,
            "pinned": bundle.pinned,
        },
    }


def read(name: str) -> bytes:
    """The file, or stdin for ``-``; never more than a reader would take."""
    if name == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    return read_file(Path(name), LARGEST_FILE)


def read_file(path: Path, limit: int) -> bytes:
    with said(path), path.open("rb") as file:
        return file.read(limit + 1)


def is_there(path: Path) -> bool:
    """Whether there is such a file. Raises ``UsageProblem`` where one may not know."""
    with said(path):
        return path.exists()


@contextlib.contextmanager
def said(path: Path) -> Iterator[None]:
    """What the system says against reading ``path``, as ``UsageProblem``."""
    try:
        yield
    except OSError as error:
        raise UsageProblem(
            Sentence(N_("%(path)s cannot be read: %(why)s."), {"path": path, "why": error.strerror or error}),
            advice=Sentence(N_("Check the name of the file and whether you may read it.")),
        ) from error


def read_bundle(path: Path | None, pin: str | None, at: datetime) -> Bundle:
    """The trust bundle, opened under the pin and the national decisions of this node's directory, if it has them."""
    home = node_home()
    found = path or home / "trust.bundle"
    if not path and not is_there(found):
        raise UsageProblem(
            Sentence(N_("There is no trust bundle at %(path)s."), {"path": found}),
            advice=Sentence(N_("Fetch one from an authority you trust, and name it with --bundle FILE.")),
        )
    data, pinned, overlay = read_file(found, LIMIT), read_pin(pin, home), read_decisions(home)
    try:
        return open_bundle(data, at=at, pinned=pinned, overlay=overlay)
    except DocumentError as error:
        raise UsageProblem(
            Sentence(N_("The trust bundle %(path)s cannot be used: %(why)s"), {"path": found, "why": error.text(_)}),
            advice=Sentence(N_("Fetch a new one from an authority you trust.")),
        ) from error


def read_pin(pin: str | None, home: Path) -> bytes | None:
    """The fingerprint that was typed, else the one in ``trust.pin``, else None."""
    if pin is None and is_there(home / "trust.pin"):
        pin = read_file(home / "trust.pin", LARGEST_PIN).decode("ascii", "replace")
    return fingerprint(pin) if pin is not None else None


def fingerprint(text: str) -> bytes:
    """The fingerprint that hexadecimal digits spell. Raises ``UsageProblem``."""
    try:
        pinned = bytes.fromhex(text)
    except ValueError:
        pinned = b""
    if not 16 <= len(pinned) <= 32:
        raise UsageProblem(
            N_("A pin is the fingerprint of the first trust list: 32 to 64 hexadecimal digits."),
            advice=Sentence(
                N_("Copy it from where the list was published, or from the file trust.pin of a colleague.")
            ),
        )
    return pinned


def read_decisions(home: Path) -> Overlay | None:
    """The national decisions in ``overlay.json``, if there is such a file."""
    file = home / "overlay.json"
    if not is_there(file):
        return None
    try:
        return read_overlay(read_file(file, LIMIT).decode("utf-8", "replace"))
    except DocumentError as error:
        raise UsageProblem(
            error.sentence, advice=Sentence(N_("Mend %(path)s, or take it away."), {"path": file})
        ) from error


def read_time(text: str) -> datetime:
    """An instant such as ``2026-11-23T09:00:00Z``; a plain date is its first instant in UTC."""
    try:
        at = datetime.fromisoformat(f"{text}T00:00:00Z" if len(text) == 10 else text)
        if at.tzinfo is None:
            raise ValueError("no zone")
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageProblem(
            Sentence(N_("“%(text)s” is not a time."), {"text": text}),
            advice=Sentence(N_("Write it with its zone: 2026-11-23T09:00:00Z, or a date: 2026-11-23.")),
        ) from error
