"""Beside a published figure or a return: whether its total is proven, and where the proof is.

A year is proven by a total of the year, or by those of its halves or quarters together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from markupsafe import Markup

from openkp.portal.figures.cells import Cell
from openkp.portal.figures.columns import FLOW_WORDS
from openkp.portal.figures.proven import FLOWS, Shelf, address, shelf
from openkp.portal.figures.proven_words import apart_words
from openkp.portal.figures.topics import Topic
from openkp.portal.site.formats import bdi, carats, dollars, number
from openkp.portal.site.shapes import Link
from openkp.portal.statistics.words import period_words
from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Filing, ProvenTotal
from openkp.registry.statistics.totals import check_total, totals
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind

SINGULAR = {plural: flow for flow, plural in FLOWS.items()}


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A sentence about one figure, and the totals that it is measured with."""

    words: str | Markup
    agrees: bool
    links: tuple[Link, ...]


def of_cell(topic: Topic, code: str, flow: str, actor: Actor, at: datetime) -> Topic:
    """A cell's page with what is proven of it."""
    found: Cell = topic.more["found"]
    if topic.world != "real" or flow not in SINGULAR or found.status != "published":
        return topic
    said = compared(shelf(actor, at, totals(code)), flow, topic.editions[0].year, (found.carats, found.usd))
    return with_lines(topic, [said] if said else [])


def of_participant(topic: Topic, code: str, actor: Actor, at: datetime) -> Topic:
    """A Participant's page with what is proven of its years."""
    if topic.world != "real":
        return topic
    held = shelf(actor, at, totals(code))
    return with_lines(topic, list(every_year(topic, held)) if held.rows else [])


def of_year(topic: Topic, actor: Actor, at: datetime) -> Topic:
    """The annual summary with what is proven of its cells."""
    if topic.world != "real":
        return topic
    year = topic.editions[0].year
    held = shelf(actor, at, totals().filter(period__startswith=str(year)))
    return with_lines(topic, list(every_cell(topic, held, year)) if held.rows else [])


def every_cell(topic: Topic, held: Shelf, year: int) -> Iterator[Beside]:
    """The cells of a year of which a total is proven, in the order of the table."""
    for row in topic.rows:
        value = row.values
        own = replace(held, rows=tuple(each for each in held.rows if each.participant == value["participant"]))
        for flow in SINGULAR:
            if not own.rows or value.get(f"{flow}_status") != "published":
                continue
            said = compared(own, flow, year, (amount(value[f"{flow}_carats"]), amount(value[f"{flow}_usd"])))
            if said:
                names = {"flow": gettext(FLOW_WORDS[flow]), "name": bdi(value["name"]), "words": said.words}
                yield replace(said, words=Markup(gettext("%(flow)s of %(name)s: %(words)s")) % names)


def of_filing(row: Filing, actor: Actor, at: datetime) -> tuple[Beside, ...]:
    """What is proven of the period of a trade return: by itself, or as a part of a longer one."""
    period = Period.parse(row.period)
    found = totals(row.participant).filter(period__startswith=str(period.year)) if row.kind == ReturnKind.TRADE else ()
    if not found:
        return ()
    held = shelf(actor, at, found)
    return tuple(
        proven_words(each)
        for flow in SINGULAR
        for within, each in sorted(standing_by_period(held, SINGULAR[flow]).items(), reverse=True)
        if Period.parse(within).holds(period.first_day) and check_total(each, held.keys).fits
    )


def proven_words(row: ProvenTotal) -> Beside:
    """A proven total in one sentence. Whether the return says the same is told on its own page."""
    names = {"flow": gettext(FLOW_WORDS[FLOWS[row.flow]]), "period": period_words(row.period)}
    names |= {"carats": carats(row.carats), "dollars": dollars(row.usd)}
    words = Markup(gettext("%(flow)s of %(period)s are proven: %(carats)s worth %(dollars)s.")) % names
    return Beside(words=words, agrees=True, links=(Link(bdi(row.period), address(row)),))


def every_year(topic: Topic, held: Shelf) -> Iterator[Beside]:
    """The years and flows of which a total is proven, the newest first."""
    for row in reversed(topic.rows):
        value = row.values
        if value["half"] or value["flow"] not in SINGULAR or value["status"] != "published":
            continue
        flow, year = str(value["flow"]), int(str(value["year"]))
        said = compared(held, flow, year, (amount(value["carats"]), amount(value["usd"])))
        if said:
            names = {"flow": gettext(FLOW_WORDS[flow]), "year": number(year), "words": said.words}
            yield replace(said, words=Markup(gettext("%(flow)s, %(year)s: %(words)s")) % names)


def amount(value: object) -> Decimal | None:
    """An amount of a row."""
    return None if value in (None, "") else Decimal(str(value))


def compared(held: Shelf, flow: str, year: int, published: tuple[Decimal | None, Decimal | None]) -> Beside | None:
    """The published figure beside the proven one; nothing where none fits now, or where it is not shown."""
    covering = covering_totals(held, flow, year)
    if not covering or None in published or not all(check_total(row, held.keys).fits for row in covering):
        return None
    ct, usd = (value or Decimal(0) for value in published)
    proven = [sum((getattr(row, name) for row in covering), Decimal(0)) for name in ("carats", "usd")]
    apart = apart_words(ct - proven[0], usd - proven[1])
    links = tuple(Link(bdi(row.period), address(row)) for row in covering)
    if not apart:
        return Beside(words=gettext("This total is proven."), agrees=True, links=links)
    sentence = gettext("The published figure differs from the proven total. It says: %(differences)s.")
    return Beside(words=Markup(sentence) % {"differences": apart}, agrees=False, links=links)


def covering_totals(held: Shelf, flow: str, year: int) -> tuple[ProvenTotal, ...]:
    """The standing totals that together are the year: one, two or four of them."""
    here = standing_by_period(held, SINGULAR[flow])
    for kind in ([str(year)], [f"{year}-H{part}" for part in (1, 2)], [f"{year}-Q{part}" for part in (1, 2, 3, 4)]):
        if all(period in here for period in kind):
            return tuple(here[period] for period in kind)
    return ()


def standing_by_period(held: Shelf, flow: str) -> Mapping[str, ProvenTotal]:
    """The totals in force over every heading and origin, without those kept back."""
    return {
        row.period: row
        for row in held.rows
        if row.flow == flow and not row.hs and not row.origin and row.pk in held.standing and not held.kept_back(row)
    }


def with_lines(topic: Topic, lines: list[Beside]) -> Topic:
    """The topic with these sentences."""
    return replace(topic, more={**topic.more, "proven": tuple(lines)}) if lines else topic
