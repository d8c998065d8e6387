"""``openkp statistics summary --year Y``: the annual global summary, in both readings."""

import argparse
import sys
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Any

from openkp.cli.errors import Exit
from openkp.cli.output import put, put_table, say

FORMS = ("json", "csv", "xlsx", "sdmx")
_FLOWS = ("production", "imports", "exports")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which year, by which rule, in which form."""
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--rule", default="", help=_("the rule for repeated records (default: the one in force)"))
    parser.add_argument("--world", choices=("real", "synthetic"), default="real", help=_("which figures"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=_("write to a file instead of stdout"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help=_("everything, as JSON"))
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help=_("the figures, as CSV"))
    form.add_argument("--xlsx", dest="form", action="store_const", const="xlsx", help=_("a workbook"))
    form.add_argument("--sdmx", dest="form", action="store_const", const="sdmx", help=_("SDMX, for other agencies"))


def run(arguments: argparse.Namespace) -> int:
    """Print it, or write it to a file."""
    from openkp.cli.figuring.opening import open_facts
    from openkp.figures.summary import annual_summary
    from openkp.figures.writing import write_summary
    from openkp.scheme.readings import reading_rule

    rule = reading_rule(date(max(1, min(arguments.year, 9999)), 12, 31), arguments.rule) if arguments.rule else None
    engine = open_facts(arguments.world)
    try:
        summary = annual_summary(engine, arguments.year, rule=rule)
    finally:
        engine.close()
    if arguments.form is None and arguments.out is None:
        tell(summary)
        return Exit.OK
    form = arguments.form or arguments.out.suffix.lstrip(".").lower()
    written = write_summary(summary, form)
    if arguments.out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(written)
    else:
        arguments.out.write_bytes(written)
        say(_("Written to %s.") % arguments.out)
    return Exit.OK


def tell(summary: dict[str, Any]) -> None:
    """The same for a person: the world, everybody, and what separates the readings."""
    put(_("Annual global summary %(year)s") % summary)
    put()
    heads = (_("Flow"), _("Carats"), _("US dollars"), _("USD/ct"), _("Certificates"), _("Name"))
    put_table(list(lines(summary)), heads)
    if summary["differences"]:
        put()
        put(_("The readings differ:"))
        for each in summary["differences"]:
            put(f"  {each['code']}: {each['text']}")
            values = {"as_filed": amounts(each["as_filed"]), "resolved": amounts(each["resolved"])}
            put("    " + _("as filed %(as_filed)s; resolved %(resolved)s") % values)
    if summary["missing"]:
        put()
        put(_("Missing:") + " " + ", ".join(f"{each['participant']} {each['period']}" for each in summary["missing"]))
    put()
    put(_("Rule %(id)s, from %(from)s: %(text)s") % summary["rule"])


def lines(summary: dict[str, Any]) -> list[tuple[str, ...]]:
    """The rows of the table; the resolved reading has a row of its own where it differs."""
    filed, resolved = summary["as_filed"], summary["resolved"]
    shown = of_one(_("World"), filed["world"], resolved["world"])
    for code, figures in filed["participants"].items():
        shown += of_one(f"{figures['name']} ({code})", figures, resolved["participants"][code])
    return shown


def of_one(name: str, filed: dict[str, Any], resolved: dict[str, Any]) -> list[tuple[str, ...]]:
    """The flows of the world or of a Participant."""
    shown = []
    for flow in _FLOWS:
        if flow in filed:
            shown.append(line(flow, name, filed))
            if line(flow, name, resolved) != shown[-1]:
                shown.append(line(flow, _("%s, resolved") % name, resolved))
    return shown


def line(flow: str, name: str, figures: dict[str, Any]) -> tuple[str, ...]:
    """One row."""
    found, count = figures[flow], {"imports": "received", "exports": "issued"}.get(flow, "")
    if found.get("nil"):
        return flow, _("nil"), "", "", "", name
    certificates = figures.get("certificates", {}).get(count, "")
    price = found.get("usd_per_carat", "–")
    return flow, f"{number(found['carats'])}", f"{number(found['usd'])}", price, str(certificates), name


def number(text: str) -> str:
    """``1,234.50``, without ever being a binary fraction."""
    whole, _point, cents = text.partition(".")
    return f"{int(whole):,}.{cents}"


def amounts(found: dict[str, str]) -> str:
    """Carats and dollars in words."""
    return _("%(carats)s ct, %(usd)s USD") % {name: number(value) for name, value in found.items()}
