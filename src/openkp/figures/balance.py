"""The national balance: what came in cannot be less than what went out. Source: scheme-rules A.6 test 5; STAT-08.

opening stock + production + imports - exports - polished at home = closing stock. A closing stock below zero means that
goods went out which nothing explains.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import amount, ratio, text, whole_number, zero_if_none
from openkp.figures.standing import standing_production, standing_trade

FLOWS = ("production", "imports", "exports", "opening", "polished")


def national(engine: Engine) -> ir.Table:
    """One row a Participant and year, in carats: the flows (null where nobody stated them) and what follows.

    ``closing``: the implied stock at the end of the year, with nothing for what was not stated. ``negative``: whether
    it is below zero. ``missing_share``: how much is missing, as a share of what went out. ``running``: carried on from
    the first year known, with no opening stock but that year's: it tells a stock drawn down from goods never had.
    """
    sums = _stated(engine).group_by("participant", "year")
    flows = sums.aggregate(**{name: (lambda t, name=name: amount(t[name].sum())) for name in FLOWS})
    net = _net(flows)
    balance = flows.mutate(closing=zero_if_none(flows.opening) + net)
    balance = balance.mutate(
        negative=balance.closing < 0,
        missing_share=(balance.closing < 0).ifelse(
            ratio(-balance.closing, zero_if_none(balance.exports) + zero_if_none(balance.polished)), 0.0
        ),
    )
    window = ibis.window(group_by=balance.participant, order_by=balance.year)
    first = (ibis.row_number().over(window) == 0).ifelse(zero_if_none(balance.opening), amount(ibis.literal(0)))
    steps = balance.mutate(step=amount(first + _net(balance)))
    upto = ibis.window(group_by=steps.participant, order_by=steps.year, preceding=None, following=0)
    return steps.mutate(running=amount(steps.step.sum().over(upto))).drop("step")


def _net(flows: ir.Table) -> Any:
    inside = zero_if_none(flows.production) + zero_if_none(flows.imports)
    return amount(inside - zero_if_none(flows.exports) - zero_if_none(flows.polished))


def _stated(engine: Engine) -> ir.Table:
    """Every statement about a Participant's year as one row, each flow in a column of its own."""
    made, traded, stocks = standing_production(engine), standing_trade(engine), engine.tables["stocks"]
    return ibis.union(
        _rows(made, made.participant, production=made.carats),
        _rows(
            traded,
            traded.reporter,
            imports=(traded.flow == "import").ifelse(traded.carats, None),
            exports=(traded.flow == "export").ifelse(traded.carats, None),
        ),
        _rows(stocks, stocks.participant, opening=stocks.opening, polished=stocks.polished),
    )


def _rows(table: ir.Table, participant: Any, **flows: Any) -> ir.Table:
    none = ibis.null("decimal(38, 2)")
    columns = {name: amount(flows[name]) if name in flows else none for name in FLOWS}
    return table.select(participant=text(participant), year=whole_number(table.year), **columns)
