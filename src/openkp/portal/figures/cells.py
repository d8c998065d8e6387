"""Reading an edition: the amounts of one Participant and flow, or why there are none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from openkp.scheme.whole_years import whole_share

Content = Mapping[str, Any]
FLOWS = ("production", "imports", "exports")
READINGS = ("resolved", "as_filed")
WORLD, SUM = "WORLD", "world"
"""The world's row in our tables, and its name in an edition."""
NOTHING: Content = {}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell. ``suppressed`` is the reason why it is not shown (``figures.suppression``), ``nil`` that the
    Participant declared there was nothing.
    """

    carats: Decimal | None = None
    usd: Decimal | None = None
    price: Decimal | None = None
    nil: bool = False
    suppressed: str = ""

    @property
    def status(self) -> str:
        """``published``, ``suppressed``, ``nil`` or ``none``."""
        if self.suppressed:
            return "suppressed"
        if self.carats is None and self.usd is None:
            return "nil" if self.nil else "none"
        return "nil" if self.nil and not self.carats and not self.usd else "published"


def world(content: Content, reading: str) -> Content:
    """The sums of a reading."""
    found: Content = content.get(reading, NOTHING).get("world", NOTHING)
    return found


def participants(content: Content, reading: str) -> dict[str, Content]:
    """Every Participant of a reading, those included of whom everything is suppressed."""
    filed = dict(content.get(reading, NOTHING).get("participants", NOTHING))
    return filed | {code: NOTHING for code in hidden_codes(content) if code not in filed}


def hidden_codes(content: Content) -> set[str]:
    """Who has a suppressed cell."""
    return {str(entry["participant"]) for entry in content.get("suppressed", ()) if entry["participant"] != SUM}


def flows(content: Content, reading: str) -> list[str]:
    """The flows of which this edition says anything."""
    filed = [world(content, reading), *participants(content, reading).values()]
    hidden = {entry.get("flow") for entry in content.get("suppressed", ())}
    return [flow for flow in FLOWS if flow in hidden or any(flow in each for each in filed)]


def cell(content: Content, reading: str, code: str, flow: str) -> Cell:
    """One cell; ``code`` may be ``WORLD``."""
    if reason := suppressed(content, code, flow):
        return Cell(suppressed=reason)
    filed = world(content, reading) if code == WORLD else participants(content, reading).get(code, NOTHING)
    return amounts(filed.get(flow, NOTHING))


def amounts(found: Content) -> Cell:
    """Amounts as they stand in a content."""
    carats, usd, price = (decimal(found.get(name)) for name in ("carats", "usd", "usd_per_carat"))
    return Cell(carats=carats, usd=usd, price=price, nil=bool(found.get("nil")))


def decimal(value: object) -> Decimal | None:
    """An amount, where there is one."""
    return None if value in (None, "") else Decimal(str(value))


def suppressed(content: Content, code: str, flow: str, half: str = "") -> str:
    """Why a cell is not shown; empty where it is. An entry that names a half hides that half alone."""
    for entry in content.get("suppressed", ()):
        if entry.get("participant") != (SUM if code == WORLD else code) or entry.get("flow") != flow:
            continue
        if str(entry.get("half") or "") in ("", half):
            return str(entry.get("reason") or "small")
    return ""


def halves(content: Content, reading: str, code: str) -> Iterator[tuple[str, Cell]]:
    """The half-years of a Participant's production; of the world their sums."""
    if code == WORLD:
        for half in ("1", "2"):
            parts = [c for who in participants(content, reading) for h, c in halves(content, reading, who) if h == half]
            if parts:
                yield half, total(parts)
        return
    made = participants(content, reading).get(code, NOTHING).get("production", NOTHING)
    for half, found in sorted(made.get("halves", NOTHING).items()):
        reason = suppressed(content, code, "production", half)
        yield half, Cell(suppressed=reason) if reason else replace(amounts(found), nil=bool(made.get("nil")))


def total(parts: list[Cell]) -> Cell:
    """The sum of what is shown."""
    carats = sum((part.carats or Decimal(0) for part in parts), Decimal(0))
    usd = sum((part.usd or Decimal(0) for part in parts), Decimal(0))
    return Cell(carats=carats, usd=usd)


def is_whole(content: Content, reading: str) -> bool:
    """Whether the year may stand beside others: nearly all carats are of Participants that filed both halves."""
    filed = [each.get("production", NOTHING).get("halves", NOTHING) for each in participants(content, reading).values()]
    weights = [(sum((decimal(half.get("carats")) or 0 for half in each.values()), Decimal(0)), each) for each in filed]
    both = sum((weight for weight, each in weights if {"1", "2"} <= set(each)), Decimal(0))
    every = sum((weight for weight, _ in weights), Decimal(0))
    return every > 0 and both >= whole_share(date(content["year"], 12, 31)) * every


def has_both_halves(content: Content, reading: str, code: str) -> bool:
    """Whether a Participant filed both halves, or filed by years."""
    halves_filed = participants(content, reading).get(code, NOTHING).get("production", NOTHING).get("halves", NOTHING)
    return not halves_filed or {"1", "2"} <= set(halves_filed)


def certificates(content: Content, reading: str, code: str) -> tuple[int | None, int | None]:
    """Certificates issued and received, where they were filed."""
    filed = world(content, reading) if code == WORLD else participants(content, reading).get(code, NOTHING)
    counts = filed.get("certificates", NOTHING)
    return counts.get("issued"), counts.get("received")


def name(content: Content, reading: str, code: str) -> str:
    """The name under which a Participant filed."""
    return str(participants(content, reading).get(code, NOTHING).get("name") or "")
