"""The mirror of returns: A's exports to B beside B's imports from A. Source: scheme-rules A.6 test 4; features S4.

Weights should match. Values are compared FOB: lines that say CIF are divided by the rule's factor. Goods that leave in
one quarter may arrive in the next: each quarter is compared with itself and, where that fits better, shifted by one.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import amount, binary, text, zero_if_none
from openkp.figures.standing import standing_trade
from openkp.scheme.reconciliation import Reconciliation

WAY = ("exporter", "importer", "hs")
MEASURES = ("carats", "usd", "certificates", "fob")


def trade(engine: Engine, *, rule: Reconciliation, year: int | None = None, hs: bool = True) -> ir.Table:
    """One row a way (exporter, importer, subheading) and quarter: both sides, the gap, and what lag explains.

    ``shift`` is 0, 1 (the exports of the quarter are found in the imports of the next) or -1 (the imports were exported
    in the quarter before), whichever leaves the smallest gap in carats. ``*_gap`` are of the same quarter,
    ``*_gap_shifted`` after the shift, ``*_by_lag`` the difference; ``*_asymmetry`` is (imported - exported) divided by
    (imported + exported) after the shift: -1 is only exported, 1 only imported. ``fob`` are dollars without freight.
    A certificate counts in each of its lines.
    """
    both = _quarters(_ways(engine, hs=hs), rule)
    beside = _neighbours(both)
    beside = beside.mutate(shift=_shift(beside))
    compared = beside.mutate(**{name: each for measure in MEASURES for name, each in _compared(beside, measure)})
    kept = ["exporter", "importer", "hs", "year", "quarter", "shift"]
    kept += [f"{measure}_{side}" for measure in MEASURES for side in ("exported", "imported")]
    kept += [f"{measure}_{what}" for measure in MEASURES for what in ("gap", "gap_shifted", "by_lag", "asymmetry")]
    result = compared.select(*kept)
    return result if year is None else result.filter(result.year == year)


def _ways(engine: Engine, *, hs: bool) -> ir.Table:
    """Every standing line with who exported to whom, whoever reported it."""
    lines = standing_trade(engine)
    lines = lines.filter(lines.flow.isin(["export", "import"]))
    out = lines.flow == "export"
    return lines.mutate(
        exporter=out.ifelse(lines.reporter, lines.partner),
        importer=out.ifelse(lines.partner, lines.reporter),
        hs=lines.hs if hs else ibis.literal(""),
        place=_place(lines.year.cast("int64"), lines.quarter),
    )


def _place(year: Any, quarter: Any) -> Any:
    """Quarters in a row; a whole year that was filed as one (quarter 0) stands apart, with no neighbours."""
    return (quarter == 0).ifelse(-2 - 2 * year, year * 4 + quarter)


def _quarters(lines: ir.Table, rule: Reconciliation) -> ir.Table:
    """Both sides of each way and quarter, from one pass over the lines."""
    cif = text(lines.basis) == "CIF"
    sums: dict[str, Any] = {}
    for side, flow in (("exported", "export"), ("imported", "import")):
        here = lines.flow == flow
        sums |= {
            f"carats_{side}": amount(lines.carats.sum(where=here)),
            f"usd_{side}": amount(lines.usd.sum(where=here)),
            f"cif_{side}": amount(lines.usd.sum(where=here & cif)),
            f"certificates_{side}": lines.certificates.sum(where=here),
            f"lines_{side}": here.cast("int64").sum(),
        }
    both = lines.group_by(*WAY, "year", "quarter", "place").aggregate(**sums)
    return both.mutate(fob_exported=_fob(both, "exported", rule), fob_imported=_fob(both, "imported", rule))


def _fob(both: ir.Table, side: str, rule: Reconciliation) -> Any:
    """Dollars without freight and insurance, as a binary number; null where the side says nothing."""
    usd, cif = zero_if_none(both[f"usd_{side}"]), zero_if_none(both[f"cif_{side}"])
    return (
        both[f"usd_{side}"].isnull().ifelse(ibis.null("float64"), binary(usd - cif) + binary(cif) / float(rule.cif_fob))
    )


def _neighbours(both: ir.Table) -> ir.Table:
    """Beside each quarter, what was exported in the quarter before and imported in the one after."""
    window = ibis.window(group_by=[both[name] for name in WAY], order_by=both.place)
    follows = both.place.lead().over(window) == both.place + 1
    precedes = both.place.lag().over(window) == both.place - 1
    return both.mutate(
        **{
            f"{measure}_after": follows.ifelse(both[f"{measure}_imported"].lead().over(window), None)
            for measure in MEASURES
        },
        **{
            f"{measure}_before": precedes.ifelse(both[f"{measure}_exported"].lag().over(window), None)
            for measure in MEASURES
        },
        lines_after=follows.ifelse(both.lines_imported.lead().over(window), 0).fill_null(0),
        lines_before=precedes.ifelse(both.lines_exported.lag().over(window), 0).fill_null(0),
    )


def _shift(beside: ir.Table) -> Any:
    """The shift that leaves the smallest gap in carats; of equal ones none, then forward."""
    same = (zero_if_none(beside.carats_imported) - zero_if_none(beside.carats_exported)).abs()
    forward = (zero_if_none(beside.carats_after) - zero_if_none(beside.carats_exported)).abs()
    backward = (zero_if_none(beside.carats_imported) - zero_if_none(beside.carats_before)).abs()
    may_forward = (beside.lines_exported > 0) & (beside.lines_after > 0) & (forward < same)
    may_backward = (beside.lines_imported > 0) & (beside.lines_before > 0) & (backward < same)
    return ibis.cases((may_forward & ~(may_backward & (backward < forward)), 1), (may_backward, -1), else_=0).cast(
        "int32"
    )


def _compared(beside: ir.Table, measure: str) -> list[tuple[str, Any]]:
    """The gap of one measure without and with the shift."""
    zero = _zero(measure)
    sides = {
        name: ibis.coalesce(beside[f"{measure}_{name}"], zero) for name in ("exported", "imported", "after", "before")
    }
    gone = (beside.shift == -1).ifelse(sides["before"], sides["exported"])
    come = (beside.shift == 1).ifelse(sides["after"], sides["imported"])
    gap, shifted = (sides["imported"] - sides["exported"]).abs(), (come - gone).abs()
    asymmetry = binary(come - gone) / binary(come + gone).nullif(0.0)
    return [
        (f"{measure}_gap", gap),
        (f"{measure}_gap_shifted", shifted),
        (f"{measure}_by_lag", gap - shifted),
        (f"{measure}_asymmetry", asymmetry),
    ]


def _zero(measure: str) -> Any:
    kinds = {"fob": "float64", "certificates": "int64"}
    return ibis.literal(0).cast(kinds.get(measure, "decimal(38, 2)"))
