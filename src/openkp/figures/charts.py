"""Charts, each drawn for a wide, a middle and a narrow screen: lines over years, bars by name.

Words run level, gridlines are light, a line carries its name at its end, there is one axis a chart, and it begins
at nought. Years run from left to right in every language; bars begin where reading begins.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from openkp.figures.drawing import (
    FILLS,
    GRID,
    INK,
    NORMAL,
    SERIES,
    SHAPES,
    SMALL,
    SOFT,
    Drawing,
    Sheet,
    folded,
    tick_words,
    ticks,
    wide,
)

WIDE, MIDDLE, NARROW = 840, 480, 300
NAMES, LINE = 0.3, 17
"""How much of the width names beside bars may take; the height of a line of a name."""
AXIS = {"stroke": SOFT, "stroke-width": "1"}
LIGHT = {"stroke": GRID, "stroke-width": "1"}


class Chart(Protocol):
    """A picture with its words: ``title`` is the headline, ``about`` says to those who do not see it what it shows."""

    @property
    def title(self) -> str: ...

    @property
    def about(self) -> str: ...

    def draw(self, width: int, *, mirrored: bool = False) -> Drawing:
        """The drawing at this width."""
        ...


@dataclass(frozen=True, kw_only=True)
class Series:
    """A named row of points; a missing ``y`` breaks the line, so that no year is invented."""

    name: str
    points: tuple[tuple[float, float | None], ...]

    @property
    def known(self) -> list[tuple[float, float]]:
        """The points that have a value."""
        return [(x, y) for x, y in self.points if y is not None]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Amounts over years; ``note`` stands below, such as why a line has gaps."""

    title: str
    about: str
    unit: str
    series: tuple[Series, ...]
    note: str = ""

    def draw(self, width: int, *, mirrored: bool = False) -> Drawing:
        """The drawing at this width; time runs from left to right in every language."""
        known = [point for series in self.series for point in series.known]
        high = ticks(max((y for _, y in known), default=1.0))
        plot = self._plot(width, [x for x, _ in known] or [0.0, 1.0], high)
        sheet = Sheet(width, 300 if width > NARROW else 250)
        self._grid(sheet, plot, high)
        self._years(sheet, plot)
        for i, series in enumerate(self.series):
            self._line(sheet, plot, series, i)
        if len(self.series) > 1:
            self._names(sheet, plot)
        elif self.series and (known := self.series[0].known):
            self._last(sheet, plot, known[-1])
        for line in folded(self.note, width) if self.note else ():
            sheet.words((0, sheet.height + 14), line, fill=SOFT)
            sheet.height += LINE
        return sheet.drawing()

    def last_words(self) -> str:
        """The newest amount of the only line, as it stands at its end."""
        known = self.series[0].known if self.series else []
        return (f"{known[-1][1]:,.{0 if known[-1][1] >= 1000 else 2}f}" if known else "").replace(",", "\u202f")

    def _plot(self, width: int, xs: list[float], high: list[float]) -> "Plot":
        left = max(wide(words) for words in tick_words(high)) + 12
        names = max((wide(series.name) for series in self.series), default=0.0) + 14
        right = min(names, width * 0.36) if len(self.series) > 1 else wide(self.last_words()) + 14
        first, last = min(xs), max(xs)
        bottom = (300 if width > NARROW else 250) - 34
        return Plot(left, 38, width - right, bottom, first, max(last, first + 1), high[-1])

    def _grid(self, sheet: Sheet, plot: "Plot", high: list[float]) -> None:
        sheet.words((0, 16), self.unit, fill=SOFT)
        for value, words in zip(high, tick_words(high), strict=True):
            y = plot.y(value)
            sheet.line((plot.left, y), (plot.right, y), AXIS if value == 0 else LIGHT)
            sheet.words((plot.left - 8, y + 4), words, anchor="end", fill=SOFT)

    def _years(self, sheet: Sheet, plot: "Plot") -> None:
        room = max(1, int((plot.right - plot.left) // 46))
        years = range(int(plot.first), int(plot.last) + 1)
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if len(years) / s <= room or s == 100)
        for year in years:
            if year % step == 0 and plot.first <= year:
                x = plot.x(year)
                sheet.line((x, plot.bottom), (x, plot.bottom + 5), AXIS)
                sheet.words((x, plot.bottom + 21), str(year), anchor="middle", fill=SOFT)

    def _line(self, sheet: Sheet, plot: "Plot", series: Series, number: int) -> None:
        paint = SERIES[number % len(SERIES)]
        for present, piece in groupby(series.points, key=lambda point: point[1] is not None):
            points = [plot.at(x, y) for x, y in piece if y is not None]
            if present:
                sheet.trace(points, {**paint, "stroke-linejoin": "round"})
            for point in points:
                sheet.dot(point, SHAPES[number % len(SHAPES)], paint["stroke"])

    def _last(self, sheet: Sheet, plot: "Plot", point: tuple[float, float]) -> None:
        x, y = plot.at(*point)
        sheet.words((x + 8, y + 4), self.last_words(), font_weight="bold", fill=SERIES[0]["stroke"])

    def _names(self, sheet: Sheet, plot: "Plot") -> None:
        ends = sorted((plot.y(s.known[-1][1]), i, s) for i, s in enumerate(self.series) if s.known)
        floor = 0.0
        for y, i, series in ends:
            floor = max(y + 4, floor)
            for line in folded(series.name, sheet.width - plot.right - 8):
                sheet.words((plot.right + 10, floor), line, fill=SERIES[i % len(SERIES)]["stroke"], font_weight="bold")
                floor += 16


@dataclass(frozen=True)
class Plot:
    """From years and amounts to places."""

    left: float
    top: float
    right: float
    bottom: float
    first: float
    last: float
    high: float

    def x(self, value: float) -> float:
        """Across."""
        return self.left + 8 + (value - self.first) / (self.last - self.first) * (self.right - self.left - 16)

    def y(self, value: float) -> float:
        """Up."""
        return self.bottom - value / self.high * (self.bottom - self.top)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Both."""
        return self.x(x), self.y(y)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One name and its amounts, one a series (the last may be missing), each with the words written at its end."""

    name: str
    amounts: tuple[float, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Amounts by name, the names level beside their bars, or above them where there is little room."""

    title: str
    about: str
    unit: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]

    def draw(self, width: int, *, mirrored: bool = False) -> Drawing:
        """The drawing at this width."""
        names = 0.0 if width <= NARROW else min(self._widest(), width * NAMES) + 10
        sheet = Sheet(width, 28, mirrored)
        sheet.words((0, 16), self.unit, fill=SOFT)
        self._legend(sheet)
        room = width - names - max((wide(w) for bar in self.bars for w in bar.words), default=0.0) - 10
        largest = max((amount for bar in self.bars for amount in bar.amounts), default=0.0) or 1.0
        top = sheet.height
        for bar in self.bars:
            self._bar(sheet, bar, names, room / largest)
        sheet.line((names, top - 4), (names, sheet.height), AXIS)
        sheet.height += 4
        return sheet.drawing()

    def _widest(self) -> float:
        return max((wide(bar.name, NORMAL) for bar in self.bars), default=0.0)

    def _legend(self, sheet: Sheet) -> None:
        if len(self.series) < 2:
            return
        for i, name in enumerate(self.series):
            sheet.box((0, 27 + 22 * i), (22, 12), FILLS[i % len(FILLS)])
            sheet.words((30, 38 + 22 * i), name, fill=INK)
        sheet.height += 22 * len(self.series)

    def _bar(self, sheet: Sheet, bar: Bar, names: float, scale: float) -> None:
        thick = 18 if len(self.series) == 1 else 13
        high = len(bar.amounts) * (thick + 2)
        lines = folded(bar.name, names - 10 if names else sheet.width - 8, NORMAL)
        if names:
            tall = max(high, LINE * len(lines))
            first, down = sheet.height + (tall - LINE * len(lines)) / 2 + 13, (tall - high) / 2
            at, anchor = names - 8, "end"
        else:
            first, down, at, anchor = sheet.height + 14, LINE * len(lines) + 4, 4.0, "start"
            tall = down + high
        for i, line in enumerate(lines):
            sheet.words((at, first + LINE * i), line, anchor=anchor, size=NORMAL)
        for i, (amount, words) in enumerate(zip(bar.amounts, bar.words, strict=True)):
            up, long = sheet.height + down + i * (thick + 2), max(amount * scale, 1.0 if amount else 0.0)
            sheet.box((names, up), (long, thick), FILLS[i % len(FILLS)])
            sheet.words((names + long + 6, up + thick - 4), words, size=SMALL, fill=SOFT)
        sheet.height += tall + 9
