"""``openkp statistics PART``: import, summarise, reconcile, look for anomalies, prove totals."""

import argparse
import importlib
from gettext import gettext as _
from types import ModuleType

from openkp.scheme.words import N_

HELP = N_("Returns, summaries, mirrors, anomalies and proven totals.")

#: Every part with its one line of help; its module in ``openkp.cli.figuring`` has ``add_arguments`` and ``run``.
PARTS = {
    "import": ("import_file", N_("Keep a file of figures, byte for byte, and name its defects.")),
    "summary": ("summary", N_("Print the annual global summary, in both readings.")),
    "published": ("published", N_("Compare single published figures with their source.")),
    "late": ("late", N_("List the returns that are missing or late on a day.")),
    "mirror": ("mirror", N_("Set what was issued beside what was confirmed, and exports beside imports.")),
    "cell": ("cell", N_("Open a figure: the records behind it, and the documents or files they stand in.")),
    "anomalies": ("anomalies", N_("Look for anomalies and print the evidence of each.")),
    "lake": ("lake", N_("Write the fact tables as Parquet files.")),
    "prove": ("prove", N_("Make a total that can be checked against the log of certificates.")),
    "check": ("check", N_("Check a proven total.")),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The part, and the part's own arguments after it."""
    parts = "\n".join(f"  {name:<10} {_(text)}" for name, (_module, text) in PARTS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _("parts:") + "\n" + parts
    parser.add_argument("part", choices=PARTS, metavar="PART", help=_("one of the parts below"))
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help=_("what the part takes"))


def run(arguments: argparse.Namespace) -> int:
    """Read the part's own arguments and run it."""
    module = load(arguments.part)
    parser = argparse.ArgumentParser(
        prog=f"openkp statistics {arguments.part}", description=_(PARTS[arguments.part][1])
    )
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(arguments.rest)))


def load(part: str) -> ModuleType:
    """The module of a part."""
    return importlib.import_module(f"openkp.cli.figuring.{PARTS[part][0]}")
