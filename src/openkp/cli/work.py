"""``openkp work``: the loop of the post, beside the server or without one."""

import argparse
import fcntl
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.nodes import check_ready
from openkp.cli.output import put_json, say
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.exchange.loop import Loop

HELP = N_("Send and receive this node's post, and do what is due.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Once or for ever, and how often to look."""
    parser.add_argument("--once", action="store_true", help=_("one turn, then end"))
    parser.add_argument("--every", type=float, default=2.0, metavar=_("SECONDS"), help=_("time between turns (2)"))
    words = _("time between asking the others for what they publish (600)")
    parser.add_argument("--ask", type=float, default=600.0, metavar=_("SECONDS"), help=words)
    parser.add_argument("--beside", action="store_true", help=_("run although another loop of this node runs"))
    parser.add_argument(
        "--carry", metavar=_("FOLDER"), type=Path, help=_("exchange by a folder instead: read, then write")
    )
    parser.add_argument(
        "--json", action="store_true", help=_("with --once or --carry: one JSON object of what was done")
    )


def run(arguments: argparse.Namespace) -> int:
    """Turn until told to stop: SIGTERM and SIGINT end the loop after the turn that is under way."""
    if not all(0 < seconds <= threading.TIMEOUT_MAX for seconds in (arguments.every, arguments.ask)):
        raise UsageProblem(N_("The time between turns is a number of seconds above 0."))
    check_ready()
    from django.conf import settings

    from openkp.exchange.loop import Loop
    from openkp.exchange.transports.https import Https
    from openkp.project.clock import now

    logging.getLogger("httpx").setLevel(logging.WARNING)
    home = Path(settings.OPENKP_HOME)
    if arguments.carry:
        if not arguments.carry.is_dir():
            raise UsageProblem(Sentence(N_("%(path)s is not a directory."), {"path": str(arguments.carry)}))
        return carry(arguments.carry, as_json=arguments.json)
    with only_loop(home, beside=arguments.beside), Https() as transport:
        loop = Loop(transport, now, fetch_every=timedelta(seconds=arguments.ask))
        if arguments.once:
            done = turn(loop, home)
            if arguments.json:
                put_json(done)
            return Exit.OK
        keep_turning(loop, home, every=arguments.every)
    return Exit.OK


def carry(folder: Path, *, as_json: bool) -> int:
    """Take in what lies in the folder, then put there what waits: for a stick between two nodes without a line."""
    from openkp.exchange.transports.carry import export, take_in
    from openkp.project.clock import now

    taken = take_in(folder, at=now())
    written = export(folder, at=now())
    if as_json:
        put_json({"taken": taken, "written": written})
    else:
        for name, outcome in taken.items():
            say(f"{name}: {outcome}")
        say(_("%s messages written.") % len(written))
    return Exit.OK


def keep_turning(loop: "Loop", home: Path, *, every: float) -> None:
    """One turn after the other; a turn that sent something is followed at once."""
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    say(_("The post is at work."))
    while not stop.is_set():
        done = turn(loop, home)
        if not done.get("send"):
            stop.wait(every)
    say(_("The post has stopped."))


def turn(loop: "Loop", home: Path) -> dict[str, int]:
    """One turn; when anything that is published changed, the node's own bundle is written anew."""
    from django.db import close_old_connections

    close_old_connections()
    done = loop.turn()
    if done.get("publish") or done.get("fetch") or not (home / "trust.bundle").exists():
        write_bundle(home)
    return done


def write_bundle(home: Path) -> None:
    """``trust.bundle`` in the node's directory: what ``openkp verify`` looks in, and what officers carry."""
    from openkp.project.clock import now
    from openkp.registry.participation.bundles import trust, trust_bundle

    if trust() is None:
        return
    new = home / "trust.bundle.new"
    new.write_bytes(trust_bundle(now()))
    new.replace(home / "trust.bundle")


@contextmanager
def only_loop(home: Path, *, beside: bool) -> Iterator[None]:
    """Hold the loop's lock, which ends with the process however it dies. Two loops are safe; mostly they are a slip."""
    with (home / "work.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if not beside:
                raise UsageProblem(
                    N_("Another loop of this node is at work."),
                    code="already-running",
                    advice=Sentence(N_("Stop it, or give --beside: several loops share the work.")),
                ) from error
        else:
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
        yield
