"""``openkp demo``: three real nodes with a real past on this machine; with ``--once``, the whole way by itself."""

import argparse
import shlex
import signal
import tempfile
import time
from contextlib import ExitStack
from gettext import gettext as _
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import painted, put, put_json, say
from openkp.scheme.words import N_

if TYPE_CHECKING:
    from openkp.project.demo.house import House
    from openkp.project.demo.stage import Stage

HELP = N_("Show three nodes at work: an exporting authority, an importing one and the Secretariat.")
LOOK_EVERY = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where, whether by itself, and what about an earlier one."""
    parser.add_argument("--keep", metavar="DIR", type=Path, help=_("the directory (default: demo/ in the checkout)"))
    parser.add_argument(
        "--once", action="store_true", help=_("play the whole way without a browser, prove it offline, and end")
    )
    parser.add_argument("--continue", dest="again", action="store_true", help=_("go on with the earlier demonstration"))
    parser.add_argument("--code", metavar="NAME", help=_("print a fresh second factor of one of its people"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """One of three: a code, the whole way by itself, or nodes to look at until Ctrl-C."""
    if sum(map(bool, (arguments.once, arguments.again, arguments.code))) > 1:
        raise UsageProblem(N_("--once, --continue and --code exclude each other."))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stopped)
    if arguments.code:
        return code(arguments)
    return once(arguments) if arguments.once else show(arguments)


def _stopped(number: int, frame: FrameType | None) -> None:
    """Being told to end is what Ctrl-C is: every child is stopped first."""
    raise KeyboardInterrupt


def code(arguments: argparse.Namespace) -> int:
    """The second factor of one person."""
    from openkp.project.demo.codes import code_of
    from openkp.project.demo.stage import kept_stage

    found = code_of(kept_stage(_directory(arguments)), arguments.code)
    if arguments.json:
        put_json({"username": arguments.code, "code": found or None})
    elif found:
        put(found)
    else:
        say(_("An applicant signs in without a second factor."))
    return Exit.OK


def once(arguments: argparse.Namespace) -> int:
    """Play and prove everything; exit 0 only if all of it holds."""
    from openkp.project.demo.once import once as played

    with ExitStack() as stack:
        root = arguments.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openkp-demo-")))
        report = played(root, say if not arguments.json else _silent)
    if arguments.json:
        put_json(report)
    else:
        _put_report(report)
    for line in report["wrong"]:
        say(line)
    return Exit.OK if report["ok"] else Exit.FAILED


def _silent(words: str) -> None:
    pass


def _put_report(report: dict[str, Any]) -> None:
    for period, row in report.get("published", {}).items():
        put(f"{period}  {row['certified']['carats']:>12} ct  US$ {row['certified']['usd']:>15}  {row['certificates']}")
    if report["ok"]:
        words = _("All holds: %(certificates)s certificates, %(confirmed)s confirmed, in %(seconds)s s")
        put(painted(words % {**report, "seconds": report["seconds"]["total"]}, "green"))
    else:
        put(painted(_("Not all holds."), "red"))


def show(arguments: argparse.Namespace) -> int:
    """Nodes to look at, until Ctrl-C."""
    from openkp.project.demo.house import at_work
    from openkp.project.demo.stage import NOTES, empty_stage, stage_again

    root = _directory(arguments)
    with ExitStack() as stack:
        try:
            stage = stack.enter_context((stage_again if arguments.again else empty_stage)(root))
            notes, codes = _set(stage, fresh=not arguments.again)
            house = stack.enter_context(at_work(stage))
            _tell(notes, codes, arguments)
            _watch(house)
        except KeyboardInterrupt:
            say("")
            say(_("Stopping the nodes …"))
    if (root / NOTES).exists():
        say(_("Stopped. Everything is kept in %s.") % root)
    else:
        say(_("Stopped before the past was told; the next start is a fresh one."))
    return Exit.OK


def _set(stage: "Stage", *, fresh: bool) -> tuple[dict[str, Any], dict[str, str]]:
    from openkp.project.clock import now
    from openkp.project.demo.opening import codes_now, hands_of, opened
    from openkp.project.demo.screen import progress

    with hands_of(stage) as hands:
        if fresh:
            say(_("Founding three nodes and telling their past (half a minute) …"))
            opened(stage, hands, now(), progress)
        return stage.notes, codes_now(hands, stage.notes)


def _tell(notes: dict[str, Any], codes: dict[str, str], arguments: argparse.Namespace) -> None:
    from openkp.project.demo.screen import put_summary

    if arguments.json:
        put_json({**notes, "codes": codes})
    else:
        put_summary(notes, codes, _command(arguments))
    # Whoever reads us through a pipe waits for this.
    print(end="", flush=True)


def _watch(house: "House") -> None:
    """Stay; start again what ended, and say so."""
    while True:
        for child in house.mended():
            words = _("“%(name)s” of %(node)s had ended; it was started again, and nothing is lost.")
            say(words % {"name": child.name, "node": child.part.name})
        time.sleep(LOOK_EVERY)


def _command(arguments: argparse.Namespace) -> str:
    """How to speak to this demonstration again, as it would be typed."""
    return shlex.join(["./openkp", "demo", *(["--keep", str(arguments.keep)] if arguments.keep else [])])


def _directory(arguments: argparse.Namespace) -> Path:
    from openkp.project.demo.stage import DEFAULT

    return arguments.keep or DEFAULT
