"""What a public page is about: a headline, pictures, one table; the same for the page and for each of its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language_bidi, gettext
from markupsafe import Markup

from openkp.figures.charts import MIDDLE, NARROW, WIDE, Chart
from openkp.figures.drawing import Drawing
from openkp.portal.figures.columns import FLOW_WORDS, Column
from openkp.portal.site import shapes
from openkp.portal.site.formats import NO_BREAK_SPACE, amount, bdi, country, figures, number
from openkp.portal.site.shapes import Link, Listing
from openkp.registry.statistics.editions import Edition
from openkp.scheme.periods import Period

Value = str | int | Decimal | None
MILLION, BILLION = Decimal(10) ** 6, Decimal(10) ** 9
CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: plain values for files; ``links`` and ``shown`` say where the page shows more than the value."""

    values: Mapping[str, Value]
    links: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str | Markup] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Everything about one address. ``charts`` by the name under which the address asks for them, the first first."""

    name: str
    title: str
    headline: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    charts: Mapping[str, Chart] = field(default_factory=dict)
    editions: Sequence[Edition] = ()
    world: str = "real"
    more: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    """What the JSON file has besides the rows."""
    short: "Topic | None" = None
    """What the page's table shows, where all rows would be too many to read; the files have all."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A chart at three widths, with the id that keeps it apart from others on its page."""

    id: str
    chart: Chart
    wide: Drawing
    middle: Drawing
    narrow: Drawing


def drawn(name: str, chart: Chart) -> Drawn:
    """The chart as a page shows it."""
    mirrored = get_language_bidi()
    wide, middle, narrow = (chart.draw(width, mirrored=mirrored) for width in (WIDE, MIDDLE, NARROW))
    return Drawn(id=f"chart-{name}", chart=chart, wide=wide, middle=middle, narrow=narrow)


def listing(topic: Topic) -> Listing:
    """The table of a topic."""
    topic = topic.short or topic
    columns = [column for column in topic.columns if column.on_page]
    rows = tuple(tuple(cell(row, column) for column in columns) for row in topic.rows)
    titles = tuple(shapes.Column(title(column), column.numeric) for column in columns)
    return Listing(caption=topic.title, columns=titles, rows=rows, nothing=gettext("Nothing was published here."))


def title(column: Column) -> str:
    """The heading of a column, the flow named where a table has several."""
    flow = column.name.partition("_")[0]
    words = gettext(column.title)
    if flow not in FLOW_WORDS or column.name == flow:
        return words
    return gettext("%(flow)s: %(what)s") % {"flow": gettext(FLOW_WORDS[flow]), "what": words}


def cell(row: Row, column: Column) -> shapes.Cell:
    """A value as the page shows it."""
    words = row.shown.get(column.name, looks(row.values.get(column.name), column.kind))
    href = row.links.get(column.name)
    return Link(words, href) if href and words else words


def looks(value: Value, kind: str) -> str | Markup:
    """A plain value in the form of its kind."""
    if value is None or value == "":
        return ""
    if kind in ("amount", "price", "percent"):
        return amount(value)
    if kind == "count":
        return number(figures(int(value)))
    return number(value) if kind in ("code", "day") else bdi(value)


def carats_words(value: Decimal) -> str:
    """``112.07 million carats``."""
    if value >= MILLION:
        return gettext("%(number)s million carats") % {"number": scaled(value, MILLION)}
    return gettext("%(number)s carats") % {"number": figures(value)}


def dollars_words(value: Decimal) -> str:
    """``US$ 12.88 billion``."""
    if value >= BILLION:
        return together(gettext("US$ %(number)s billion") % {"number": scaled(value, BILLION)})
    if value >= MILLION:
        return together(gettext("US$ %(number)s million") % {"number": scaled(value, MILLION)})
    return f"US${NO_BREAK_SPACE}{figures(value)}"


def together(words: str) -> str:
    """A currency and its number stay on one line."""
    return words.replace("US$ ", f"US${NO_BREAK_SPACE}")


def scaled(value: Decimal, by: Decimal) -> str:
    """In millions or billions, two places."""
    return figures((value / by).quantize(CENT))


def short(value: Decimal) -> str:
    """A number with room for five signs on a tile: ``34.5M``, ``820k``, ``12``."""
    if value >= MILLION:
        return f"{value / MILLION:.1f}M"
    return f"{value / 1000:.0f}k" if value >= 1000 else f"{value:.0f}"


def period_words(period: str) -> str:
    """``2024 (first half)``; what is no period as it was written."""
    try:
        return Period.parse(period).words.text(gettext)
    except ValueError:
        return period


def who(code: str, filed_name: str = "") -> str:
    """A Participant in the reader's language, else as it filed."""
    known = country(code)
    return filed_name or code if known == code else known
