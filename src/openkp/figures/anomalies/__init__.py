"""Anomalies with their evidence: one file a family of tests, all of them in ``catalogue``."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from openkp.figures.anomalies import units
from openkp.figures.anomalies.base import Anomaly, AnomalyTest, Scope
from openkp.figures.anomalies.catalogue import TESTS, the_test
from openkp.figures.anomalies.evidence import evidence, packs
from openkp.figures.anomalies.picture import picture
from openkp.figures.anomalies.remembering import Remembering
from openkp.figures.engines import Engine
from openkp.scheme.anomaly_thresholds import thresholds

__all__ = ["TESTS", "Anomaly", "AnomalyTest", "Scope", "evidence", "find", "packs", "picture", "the_test", "units"]


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


def _run(test: AnomalyTest, engine: Engine, scope: Scope, on: date) -> Iterator[Anomaly]:
    limits = thresholds(test.code, on)
    for anomaly in test.check(engine, limits, scope):
        yield replace(anomaly, limits=limits, scope=scope)


def _merged(one: Anomaly, two: Anomaly) -> Anomaly:
    """Two findings of one name: the more severe one, with the records of both."""
    first = max(one, two, key=lambda each: (each.severity, str(each.what)))
    return replace(first, records=tuple(sorted({*one.records, *two.records})))
