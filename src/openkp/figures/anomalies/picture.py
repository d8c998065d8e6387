"""The picture of an anomaly: a bar for what was observed, below it one for what was expected, where that is known."""

from collections.abc import Callable
from decimal import Decimal

from openkp.figures.anomalies import found, units
from openkp.figures.anomalies.base import Anomaly, Point
from openkp.figures.charts import WIDE, Bar, Bars
from openkp.figures.drawing import titled
from openkp.scheme.countries import country_name
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence, Translate, as_written

PARTS = {**found.FLOWS, "opening": N_("opening stock"), "polished": N_("polished")}
"""Labels of points that are words; the others are periods, codes and numbers."""
CODE = 2
WHOLE = 100_000
"""From this amount on hundredths only hide the figure."""


Naming = Callable[[str], str]
"""From a code to the name of a country."""


def picture(anomaly: Anomaly, translate: Translate = as_written, naming: Naming = country_name) -> str:
    """A sheet of its own, as SVG: what does not fit as its headline, the bars, the key."""
    chart = bars(anomaly, translate, naming)
    drawing = titled(chart.draw(WIDE), chart.about, f"{anomaly.test} {anomaly.key}")
    return str(drawing.svg(chart.title, chart.about, f"a{anomaly.key}"))


def bars(anomaly: Anomaly, translate: Translate = as_written, naming: Naming = country_name) -> Bars:
    """The bars, for whoever draws them."""
    points = anomaly.series or (Point(label=str(anomaly.period), observed=anomaly.observed, expected=anomaly.expected),)
    values = [value for point in points for value in (point.observed, point.expected) if value is not None]
    places = 0 if max(map(abs, values)) >= WHOLE or not any(value % 1 for value in values) else 2
    names = [Sentence(N_("Observed")).text(translate), Sentence(N_("Expected")).text(translate)]
    known = any(point.expected is not None for point in points)
    return Bars(
        title=Sentence(N_("Observed beside expected") if known else N_("What was observed")).text(translate),
        about=anomaly.what.text(translate),
        unit=units.drawn(anomaly.test, anomaly.measure).text(translate),
        series=tuple(names if known else names[:1]),
        bars=tuple(_bar(point, places, label(point.label, translate, naming)) for point in points),
    )


def _bar(point: Point, places: int, name: str) -> Bar:
    amounts = [value for value in (point.observed, point.expected) if value is not None]
    return Bar(
        name=name,
        amounts=tuple(float(value) for value in amounts),
        words=tuple(f"{value:,.{places}f}".replace(",", found.SHORT_SPACE) for value in amounts),
    )


def label(text: str, translate: Translate = as_written, naming: Naming = country_name) -> str:
    """What a point is called: a part of a balance, a country or a period in words; others as they stand."""
    if text in PARTS:
        return Sentence(PARTS[text]).text(translate)
    if len(text) == CODE and text.isalpha():
        return naming(text)
    try:
        return Period.parse(text).words.text(translate)
    except ValueError:
        return text


def exact(value: Decimal) -> str:
    """An amount as evidence prints it: whole, or to the hundredth."""
    return found.amount(value if value % 1 else int(value))
