"""What a detector answers for: the units of a world, which of them are honest, which of them anomalies flag."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openkp.figures.anomalies.base import Anomaly
from openkp.figures.engines import Engine
from openkp.figures.world.truth import Fraud, Kind, Unit
from openkp.scheme.deadlines import reporters_on
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period

CLASSES_OF: dict[Kind, tuple[str, ...]] = {
    Kind.SMUGGLING: ("participant_year",),
    Kind.ROUND_TRIPPING: ("pair",),
    Kind.UNDER_VALUATION: ("pair",),
    Kind.FAKES: ("certificate",),
    Kind.DOUBLE_FILING: ("return", "certificate"),
    Kind.SILENCE: ("return", "receiver_quarter"),
}
"""The classes of honest units that can be flagged wrongly, by kind."""

GROUPS = ("loop", "pair", "parcel")
"""Seeded units that are a handful of certificates: found if enough of them are named."""


@dataclass(frozen=True)
class Universe:
    """Every unit of a world by class. ``pairs``: the certificates of each exporter and importer who trade together.

    ``returns_of``: the return that a source of ``production`` or ``trade`` rows belongs to.
    """

    year: int
    units: Mapping[str, frozenset[Unit]]
    pairs: Mapping[Unit, frozenset[str]]
    returns_of: Mapping[str, Unit]

    def honest(self, name: str, frauds: Iterable[Fraud]) -> set[Unit]:
        """The units of a class that no fraud made, used or disturbed."""
        used = list(frauds)
        crooked, numbers = crooked_units(used)
        if name == "pair":
            crooked = crooked | {pair for pair, own in self.pairs.items() if own & numbers}
        return set(self.units[name] - crooked)

    def named_by(self, anomaly: Anomaly, kind: Kind, settings: Mapping[str, Any]) -> set[Unit]:
        """The units of the classes of a kind that one anomaly names, certificates by themselves."""
        classes = {"certificate" if name == "pair" else name for name in CLASSES_OF[kind]}
        return {unit for name in classes for unit in flagged_units(name, [anomaly], self, settings)}

    @staticmethod
    def cited(anomalies: Iterable[Anomaly]) -> set[str]:
        """The certificates that anomalies name."""
        return {
            record.removeprefix("certificate:")
            for each in anomalies
            for record in each.records
            if record.startswith("certificate:")
        }


def crooked_units(frauds: Sequence[Fraud]) -> tuple[frozenset[Unit], frozenset[str]]:
    """The units, certificates among them, and the certificates that frauds made, used or disturbed."""
    units = {unit for fraud in frauds for unit in (fraud.unit, *fraud.touches)}
    numbers = {number for fraud in frauds for number in fraud.certificates if fraud.unit[0] != "receiver_quarter"}
    return frozenset(units | {("certificate", number) for number in numbers}), frozenset(numbers)


def units_of(engine: Engine, year: int, settings: Mapping[str, Any]) -> Universe:
    """Everything in a lake that can be flagged."""
    codes = reporters_on(load_participation(), date(year, 12, 31))
    issued, confirmed = engine.tables["issued"], engine.tables["confirmed"]
    numbers = {row["number"] for name in (issued, confirmed) for row in engine.rows(name.select("number").distinct())}
    pairs = _pairs(engine, int(settings["least_in_pair"]))
    returns_of = _returns_of(engine)
    units: dict[str, Iterable[Unit]] = {
        "participant_year": {("participant_year", code, str(year)) for code in codes},
        "certificate": {("certificate", number) for number in numbers},
        "pair": set(pairs),
        "return": _returns(codes, year, returns_of),
        "receiver_quarter": _quarters(engine, year, int(settings["least_in_quarter"])),
    }
    return Universe(year, {name: frozenset(each) for name, each in units.items()}, pairs, returns_of)


def _pairs(engine: Engine, least: int) -> dict[Unit, frozenset[str]]:
    rows = engine.rows(engine.tables["issued"].select("number", "exporter", "importer").distinct())
    pairs: dict[Unit, set[str]] = defaultdict(set)
    for row in rows:
        pairs["pair", row["exporter"], row["importer"]].add(row["number"])
    return {pair: frozenset(own) for pair, own in pairs.items() if len(own) >= least}


def _returns_of(engine: Engine) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    production, trade = engine.tables["production"], engine.tables["trade"]
    for row in engine.rows(production.select("source", "participant", "year", "half").distinct()):
        found[row["source"]] = ("return", row["participant"], "production", str(Period(row["year"], "H", row["half"])))
    for row in engine.rows(trade.select("source", "reporter", "year", "quarter").distinct()):
        found[row["source"]] = ("return", row["reporter"], "trade", str(Period(row["year"], "Q", row["quarter"])))
    return found


def _returns(codes: Iterable[str], year: int, returns_of: Mapping[str, Unit]) -> set[Unit]:
    """What is owed: trade by everybody, production by whoever ever filed one."""
    producers = {unit[1] for unit in returns_of.values() if unit[2] == "production"}
    trade = {("return", code, "trade", str(Period(year, "Q", part))) for code in codes for part in range(1, 5)}
    return trade | {
        ("return", code, "production", str(Period(year, "H", part))) for code in producers for part in (1, 2)
    }


def _quarters(engine: Engine, year: int, least: int) -> set[Unit]:
    rows = engine.tables["issued"].select("number", "destination", "issued_on").distinct()
    rows = rows.mutate(year=rows.issued_on.year(), quarter=rows.issued_on.quarter())
    counted = rows.group_by(["destination", "year", "quarter"]).agg(count=rows.count())
    counted = counted.filter((counted["count"] >= least) & (counted.year == year))
    return {
        ("receiver_quarter", row["destination"], str(Period(year, "Q", row["quarter"]))) for row in engine.rows(counted)
    }


def flagged_units(
    name: str, anomalies: Iterable[Anomaly], universe: Universe, settings: Mapping[str, Any]
) -> set[Unit]:
    """The units of a class that anomalies flag."""
    heard = [each for each in anomalies if name in settings["speaks_of"].get(each.test, (name,))]
    if name == "pair":
        cited = universe.cited(heard)
        share = settings["share_of_certificates"]
        return {pair for pair, own in universe.pairs.items() if len(own & cited) >= share * len(own)}
    if name == "certificate":
        return {("certificate", number) for number in universe.cited(heard)}
    flag = {"participant_year": _years, "return": _named_returns, "receiver_quarter": _named_quarters}[name]
    return {unit for each in heard for unit in flag(each, universe)}


def _years(anomaly: Anomaly, _universe: Universe) -> Sequence[Unit]:
    return (("participant_year", anomaly.participant, str(anomaly.period.year)),)


def _named_quarters(anomaly: Anomaly, _universe: Universe) -> Sequence[Unit]:
    return (("receiver_quarter", anomaly.participant, str(anomaly.period)),) if anomaly.period.kind == "Q" else ()


def _named_returns(anomaly: Anomaly, universe: Universe) -> Sequence[Unit]:
    """The returns whose rows are the evidence; where there are none, the one of that Participant and period."""
    sources = (record.partition(":")[2].rpartition("#")[0] for record in anomaly.records)
    named = {universe.returns_of[source] for source in sources if source in universe.returns_of}
    if named or any(record.startswith("certificate:") for record in anomaly.records):
        return tuple(unit for unit in named if unit[1] == anomaly.participant)
    kind = {"Q": "trade", "H": "production"}.get(anomaly.period.kind)
    return (("return", anomaly.participant, kind, str(anomaly.period)),) if kind else ()
