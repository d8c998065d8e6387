"""When returns are filed, corrected and mistyped; and what is filed twice or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np

from openkp.figures.world.building import Building
from openkp.figures.world.filing import Filings, Return, lateness, moment
from openkp.figures.world.fraud_goods import year_unit
from openkp.figures.world.parameters import read_world_data
from openkp.figures.world.truth import Fraud, Kind, Unit


def hand_in(building: Building, filings: Filings) -> None:
    """Give every return its time; some are corrected; what would come after the world is looked at is not there yet."""
    noise = read_world_data("noise")["filing"]
    generator = building.random("handing in")
    until = datetime.combine(building.frame.until, time(), UTC)
    days = lateness(len(filings.returns), generator)
    done: list[Return] = []
    for each, late in zip(filings.returns, days.tolist(), strict=True):
        each.created = moment(each.period.last_day, late, int(generator.integers(28_000, 64_000)))
        drawn = generator.random()
        if drawn < noise["corrected_share"]:
            done += _corrected(each, int(generator.integers(10, 90)), generator)
        else:
            done.append(_mistyped(each, generator) if drawn > 1 - noise["error_share"] else each)
    filings.returns = [each for each in done if each.created and each.created <= until]


def _corrected(right: Return, days: int, generator: np.random.Generator) -> list[Return]:
    assert right.created
    return [_mistyped(right, generator), replace(right, version=2, created=right.created + timedelta(days=days))]


def _mistyped(right: Return, generator: np.random.Generator) -> Return:
    """One amount of one line with two neighbouring digits changed over, or a digit too many."""
    at = int(generator.integers(len(right.rows)))
    name = ("carats", "usd")[int(generator.integers(2))]
    digits = str(right.rows[at][name])
    place = int(generator.integers(max(len(digits) - 1, 1)))
    swapped = digits[:place] + digits[place : place + 2][::-1] + digits[place + 2 :]
    wrong = int(digits) * 10 if generator.random() < 0.2 else int(swapped)
    rows = [{**row, name: wrong} if number == at else dict(row) for number, row in enumerate(right.rows)]
    return replace(right, rows=rows)


def seed_double_returns(building: Building, filings: Filings) -> None:
    """Returns handed in twice, so that a sum over all records counts them twice."""
    settings = read_world_data("noise")["frauds"]["double_filing"]
    generator = building.random("double returns")
    until = datetime.combine(building.frame.until, time(), UTC)
    for kind in ("production", "trade"):
        last = _last_versions(filings, kind, building.frame.year)
        last = [each for each in last if each.created and each.created < until - timedelta(days=60)]
        for first in _drawn(building, last, settings[kind], generator):
            again = _again(first, generator)
            filings.returns.append(again)
            building.seed(_double(building, first, again))


def _drawn(building: Building, returns: list[Return], count: int, generator: np.random.Generator) -> list[Return]:
    """Some returns, of Participants that differ and are in no other fraud of this sort."""
    taken = building.occupied()
    drawn = [returns[at] for at in generator.permutation(len(returns)).tolist()]
    first = {each.participant: each for each in drawn if each.participant not in taken}
    return list(first.values())[:count]


def _last_versions(filings: Filings, kind: str, year: int) -> list[Return]:
    """The standing returns of the year that say anything."""
    found = {(each.participant, each.period): each for each in filings.returns if each.kind == kind}
    return [each for each in found.values() if each.period.year == year and any(row["carats"] for row in each.rows)]


def _again(first: Return, generator: np.random.Generator) -> Return:
    """The same figures under another paper; now and then with slightly other quantities."""
    assert first.created
    factor = 1.0 if generator.random() < 0.7 else float(generator.uniform(0.9, 1.1))
    rows = [{**row, "carats": round(row["carats"] * factor), "usd": round(row["usd"] * factor)} for row in first.rows]
    later = first.created + timedelta(days=int(generator.integers(1, 50)), seconds=int(generator.integers(30_000)))
    return replace(first, rows=rows, created=later, copy="-again")


def _double(building: Building, first: Return, again: Return) -> Fraud:
    equal = "equal" if first.rows == again.rows else "different"
    carats = sum(row["carats"] for row in again.rows) / 100
    return Fraud(
        kind=Kind.DOUBLE_FILING,
        variant=f"{first.kind}_return_twice",
        participant=first.participant,
        period=str(first.period),
        unit=return_unit(first),
        touches=_touched(building, first),
        size=f"{carats:.2f} ct, {equal} quantities",
    )


def return_unit(each: Return) -> Unit:
    """A return: who, which, for when."""
    return ("return", each.participant, each.kind, str(each.period))


def _touched(building: Building, each: Return) -> tuple[Unit, ...]:
    """The year of the Participant, whose sums no longer fit; on trade also its partners' returns beside it."""
    touched: list[Unit] = [year_unit(building, building.levels.place(each.participant))]
    for partner in sorted({row["partner"] for row in each.rows if row.get("partner")}):
        touched += [("return", partner, "trade", str(period)) for period in _beside(each)]
    return tuple(touched)


def _beside(each: Return) -> tuple[Any, ...]:
    return (each.period.previous, each.period, each.period.next)


def withhold_returns(building: Building, filings: Filings) -> None:
    """Returns that are never handed in although there was something to say."""
    settings = read_world_data("noise")["frauds"]["silence"]
    generator = building.random("withheld returns")
    year = building.frame.year
    candidates = [each for kind in ("production", "trade") for each in _last_versions(filings, kind, year)]
    gone = _drawn(building, candidates, settings["returns"], generator)
    names = {(each.participant, each.kind, each.period) for each in gone}
    filings.returns = [e for e in filings.returns if (e.participant, e.kind, e.period) not in names]
    for each in gone:
        building.seed(
            Fraud(
                kind=Kind.SILENCE,
                variant=f"{each.kind}_return_withheld",
                participant=each.participant,
                period=str(each.period),
                unit=return_unit(each),
                touches=_touched(building, each),
                size=f"{sum(row['carats'] for row in each.rows) / 100:.2f} ct",
            )
        )
