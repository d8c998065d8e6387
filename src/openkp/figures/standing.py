"""Which rows stand: of the versions of one filing only the last one counts."""

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import text, whole_number

FILING = ("reporter", "authority", "year", "quarter")


def standing_trade(engine: Engine) -> ir.Table:
    """The trade lines of the last version of every filing; texts and periods that were not stated are "" and 0."""
    trade = engine.tables["trade"]
    keys = {name: text(trade[name]) for name in ("reporter", "authority", "flow", "partner", "hs", "origin", "basis")}
    keys |= {name: whole_number(trade[name]) for name in ("year", "quarter", "version")}
    plain = trade.mutate(**keys)
    last = plain.version.max().over(ibis.window(group_by=[plain[name] for name in FILING]))
    return plain.mutate(last_version=last).filter(lambda t: t.version == t.last_version).drop("last_version")


def standing_production(engine: Engine) -> ir.Table:
    """The production lines of the last version of every return; texts and periods not stated are "" and 0."""
    made = engine.tables["production"]
    keys = {name: text(made[name]) for name in ("participant", "mining")}
    keys |= {name: whole_number(made[name]) for name in ("year", "half", "version")}
    plain = made.mutate(**keys)
    last = plain.version.max().over(ibis.window(group_by=[plain[name] for name in ("participant", "year", "half")]))
    return plain.mutate(last_version=last).filter(lambda t: t.version == t.last_version).drop("last_version")
