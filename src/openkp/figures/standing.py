"""Which rows stand: the last version of each filing, and of repeated keys what the dated rule leaves."""

from datetime import date

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import text, whole_number
from openkp.figures.resolving import settled_production
from openkp.scheme.readings import ReadingRule, reading_rule

FILING = ("reporter", "authority", "year", "quarter")


def standing_trade(engine: Engine) -> ir.Table:
    """The trade lines of the last version of every filing; texts and periods that were not stated are "" and 0."""
    trade = engine.tables["trade"]
    keys = {name: text(trade[name]) for name in ("reporter", "authority", "flow", "partner", "hs", "origin", "basis")}
    keys |= {name: whole_number(trade[name]) for name in ("year", "quarter", "version")}
    plain = trade.mutate(**keys)
    last = plain.version.max().over(ibis.window(group_by=[plain[name] for name in FILING]))
    return plain.mutate(last_version=last).filter(lambda t: t.version == t.last_version).drop("last_version")


def standing_production(engine: Engine, rule: ReadingRule | None = None) -> ir.Table:
    """The production records that ``rule`` (the newest one) lets stand; what was not stated is "", 0 or no nil."""
    made = engine.tables["production"]
    keys = {name: text(made[name]) for name in ("participant", "mining")}
    keys |= {name: whole_number(made[name]) for name in ("year", "half", "version")}
    settled = settled_production(made.mutate(nil=made.nil.fill_null(False), **keys), rule or reading_rule(date.max))
    return settled.filter(settled.kept).drop("kept", "why")
