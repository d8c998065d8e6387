"""``openkp statistics late``: the returns that are missing or late on a day."""

import argparse
from collections.abc import Sequence
from datetime import date
from gettext import gettext as _
from typing import TYPE_CHECKING

from openkp.cli.audit import open_node
from openkp.cli.errors import Exit
from openkp.cli.figuring.typed import day
from openkp.cli.output import put, put_json

if TYPE_CHECKING:
    from openkp.scheme.deadlines import Late


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The day, and the form of the answer."""
    parser.add_argument("--on", metavar="DATE", type=day, help=_("the day to look from, as 2024-06-01; else today"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Print the list, the oldest first. That something is late is no failure of the command."""
    open_node()
    from openkp.project.clock import now
    from openkp.registry.statistics.queries import late

    on = arguments.on or now().date()
    found = late(on)
    if arguments.json:
        put_json({"on": on.isoformat(), "late": [as_data(each) for each in found]})
    else:
        tell(found, on)
    return Exit.OK


def as_data(late: "Late") -> dict[str, object]:
    """One line as JSON."""
    return {
        "participant": late.participant,
        "kind": late.kind.value,
        "period": str(late.period),
        "due_on": late.due_on.isoformat(),
        "days": late.days,
        "step": late.step.value,
    }


def tell(found: "Sequence[Late]", on: date) -> None:
    """The same for a person."""
    if not found:
        put(_("Nothing is late on %(day)s.") % {"day": on})
        return
    for each in found:
        values = as_data(each)
        put(_("%(participant)s  %(kind)-10s  %(period)s  due %(due_on)s  %(days)5s days  %(step)s") % values)
    put(_("%(count)s returns are late on %(day)s.") % {"count": len(found), "day": on})
