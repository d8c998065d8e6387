"""What separates the two readings of a year: each return of which a record does not count, with both sums."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from openkp.figures.engines import Engine
from openkp.figures.reading.names import name_of
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

_ZERO = Decimal("0.00")
_TEXTS = {
    "filed-twice-equal": N_("%(who)s filed %(period)s more than once with equal quantities: they count once."),
    "filed-twice-different": N_(
        "%(who)s filed %(period)s more than once with different quantities: what the rule lets stand counts."
    ),
    "nil-and-figures": N_("%(who)s filed both “no production” and figures for %(period)s: the figures count."),
    "superseded-version": N_("%(who)s filed %(period)s again: the newest version counts."),
}
Row = dict[str, Any]


def differences(engine: Engine, made: ir.Table, traded: ir.Table) -> dict[int, list[dict[str, Any]]]:
    """By year, from the settled tables. ``rows`` are the records concerned, those that count among them."""
    found = defaultdict(list)
    for row in [*_production(engine, made), *_trade(engine, traded)]:
        found[int(row.pop("year"))].append(row)
    return {
        year: sorted(rows, key=lambda row: (row["participant"], row["period"], row["flow"], row["code"]))
        for year, rows in found.items()
    }


def _production(engine: Engine, made: ir.Table) -> Iterable[Row]:
    touched = made.filter(~made.kept).select("year", "participant", "half").distinct()
    rows = engine.rows(made.semi_join(touched, ["year", "participant", "half"]))
    for (year, participant, half), group in _grouped(rows, "year", "participant", "half"):
        period = _period(year, "H", half)
        for code in sorted({row["why"] for row in group if row["why"]}):
            yield _difference(code, participant, period, "production", _rivals(group, code))


def _period(year: int, kind: str, part: int) -> Period:
    """The period of a return; the year of one that does not say which part of it."""
    try:
        return Period(year, kind, part)
    except ValueError:
        return Period(year)


def _rivals(group: list[Row], code: str) -> list[Row]:
    """The records of the keys that this code is about; all of the return where it is about the return."""
    if code in ("nil-and-figures", "superseded-version"):
        return group
    keys = {(row["mining"], row["nil"]) for row in group if row["why"] == code}
    return [row for row in group if (row["mining"], row["nil"]) in keys]


def _trade(engine: Engine, traded: ir.Table) -> Iterable[Row]:
    touched = traded.filter(~traded.kept).select("year", "reporter", "quarter").distinct()
    rows = engine.rows(traded.semi_join(touched, ["year", "reporter", "quarter"]))
    for (year, reporter, quarter, flow), group in _grouped(rows, "year", "reporter", "quarter", "flow"):
        if not all(row["kept"] for row in group):
            yield _difference("superseded-version", reporter, _period(year, "Q", quarter), flow, group)


def _difference(code: str, participant: str, period: Period, flow: str, group: list[Row]) -> Row:
    who = f"{name_of(participant)} ({participant})"
    return {
        "year": period.year,
        "code": code,
        "participant": participant,
        "period": str(period),
        "flow": flow,
        "as_filed": _sums(group),
        "resolved": _sums([row for row in group if row["kept"]]),
        "rows": sorted(row["record"] for row in group),
        "sources": sorted({row["source"] for row in group}),
        "text": str(Sentence(_TEXTS[code], {"who": who, "period": period})),
    }


def _sums(rows: list[Row]) -> dict[str, str]:
    return {name: f"{sum((row[name] or _ZERO for row in rows), _ZERO):.2f}" for name in ("carats", "usd")}


def _grouped(rows: Iterable[Row], *columns: str) -> list[tuple[Any, list[Row]]]:
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return sorted(found.items())
