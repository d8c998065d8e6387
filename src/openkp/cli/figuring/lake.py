"""``openkp statistics lake``: this node's fact tables as Parquet files, for any engine."""

import argparse
from gettext import gettext as _
from pathlib import Path

from openkp.cli.errors import Exit
from openkp.cli.figuring.opening import check_node
from openkp.cli.output import put_json, put_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write, and the form of the answer."""
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("the folder of the lake"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Write the lake and say how many rows each table has."""
    check_node()
    from openkp.figures import lake
    from openkp.registry.statistics.facts import node_facts

    written = lake.write(node_facts(), arguments.out)
    if arguments.json:
        put_json({"lake": arguments.out, "rows": written})
    else:
        put_table(list(written.items()), [_("table"), _("rows")])
    return Exit.OK
