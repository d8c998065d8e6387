"""The toolbox: one file a command, and only the command that runs is imported.

A command's module has ``HELP`` (the same sentence as here), ``add_arguments(parser)`` and
``run(arguments) -> int``. With ``PASS_ON = True`` arguments it does not know reach it as ``arguments.rest``.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from gettext import gettext as _
from types import ModuleType

from openkp import __version__
from openkp.cli import errors
from openkp.cli.languages import choose_language
from openkp.scheme.words import N_

#: Every command with its one line of help, in the order of the help.
COMMANDS = {
    "demo": N_("Show three nodes at work: an exporting authority, an importing one and the Secretariat."),
    "serve": N_("Serve this node's pages and API."),
    "work": N_("Send and receive this node's post, and do what is due."),
    "node": N_("Make a node's directory and keys."),
    "people": N_("Give people an account and a role."),
    "migrate": N_("Bring the database to this version."),
    "doctor": N_("Look at this installation: what is there, what is missing, what is too old."),
    "verify": N_("Verify a certificate or another signed document, offline."),
    "audit": N_("Prove that nobody changed this node's journal or documents."),
    "participants": N_("List the Participants of the scheme on a date."),
    "rules": N_("List the rules of the scheme, and where each is enforced."),
    "statistics": N_("Returns, summaries, mirrors, anomalies and proven totals."),
    "world": N_("Make a synthetic year with seeded fraud, and score what is found in it."),
    "vectors": N_("Make or check the test documents for other implementations."),
    "bench": N_("Measure against a named baseline."),
    "messages": N_("Gather the sentences that people read, and check their translations."),
    "check": N_("Check style, types, imports, sizes, supply and generated pages."),
    "test": N_("Run the tests, on SQLite and on PostgreSQL."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` name; return its exit code (see ``errors.Exit``)."""
    choose_language()
    words = sys.argv[1:] if arguments is None else list(arguments)
    chosen = top_parser().parse_args(words[:1])
    if chosen.command is None:
        top_parser().print_help(sys.stderr)
        return errors.Exit.USAGE
    with errors.told() as outcome:
        outcome.code = run_command(chosen.command, words[1:])
        sys.stdout.flush()
    return outcome.code


def run_command(name: str, words: Sequence[str]) -> int:
    """Import one command, read its arguments, run it."""
    command = load(name)
    parser = command_parser(name, command)
    if getattr(command, "PASS_ON", False):
        arguments, rest = parser.parse_known_args(words)
        arguments.rest = rest
    else:
        arguments = parser.parse_args(words)
    return int(command.run(arguments))


def present() -> dict[str, str]:
    """The commands of this installation with their help."""
    modules = {module.name for module in pkgutil.iter_modules(__path__)}
    return {name: text for name, text in COMMANDS.items() if name in modules}


def load(name: str) -> ModuleType:
    """The module of a command."""
    return importlib.import_module(f"openkp.cli.{name}")


def top_parser() -> argparse.ArgumentParser:
    """The parser of ``openkp`` itself: it reads one word and knows every command by its one line."""
    parser = argparse.ArgumentParser(
        prog="openkp",
        description=_("The open system that runs the Kimberley Process Certification Scheme."),
        epilog=_("Run “openkp COMMAND --help” to learn more about one command."),
    )
    parser.add_argument("--version", action="version", version=f"openkp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title=_("commands"))
    for name, text in present().items():
        commands.add_parser(name, help=_(text), add_help=False)
    return parser


def command_parser(name: str, command: ModuleType) -> argparse.ArgumentParser:
    """The parser of one command, built beside it."""
    parser = argparse.ArgumentParser(prog=f"openkp {name}", description=_(command.HELP))
    command.add_arguments(parser)
    return parser
