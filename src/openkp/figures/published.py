"""Single published figures against what the facts give: match, rounding, restated, misprint, contradicted, no source.

A figure that differs is tried against the other figures of its own release: value ÷ weight must be the price. Where
that fails and one digit mends it, the figure is a misprint; where it holds, an earlier state of the same figures.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from openkp.figures.engines import Engine
from openkp.figures.printed import ENOUGH_DIGITS, EXACT, Printed, closes, one_digit_off, significant
from openkp.figures.published_sources import Ours, our_figures
from openkp.figures.verdict_words import SENTENCES
from openkp.scheme.dated import first_day, in_months
from openkp.scheme.readings import ReadingLimits, ReadingRule, reading_limits
from openkp.scheme.words import Sentence

VERDICTS = tuple(SENTENCES)
TRIANGLE = ("carats", "value_usd", "usd_per_carat")
_MONTHS = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)\b", re.IGNORECASE
)
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A published figure with its verdict. ``ours`` is by reading; ``evidence`` what the verdict rests on."""

    figure: Row
    verdict: str
    sentence: Sentence
    ours: Mapping[str, Decimal] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)


def compare_published(engine: Engine, *, year: int | None = None, rule: ReadingRule | None = None) -> list[Compared]:
    """Every published figure of a year (of all years) with its verdict, in the order of the file."""
    table = engine.tables["published"]
    rows = engine.rows(table if year is None else table.filter(table.year == year))
    figures = sorted((row for row in rows if row["value"] is not None), key=lambda row: (row["source"], row["record"]))
    ours, releases = our_figures(engine, figures, rule=rule), _releases(figures)
    limits = reading_limits(date.max)
    return [_compared(figure, ours, releases[_subject(figure)], limits) for figure in figures]


def _releases(figures: Iterable[Row]) -> dict[tuple[Any, ...], list[Row]]:
    found = defaultdict(list)
    for figure in figures:
        found[_subject(figure)].append(figure)
    return found


def _subject(figure: Row) -> tuple[Any, ...]:
    return figure["year"], figure["participant"], figure["flow"]


def printed(figure: Row) -> Printed:
    """The digits of a figure."""
    return Printed(str(figure["digits"]), Decimal(figure["digits"]), figure["precision"] == EXACT)


def _compared(figure: Row, ours: Ours, mates: list[Row], limits: ReadingLimits) -> Compared:
    part = _MONTHS.search(figure["note"] or "")
    found = {} if part else ours.of(figure)
    if not found:
        reason = {"covers": figure["note"]} if part else {"missing": f"{figure['flow']} {figure['year']}"}
        return _verdict("no-source", figure, {}, reason)
    lower = figure["precision"] == "lower_bound"
    agrees = {name: _agrees(printed(figure), value, lower=lower, limits=limits) for name, value in found.items()}
    readings = [name for name, verdict in agrees.items() if verdict]
    if readings:
        return _verdict(agrees[readings[0]], figure, found, {"readings": readings})
    compared = _differing(figure, found, _triangles(figure, mates, limits), ours, limits)
    missing = ours.incomplete(figure)
    if compared.verdict == "contradicted" and missing:
        return _verdict("no-source", figure, found, dict(compared.evidence) | {"incomplete": missing})
    return compared


def _agrees(shown: Printed, value: Decimal, *, lower: bool, limits: ReadingLimits) -> str:
    """How the digits agree, or "" if they do not."""
    if shown.shows(value):
        return "match" if shown.exact or shown.value == value else "rounding"
    bounded = lower and shown.value <= value <= shown.value * (1 + limits.restated_percent / 100)
    return "rounding" if bounded or shown.nearly_shows(value) else ""


def _triangles(figure: Row, mates: list[Row], limits: ReadingLimits) -> list[dict[str, Row]]:
    """The other two of value, weight and price that were printed for the same thing at about the same time."""
    if figure["measure"] not in TRIANGLE:
        return []
    near = [mate for mate in mates if same_release(figure["released"], mate["released"], limits.same_release_days)]
    others = [[mate for mate in near if mate["measure"] == name] for name in TRIANGLE if name != figure["measure"]]
    return [{mate["measure"]: mate for mate in pair} | {figure["measure"]: figure} for pair in product(*others)]


def same_release(one: str, other: str, days: int) -> bool:
    """Whether two dates of printing, known to the day or only to the year, may be of one release."""
    if not one or not other:
        return one == other
    if min(len(one), len(other)) == 4:
        return one[:4] == other[:4]
    try:
        return abs((first_day(one) - first_day(other)).days) <= days
    except ValueError:
        return one == other


def _closes(triangle: Mapping[str, Row], **instead: Printed) -> bool:
    sides = {name: instead.get(name) or printed(triangle[name]) for name in TRIANGLE}
    return closes(sides["carats"], sides["value_usd"], sides["usd_per_carat"])


def _differing(
    figure: Row, found: dict[str, Decimal], triangles: list[dict[str, Row]], ours: Ours, limits: ReadingLimits
) -> Compared:
    """The verdict on a figure whose digits are not ours."""
    closing = [triangle for triangle in triangles if _closes(triangle)]
    nearest = min(found.values(), key=lambda value: abs(value - Decimal(figure["digits"])))
    percent = abs(Decimal(figure["digits"]) / nearest - 1) * 100 if nearest else Decimal(100)
    later = ours.changed_after(figure, _released(figure["released"]))
    evidence: Row = {"percent": f"{percent:.2f}", "triangle": _shown((closing or triangles)[:1], closing)}
    evidence |= {"changed_later": later} if later else {}
    repair = None if closing else _repair(figure, triangles, found.values())
    if repair:
        return _verdict("misprint", figure, found, evidence | {"alternative": repair.digits})
    likely = percent <= limits.restated_percent and (bool(closing) or not triangles)
    return _verdict("restated" if likely else "contradicted", figure, found, evidence)


def _released(text: str) -> date | None:
    """The last day that a date of printing may mean."""
    if not text:
        return None
    try:
        return date(int(text), 12, 31) if len(text) == 4 else in_months(first_day(text), len(text) == 7)
    except ValueError:
        return None


def _repair(figure: Row, triangles: list[dict[str, Row]], ours: Iterable[Decimal]) -> Printed | None:
    """The one number a digit away with which the triangle closes, or, without a triangle, that the facts give."""
    shown = printed(figure)
    if significant(shown) < ENOUGH_DIGITS:
        return None
    near = list(one_digit_off(shown))
    known = [each for each in near if any(each.shows(value) for value in ours)]
    if not triangles:
        return known[0] if known else None
    closing = [each for each in near if any(_closes(t, **{figure["measure"]: each}) for t in triangles)]
    sure = [each for each in closing if each in known]
    return sure[0] if sure else closing[0] if len(closing) == 1 else None


def _shown(triangles: list[dict[str, Row]], closing: list[dict[str, Row]]) -> Row | None:
    """A triangle as evidence: what was printed where, what value ÷ weight is, and whether it is the price."""
    for triangle in triangles:
        sides = {name: {"printed": row["digits"], "publisher": row["publisher"]} for name, row in triangle.items()}
        carats = Decimal(triangle["carats"]["digits"])
        quotient = f"{Decimal(triangle['value_usd']['digits']) / carats:.2f}" if carats else None
        return {**sides, "value_by_weight": quotient, "closes": bool(closing)}
    return None


def _verdict(verdict: str, figure: Row, ours: Mapping[str, Decimal], evidence: Row) -> Compared:
    plain = {name: figure[name] for name in ("year", "participant", "flow", "measure", "publisher", "digits")}
    shown = {reading: f"{value:.2f}" for reading, value in ours.items()}
    words = plain | {"ours": " / ".join(dict.fromkeys(shown.values())), "percent": "", "alternative": ""}
    sentence = Sentence(SENTENCES[verdict], words | {k: v for k, v in evidence.items() if k in words})
    return Compared(figure=figure, verdict=verdict, sentence=sentence, ours=ours, evidence=evidence)
