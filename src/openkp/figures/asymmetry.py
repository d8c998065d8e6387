"""The public asymmetry view: both sides of a year's trade, pair by pair, without what would show a trader's business.

Detailed partner data stay with the Participants (scheme-rules A.3); what is public is a year and a pair. A pair behind
which few certificates stand is withheld, and every pair of a total that is withheld. With them go as many others as
keep each from being found by subtraction: what an exporter's pairs say it exported adds up to its published exports,
what an importer's say it imported to its imports, so on each of these lines the pairs left out must hide each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.joining import counted_once
from openkp.figures.mirror_trade import trade
from openkp.figures.standing import standing_trade
from openkp.scheme.confidentiality import SuppressionRule
from openkp.scheme.reconciliation import Reconciliation

Pair = dict[str, Any]
Key = tuple[str, str]
Seen = frozenset[tuple[str, str, str, Decimal, Decimal]]
"""Sides of pairs that were public before: exporter, importer, side, carats, dollars."""
SIDES = ("exported", "imported")
_ENDS = {"exports": "exporter", "imports": "importer"}
_SIDE_OF = {"exporter": "exported", "importer": "imported"}  # whose total is public, and of which side of its pairs
_SIDES_OF_FLOWS = {"export": "exported", "import": "imported"}
_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class _Hiding:
    """By which rule pairs are withheld, and which sides of them everybody has already."""

    rule: SuppressionRule
    seen: Seen

    def knows(self, row: Pair, side: str) -> bool:
        """Whether an earlier edition showed this side with the same amounts."""
        return (*_key(row), side, row[f"carats_{side}"] or Decimal(0), row[f"usd_{side}"] or Decimal(0)) in self.seen


def shown_sides(pairs: Iterable[Mapping[str, Any]]) -> Seen:
    """The sides of pairs that an edition shows."""
    return frozenset(
        (pair["exporter"], pair["importer"], side, Decimal(pair[side]["carats"]), Decimal(pair[side]["usd"]))
        for pair in pairs
        for side in SIDES
        if pair[side]
    )


def asymmetry(
    engine: Engine,
    year: int,
    *,
    rule: Reconciliation,
    withheld: Iterable[Mapping[str, str]],
    suppression: SuppressionRule,
    seen: Seen = frozenset(),
) -> list[Pair]:
    """One entry a pair, by exporter and importer. ``withheld`` are the cells that the summary does not show, ``seen``
    the sides of pairs that earlier editions of the year showed (``shown_sides``): these hide no other pair.

    ``exported`` and ``imported`` are what each side filed for the year; ``explained_by_lag`` the carats that both
    filed, but in different quarters; ``index`` the difference of the year by the sum of both, 0 (equal) to 1.
    """
    pairs = engine.rows(_of_year(trade(engine, rule=rule, year=year, hs=False)).order_by(["exporter", "importer"]))
    counts = certificates_of_pairs(engine, year)
    pairs = [row | {f"certificates_{side}": counts.get((*_key(row), side)) for side in SIDES} for row in pairs]
    hidden = {(_ENDS[each["flow"]], each["participant"]) for each in withheld if each["flow"] in _ENDS}
    gone = _kept_back(pairs, hidden, _Hiding(suppression, seen))
    return [_entry(row, year) for row in pairs if _key(row) not in gone]


def _of_year(quarters: ir.Table) -> ir.Table:
    """The quarters of a pair together."""
    names = [f"{measure}_{side}" for measure in ("carats", "usd") for side in SIDES]
    names.append("carats_gap")
    return quarters.group_by("exporter", "importer").aggregate(**{name: quarters[name].sum() for name in names})


def certificates_of_pairs(engine: Engine, year: int) -> dict[tuple[str, str, str], dict[str, int | None]]:
    """The certificates of each side: ``least``, and ``exact`` where the returns leave no doubt."""
    lines = standing_trade(engine)
    lines = lines.filter(lines.year == year, lines.flow.isin(list(_SIDES_OF_FLOWS)))
    in_doubt = lines.certificates_least.count() > 0
    found = lines.group_by("flow", "reporter", "partner").aggregate(
        least=lines.certificates_least.fill_null(counted_once(lines)).sum(),
        exact=in_doubt.ifelse(ibis.null("int64"), counted_once(lines).sum()),
    )
    sides: dict[tuple[str, str, str], dict[str, int | None]] = {}
    for row in engine.rows(found):
        ends = (row["reporter"], row["partner"])
        exporter, importer = ends if row["flow"] == "export" else reversed(ends)
        sides[exporter, importer, _SIDES_OF_FLOWS[row["flow"]]] = {"least": row["least"], "exact": row["exact"]}
    return sides


def _kept_back(pairs: list[Pair], hidden: set[tuple[str, str]], hiding: "_Hiding") -> set[Key]:
    """Small pairs, those of a hidden total, and others until none of them can be calculated from a total."""
    gone = {
        _key(row) for row in pairs if _is_small(row, hiding.rule) or any((end, row[end]) in hidden for end in _SIDE_OF)
    }
    lines: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for row in sorted(pairs, key=_weight):
        for end in _SIDE_OF:
            lines[end, row[end]].append(row)
    open_lines = [(_SIDE_OF[end], line) for (end, whose), line in lines.items() if (end, whose) not in hidden]
    while more := {key for side, line in open_lines if (key := _one_more(line, side, gone, hiding))}:
        gone |= more
    return gone


def _is_small(row: Pair, rule: SuppressionRule) -> bool:
    counts = [row[f"certificates_{side}"] for side in SIDES]
    return any(0 < (count["least"] or 0) < rule.smallest_count for count in counts if count)


def _one_more(line: list[Pair], side: str, gone: set[Key], hiding: "_Hiding") -> Key | None:
    """The lightest pair to withhold beside those of a line that do not hide each other; None where it is enough."""
    said = [row for row in line if row[f"carats_{side}"] or row[f"usd_{side}"]]
    left_out = [row for row in said if _key(row) in gone]
    hiding_others = [row for row in left_out if not hiding.knows(row, side)]
    if not any(_shows(row, hiding_others, side, hiding.rule) for row in left_out):
        return None
    return next((_key(row) for row in said if _key(row) not in gone and not hiding.knows(row, side)), None)


def _shows(row: Pair, left_out: list[Pair], side: str, rule: SuppressionRule) -> bool:
    """Whether what is left out of a line besides this pair is too little to hide it, in carats or in dollars."""
    for measure in ("carats", "usd"):
        own = row[f"{measure}_{side}"] or Decimal(0)
        room = sum((each[f"{measure}_{side}"] or Decimal(0) for each in left_out if each is not row), Decimal(0))
        if own and (not room or room < own * rule.protection_percent / 100):
            return True
    return False


def _key(row: Pair) -> Key:
    return row["exporter"], row["importer"]


def _weight(row: Pair) -> tuple[Decimal, Key]:
    return sum((row[f"carats_{side}"] or Decimal(0) for side in SIDES), Decimal(0)), _key(row)


def _entry(row: Pair, year: int) -> Pair:
    sides = [row[f"carats_{side}"] or Decimal(0) for side in SIDES]
    rest = abs(sides[1] - sides[0])
    # Carats in another quarter than the other side's are missed twice: where they left and where they came.
    in_other_quarters = (row["carats_gap"] - rest) / 2
    entry: Pair = {"exporter": row["exporter"], "importer": row["importer"], "period": str(year)}
    entry |= {side: _side(row, side) for side in SIDES}
    entry["explained_by_lag"] = f"{in_other_quarters:.2f}"
    return entry | {"index": str((rest / sum(sides)).quantize(_PLACES)) if any(sides) else None}


def _side(row: Pair, side: str) -> dict[str, Any] | None:
    """What one side filed; nothing where it filed nothing."""
    if row[f"carats_{side}"] is None:
        return None
    amounts = {measure: f"{row[f'{measure}_{side}'] or Decimal(0):.2f}" for measure in ("carats", "usd")}
    return {**amounts, "certificates": row[f"certificates_{side}"]["exact"]}
