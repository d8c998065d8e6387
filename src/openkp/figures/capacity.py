"""Production and exports against what mines and diggers can yield. Source: scheme-rules A.6 test 6; features, aim 8."""

import ibis
import ibis.expr.types as ir

from openkp.figures import balance
from openkp.figures.engines import Engine
from openkp.figures.joining import amount, ratio, text, whole_number


def against(engine: Engine) -> ir.Table:
    """One row a Participant and year that has a capacity band, in carats.

    ``low``, ``likely``, ``high``: the band (several estimates of one year add up: mines, zones). ``production`` and
    ``exports`` as filed, null where nobody filed. ``production_ratio``, ``exports_ratio``: to the upper end of the
    band; ``exports_ratio`` is of what imports do not explain. ``place`` says where production lies: ``below``,
    ``inside``, ``above``, or ``unknown``.
    """
    estimates = engine.tables["capacity"]
    band = estimates.group_by(participant=text(estimates.participant), year=whole_number(estimates.year)).aggregate(
        **{name: amount(estimates[name].sum()) for name in ("low", "likely", "high")}
    )
    flows = balance.national(engine).select("participant", "year", "production", "imports", "exports")
    both = band.left_join(flows, ["participant", "year"]).drop("participant_right", "year_right")
    own = both.exports - both.imports.fill_null(0)
    place = _place(both)
    return both.mutate(
        production_ratio=ratio(both.production, both.high), exports_ratio=ratio(own, both.high), place=place
    )


def _place(both: ir.Table) -> ir.StringColumn:
    return ibis.cases(
        (both.production.isnull(), "unknown"),
        (both.production < both.low, "below"),
        (both.production > both.high, "above"),
        else_="inside",
    )
