"""``openkp migrate``: bring the node's database to this version of the program."""

import argparse
from gettext import gettext as _

from openkp.cli.errors import Exit
from openkp.cli.nodes import check_settings
from openkp.cli.output import put_json, say
from openkp.scheme.words import N_

HELP = N_("Bring the database to this version.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of the answer."""
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Apply what is missing; a second time there is nothing to do."""
    from openkp.project.start import migrate, set_up

    check_settings()
    set_up()
    applied = migrate()
    if arguments.json:
        put_json({"applied": applied})
    else:
        say(_("%s migrations applied.") % len(applied) if applied else _("The database is of this version already."))
    return Exit.OK
