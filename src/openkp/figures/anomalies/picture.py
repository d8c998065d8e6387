"""The picture of an anomaly: bars for what was observed, a marked line for what was expected. SVG, no colour alone.

It is drawn left to right and says so itself, so that a page written from right to left does not move its anchors.
"""

from decimal import Decimal
from html import escape

from openkp.figures.anomalies.base import Anomaly, Point
from openkp.figures.anomalies.found import FLOWS
from openkp.scheme.countries import country_name
from openkp.scheme.words import N_, Sentence, Translate, as_written

WIDTH, ROW, TOP, LABELS, NUMBERS, MARGIN = 640, 26, 40, 150, 110, 8
BARS = WIDTH - LABELS - NUMBERS
LABEL_LETTERS = 20
PARTS = {**FLOWS, "opening": N_("opening stock"), "polished": N_("polished")}
"""Labels of points that are words; the others are periods, codes and numbers."""


def picture(anomaly: Anomaly, translate: Translate = as_written) -> str:
    """An SVG with title and description; observed values are bars with their number, expected ones a dashed line."""
    points = anomaly.series or (Point(label=str(anomaly.period), observed=anomaly.observed, expected=anomaly.expected),)
    values = [value for point in points for value in (point.observed, point.expected) if value is not None]
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    span = (high - low) or Decimal(1)
    height = TOP + ROW * len(points) + MARGIN
    name = country_name(anomaly.participant)
    identity = f"a{anomaly.key}"
    rows = "".join(_row(place, point, (low, span), translate) for place, point in enumerate(points))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" direction="ltr" '
        f'aria-labelledby="{identity}t {identity}d" font-family="sans-serif" font-size="13">'
        f'<title id="{identity}t">{escape(name)}, {anomaly.period}</title>'
        f'<desc id="{identity}d">{escape(anomaly.what.text(translate))}</desc>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f"{_legend(points, translate)}{rows}"
        f'<line x1="{_x(Decimal(0), low, span)}" x2="{_x(Decimal(0), low, span)}" y1="{TOP - 4}" '
        f'y2="{height - MARGIN}" stroke="#0b0c0c"/></svg>'
    )


def _legend(points: tuple[Point, ...], translate: Translate) -> str:
    observed = Sentence(N_("observed")).text(translate)
    expected = Sentence(N_("expected")).text(translate)
    # Each word stands in the middle of a place of its own: no anchor depends on how the word is written.
    bar = (
        f'<rect x="{LABELS}" y="10" width="18" height="12" fill="#1d70b8"/>'
        f'<text x="{LABELS + 70}" y="21" text-anchor="middle" fill="#0b0c0c">{escape(observed)}</text>'
    )
    if all(point.expected is None for point in points):
        return bar
    return (
        f'{bar}<line x1="{LABELS + 150}" x2="{LABELS + 150}" y1="7" y2="25" stroke="#0b0c0c" stroke-width="3" '
        f'stroke-dasharray="5 3"/>'
        f'<text x="{LABELS + 205}" y="21" text-anchor="middle" fill="#0b0c0c">{escape(expected)}</text>'
    )


def _row(place: int, point: Point, scale: tuple[Decimal, Decimal], translate: Translate) -> str:
    low, span = scale
    top = TOP + place * ROW
    zero, end = _x(Decimal(0), low, span), _x(point.observed, low, span)
    parts = [
        f'<text x="{LABELS - 10}" y="{top + 16}" text-anchor="end" fill="#0b0c0c">'
        f"{escape(_label(point.label, translate))}</text>",
        f'<rect x="{min(zero, end)}" y="{top + 4}" width="{max(abs(end - zero), 1):.1f}" height="15" fill="#1d70b8"/>',
        f'<text x="{WIDTH - MARGIN}" y="{top + 16}" text-anchor="end" fill="#0b0c0c">{_number(point.observed)}</text>',
    ]
    if point.expected is not None:
        x = _x(point.expected, low, span)
        parts.append(
            f'<line x1="{x}" x2="{x}" y1="{top}" y2="{top + 23}" stroke="#fff" stroke-width="6"/>'
            f'<line x1="{x}" x2="{x}" y1="{top}" y2="{top + 23}" stroke="#0b0c0c" stroke-width="3" '
            f'stroke-dasharray="5 3"/>'
        )
    return "".join(parts)


def _label(label: str, translate: Translate) -> str:
    words = Sentence(PARTS[label]).text(translate) if label in PARTS else label
    return words if len(words) <= LABEL_LETTERS else f"{words[: LABEL_LETTERS - 1]}…"


def _x(value: Decimal, low: Decimal, span: Decimal) -> float:
    return round(LABELS + float((value - low) / span) * BARS, 1)


def _number(value: Decimal) -> str:
    """Short, as pictures take it: 1.2 M, 340 k, 12.50."""
    size = abs(value)
    for least, divisor, unit in ((10**9, 10**9, "G"), (10**6, 10**6, "M"), (10**4, 10**3, "k")):
        if size >= least:
            return f"{value / divisor:.1f}\u202f{unit}"
    return f"{value:.2f}".removesuffix(".00")
