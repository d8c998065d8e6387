"""The map page: every Participant of the year as one tile, with its number."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from openkp.portal.figures import cells
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.cells import Content
from openkp.portal.figures.columns import AMOUNT_CT, AMOUNT_USD, CODE, FLOW_WORDS, NAME, PRICE, STATUS, STATUS_WORDS
from openkp.portal.figures.shown import reading_of
from openkp.portal.figures.tiles import Tile, TileMap, level
from openkp.portal.figures.topics import Row, Topic, scaled, short, who
from openkp.registry.statistics.editions import Edition
from openkp.scheme.participation import Participation

SIGNS = {"suppressed": "×", "nil": "0", "none": "–"}


def worldmap(state: Asked, edition: Edition, content: Content, law: Participation) -> Topic:
    """A flow of a year on the tile map, and as a table."""
    reading = reading_of(state, edition)
    took_part = {each.code for each in law.participants_on(date(edition.year, 12, 31))}
    codes = took_part | set(cells.participants(content, reading))
    found = {code: cells.cell(content, reading, code, state.flow) for code in sorted(codes)}
    rows = [map_row(state, edition, content, *each) for each in found.items()]
    rows.sort(key=lambda row: str(row.values["name"]))
    names = {"flow": gettext(FLOW_WORDS[state.flow]), "year": edition.year}
    title = gettext("%(flow)s by Participant, %(year)s") % names
    tiles = chart(title, found, {str(row.values["participant"]): str(row.values["name"]) for row in rows})
    return Topic(
        name=f"map-{edition.year}-{state.flow}",
        title=title,
        headline=headline(found),
        columns=[NAME, CODE, AMOUNT_CT, AMOUNT_USD, PRICE, STATUS],
        rows=rows,
        charts={"carats": tiles},
        editions=(edition,),
        world=state.world,
        more={"flows": cells.flows(content, reading)},
    )


def map_row(state: Asked, edition: Edition, content: Content, code: str, found: cells.Cell) -> Row:
    """One Participant in the table."""
    name = who(code, cells.name(content, reading_of(state, edition), code))
    values: dict[str, Any] = {"name": name, "participant": code, "status": found.status}
    values |= {"carats": found.carats, "usd": found.usd, "usd_per_carat": found.price}
    links = {} if found.status == "none" else {"carats": state.href("cell", edition.year, code, state.flow)}
    return Row(values=values, links=links, shown={"status": gettext(STATUS_WORDS[found.status])})


def chart(title: str, found: dict[str, cells.Cell], names: dict[str, str]) -> TileMap:
    """The tiles, five levels by powers of ten below the largest."""
    largest = max((each.carats or Decimal(0) for each in found.values()), default=Decimal(0))
    tiles = tuple(tile(code, each, largest) for code, each in found.items())
    named = [f"{names[t.code]} {t.words}" for t in tiles if t.level is not None and t.level >= 0]
    steps = [f"{share:g} %" for share in (0.01, 0.1, 1, 10, 100)]
    legend: list[tuple[int | None, str]] = [
        (i, gettext("up to %(share)s of the largest") % {"share": step}) for i, step in enumerate(steps)
    ]
    legend += [(None, gettext("nothing filed")), (-1, gettext("not shown"))]
    return TileMap(
        title=title,
        about=gettext("Tiles in the order of their codes: %(tiles)s.") % {"tiles": "; ".join(named) or "–"},
        unit=gettext("Carats (k: thousand, M: million). A schema: tiles have no borders and no area."),
        tiles=tiles,
        legend=tuple(each for each in legend if each[0] != -1 or any(t.level == -1 for t in tiles)),
    )


def tile(code: str, found: cells.Cell, largest: Decimal) -> Tile:
    """One tile."""
    if found.carats is None or found.status != "published":
        levels = {"suppressed": -1, "nil": 0, "none": None}
        return Tile(code=code, words=SIGNS.get(found.status, "–"), level=levels.get(found.status))
    return Tile(code=code, words=short(found.carats), level=level(float(found.carats), float(largest)))


def headline(found: dict[str, cells.Cell]) -> str:
    """How few hold how much, of those whose figures are shown."""
    amounts = sorted((each.carats for each in found.values() if each.carats), reverse=True)
    if not amounts:
        return gettext("Nothing was filed for this flow.")
    share = (100 * sum(amounts[:5], Decimal(0)) / sum(amounts, Decimal(0))).quantize(Decimal(1))
    names = {"count": len(amounts), "share": share, "million": scaled(sum(amounts, Decimal(0)), Decimal(10) ** 6)}
    sentence = ngettext(
        "%(count)s Participant whose figures are shown had %(million)s million carats.",
        "%(count)s Participants whose figures are shown had %(million)s million carats; "
        "the five largest %(share)s %% of it.",
        len(amounts),
    )
    return sentence % names
