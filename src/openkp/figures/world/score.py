"""How much of what was seeded is found, and how many honest units are flagged: docs/explanation/proving-ground.md."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from openkp.figures.anomalies.base import Anomaly, Scope
from openkp.figures.engines import Engine, duckdb_lake
from openkp.figures.world.making import MANIFEST, TRUTH, NotAWorld
from openkp.figures.world.parameters import read_world_data
from openkp.figures.world.truth import Fraud, Kind, Unit
from openkp.figures.world.units import CLASSES_OF, GROUPS, Universe, crooked_units, flagged_units, units_of
from openkp.scheme.words import N_, Sentence

Finder = Callable[..., Sequence[Anomaly]]
"""``openkp.figures.anomalies.find``, or anything that is called like it."""


@dataclass(frozen=True)
class KindScore:
    """The score of one kind of fraud in one world. ``units``: by class of unit, honest ones tested and flagged.

    ``anomalies`` is how many an analyst would have to read, ``unfounded`` how many of them have nothing seeded in them.
    """

    seeded: int
    found: int
    false_alarms: int
    false_alarm_rate: float
    units: dict[str, dict[str, int]]
    found_by: dict[str, int]
    missed: tuple[str, ...]
    anomalies: int = 0
    unfounded: int = 0

    @property
    def recall(self) -> float:
        """The share of the seeded instances that was found."""
        return self.found / self.seeded if self.seeded else 0.0

    def as_json(self) -> dict[str, Any]:
        """The score as JSON."""
        return {
            "seeded": self.seeded,
            "found": self.found,
            "recall": round(self.recall, 4),
            "false_alarms": self.false_alarms,
            "false_alarm_rate": round(self.false_alarm_rate, 4),
            "anomalies": self.anomalies,
            "unfounded": self.unfounded,
            "units": self.units,
            "found_by": self.found_by,
            "missed": list(self.missed),
        }


def score_world(directory: Path, *, find: Finder | None = None) -> dict[Kind, KindScore]:
    """The scores of a world by kind. Raises ``NotAWorld`` where the directory holds none."""
    year, until, frauds = _read(directory)
    engine = duckdb_lake(directory)
    settings = read_world_data("scoring")
    wanted = sorted({code for codes in settings["tests"].values() for code in codes})
    scope = Scope(until=until.isoformat(), year=year)
    anomalies = (find or _project_find())(engine, scope=scope, on=until, only=wanted)
    universe = units_of(engine, year, settings)
    engine.close()
    return {kind: score_kind(kind, frauds, anomalies, universe, settings) for kind in Kind}


def _read(directory: Path) -> tuple[int, date, tuple[Fraud, ...]]:
    """The year of a world, the day it is looked at, what was seeded."""
    try:
        told, truth = (json.loads((directory / name).read_text(encoding="utf-8")) for name in (MANIFEST, TRUTH))
        return int(told["year"]), date.fromisoformat(told["until"]), tuple(map(Fraud.from_json, truth["frauds"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NotAWorld(Sentence(N_("%(path)s holds no synthetic world."), {"path": str(directory)})) from error


def _project_find() -> Finder:
    from openkp.figures.anomalies import find

    return find


def score_kind(
    kind: Kind,
    frauds: Iterable[Fraud],
    anomalies: Iterable[Anomaly],
    universe: Universe,
    settings: Mapping[str, Any],
) -> KindScore:
    """One kind: instances found, honest units flagged, by the tests that count for it."""
    every = tuple(frauds)
    ours = [fraud for fraud in every if fraud.kind is kind]
    heard = [each for each in anomalies if _counts(each, kind, settings)]
    by_test: dict[str, list[Anomaly]] = defaultdict(list)
    for each in heard:
        by_test[each.test].append(each)
    is_found = partial(_found, universe=universe, settings=settings)
    found = [fraud for fraud in ours if is_found(fraud, heard)]
    found_by = {test: sum(is_found(fraud, said) for fraud in found) for test, said in sorted(by_test.items())}
    units = {}
    for name in CLASSES_OF[kind]:
        honest = universe.honest(name, every)
        units[name] = {
            "tested": len(honest),
            "flagged": len(flagged_units(name, heard, universe, settings) & honest),
        }
    rates = [each["flagged"] / each["tested"] for each in units.values() if each["tested"]]
    missed = tuple(f"{fraud.variant} {' '.join(fraud.unit)}: {fraud.size}" for fraud in ours if fraud not in found)
    alarms = sum(each["flagged"] for each in units.values())
    named = [units for units in (universe.named_by(each, kind, settings) for each in heard) if units]
    crooked, _numbers = crooked_units(every)
    unfounded = sum(not units & crooked for units in named)
    return KindScore(
        len(ours), len(found), alarms, max(rates, default=0.0), units, found_by, missed, len(named), unfounded
    )


def _counts(anomaly: Anomaly, kind: Kind, settings: Mapping[str, Any]) -> bool:
    left_out = settings["left_out"].get(anomaly.test, ())
    return anomaly.test in settings["tests"][kind.value] and anomaly.measure not in left_out


def _found(fraud: Fraud, anomalies: Sequence[Anomaly], *, universe: Universe, settings: Mapping[str, Any]) -> bool:
    """Whether the unit of a fraud is flagged: by the same rule as an honest one is."""
    name = fraud.unit[0]
    if name in GROUPS:
        cited = universe.cited(anomalies)
        named = sum(number in cited for number in fraud.certificates)
        return named >= float(settings["share_of_certificates"]) * len(fraud.certificates)
    return fraud.unit in flagged_units(name, anomalies, universe, settings)


def together(scores: Sequence[Mapping[Kind, KindScore]]) -> dict[str, Any]:
    """Several worlds as one: sums, the mean and the range of both rates."""
    return {kind.value: _kind_together([each[kind] for each in scores]) for kind in Kind}


def _kind_together(scores: Sequence[KindScore]) -> dict[str, Any]:
    seeded, found = sum(each.seeded for each in scores), sum(each.found for each in scores)
    by_test: Counter[str] = Counter()
    for each in scores:
        by_test.update(each.found_by)
    return {
        "seeded": seeded,
        "found": found,
        "recall": round(found / seeded, 4) if seeded else 0.0,
        "recall_range": _range([each.recall for each in scores]),
        "false_alarms": sum(each.false_alarms for each in scores),
        "false_alarm_rate": round(sum(each.false_alarm_rate for each in scores) / len(scores), 4),
        "false_alarm_range": _range([each.false_alarm_rate for each in scores]),
        "anomalies": sum(each.anomalies for each in scores),
        "unfounded": sum(each.unfounded for each in scores),
        "units": _units_together(scores),
        "found_by": dict(sorted(by_test.items())),
        "missed": [words for each in scores for words in each.missed],
    }


def _range(values: Sequence[float]) -> list[float]:
    return [round(min(values), 4), round(max(values), 4)]


def _units_together(scores: Sequence[KindScore]) -> dict[str, dict[str, int]]:
    return {
        name: {part: sum(each.units[name][part] for each in scores) for part in ("tested", "flagged")}
        for name in scores[0].units
    }


__all__ = ["Engine", "Finder", "KindScore", "Unit", "score_kind", "score_world", "together"]
