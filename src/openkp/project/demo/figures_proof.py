"""What the demonstration proves of its figures: sums against a plain fold over the file, and the proven total."""

import csv
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib.resources import files
from typing import Any

from openkp.cli.errors import Exit
from openkp.project.demo.cast import SECRETARIAT
from openkp.project.demo.figures import SOURCES
from openkp.project.demo.proof import run
from openkp.project.demo.stage import Stage

YEARS = ("2003", "2019", "2022")
"""The first year, one of the demonstration's own, and one in which a return was filed twice with other quantities."""


def figures(stage: Stage) -> dict[str, dict[str, Any]]:
    """Each year's world production as the Secretariat's command gives it, and the check of the proven total."""
    with ThreadPoolExecutor(2) as pool:
        total = pool.submit(_total, stage)
        years = pool.map(lambda year: _year(stage, year), YEARS)
        return {**dict(zip(YEARS, years, strict=True)), "total.kpp": total.result()}


def _year(stage: Stage, year: str) -> dict[str, Any]:
    code, told, words = run(["statistics", "summary", "--year", year], stage.home(SECRETARIAT))
    said = told["as_filed"]["world"]["production"] if told else {}
    folded = plain_fold(year)
    right = code == Exit.OK and all(said.get(name) == folded[name] for name in folded)
    return {"right": right, "exit": code, **folded, **({} if right else {"said": said, "words": words})}


def plain_fold(year: str) -> dict[str, str]:
    """Every record of the year in the project's copy, added up one by one."""
    text = (files(__package__) / "data" / SOURCES["production"]).read_text("utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["year"] == year]
    sums = {"carats": "carats", "usd": "value_usd"}
    return {name: f"{sum((Decimal(row[column]) for row in rows), Decimal(0)):.2f}" for name, column in sums.items()}


def _total(stage: Stage) -> dict[str, Any]:
    """The total that Sierra Leone proved, checked by somebody who has no node."""
    nowhere = stage.root / "offline"
    nowhere.mkdir(exist_ok=True)
    words = ["statistics", "check", str(stage.root / "total.kpp"), "--bundle", str(stage.root / "trust.bundle")]
    code, told, said = run(words, nowhere)
    right = code == Exit.OK and bool(told and told["fits"])
    return {"right": right, "exit": code, **({} if right else {"words": said})}
