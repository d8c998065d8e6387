"""The map without borders: one equal tile a Participant, roughly where it lies. A schema takes nobody's side.

A Participant that has no place in the schema yet gets one below it, so that nobody is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from openkp.figures.charts import MIDDLE
from openkp.figures.drawing import INK, SOFT, WHITE, Drawing, Sheet, folded, wide

PLACES: dict[str, tuple[int, int]] = {
    "CA": (0, 0), "US": (0, 1), "MX": (0, 2), "PA": (1, 3), "VE": (1, 4), "GY": (2, 4), "BR": (2, 5),
    "NO": (5, 0), "GB": (4, 0), "EU": (5, 1), "CH": (6, 1), "UA": (7, 1), "BY": (7, 0), "RU": (8, 0),
    "TR": (7, 2), "AM": (8, 2), "KZ": (9, 1), "UZ": (9, 2), "KG": (10, 2), "LB": (7, 3), "IL": (6, 3),
    "QA": (8, 3), "AE": (9, 3), "IN": (10, 3), "BD": (11, 3), "LK": (10, 4), "CN": (11, 2), "KR": (12, 2),
    "JP": (13, 2), "TW": (12, 3), "LA": (12, 4), "TH": (11, 4), "KH": (12, 5), "VN": (13, 4), "MY": (11, 5),
    "SG": (11, 6), "ID": (12, 6), "AU": (12, 8), "NZ": (13, 8), "ML": (4, 4), "GN": (3, 5), "SL": (3, 6),
    "LR": (4, 6), "CI": (4, 5), "GH": (5, 5), "TG": (6, 5), "CM": (7, 5), "CF": (8, 5), "GA": (6, 6),
    "CG": (7, 6), "CD": (8, 6), "TZ": (9, 6), "AO": (7, 7), "ZW": (8, 7), "MZ": (9, 7), "MU": (11, 8),
    "NA": (6, 8), "BW": (7, 8), "ZA": (8, 9), "LS": (9, 9), "SZ": (9, 8),
}  # fmt: skip
ACROSS = 14
LEVELS = ("#eaf1f3", "#c3d6dc", "#8fb2bd", "#3f7385", "#0f3d4c")
"""From little to much; the number stands on each tile, so that the shade only helps."""
FRAME = {"stroke": SOFT, "stroke-width": "1"}
HIDDEN = {"fill": "url(#{id}-hidden)", **FRAME}
EMPTY = {"fill": WHITE, "stroke": SOFT, "stroke-width": "1", "stroke-dasharray": "3 3"}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A Participant: its code, the number on it, its level from 0 to 4; None for no amount, -1 for not shown."""

    code: str
    words: str
    level: int | None


@dataclass(frozen=True, kw_only=True)
class TileMap:
    """All tiles, with words for each level."""

    title: str
    about: str
    unit: str
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int | None, str], ...]

    def draw(self, width: int, *, mirrored: bool = False) -> Drawing:
        """On a wide sheet as a schema of the world, on a narrow one row by row."""
        across = ACROSS if width > MIDDLE else width // LEAST_SIDE
        placed = dict(schema(t.code for t in self.tiles) if width > MIDDLE else rows(self.tiles, across))
        side = width / across
        down = max((row for _, row in placed.values()), default=0) + 1
        beside = max(1, int(width // max(wide(words) + 50 for _, words in self.legend)))
        top = 8 + 24 * -(-len(self.legend) // beside)
        said = folded(self.unit, width)
        sheet = Sheet(width, top + side * down + 6 + 18 * len(said))
        for i, line in enumerate(said):
            sheet.words((0, top + side * down + 16 + 18 * i), line, fill=SOFT)
        for i, (level, words) in enumerate(self.legend):
            x, y = width / beside * (i % beside), 2 + 24 * (i // beside)
            sheet.box((x + 1, y), (26, 16), paint(level))
            sheet.words((x + 35, y + 13), words)
        for tile in self.tiles:
            column, row = placed[tile.code]
            self._tile(sheet, tile, (column * side + 1, top + row * side + 1), side - 3)
        return sheet.drawing()

    def _tile(self, sheet: Sheet, tile: Tile, corner: tuple[float, float], side: float) -> None:
        x, y = corner
        ink = WHITE if tile.level is not None and tile.level > 2 else INK
        sheet.box(corner, (side, side), paint(tile.level))
        if tile.level == -1:
            sheet.box((x + side * 0.17, y + side * 0.14), (side * 0.66, side * 0.74), {"fill": WHITE})
        sheet.words((x + side / 2, y + side * 0.42), tile.code, anchor="middle", size=15, fill=ink, font_weight="bold")
        sheet.words((x + side / 2, y + side * 0.78), tile.words, anchor="middle", size=12, fill=ink)


LEAST_SIDE = 50
"""How wide a tile is at least, for its code and its number."""


def paint(level: int | None) -> dict[str, str]:
    """How a tile of this level is filled."""
    if level is None:
        return EMPTY
    return HIDDEN if level < 0 else {"fill": LEVELS[level], **FRAME}


def schema(codes: Iterable[str]) -> list[tuple[str, tuple[int, int]]]:
    """Where each tile stands; whoever has no place stands in the rows below."""
    below = 1 + max(row for _, row in PLACES.values())
    codes = list(codes)
    strangers = sorted(code for code in codes if code not in PLACES)
    found = [(code, PLACES[code]) for code in codes if code in PLACES]
    return found + [(code, (i % ACROSS, below + i // ACROSS)) for i, code in enumerate(strangers)]


def rows(tiles: Iterable[Tile], across: int) -> list[tuple[str, tuple[int, int]]]:
    """By code, row by row: what a small screen has room for."""
    ordered = sorted(tile.code for tile in tiles)
    return [(code, (i % across, i // across)) for i, code in enumerate(ordered)]


def level(amount: float, largest: float) -> int:
    """Five levels by powers of ten below the largest: amounts here differ by a factor of a million."""
    if amount <= 0 or largest <= 0:
        return 0
    share = amount / largest
    return sum(share > 10.0**-power for power in (4, 3, 2, 1))
