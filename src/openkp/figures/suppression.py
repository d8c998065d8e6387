"""Withholding small cells of the annual global summary, and as many others as keep them from being calculated.

The world total of a flow is published, so a single withheld cell could be found by subtraction. So more cells are
withheld, the smallest first, until for each small one the others leave enough room. Where a table has not enough cells,
the world total itself is withheld. Both readings withhold the same cells: one must not tell what the other hides.
A cell that an earlier edition showed with the same amounts hides nothing: whoever kept that edition has it.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from openkp.scheme.confidentiality import SuppressionRule

READINGS = ("as_filed", "resolved")
COUNTS = {"exports": "issued", "imports": "received"}
_FLOW_OF = {"export": "exports", "import": "imports"}
"""What the differences call a flow of trade, and what it is called here."""
SMALL, COMPLEMENTARY, TOTAL = "small", "complementary", "total"
WORLD = "world"
Cells = dict[str, dict[str, Any]]
Seen = frozenset[tuple[str, str, Decimal, Decimal]]
"""Cells that were public before: flow, code, carats, dollars."""


def suppress(
    summary: dict[str, Any], *, rule: SuppressionRule, seen: Seen = frozenset()
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """A copy of ``summary`` without what must be withheld, and the list of that: participant, flow, reason.

    ``seen`` is what earlier editions of the year showed (``shown_cells``).
    """
    public = deepcopy(summary)
    withheld: list[dict[str, str]] = []
    for flow in COUNTS:
        reasons = _withheld(summary, flow, rule, seen)
        for reading in READINGS:
            _take_out(public.get(reading, {}), flow, reasons)
        withheld += [{"participant": code, "flow": flow, "reason": reason} for code, reason in sorted(reasons.items())]
    gone = {(each["participant"], each["flow"]) for each in withheld}
    public["differences"] = [
        _without_quarters(each)
        for each in public.get("differences", [])
        if (each["participant"], _FLOW_OF.get(each["flow"])) not in gone
    ]
    return public, withheld


def _without_quarters(difference: dict[str, Any]) -> dict[str, Any]:
    """A difference of trade without its amounts: they are a quarter's, and what is public of trade is a year."""
    amounts = () if difference["flow"] == "production" else READINGS
    return {name: value for name, value in difference.items() if name not in amounts}


def shown_cells(public: Mapping[str, Any]) -> Seen:
    """The cells that an edition shows."""
    return frozenset(
        (flow, code, cell["carats"], cell["usd"])
        for flow in COUNTS
        for reading in READINGS
        for code, cell in _each_cell(public.get(reading, {}), flow)
    )


def _withheld(summary: dict[str, Any], flow: str, rule: SuppressionRule, seen: Seen) -> dict[str, str]:
    """What is withheld of a flow and why, for all readings together."""
    reasons: dict[str, str] = {}
    tables = [_cells(summary.get(reading, {}), flow, seen) for reading in READINGS]
    for cells in tables:
        reasons |= {code: SMALL for code, cell in cells.items() if 0 < cell["count"] < rule.smallest_count}
    grown = bool(reasons)
    while grown:
        grown = False
        for cells in tables:
            more = _one_more(cells, reasons, rule)
            if more:
                reasons[more] = TOTAL if more == WORLD else COMPLEMENTARY
                grown = True
    return reasons


def _one_more(cells: Cells, reasons: dict[str, str], rule: SuppressionRule) -> str:
    """The next cell to withhold, the world's total when there is no other, "" when it is enough."""
    small = [code for code, reason in reasons.items() if reason == SMALL and code in cells]
    if WORLD in reasons or all(_is_safe(code, cells, reasons, rule) for code in small):
        return ""
    left = [(c["carats"], code) for code, c in cells.items() if code not in reasons and c["carats"] and not c["seen"]]
    return min(left)[1] if left else WORLD


def _is_safe(code: str, cells: Cells, reasons: dict[str, str], rule: SuppressionRule) -> bool:
    """Whether the other withheld cells leave enough room around this one, in each measure."""
    others = [cells[each] for each in reasons if each != code and each in cells and not cells[each]["seen"]]
    for measure in ("carats", "usd"):
        room = sum((other[measure] for other in others), Decimal(0))
        if room < cells[code][measure] * rule.protection_percent / 100 or not room:
            return False
    return True


def _cells(table: dict[str, Any], flow: str, seen: Seen) -> Cells:
    """The cells of a flow with their amounts and counts; without a count nothing can be called small."""
    return {
        code: {**cell, "seen": (flow, code, cell["carats"], cell["usd"]) in seen}
        for code, cell in _each_cell(table, flow)
    }


def _each_cell(table: dict[str, Any], flow: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for code, row in table.get("participants", {}).items():
        if flow in row and "carats" in row[flow]:
            count = row.get("certificates", {}).get(COUNTS[flow])
            amounts = {measure: Decimal(row[flow][measure]) for measure in ("carats", "usd")}
            yield code, {"count": count or 0, **amounts}


def _take_out(table: dict[str, Any], flow: str, reasons: dict[str, str]) -> None:
    """Put the reason in the place of the amounts and of the count."""
    rows = {WORLD: table.get("world", {}), **table.get("participants", {})}
    for code, reason in reasons.items():
        row = rows.get(code, {})
        if flow in row:
            row[flow] = {"suppressed": reason}
        if COUNTS[flow] in row.get("certificates", {}):
            row["certificates"][COUNTS[flow]] = None
