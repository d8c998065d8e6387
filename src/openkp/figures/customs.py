"""The KP's figures against those of customs, in US dollars. Source: scheme-rules A.2, A.6 test 9; features S4."""

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import amount, beside, ratio, text, whole_number
from openkp.figures.standing import standing_trade

KEYS = ("reporter", "flow", "hs", "year")
THOUSAND = 1000


def against(engine: Engine) -> ir.Table:
    """One row a reporter, flow, subheading and year that either side has: ``kp_usd``, ``customs_usd`` and the gap.

    Customs figures are in whole thousands, so a gap below 500 is none. ``standing``: ``both``, ``kp-lacks-it``,
    ``customs-lacks-year`` (customs of this reporter and flow are known, but not for this year), ``customs-lacks-line``
    (the year is known, not the subheading) or ``customs-lacks-reporter``.
    """
    filed, customs = standing_trade(engine), engine.tables["customs"]
    kp = filed.group_by(*KEYS).aggregate(kp_usd=amount(filed.usd.sum()), kp_lines=filed.count())
    declared = customs.group_by(_keys(customs)).aggregate(
        customs_usd=amount((customs.usd_thousand * THOUSAND).sum()), customs_lines=customs.count()
    )
    years = customs.select(**{f"known_{k}": v for k, v in _keys(customs).items() if k != "hs"}).distinct()
    reporters = years.select(of_reporter="known_reporter", of_flow="known_flow").distinct()
    both = beside(kp, declared, KEYS)
    both = both.left_join(
        years, [both.reporter == years.known_reporter, both.flow == years.known_flow, both.year == years.known_year]
    )
    both = both.left_join(reporters, [both.reporter == reporters.of_reporter, both.flow == reporters.of_flow])
    gap = both.kp_usd - both.customs_usd
    return both.select(
        *KEYS,
        "kp_usd",
        "customs_usd",
        gap=gap,
        gap_share=ratio(gap, both.customs_usd),
        standing=_standing(both),
    )


def years_lacking(engine: Engine) -> ir.Table:
    """The years within a reporter's series of customs figures that it lacks, by reporter and flow.

    ``first`` and ``last`` are the years before and after the hole.
    """
    customs = engine.tables["customs"]
    keys = {name: value for name, value in _keys(customs).items() if name != "hs"}
    years = customs.select(**keys).distinct()
    window = ibis.window(group_by=[years.reporter, years.flow], order_by=years.year)
    steps = years.mutate(following=years.year.lead().over(window))
    holes = steps.filter(steps.following > steps.year + 1)
    return holes.select("reporter", "flow", first=holes.year, last=holes.following)


def _keys(customs: ir.Table) -> dict[str, ir.Column]:
    keys = {name: text(customs[name]) for name in ("reporter", "flow", "hs")}
    return keys | {"year": whole_number(customs.year)}


def _standing(both: ir.Table) -> ir.Column:
    return ibis.cases(
        (both.kp_lines.notnull() & both.customs_lines.notnull(), "both"),
        (both.customs_lines.notnull(), "kp-lacks-it"),
        (both.known_year.notnull(), "customs-lacks-line"),
        (both.of_reporter.notnull(), "customs-lacks-year"),
        else_="customs-lacks-reporter",
    )
