"""The facts of the node that a command stands in."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.cli.errors import UsageProblem
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
    check_node()
    from openkp.figures.engines import duckdb_engine
    from openkp.registry.statistics.facts import node_facts

    return duckdb_engine(node_facts(world=world))


def check_node() -> None:
    """Stand in the node's database, ready to be read. Raises ``NothingImported``."""
    home = Path(os.environ.get("OPENKP_HOME") or Path.home() / ".openkp")
    if not (home / "secret-key").is_file():
        raise NothingImported(Sentence(N_("There is nothing in %(home)s."), {"home": str(home)}))
    from openkp.cli.nodes import check_ready

    check_ready()


@contextlib.contextmanager
def opened(lake: Path | None) -> "Iterator[Engine]":
    """An engine over a lake, or over this node's facts, let go at the end. Raises ``UsageProblem`` without a lake."""
    if lake is None:
        engine = open_facts()
    elif _is_lake(lake):
        from openkp.figures.engines import duckdb_lake

        engine = duckdb_lake(lake)
    else:
        raise UsageProblem(Sentence(N_("There is no lake in %(directory)s."), {"directory": str(lake)}))
    try:
        yield engine
    finally:
        engine.close()


def _is_lake(directory: Path) -> bool:
    """Whether one of our tables is there: any other folder would look like a lake in which nothing happened."""
    from openkp.figures.tables import TABLES

    return any((directory / name).is_dir() for name in TABLES)
