"""Making a world and writing it down: fact tables in Parquet, and the truth in a file of its own."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from openkp.figures.tables import TABLES, Facts
from openkp.figures.world.building import Building
from openkp.figures.world.filing import file_everything
from openkp.figures.world.fraud_filings import hand_in, seed_double_returns, withhold_returns
from openkp.figures.world.fraud_goods import seed_round_trips, seed_smuggling, seed_twins, seed_under_valuation
from openkp.figures.world.fraud_papers import seed_fakes, withhold_confirmations
from openkp.figures.world.papers import Papers, spoil, write_papers
from openkp.figures.world.parameters import Frame, levels_for
from openkp.figures.world.plan import make_plan
from openkp.figures.world.tables import paper_tables, return_tables
from openkp.figures.world.trade import honest_trade, make_market
from openkp.figures.world.truth import Fraud
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

TRUTH, MANIFEST, README = "truth.json", "world.json", "README"

_GOODS: tuple[Callable[[Building], None], ...] = (seed_smuggling, seed_round_trips, seed_under_valuation, seed_twins)


class NotAWorld(OpenkpError):
    """The folder holds something else than a synthetic world, or only a part of one."""

    code = "not-a-world"
    advice = Sentence(N_("Choose an empty folder, or one that openkp world wrote whole."))


@dataclass(frozen=True)
class World:
    """A synthetic year. ``closing`` is each Participant's stock in hundredths of a carat at the end of each year."""

    frame: Frame
    facts: Facts
    frauds: tuple[Fraud, ...]
    closing: dict[str, dict[int, int]]


def make_world(
    seed: int, *, year: int = 2024, certificates: int = 55_000, until: date | None = None, honest: bool = False
) -> World:
    """The world of a seed. ``honest`` leaves every fraud out. Raises ``ValueError`` for a size that is too small."""
    if certificates < 100:
        raise ValueError("a world has 100 certificates at least")
    frame, levels = Frame(seed, year, certificates, until), levels_for(year)
    plan = make_plan(levels, np.random.default_rng([seed, 1]))
    market = make_market(plan, frame, levels, np.random.default_rng([seed, 2]))
    trade = honest_trade(frame, levels, plan, market, np.random.default_rng([seed, 3]))
    building = Building(frame, levels, plan, market, trade)
    for step in () if honest else _GOODS:
        step(building)
    spoil(building)
    papers = write_papers(building)
    if not honest:
        seed_fakes(building, papers)
        withhold_confirmations(building, papers)
    filings = file_everything(building, papers)
    hand_in(building, filings)
    if not honest:
        seed_double_returns(building, filings)
        withhold_returns(building, filings)
    facts = {**return_tables(building, filings), **paper_tables(building, papers)}
    return World(frame, facts, _named(building, papers), filings.closing)


def _named(building: Building, papers: Papers) -> tuple[Fraud, ...]:
    """The frauds with the numbers of their certificates."""
    marks, numbers = papers.shipments.mark, papers.numbers
    year = papers.shipments.day >= building.frame.turn
    return tuple(
        fraud if fraud.certificates else replace(fraud, certificates=_sorted(numbers[year & (marks == mark)]))
        for mark, fraud in enumerate(building.frauds)
    )


def _sorted(numbers: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(str(each) for each in numbers))


def write_world(world: World, directory: Path) -> None:
    """Write the lake (``<table>/<year>.parquet``), the manifest and, apart from them, the truth.

    It takes the place of a world that the folder holds. Raises ``NotAWorld`` where it holds anything else.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _clear(directory)
    _text(directory / README, _readme(world))
    _text(directory / MANIFEST, json.dumps(manifest(world), indent=1))
    for name, table in world.facts.items():
        (directory / name).mkdir(exist_ok=True)
        pq.write_table(table, directory / name / f"{world.frame.year}.parquet", compression="zstd")
    truth = {
        "specimen": True,
        "frauds": [fraud.as_json() for fraud in world.frauds],
        "closing": {
            code: {str(year): f"{stock / 100:.2f}" for year, stock in years.items()}
            for code, years in world.closing.items()
        },
    }
    _text(directory / TRUTH, json.dumps(truth, indent=1))


def _clear(directory: Path) -> None:
    """Remove the tables of the world before, whose years may be others."""
    if any(directory.iterdir()) and not (directory / MANIFEST).is_file():
        raise NotAWorld(Sentence(N_("%(path)s holds something else than a synthetic world."), {"path": str(directory)}))
    for name in TABLES:
        for old in (directory / name).rglob("*.parquet"):
            old.unlink()


def manifest(world: World) -> dict[str, Any]:
    """What anybody may know of a world: how it was made and how large it is."""
    frame = world.frame
    return {
        "specimen": True,
        "seed": frame.seed,
        "year": frame.year,
        "certificates": frame.certificates,
        "until": frame.until.isoformat(),
        "rows": {name: table.num_rows for name, table in world.facts.items()},
    }


def _readme(world: World) -> str:
    frame = world.frame
    return (
        "SPECIMEN: everything in this directory is synthetic. No certificate, trader or filing in it exists.\n"
        f"Made by: openkp world --seed {frame.seed} --year {frame.year} --certificates {frame.certificates}\n"
        "The names of Participants are real, their trade in this year is not: it was drawn at random around levels\n"
        f"of 2022 and 2023. {TRUTH} says which frauds were seeded; a test that reads it is worth nothing.\n"
    )


def _text(path: Path, text: str) -> None:
    path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8", newline="\n")
