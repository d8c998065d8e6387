"""The past of the demonstration: Sierra Leone's published production, split into shipments to the cent.

Every half-year's carats and dollars are divided among shipments, lines and parcels so that they add up
exactly. The division is made by a seeded generator: the same past on every machine. Goods may be shipped
long after they were mined; each shipment names the half-year of its goods. The last half-year's later shipments
go out around the present day, so that something is under way, overdue or different whenever it is looked at.
"""

import csv
import random  # noqa: TID251  (seeded: the same past on every machine)
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files

SHIPMENTS = 12
"""How many shipments a half-year's production leaves in."""

EXPORTERS = (
    ("Kono Alluvial Export Ltd", "14 Wilkinson Road, Freetown"),
    ("Sewa River Diamonds Ltd", "3 Hangha Road, Kenema"),
    ("Tongo Field Trading Ltd", "27 Siaka Stevens Street, Freetown"),
)
IMPORTERS = (
    ("Scheldt Rough BV", "Hoveniersstraat 22, 2018 Antwerpen"),
    ("Pelikaan Diamonds NV", "Pelikaanstraat 62, 2018 Antwerpen"),
    ("Rijf & Zonen BV", "Rijfstraat 10, 2018 Antwerpen"),
)


@dataclass(frozen=True)
class Period:
    """One half-year as it was published: carats and US dollars of all its records."""

    year: int
    half: int
    carats: Decimal
    value: Decimal

    @property
    def name(self) -> str:
        """``2019-H1``"""
        return f"{self.year}-H{self.half}"

    @property
    def begins(self) -> date:
        """The first day of the half-year."""
        return date(self.year, 6 * self.half - 5, 1)


class Fate(StrEnum):
    """What became of a shipment up to now."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"  # confirmed with a difference that nobody has closed yet
    OVERDUE = "overdue"
    ARRIVED = "arrived"
    UNDER_WAY = "under_way"


@dataclass(frozen=True)
class Shipment:
    """One shipment of the past: its goods, its parties, and when it was issued.

    ``misprinted``: its first certificate was voided, and another one issued for the same goods a day later.
    """

    period: str
    ordinal: int
    issued_at: datetime
    exporter: int
    importer: int
    lines: tuple[dict[str, str], ...]
    fate: Fate = Fate.CONFIRMED
    misprinted: bool = False

    @property
    def reference(self) -> str:
        """``2019-H1/04``"""
        return f"{self.period}/{self.ordinal:02d}"


RECENT: tuple[tuple[int, Fate, bool], ...] = (
    (45, Fate.OVERDUE, False),
    (43, Fate.OVERDUE, False),
    (24, Fate.DIFFERENT, False),
    (19, Fate.CONFIRMED, True),
    (15, Fate.DIFFERENT, False),
    (6, Fate.ARRIVED, False),
    (3, Fate.UNDER_WAY, False),
    (2, Fate.UNDER_WAY, False),
    (1, Fate.UNDER_WAY, False),
)
"""How many days ago the newest shipments were issued, what became of each, whose certificate was misprinted."""


def published() -> list[Period]:
    """The half-years in the project's copy of the published figures, each summed over its records."""
    text = (files(__package__) / "data" / "sierra_leone_production.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    sums: dict[tuple[int, int], list[Decimal]] = {}
    for row in rows:
        total = sums.setdefault((int(row["year"]), int(row["half"])), [Decimal(0), Decimal(0)])
        total[0] += Decimal(row["carats"])
        total[1] += Decimal(row["value_usd"])
    return [Period(year, half, *total) for (year, half), total in sorted(sums.items())]


def past(now: datetime) -> list[Shipment]:
    """Every shipment of every half-year, the newest ones dated around ``now``."""
    made = [shipment for period in published() for shipment in shipments(period)]
    older, newest = made[: -len(RECENT)], made[-len(RECENT) :]
    return older + [
        replace(shipment, issued_at=_on_that_day(shipment, now, days), fate=fate, misprinted=misprinted)
        for shipment, (days, fate, misprinted) in zip(newest, RECENT, strict=True)
    ]


def _on_that_day(shipment: Shipment, now: datetime, days: int) -> datetime:
    """The shipment's own hour, so many days before ``now``."""
    return datetime.combine(now.date() - timedelta(days=days), shipment.issued_at.timetz())


def shipments(period: Period, count: int = SHIPMENTS) -> list[Shipment]:
    """The shipments of one half-year, one after another through the half-year that follows it."""
    chance = random.Random(f"openkp {period.name}")  # noqa: S311  (a past to show, not a secret)
    weights = [chance.uniform(0.5, 1.5) for _ in range(count)]
    prices = [weight * chance.uniform(0.8, 1.25) for weight in weights]
    carats, values = divided(period.carats, weights), divided(period.value, prices)
    first = datetime.combine(period.begins, time(9), UTC) + timedelta(days=183)
    made = []
    for ordinal, (weight, value) in enumerate(zip(carats, values, strict=True), start=1):
        days = (ordinal - 1) * 180 // count + chance.randrange(6)
        made.append(
            Shipment(
                period=period.name,
                ordinal=ordinal,
                issued_at=first + timedelta(days=days, minutes=chance.randrange(480)),
                exporter=chance.randrange(len(EXPORTERS)),
                importer=chance.randrange(len(IMPORTERS)),
                lines=_lines(weight, value, chance),
            )
        )
    return made


def divided(total: Decimal, weights: list[float]) -> list[Decimal]:
    """``total`` in as many parts as there are weights, each of whole hundredths and above zero, adding up exactly.

    Raises ``ValueError`` for a total of fewer hundredths than parts.
    """
    rest = int(total.scaleb(2)) - len(weights)
    if rest < 0 or total != total.quantize(Decimal("0.01")):
        raise ValueError("a total of whole hundredths, at least one for each part")
    millionths = [int(weight * 1_000_000) for weight in weights]
    parts = [1 + rest * share // sum(millionths) for share in millionths]
    parts[-1] += rest + len(weights) - sum(parts)
    return [Decimal(part).scaleb(-2) for part in parts]


def _lines(carats: Decimal, value: Decimal, chance: random.Random) -> tuple[dict[str, str], ...]:
    """Gem and industrial goods: industrial stones are some of the weight and little of the value."""
    industrial = chance.uniform(0.15, 0.45)
    weights = divided(carats, [1 - industrial, industrial])
    values = divided(value, [1 - industrial * 0.06, industrial * 0.06])
    return tuple(
        {"hs": hs, "carats": str(weight), "value_usd": str(worth), "parcels": str(chance.randrange(1, 5))}
        for hs, weight, worth in zip(("7102.31", "7102.21"), weights, values, strict=True)
    )
