"""The annual global summary, in both readings, with what separates them and what it was made of.

Sums are exact; a price is value by weight, rounded half up to the cent. Layout: scheme-rules A.3.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from openkp.figures.differences import differences
from openkp.figures.engines import Engine
from openkp.figures.joining import counted_once
from openkp.figures.reading.names import name_of
from openkp.figures.reading.repeats import takes_part
from openkp.figures.resolving import settled_production, settled_trade
from openkp.scheme.errors import OpenkpError
from openkp.scheme.periods import Period
from openkp.scheme.readings import ReadingRule, reading_rule
from openkp.scheme.words import N_, Sentence

READINGS = ("as_filed", "resolved")
_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_FLOWS = {"import": "imports", "export": "exports"}
_COUNTED = {"import": "received", "export": "issued"}
Row = dict[str, Any]


class NoSuchYear(OpenkpError):
    """Nothing was filed for the year."""

    code = "no-such-year"


def annual_summary(engine: Engine, year: int, *, rule: ReadingRule | None = None) -> dict[str, Any]:
    """The summary of one year, ready for JSON: amounts as text with two decimals. Raises ``NoSuchYear``."""
    return annual_summaries(engine, [year], rule=rule)[year]


def annual_summaries(
    engine: Engine, years: Sequence[int], *, rule: ReadingRule | None = None
) -> dict[int, dict[str, Any]]:
    """The summaries of several years in one pass. Raises ``NoSuchYear`` for the first of which nothing is known."""
    known = years_filed(engine)
    for year in years:
        if year not in known:
            raise _no_such_year(year, known)
    made: dict[int, dict[str, Any]] = {}
    by_rule: dict[ReadingRule, list[int]] = defaultdict(list)
    for year in years:
        by_rule[rule or reading_rule(date(year, 12, 31))].append(year)
    for each, its_years in by_rule.items():
        made |= _made(engine, its_years, each)
    return {year: made[year] for year in years}


def years_filed(engine: Engine) -> list[int]:
    """The years of which there is a production or trade record, in order."""
    both = ibis.union(engine.tables["production"].select("year"), engine.tables["trade"].select("year"), distinct=True)
    return sorted(row["year"] for row in engine.rows(both) if row["year"] is not None)


def _made(engine: Engine, years: list[int], rule: ReadingRule) -> dict[int, dict[str, Any]]:
    made = settled_production(_of(engine, "production", years), rule)
    traded = settled_trade(_of(engine, "trade", years))
    production = _by_year(engine.rows(_production_sums(made)))
    trade = _by_year(engine.rows(_trade_sums(traded)))
    inputs = _by_year(engine.rows(_inputs(made, traded)))
    apart = differences(engine, made, traded)
    return {
        year: {
            "year": year,
            "rule": {"id": rule.id, "text": rule.text, "from": rule.first.isoformat(), "source": rule.source},
            **{reading: _reading(production[year], trade[year], reading) for reading in READINGS},
            "differences": apart.get(year, []),
            "missing": [*_missing_halves(production[year], year), *_missing_quarters(trade[year], year)],
            "inputs": [{"source": r["source"], "kind": r["kind"], "records": r["records"]} for r in inputs[year]],
        }
        for year in years
    }


def _of(engine: Engine, table: str, years: list[int]) -> ir.Table:
    return engine.tables[table].filter(lambda t: t.year.isin(years))


def _no_such_year(year: int, known: list[int]) -> NoSuchYear:
    if not known:
        return NoSuchYear(
            Sentence(N_("Nothing was filed or imported yet.")),
            code="nothing-filed",
            advice=Sentence(N_("Import a file first: openkp statistics import FILE --kind production.")),
        )
    sentence = N_("Nothing was filed for %(year)s. There are figures for these years: %(years)s.")
    return NoSuchYear(Sentence(sentence, {"year": year, "years": ", ".join(map(str, known))}))


def _production_sums(made: ir.Table) -> ir.Table:
    """One row per Participant and half: both readings of carats and dollars, and what kind of records there are."""
    return made.group_by("year", "participant", "half").aggregate(
        as_filed_carats=made.carats.sum(),
        as_filed_usd=made.usd.sum(),
        resolved_carats=made.carats.sum(where=made.kept),
        resolved_usd=made.usd.sum(where=made.kept),
        records=made.count(),
        nils=made.nil.cast("int64").sum(),
    )


def _trade_sums(traded: ir.Table) -> ir.Table:
    once = counted_once(traded)
    return traded.group_by("year", "reporter", "quarter", "flow").aggregate(
        as_filed_carats=traded.carats.sum(),
        as_filed_usd=traded.usd.sum(),
        as_filed_certificates=once.sum(),
        resolved_carats=traded.carats.sum(where=traded.kept),
        resolved_usd=traded.usd.sum(where=traded.kept),
        resolved_certificates=once.sum(where=traded.kept),
    )


def _inputs(made: ir.Table, traded: ir.Table) -> ir.Table:
    named = [
        t.group_by("year", "source").aggregate(records=t.count()).mutate(kind=ibis.literal(kind))
        for t, kind in ((made, "production"), (traded, "trade"))
    ]
    return ibis.union(*named)


def _by_year(rows: Iterable[Row]) -> defaultdict[int, list[Row]]:
    found = defaultdict(list)
    for row in sorted(rows, key=lambda r: tuple(str(value) for value in r.values())):
        found[row["year"]].append(row)
    return found


def _reading(production: list[Row], trade: list[Row], reading: str) -> dict[str, Any]:
    """One reading: the world, and everyone who filed anything."""
    mined, traded = _grouped(production, "participant"), _grouped(trade, "reporter")
    return {
        "world": _figures(production, trade, reading),
        "participants": {
            code: {"name": name_of(code)} | _of_participant(mined[code], traded[code], reading)
            for code in sorted({*mined, *traded})
        },
    }


def _grouped(rows: Iterable[Row], column: str) -> defaultdict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _of_participant(mined: list[Row], traded: list[Row], reading: str) -> dict[str, Any]:
    figures = _figures(mined, traded, reading)
    if mined:
        halves = _grouped(mined, "half").items()
        figures["production"]["halves"] = {str(half): _amounts(rows, reading, price=False) for half, rows in halves}
        figures["production"]["nil"] = all(row["nils"] == row["records"] for row in mined)
    return figures


def _figures(mined: list[Row], traded: list[Row], reading: str) -> dict[str, Any]:
    """What there are data of: production, imports, exports, certificates."""
    figures: dict[str, Any] = {"production": _amounts(mined, reading)} if mined else {}
    certificates = {}
    for flow, rows in sorted(_grouped(traded, "flow").items(), reverse=True):
        if flow not in _FLOWS:
            continue  # a nil return has a row, and no flow
        figures[_FLOWS[flow]] = _amounts(rows, reading)
        counts = [row[f"{reading}_certificates"] for row in rows if row[f"{reading}_certificates"] is not None]
        if counts:
            certificates[_COUNTED[flow]] = int(sum(counts))
    return figures | ({"certificates": certificates} if certificates else {})


def _amounts(rows: list[Row], reading: str, *, price: bool = True) -> dict[str, str]:
    carats = sum((row[f"{reading}_carats"] or _ZERO for row in rows), _ZERO)
    usd = sum((row[f"{reading}_usd"] or _ZERO for row in rows), _ZERO)
    amounts = {"carats": f"{carats:.2f}", "usd": f"{usd:.2f}"}
    if price and carats > 0 and usd > 0:
        amounts["usd_per_carat"] = f"{(usd / carats).quantize(_CENT, ROUND_HALF_UP):f}"
    return amounts


def _missing_halves(production: list[Row], year: int) -> list[dict[str, str]]:
    """The other half of those who filed one, as long as they were Participants in it."""
    missing = []
    for code, rows in sorted(_grouped(production, "participant").items()):
        for half in sorted({1, 2} - {row["half"] for row in rows}):
            period = Period(year, "H", half)
            if takes_part(code, period):
                missing.append({"participant": code, "kind": "production", "period": str(period)})
    return missing


def _missing_quarters(trade: list[Row], year: int) -> list[dict[str, str]]:
    """The other quarters of those who filed trade for one."""
    missing = []
    for code, rows in sorted(_grouped(trade, "reporter").items()):
        for quarter in sorted({1, 2, 3, 4} - {row["quarter"] for row in rows}):
            period = Period(year, "Q", quarter)
            if takes_part(code, period):
                missing.append({"participant": code, "kind": "trade", "period": str(period)})
    return missing
