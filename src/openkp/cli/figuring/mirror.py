"""``openkp statistics mirror``: what one side says beside what the other says."""

import argparse
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Any

from openkp.cli.errors import Exit
from openkp.cli.figuring.opening import opened
from openkp.cli.figuring.typed import day, year
from openkp.cli.output import put_json, put_table, say
from openkp.scheme.periods import Period

ORDER = ("issuer", "exporter", "destination", "importer", "year", "quarter", "hs", "number")
#: What a table for a person shows; JSON has every column.
SHOWN = {
    "certificate": ("number", "issuer", "destination", "state", "carats", "carats_found", "usd", "usd_found", "age"),
    "pair": (
        *("issuer", "destination", "year", "quarter", "hs", "certificates_issued", "certificates_confirmed"),
        *("carats_issued", "carats_confirmed", "carats_difference", "usd_difference"),
    ),
    "trade": (
        *("exporter", "importer", "hs", "year", "quarter", "shift", "carats_exported", "carats_imported"),
        *("carats_gap_shifted", "carats_by_lag", "fob_asymmetry"),
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which mirror, of which facts, and the form of the answer."""
    parser.add_argument("--by", choices=list(SHOWN), default="pair", help=_("what one row is (default: pair)"))
    parser.add_argument("--lake", metavar="DIR", type=Path, help=_("read this lake instead of the node"))
    parser.add_argument("--year", metavar="YEAR", type=year, help=_("one year only"))
    parser.add_argument("--on", metavar="DATE", type=day, help=_("the day on which what is unconfirmed may be late"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Print the mirror; rows in a stable order."""
    found = rows(arguments)
    if arguments.json:
        put_json({"by": arguments.by, "year": arguments.year, "rows": found})
        return Exit.OK
    shown = SHOWN[arguments.by]
    put_table([[cell(row[name]) for name in shown] for row in found], shown)
    say(_("%(count)s rows") % {"count": len(found)})
    return Exit.OK


def rule_day(arguments: argparse.Namespace) -> date:
    """The day whose rules hold: the one that was asked for, the end of the year, or today."""
    from openkp.project.clock import now

    if arguments.on or not arguments.year:
        return arguments.on or now().date()
    return Period(arguments.year).last_day


def rows(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows of the mirror that was asked for."""
    from openkp.figures import mirror, mirror_trade
    from openkp.scheme.reconciliation import reconciliation

    rule = reconciliation(rule_day(arguments))
    with opened(arguments.lake) as engine:
        if arguments.by == "certificate":
            asked = mirror.certificates(engine, rule=rule, on=arguments.on, year=arguments.year)
        elif arguments.by == "pair":
            asked = mirror.pairs(engine, rule=rule, year=arguments.year)
        else:
            asked = mirror_trade.trade(engine, rule=rule, year=arguments.year)
        return engine.rows(asked.order_by([name for name in ORDER if name in asked.columns]))


def cell(value: object) -> str:
    """One cell: nothing where nothing was said, four places of a ratio."""
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)
