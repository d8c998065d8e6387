"""A small drawing: lines, boxes, words and dots with places, written as SVG.

Everything is said in presentation attributes, because the content policy forbids styles inside a page. Colours come
in pairs with a dash, a shape or a hatch, so that no reader needs to tell colours apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil, floor, log10
from unicodedata import east_asian_width

from markupsafe import Markup

INK, SOFT, GRID, PETROL, COPPER, PALE, WHITE = (
    "#1b2427",
    "#4a5a60",
    "#dbe4e6",
    "#0f3d4c",
    "#9a4a00",
    "#9db8c0",
    "#ffffff",
)
SERIES: tuple[dict[str, str], ...] = (
    {"stroke": PETROL, "stroke-width": "2.5"},
    {"stroke": COPPER, "stroke-width": "2.5", "stroke-dasharray": "7 4"},
    {"stroke": SOFT, "stroke-width": "2.5", "stroke-dasharray": "2 4"},
)
FILLS: tuple[dict[str, str], ...] = (
    {"fill": PETROL},
    {"fill": "url(#{id}-hatch)", "stroke": COPPER, "stroke-width": "1"},
)
SHAPES = ("circle", "square", "diamond")
SMALL, NORMAL = 13, 14
_FRAME = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"{classes} '
    'role="img" aria-labelledby="{id}-t {id}-d" direction="ltr" font-family="sans-serif">'
    '<title id="{id}-t">{title}</title><desc id="{id}-d">{about}</desc><defs>'
    '<pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"></rect><rect width="3" height="6" fill="#9a4a00"></rect></pattern>'
    '<pattern id="{id}-hidden" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" fill="#fff"></rect><rect width="1.5" height="8" fill="#8a999e"></rect></pattern>'
    "</defs>{marks}</svg>"
)
LETTER = 0.56
"""The width of a letter by its height, on the generous side: a label is never cut off, at worst it has air."""

Paint = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One element: its SVG tag, its attributes, its words (or the elements inside it, as ``Markup``)."""

    tag: str
    attributes: Paint
    words: str = ""

    def markup(self, prefix: str) -> Markup:
        """The element; ``prefix`` keeps the ids of two drawings on one page apart."""
        said = ((name, value.replace("{id}", prefix)) for name, value in self.attributes.items())
        attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in said)
        words = self.words.replace("{id}", prefix) if isinstance(self.words, Markup) else self.words
        return Markup("<{}{}>{}</{}>").format(self.tag, attributes, words, self.tag)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Marks on a sheet, in the order in which they are painted."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    shift: int = 0

    def markup(self, prefix: str) -> Markup:
        """All of it, without the frame."""
        return Markup("").join(mark.markup(prefix) for mark in self.marks)

    def svg(self, title: str, about: str, prefix: str, classes: str = "") -> Markup:
        """The picture. It is laid out already and says so, so that no page turns its words round once more."""
        named = Markup(' class="{}"').format(classes) if classes else Markup("")
        return _FRAME.format(
            wide=self.width,
            high=self.height,
            classes=named,
            id=prefix,
            title=title,
            about=about,
            marks=self.markup(prefix),
        )


@dataclass
class Sheet:
    """What a chart draws on. ``mirrored`` lays it out from right to left; words are never mirrored themselves."""

    width: int
    height: float
    mirrored: bool = False
    marks: list[Mark] = field(default_factory=list)

    def across(self, x: float) -> float:
        """Where ``x``, measured from the side where reading begins, lies on the sheet."""
        return self.width - x if self.mirrored else x

    def line(self, start: tuple[float, float], end: tuple[float, float], paint: Paint) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        places = {"x1": self.across(x1), "y1": y1, "x2": self.across(x2), "y2": y2}
        self._put("line", places, paint)

    def box(self, corner: tuple[float, float], size: tuple[float, float], paint: Paint) -> None:
        """A box from its upper corner at the side where reading begins."""
        (x, y), (wide, high) = corner, size
        left = self.across(x) - (wide if self.mirrored else 0)
        self._put("rect", {"x": left, "y": y, "width": wide, "height": high}, paint)

    def trace(self, points: Iterable[tuple[float, float]], paint: Paint) -> None:
        """A line through several points."""
        places = " ".join(f"{place(self.across(x))},{place(y)}" for x, y in points)
        self.marks.append(Mark(tag="polyline", attributes={"points": places, "fill": "none", **paint}))

    def dot(self, at: tuple[float, float], shape: str, colour: str) -> None:
        """A point of a series in the shape that belongs to it."""
        x, y = self.across(at[0]), at[1]
        if shape == "circle":
            self._put("circle", {"cx": x, "cy": y, "r": 3}, {"fill": colour})
            return
        turned = {"transform": f"rotate(45 {place(x)} {place(y)})"} if shape == "diamond" else {}
        self._put("rect", {"x": x - 3, "y": y - 3, "width": 6, "height": 6}, {"fill": colour, **turned})

    def words(
        self, at: tuple[float, float], words: str, *, anchor: str = "start", size: int = SMALL, **paint: str
    ) -> None:
        """Words; ``anchor`` is seen from the side where reading begins."""
        ends = {"start": "end", "end": "start"}
        anchor = ends.get(anchor, anchor) if self.mirrored else anchor
        attributes = {"text-anchor": anchor, "font-size": str(size), "fill": INK, **paint}
        places = {"x": place(self.across(at[0])), "y": place(at[1])}
        attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
        self.marks.append(Mark(tag="text", attributes={**places, **attributes}, words=words))

    def drawing(self) -> Drawing:
        """The finished drawing."""
        return Drawing(width=self.width, height=ceil(self.height), marks=tuple(self.marks))

    def _put(self, tag: str, places: Mapping[str, float], paint: Paint) -> None:
        placed = {name: place(value) for name, value in places.items()}
        self.marks.append(Mark(tag=tag, attributes={**placed, **paint}))


def place(value: float) -> str:
    """A place on the sheet, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def wide(words: str, size: int = SMALL) -> float:
    """How much room words take, estimated; signs of East Asia are square."""
    return size * sum(1 if east_asian_width(letter) in "WF" else LETTER for letter in words)


def folded(words: str, room: float, size: int = SMALL) -> list[str]:
    """Words in lines that fit the room; a word longer than the room stands alone."""
    lines: list[str] = []
    for word in words.split():
        if lines and wide(f"{lines[-1]} {word}", size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]


def ticks(top: float, most: int = 5) -> list[float]:
    """Round numbers from 0 to the first that is not below ``top``: steps of 1, 2, 2.5 or 5 times a power of ten."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / most
    power = 10.0 ** floor(log10(rough))
    step = next(power * by for by in (1, 2, 2.5, 5, 10) if power * by >= rough * 0.999)
    return [step * i for i in range(ceil(top / step - 1e-9) + 1)]


def tick_words(values: list[float]) -> list[str]:
    """Ticks with as many places as the finest needs."""
    step = values[1]
    places = next(n for n in range(7) if abs(round(step, n) - step) < step * 1e-6 or n == 6)
    return [f"{value:,.{places}f}".replace(",", "\u202f") for value in values]


def titled(drawing: Drawing, title: str, foot: str) -> Drawing:
    """The same for a sheet of its own: the headline above, the source below."""
    sheet = Sheet(drawing.width, drawing.height)
    heading = folded(title, drawing.width - 20, 17)
    for i, line in enumerate(heading):
        sheet.words((10, 26 + 22 * i), line, size=17, font_weight="bold")
    shift = 26 + 22 * len(heading)
    footing = folded(foot, drawing.width - 20, 12)
    for i, line in enumerate(footing):
        sheet.words((10, shift + drawing.height + 16 + 16 * i), line, size=12, fill=SOFT)
    height = shift + drawing.height + 16 * len(footing) + 14
    inner = Mark(tag="g", attributes={"transform": f"translate(0 {shift})"}, words=drawing.markup("{id}"))
    ground = Mark(tag="rect", attributes={"width": "100%", "height": "100%", "fill": WHITE})
    return replace(drawing, height=height, marks=(ground, *sheet.marks, inner))
