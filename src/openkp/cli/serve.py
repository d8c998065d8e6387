"""``openkp serve``: the node's pages, its API and the doors of the post, by a web server of our own."""

import argparse
import logging
import socket
from gettext import gettext as _

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.nodes import check_ready
from openkp.cli.output import say
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

HELP = N_("Serve this node's pages and API.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and with how many processes."""
    parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen on (127.0.0.1)"))
    parser.add_argument("--port", type=int, default=8000, help=_("the port (8000)"))
    parser.add_argument("--workers", type=int, default=1, help=_("how many processes (1)"))


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop. The database must be of this version: migrating is a step of its own."""
    from granian import Granian
    from granian.constants import Interfaces

    if not 0 < arguments.port < 65536 or arguments.workers < 1:
        raise UsageProblem(N_("A port is a number from 1 to 65535, and there is at least one process."))
    check_ready()
    check_unused(arguments.host, arguments.port)
    say(_("Serving on http://%(host)s:%(port)s") % {"host": arguments.host, "port": arguments.port})
    logging.getLogger("_granian").setLevel(logging.WARNING)
    Granian(
        "openkp.project.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
    ).serve()
    return Exit.OK


def check_unused(host: str, port: int) -> None:
    """Nobody answers there yet. The web server shares its port: two nodes would answer in turn, and not say so."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return
    raise OpenkpError(
        Sentence(N_("Something answers on port %(port)s of %(host)s already."), {"port": port, "host": host}),
        code="port-in-use",
        advice=Sentence(N_("Stop it, or choose another port with --port.")),
    )
