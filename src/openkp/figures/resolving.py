"""Which records count: every one (``as_filed``), or those that the rule for repeated keys leaves (``resolved``).

The rule is ``scheme.readings.ReadingRule``; here it becomes one Ibis expression, the same on every engine.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from openkp.figures.joining import text, whole_number
from openkp.scheme.readings import ReadingRule

KEY = ["participant", "year", "half", "mining", "nil"]
"""What makes two production records say the same thing twice."""
RETURN = ["participant", "year", "half"]
FILING = ["reporter", "authority", "year", "quarter"]
"""What a trade return is of; its versions replace each other."""
_ORDER = {"first": False, "last": True}


def settled_production(production: ir.Table, rule: ReadingRule) -> ir.Table:
    """``production`` with ``kept``: whether ``resolved`` counts the record; ``why``: what it lost to, else "".

    Keys that were not stated are "", 0 or no nil.
    """
    whole = ibis.window(group_by=RETURN)
    t = _stated(production, ("participant", "mining"), ("year", "half", "version"))
    t = t.mutate(nil=t.nil.fill_null(False))
    t = t.mutate(newest=t.version.max().over(whole))
    t = t.mutate(superseded=t.version < t.newest)
    t = t.mutate(again=_again(t, rule))
    t = t.mutate(replaced=_replaced(t, rule))
    standing = ~(t.superseded | t.again | t.replaced)
    t = t.mutate(denied=_denied(t, standing, rule))
    why = ibis.cases(
        (t.superseded, "superseded-version"),
        (t.again, "filed-twice-equal"),
        (t.replaced, "filed-twice-different"),
        (t.denied, "nil-and-figures"),
        else_="",
    )
    return (
        t.mutate(why=why)
        .mutate(kept=lambda row: row.why == "")
        .drop("newest", "superseded", "again", "replaced", "denied")
    )


def settled_trade(trade: ir.Table) -> ir.Table:
    """``trade`` with ``kept``: the newest version of each return of an authority; keys not stated are "" and 0."""
    texts = ("reporter", "authority", "flow", "partner", "hs", "origin", "basis")
    t = _stated(trade, texts, ("year", "quarter", "version"))
    t = t.mutate(newest=t.version.max().over(ibis.window(group_by=FILING)))
    return t.mutate(kept=t.version == t.newest).drop("newest")


def _stated(rows: ir.Table, texts: Sequence[str], numbers: Sequence[str]) -> ir.Table:
    """The rows with keys that can be grouped by and compared."""
    keys = {name: text(rows[name]) for name in texts} | {name: whole_number(rows[name]) for name in numbers}
    return rows.mutate(**keys)


def _again(t: ir.Table, rule: ReadingRule) -> ir.BooleanValue:
    """Equal to a record of the same key that is counted already: the one created last stands for all."""
    if rule.equal == "each":
        return ibis.literal(False)
    alike = ibis.window(
        group_by=[*KEY, "superseded", "carats", "usd"],
        order_by=[t.created.isnull(), t.created.desc(), t.source, t.record],
    )
    return ibis.row_number().over(alike) > 0


def _replaced(t: ir.Table, rule: ReadingRule) -> ir.BooleanValue:
    """One of several different records of a key, and not of the filing that the rule lets stand."""
    rivals = ibis.window(group_by=[*KEY, "superseded", "again"])
    stamped = t.created.isnull().cast("int64").sum().over(rivals) == 0
    by_stamp = _not_chosen(t, t.created, rivals, rule.stamped)
    by_place = _not_chosen(t, t.record, rivals, rule.unstamped)
    return ibis.ifelse(stamped, by_stamp, by_place)


def _not_chosen(t: ir.Table, order: ir.Column, rivals: object, choice: str) -> ir.BooleanValue:
    if choice not in _ORDER:
        return ibis.literal(False)
    chosen = order.max() if _ORDER[choice] else order.min()
    return order != chosen.over(rivals)


def _denied(t: ir.Table, standing: ir.BooleanValue, rule: ReadingRule) -> ir.BooleanValue:
    """“No production” where figures of the same return stand beside it."""
    if rule.nil == "keep":
        return ibis.literal(False)
    figures = (standing & ~t.nil).cast("int64").sum().over(ibis.window(group_by=RETURN))
    return standing & t.nil & (figures > 0)
