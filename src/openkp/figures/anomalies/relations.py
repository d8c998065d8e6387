"""What the tests look at: versions in force, totals of a period, certificates as wholes. Expressions in Ibis."""

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from openkp.figures.anomalies.base import Scope
from openkp.figures.engines import Engine
from openkp.figures.joining import counted_once
from openkp.figures.mirror import counted
from openkp.figures.standing import standing_production, standing_trade
from openkp.scheme.reconciliation import reconciliation


def trade_now(engine: Engine) -> ir.Table:
    """Trade lines of the latest version of each return; ``quarter`` 0 where a whole year was filed as one."""
    rows = standing_trade(engine)
    return rows.mutate(row=named_row("trade", rows))


def production_filed(engine: Engine) -> ir.Table:
    """Every production record; ``half`` 0 where a whole year was filed as one."""
    rows = engine.tables["production"]
    return rows.mutate(
        half=rows.half.fill_null(0),
        mining=rows.mining.fill_null(""),
        version=rows.version.fill_null(1),
        row=named_row("production", rows),
    )


def production_now(engine: Engine) -> ir.Table:
    """The production records that the rule for repeated keys leaves (the reading ``resolved`` of a summary)."""
    rows = standing_production(engine)
    return rows.mutate(row=named_row("production", rows))


def ended(rows: ir.Table, part: str, scope: Scope) -> ir.Table:
    """The rows of a return's periods that had ended by the last day; ``part`` is the column ``half`` or ``quarter``."""
    day_after = min(scope.last_day, date.max - timedelta(days=1)) + timedelta(days=1)
    now = (day_after.month - 1) // {"half": 6, "quarter": 3}[part] + 1
    of_this_year = (rows.year == day_after.year) & (rows[part] > 0) & (rows[part] < now)
    return rows.filter((rows.year < day_after.year) | of_this_year)


def named_row(table: str, rows: ir.Table) -> ir.Value:
    """How evidence names a row: ``trade:SOURCE#RECORD``."""
    return ibis.literal(f"{table}:") + rows.source.fill_null("") + "#" + rows.record.fill_null(0).cast("string")


def amounts(facts: ir.Table, *by: str, **more: Any) -> ir.Table:
    """Carats and dollars of groups, with ``more`` aggregates."""
    return facts.group_by(list(by)).agg(carats=facts.carats.sum(), usd=facts.usd.sum(), **more)


def trade_totals(engine: Engine, *more: str) -> ir.Table:
    """Totals of trade by reporter, flow and period, and by ``more`` columns, with the rows behind each.

    A partner whose certificates are not known for certain has no count.
    """
    rows = trade_now(engine)
    certificates = counted_once(rows).sum()
    if "partner" in more:
        certificates = (rows.certificates_least.count() == 0).ifelse(certificates, ibis.null("int64"))
    by = ("reporter", "flow", "year", "quarter", *more)
    return amounts(rows, *by, certificates=certificates, rows=rows.row.collect())


def production_totals(engine: Engine) -> ir.Table:
    """Totals of production by Participant and half-year, with the rows behind each."""
    rows = production_now(engine)
    return amounts(rows, "participant", "year", "half", rows=rows.row.collect())


def lines(engine: Engine, scope: Scope) -> ir.Table:
    """The lines of the certificates that count and were issued by the last day, with year and quarter of issue."""
    rows = counted(engine, reconciliation(date.max))
    rows = rows.filter(rows.issued_on <= scope.last_day)
    texts = {name: rows[name].fill_null("") for name in ("hs", "origin", "exporter", "importer", "predecessor")}
    return rows.mutate(year=rows.issued_on.year(), quarter=rows.issued_on.quarter(), **texts)


def certificates(engine: Engine, scope: Scope) -> ir.Table:
    """Certificates as in ``lines``, their lines added up; ``hs`` and ``origin`` of the first line in order."""
    rows = lines(engine, scope)
    return rows.group_by("number").agg(
        issuer=rows.issuer.max(),
        destination=rows.destination.max(),
        issued_on=rows.issued_on.min(),
        carats=rows.carats.sum(),
        usd=rows.usd.sum(),
        hs=rows.hs.min(),
        origin=rows.origin.min(),
        exporter=rows.exporter.max(),
        importer=rows.importer.max(),
        predecessor=rows.predecessor.max(),
    )


def confirmations(engine: Engine) -> ir.Table:
    """Confirmations, lines added up: one row a number and source (a second confirmation has another source)."""
    rows = engine.tables["confirmed"]
    rows = rows.mutate(source=rows.source.fill_null(""))
    return rows.group_by(["number", "source"]).agg(
        issuer=rows.issuer.max(),
        receiver=rows.receiver.max(),
        on=rows.confirmed_on.fill_null(rows.arrived_on).max(),
        outcome=rows.outcome.max(),
        carats=rows.carats.sum(),
        usd=rows.usd.sum(),
    )
