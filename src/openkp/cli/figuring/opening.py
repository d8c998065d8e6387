"""The facts of the node that a command stands in."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.figures.engines import Engine


class NothingImported(OpenkpError):
    """There is no node here, or nothing in it."""

    code = "nothing-filed"
    advice = Sentence(N_("Import a file first: openkp statistics import FILE --kind production."))


def open_facts(world: str = "real") -> "Engine":
    """An engine over this node's facts; nothing is made where there is none. Raises ``NothingImported``."""
    home = Path(os.environ.get("OPENKP_HOME") or Path.home() / ".openkp")
    if not (home / "secret-key").is_file():
        raise NothingImported(Sentence(N_("There is nothing in %(home)s."), {"home": str(home)}))
    from openkp.cli.serve import check_ready

    check_ready()
    from openkp.figures.engines import duckdb_engine
    from openkp.registry.statistics.facts import node_facts

    return duckdb_engine(node_facts(world=world))
