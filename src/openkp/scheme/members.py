"""The entries of the dated lists: members and their spells, authorities, measures; and how they are read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openkp.scheme.dated import first_day, in_force, read_data

SCHEME_BEGAN = date(2003, 1, 1)


class Kind(StrEnum):
    """What an entry is."""

    STATE = "state"
    REIO = "reio"
    CUSTOMS_TERRITORY = "customs_territory"


class Standing(StrEnum):
    """How an entry takes part: on its own, inside a regional organisation, as a territory, or as a trading entity."""

    ACTIVE = "active"
    VIA_REIO = "via_reio"
    VIA_PARTICIPANT = "via_participant"
    TRADING_ENTITY = "trading_entity"


class Flow(StrEnum):
    """Which way goods go, seen from the country that a measure names."""

    EXPORT = "export"
    IMPORT = "import"
    BOTH = "both"


class MeasureKind(StrEnum):
    """How a measure limits trade."""

    SUSPENDED = "suspended"
    SELF_SUSPENDED = "self_suspended"
    EMBARGOED = "embargoed"
    ZONE_LIMITED = "zone_limited"
    SUPERVISED = "supervised"


class Role(StrEnum):
    """What an authority is designated for. Source: Core Document IV(b)."""

    EXPORTING = "exporting"
    IMPORTING = "importing"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A time of taking part, first and last day included; ``of`` is the Participant that covers it."""

    standing: Standing
    first: date
    last: date | None
    of: str
    certifies: bool
    source: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """A country, territory or organisation with the times when it took part, none for a non-Participant."""

    code: str
    name: str
    kind: Kind
    spells: tuple[Spell, ...]
    chair: tuple[int, ...]

    def spell_on(self, day: date) -> Spell | None:
        """The spell that holds on ``day``."""
        return next((spell for spell in self.spells if in_force(spell.first, spell.last, day)), None)


@dataclass(frozen=True, kw_only=True)
class Authority:
    """An Exporting or Importing Authority. Source: Core Document IV(b), V(a)."""

    code: str
    participant: str
    name: str
    place: str
    role: Role
    first: date
    last: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A mining area and the day from which it is compliant."""

    name: str
    first: date


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What limits a country's trade from the first to the last day. Source: scheme-rules D."""

    country: str
    kind: MeasureKind
    flow: Flow
    first: date
    last: date | None
    text: str
    source: str
    zones: tuple[Zone, ...]


def load_members() -> tuple[tuple[Member, ...], tuple[Authority, ...], tuple[Measure, ...]]:
    """The lists of the project's own data."""
    members = tuple(_member(entry) for entry in read_data("participants.yaml")["participants"])
    authorities = tuple(_authority(entry) for entry in read_data("authorities.yaml")["authorities"])
    measures = tuple(_measure(entry) for entry in read_data("measures.yaml")["measures"])
    return members, authorities, measures


def first_list() -> date:
    """The day of the first confirmed list of Participants."""
    return first_day(read_data("participants.yaml")["first_list"])


def known_until() -> date:
    """The day until which the lists were gathered."""
    return first_day(read_data("participants.yaml")["known_until"])


def _last(entry: dict[str, Any]) -> date | None:
    return first_day(entry["until"]) if "until" in entry else None


def _member(entry: dict[str, Any]) -> Member:
    return Member(
        code=entry["code"],
        name=entry["name"],
        kind=Kind(entry["kind"]),
        spells=tuple(_spell(spell) for spell in entry["spells"]),
        chair=tuple(entry.get("chair", ())),
    )


def _spell(entry: dict[str, Any]) -> Spell:
    return Spell(
        standing=Standing(entry["standing"]),
        first=first_day(entry["from"]),
        last=_last(entry),
        of=entry.get("of", ""),
        certifies=entry.get("certifies", False),
        source=entry["source"],
        note=entry.get("note", ""),
    )


def _authority(entry: dict[str, Any]) -> Authority:
    return Authority(
        code=entry["code"],
        participant=entry["participant"],
        name=entry["name"],
        place=entry.get("place", ""),
        role=Role(entry["role"]),
        first=first_day(entry["from"]) if "from" in entry else SCHEME_BEGAN,
        last=_last(entry),
        source=entry["source"],
    )


def _measure(entry: dict[str, Any]) -> Measure:
    return Measure(
        country=entry["country"],
        kind=MeasureKind(entry["kind"]),
        flow=Flow(entry["flow"]),
        first=first_day(entry["from"]),
        last=_last(entry),
        text=entry["text"],
        source=entry["source"],
        zones=tuple(Zone(name=zone["name"], first=first_day(zone["from"])) for zone in entry.get("zones", ())),
    )
