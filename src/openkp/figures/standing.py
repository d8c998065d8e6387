"""Which rows stand: the last version of each filing, and of repeated keys what the dated rule leaves."""

from datetime import date

import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.resolving import settled_production, settled_trade
from openkp.scheme.readings import ReadingRule, reading_rule


def standing_trade(engine: Engine) -> ir.Table:
    """The trade lines of the last version of every filing; texts and periods that were not stated are "" and 0."""
    settled = settled_trade(engine.tables["trade"])
    return settled.filter(settled.kept).drop("kept")


def standing_production(engine: Engine, rule: ReadingRule | None = None) -> ir.Table:
    """The production records that ``rule`` (the newest one) lets stand; what was not stated is "", 0 or no nil."""
    settled = settled_production(engine.tables["production"], rule or reading_rule(date.max))
    return settled.filter(settled.kept).drop("kept", "why")
