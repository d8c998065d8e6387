"""``openkp statistics cell``: the records behind a figure, and where each of them stands."""

import argparse
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.figuring.opening import opened
from openkp.cli.figuring.typed import year
from openkp.cli.output import put_json, put_table, say
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.figures.lineage import OpenedCell

LEFT_OUT = ("created", "modified", "exporter", "importer")  # a table for a person shows what tells records apart


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which cell, of which facts, and the form of the answer."""
    parser.add_argument("table", help=_("the fact table: production, trade, issued, confirmed and so on"))
    parser.add_argument("keys", nargs="*", metavar="NAME=VALUE", help=_("what the cell is of, such as participant=AO"))
    parser.add_argument("--year", metavar="YEAR", type=year, required=True, help=_("the year of the cell"))
    parser.add_argument(
        "--reading", choices=("resolved", "as_filed"), default="resolved", help=_("which records count")
    )
    parser.add_argument("--lake", metavar="DIR", type=Path, help=_("read this lake instead of the node"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Print the records and what they add up to."""
    found = find(arguments)
    if arguments.json:
        put_json(found)
        return Exit.OK
    if found.records:
        shown = [name for name in found.records[0] if name not in LEFT_OUT]
        rows = [["" if row[name] is None else row[name] for name in shown] for row in found.records]
        put_table(rows, shown)
    for name, total in found.totals.items():
        say(f"{name}: {total}")
    say(_("%(count)s records") % {"count": len(found.records)})
    return Exit.OK


def find(arguments: argparse.Namespace) -> "OpenedCell":
    """The cell that was asked for. Raises ``UsageProblem`` for a table or key that does not exist."""
    from openkp.figures.lineage import open_cell

    keys = dict(named(each) for each in arguments.keys)
    with opened(arguments.lake) as engine:
        try:
            return open_cell(engine, table=arguments.table, year=arguments.year, reading=arguments.reading, **keys)
        except KeyError as error:
            raise UsageProblem(Sentence(N_("Not understood: %(what)s."), {"what": str(error.args[0])})) from error


def named(typed: str) -> tuple[str, str | int]:
    """One ``NAME=VALUE``; the parts of a year are whole numbers. Raises ``UsageProblem``."""
    name, equals, value = typed.partition("=")
    whole = name in ("half", "quarter", "line", "version")
    if not equals or name in ("table", "year", "reading", "engine") or (whole and not value.isdecimal()):
        raise UsageProblem(Sentence(N_("Not understood: %(what)s."), {"what": typed}))
    return name, int(value) if whole else value
