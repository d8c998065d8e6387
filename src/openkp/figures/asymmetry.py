"""The public asymmetry view: both sides of a year's trade, pair by pair, without what would show a trader's business.

Detailed partner data stay with the Participants (scheme-rules A.3); what is public is a year and a pair. A pair behind
which few certificates stand is withheld, and with it as many others of the same exporter and of the same importer as
keep it from being found by subtraction from their totals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.mirror_trade import trade
from openkp.scheme.confidentiality import SuppressionRule
from openkp.scheme.reconciliation import Reconciliation

Pair = dict[str, Any]
SIDES = ("exported", "imported")
_ENDS = {"exports": "exporter", "imports": "importer"}
_PLACES = Decimal("0.0001")


def asymmetry(
    engine: Engine,
    year: int,
    *,
    rule: Reconciliation,
    withheld: Iterable[Mapping[str, str]],
    suppression: SuppressionRule,
) -> list[Pair]:
    """One entry a pair, by exporter and importer. ``withheld`` are the cells that the summary does not show.

    ``exported`` and ``imported`` are what each side filed for the year; ``explained_by_lag`` the carats of difference
    that go when imports may come a quarter later; ``index`` the rest by the sum of both sides, 0 (equal) to 1.
    """
    pairs = engine.rows(_of_year(trade(engine, rule=rule, year=year, hs=False)).order_by(["exporter", "importer"]))
    hidden = {(_ENDS[each["flow"]], each["participant"]) for each in withheld if each["flow"] in _ENDS}
    known = [row for row in pairs if not any((end, row[end]) in hidden for end in _ENDS.values())]
    kept_back = _kept_back(known, suppression.smallest_count)
    return [_entry(row, year) for row in known if (row["exporter"], row["importer"]) not in kept_back]


def _of_year(quarters: ir.Table) -> ir.Table:
    """The quarters of a pair together."""
    names = [f"{measure}_{side}" for measure in ("carats", "usd", "certificates") for side in SIDES]
    names += ["carats_gap", "carats_gap_shifted", "carats_by_lag"]
    return quarters.group_by("exporter", "importer").aggregate(**{name: quarters[name].sum() for name in names})


def _kept_back(pairs: list[Pair], smallest: int) -> set[tuple[str, str]]:
    """Small pairs, and others until no exporter and no importer has a single one withheld."""
    gone = {_key(row) for row in pairs if any(0 < (row[f"certificates_{side}"] or 0) < smallest for side in SIDES)}
    lines: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for row in sorted(pairs, key=_weight):
        for end in _ENDS.values():
            lines[end, row[end]].append(row)
    while more := next((found for line in lines.values() if (found := _one_more(line, gone))), None):
        gone.add(more)
    return gone


def _one_more(line: list[Pair], gone: set[tuple[str, str]]) -> tuple[str, str] | None:
    """The lightest pair to withhold beside a single withheld one of a line; none where it is enough."""
    left = [_key(row) for row in line if _key(row) not in gone]
    return left[0] if left and len(line) - len(left) == 1 else None


def _key(row: Pair) -> tuple[str, str]:
    return row["exporter"], row["importer"]


def _weight(row: Pair) -> tuple[Decimal, tuple[str, str]]:
    return sum((row[f"carats_{side}"] or Decimal(0) for side in SIDES), Decimal(0)), _key(row)


def _entry(row: Pair, year: int) -> Pair:
    both, _ = _weight(row)
    rest = row["carats_gap_shifted"] or Decimal(0)
    entry: Pair = {"exporter": row["exporter"], "importer": row["importer"], "period": str(year)}
    entry |= {side: _side(row, side) for side in SIDES}
    entry["explained_by_lag"] = f"{row['carats_by_lag'] or Decimal(0):.2f}"
    return entry | {"index": str((rest / both).quantize(_PLACES)) if both else None}


def _side(row: Pair, side: str) -> dict[str, Any] | None:
    """What one side filed; nothing where it filed nothing."""
    if row[f"carats_{side}"] is None:
        return None
    amounts = {measure: f"{row[f'{measure}_{side}'] or Decimal(0):.2f}" for measure in ("carats", "usd")}
    return {**amounts, "certificates": row[f"certificates_{side}"]}
