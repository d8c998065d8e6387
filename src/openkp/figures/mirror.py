"""Mirrors of certificates: what the issuer says beside what the destination says. Source: STAT-02, STAT-03, A.6.

Both sides are summed first and joined then. The facts hold each line of each document once. Amounts are exact.
"""

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import amount, beside, text, whole_number
from openkp.scheme.reconciliation import Reconciliation

PAIR = ("issuer", "destination", "year", "quarter")


def certificates(engine: Engine, *, rule: Reconciliation, on: date | None = None, year: int | None = None) -> ir.Table:
    """One row a certificate number: declared, notified and found amounts, days, and its ``state``.

    ``state``: ``matched``, ``differs``, ``unconfirmed``, ``late`` (unconfirmed on the day ``on`` for longer than the
    rule says), ``unknown-to-issuer``, ``issuer-not-heard`` (the facts have nothing that the issuer says), ``repeated``
    (several papers with one number), ``not-imported`` (refused, detained), ``not-counted`` (void, replaced, technical,
    unused). ``year`` is that of issue, else of arrival.
    """
    seen = beside(_declared(engine), _notified(engine), ["number"])
    seen = beside(seen, _found(engine), ["number"])
    seen = seen.mutate(
        issuer=ibis.coalesce(seen.issuer, seen.issuer_found, seen.issuer_notified),
        destination=ibis.coalesce(seen.destination, seen.receiver, seen.destination_notified),
        arrived_on=ibis.coalesce(seen.arrived_on, seen.arrived_found),
        carats_difference=seen.carats_found - seen.carats,
        usd_difference=seen.usd_found - seen.usd,
    )
    heard = engine.tables["issued"].select(heard="issuer").distinct()
    seen = seen.left_join(heard, seen.issuer == heard.heard)
    seen = seen.mutate(state=_state(seen, rule, on), **_days(seen, on))
    seen = seen.drop("issuer_found", "issuer_notified", "destination_notified", "receiver", "arrived_found", "heard")
    return seen if year is None else seen.filter(_first_day(seen).year() == year)


def states(engine: Engine, *, rule: Reconciliation, on: date | None = None, year: int | None = None) -> ir.Table:
    """How many certificates are in each state, with their sums, by issuer and destination."""
    seen = certificates(engine, rule=rule, on=on, year=year)
    keys = {name: text(seen[name]) for name in ("issuer", "destination", "state")}
    sums = {name: amount(seen[name].sum()) for name in ("carats", "usd", "carats_found", "usd_found")}
    return seen.group_by(**keys).aggregate(certificates=seen.count(), **sums)


def pairs(engine: Engine, *, rule: Reconciliation, year: int | None = None, hs: bool = True) -> ir.Table:
    """Issued and confirmed by issuer, destination, year, quarter and (``hs``) subheading, with their differences.

    The quarter is that of issue on one side and of arrival on the other: ``shifted`` says how much that explains. A
    certificate counts once in each of its subheadings; without ``hs`` once.
    """
    issued, found = counted(engine, rule), imported(engine, rule).rename(destination="receiver")
    left = _totals(issued, issued.issued_on, "issued", hs=hs)
    right = _totals(found, found.arrived_on, "confirmed", hs=hs)
    if year is not None:
        left, right = left.filter(left.year == year), right.filter(right.year == year)
    both = beside(left, right, [*PAIR, *(["hs"] if hs else [])])
    differences = {
        f"{measure}_difference": both[f"{measure}_confirmed"].fill_null(0) - both[f"{measure}_issued"].fill_null(0)
        for measure in ("carats", "usd", "certificates")
    }
    return both.mutate(**differences)


def counted(engine: Engine, rule: Reconciliation) -> ir.Table:
    """The lines of the issued certificates that count."""
    issued = engine.tables["issued"]
    return issued.filter(~text(issued.status).isin(rule.not_counted))


def imported(engine: Engine, rule: Reconciliation) -> ir.Table:
    """The lines of the confirmations under which goods came into the country."""
    found = engine.tables["confirmed"]
    return found.filter(~text(found.outcome).isin(rule.not_imported))


def apart(engine: Engine, *, rule: Reconciliation) -> ir.Table:
    """What ``pairs`` leaves out, by pair, quarter of issue and status: void, replaced, technical, unused."""
    issued = engine.tables["issued"]
    left_out = issued.filter(text(issued.status).isin(rule.not_counted))
    return left_out.group_by(**_pair(left_out, left_out.issued_on), status=left_out.status).aggregate(
        certificates=_whole_papers(left_out), carats=amount(left_out.carats.sum()), usd=amount(left_out.usd.sum())
    )


def shifted(engine: Engine, *, rule: Reconciliation) -> ir.Table:
    """What lag explains in ``pairs``: matched certificates by quarter of issue and quarter of arrival."""
    seen = certificates(engine, rule=rule)
    seen = seen.filter(seen.state.isin(["matched", "differs"]) & seen.issued_on.notnull() & seen.arrived_on.notnull())
    keys = _pair(seen, seen.issued_on) | {
        "arrival_year": whole_number(seen.arrived_on.year()),
        "arrival_quarter": whole_number(seen.arrived_on.quarter()),
    }
    sums = {name: amount(seen[name].sum()) for name in ("carats", "usd", "carats_found", "usd_found")}
    return seen.group_by(**keys).aggregate(certificates=seen.count(), **sums)


def _declared(engine: Engine) -> ir.Table:
    lines = engine.tables["issued"]
    return lines.group_by(number=text(lines.number)).aggregate(
        issuer=lines.issuer.min(),
        destination=lines.destination.min(),
        issued_on=lines.issued_on.min(),
        expires_on=lines.expires_on.min(),
        status=lines.status.min(),
        papers=_whole_papers(lines),
        carats=amount(lines.carats.sum()),
        usd=amount(lines.usd.sum()),
    )


def _notified(engine: Engine) -> ir.Table:
    lines = engine.tables["notified"]
    return lines.group_by(number=text(lines.number)).aggregate(
        issuer_notified=lines.issuer.min(),
        destination_notified=lines.destination.min(),
        notified_on=lines.notified_on.min(),
        arrived_on=lines.arrived_on.min(),
        papers_notified=_whole_papers(lines),
        carats_notified=amount(lines.carats.sum()),
        usd_notified=amount(lines.usd.sum()),
    )


def _found(engine: Engine) -> ir.Table:
    lines = engine.tables["confirmed"]
    return lines.group_by(number=text(lines.number)).aggregate(
        issuer_found=lines.issuer.min(),
        receiver=lines.receiver.min(),
        arrived_found=lines.arrived_on.min(),
        confirmed_on=lines.confirmed_on.min(),
        outcome=lines.outcome.min(),
        papers_found=_whole_papers(lines),
        carats_found=amount(lines.carats.sum()),
        usd_found=amount(lines.usd.sum()),
    )


def _whole_papers(lines: ir.Table) -> Any:
    """How many documents the lines belong to: each has one first line."""
    return (lines.line == 1).fill_null(False).cast("int64").sum()


def _first_day(seen: ir.Table) -> Any:
    return ibis.coalesce(seen.issued_on, seen.notified_on, seen.arrived_on)


def _state(seen: ir.Table, rule: Reconciliation, on: date | None) -> Any:
    """The first that holds; what a number was used for twice is not compared."""
    declared, found = seen.papers.notnull(), seen.papers_found.notnull()
    same = (seen.carats_difference == 0) & (seen.usd_difference == 0)
    papers = ibis.greatest(*(seen[name].fill_null(0) for name in ("papers", "papers_notified", "papers_found")))
    steps = [
        (papers > 1, "repeated"),
        (~declared & seen.heard.isnull(), "issuer-not-heard"),
        (~declared, "unknown-to-issuer"),
        (text(seen.status).isin(rule.not_counted), "not-counted"),
        (found & text(seen.outcome).isin(rule.not_imported), "not-imported"),
        (found & same.fill_null(False), "matched"),
        (found, "differs"),
    ]
    if on is not None:
        waited = _between(seen.issued_on, ibis.literal(on, "date"))
        steps.append(((waited > rule.late_days).fill_null(False), "late"))
    return ibis.cases(*steps, else_="unconfirmed")


def _days(seen: ir.Table, on: date | None) -> dict[str, Any]:
    """How long each step took; of what is not confirmed, how long it has been waited for on the day ``on``."""
    end = seen.confirmed_on if on is None else ibis.coalesce(seen.confirmed_on, ibis.literal(on, "date"))
    return {
        "days_to_arrive": _between(seen.issued_on, seen.arrived_on),
        "days_to_confirm": _between(seen.arrived_on, seen.confirmed_on),
        "age": _between(seen.issued_on, end),
    }


def _between(first: Any, last: Any) -> Any:
    return last.delta(first, unit="day").cast("int64")


def _pair(lines: ir.Table, day: Any) -> dict[str, Any]:
    return {
        "issuer": text(lines.issuer),
        "destination": text(lines.destination),
        "year": whole_number(day.year()),
        "quarter": whole_number(day.quarter()),
    }


def _totals(lines: ir.Table, day: Any, side: str, *, hs: bool) -> ir.Table:
    keys = _pair(lines, day) | ({"hs": text(lines.hs)} if hs else {})
    return lines.group_by(**keys).aggregate(
        **{
            f"certificates_{side}": lines.count() if hs else _whole_papers(lines),
            f"carats_{side}": amount(lines.carats.sum()),
            f"usd_{side}": amount(lines.usd.sum()),
        }
    )
