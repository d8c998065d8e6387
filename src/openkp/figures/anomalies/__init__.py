"""Anomalies with their evidence: one file a family of tests, the tuple of tests at the foot of each."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from openkp.figures.anomalies.barred import BARRED
from openkp.figures.anomalies.base import Anomaly, AnomalyTest, Scope
from openkp.figures.anomalies.evidence import evidence, packs
from openkp.figures.anomalies.graph import GRAPH
from openkp.figures.anomalies.lateness import LATENESS
from openkp.figures.anomalies.numerals import NUMERALS
from openkp.figures.anomalies.papers import PAPERS
from openkp.figures.anomalies.partners import PARTNERS
from openkp.figures.anomalies.picture import picture
from openkp.figures.anomalies.prices import PRICES
from openkp.figures.anomalies.remembering import Remembering
from openkp.figures.anomalies.repeats import REPEATS
from openkp.figures.anomalies.stock import STOCK
from openkp.figures.anomalies.swings import SWINGS
from openkp.figures.engines import Engine
from openkp.scheme.anomaly_thresholds import thresholds

__all__ = ["TESTS", "Anomaly", "AnomalyTest", "Scope", "evidence", "find", "packs", "picture", "the_test"]

TESTS: tuple[AnomalyTest, ...] = (
    *LATENESS,
    *SWINGS,
    *PARTNERS,
    *STOCK,
    *BARRED,
    *NUMERALS,
    *PRICES,
    *GRAPH,
    *PAPERS,
    *REPEATS,
)


def find(engine: Engine, *, scope: Scope, on: date, only: Collection[str] = ()) -> list[Anomaly]:
    """Every anomaly in the scope by the thresholds of the day ``on``, the most severe first, then by key.

    ``only`` names tests. Raises ``KeyError`` for a test that there is not.
    """
    wanted = [the_test(code) for code in dict.fromkeys(only)] or TESTS
    once: dict[str, Anomaly] = {}
    remembering = Remembering(engine.name, engine.backend, engine.tables)
    for test in wanted:
        for anomaly in _run(test, remembering, scope, on):
            known = once.get(anomaly.key)
            once[anomaly.key] = anomaly if known is None else _merged(known, anomaly)
    return sorted(once.values(), key=lambda anomaly: (-anomaly.severity, anomaly.key))


def the_test(code: str) -> AnomalyTest:
    """The test with this code. Raises ``KeyError``."""
    return {test.code: test for test in TESTS}[code]


def _run(test: AnomalyTest, engine: Engine, scope: Scope, on: date) -> Iterator[Anomaly]:
    limits = thresholds(test.code, on)
    for anomaly in test.check(engine, limits, scope):
        yield replace(anomaly, limits=limits)


def _merged(one: Anomaly, two: Anomaly) -> Anomaly:
    """Two findings of one name: the more severe one, with the records of both."""
    first = max(one, two, key=lambda each: (each.severity, str(each.what)))
    return replace(first, records=tuple(sorted({*one.records, *two.records})))
