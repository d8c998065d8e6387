"""What an anomaly is: an evidence pack that an analyst can hand to the other country unedited.

A test is one function over the engine's tables with dated thresholds; it yields every anomaly it finds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import Sentence

Thresholds = Mapping[str, Any]
"""The settings of one test, as ``scheme.anomaly_thresholds`` read them for a day."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a run looks at: the days it covers, and who counts as a Participant or a measure's subject on a day.

    ``year`` and ``until``: periods of ``year`` that ended by ``until`` (an ISO day) are looked at, with earlier ones to
    compare with; ``year`` None looks at every year.
    """

    until: str
    year: int | None = None

    @property
    def last_day(self) -> date:
        """The day that the run looks back from."""
        return date.fromisoformat(self.until)

    def holds(self, period: Period) -> bool:
        """Whether a period is looked at: it has ended, and lies in the year."""
        return period.last_day <= self.last_day and self.year in (None, period.year)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of the picture: a label (a period, a partner), what was observed, and what was expected if known."""

    label: str
    observed: Decimal
    expected: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """One thing that does not fit, with its evidence.

    ``test`` is the code of the test; ``measure`` such as ``carats``, ``usd``, ``usd_per_carat``, ``certificates``,
    ``days``. ``severity`` is how many times the threshold was passed, 1 at the threshold. ``records`` name rows of
    fact tables: ``table:source#record`` or ``certificate:NUMBER``. ``subject`` tells apart what else would have one
    name: a certificate, a pair of traders (opaque tokens). ``limits`` are the thresholds that were used.
    """

    test: str
    participant: str
    partner: str = ""
    period: Period
    measure: str
    observed: Decimal
    expected: Decimal
    severity: Decimal
    what: Sentence
    innocent: tuple[Sentence, ...]
    records: tuple[str, ...]
    series: tuple[Point, ...] = ()
    subject: str = ""
    limits: Thresholds = field(default_factory=dict)
    scope: Scope | None = None

    @property
    def key(self) -> str:
        """The same anomaly found again has the same key: 16 hexadecimal digits."""
        more = (self.subject,) if self.subject else ()
        return self.key_of(self.test, self.participant, self.partner, str(self.period), self.measure, *more)

    @staticmethod
    def key_of(*parts: str) -> str:
        """The key of an anomaly with these names."""
        return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


Check = Callable[[Engine, Thresholds, Scope], Iterator[Anomaly]]


@dataclass(frozen=True)
class AnomalyTest:
    """One test of the catalogue: ``code``, what it asks, who attests it, and the function."""

    code: str
    title: str
    source: str
    check: Check


def anomaly_test(code: str, title: str, *, source: str) -> Callable[[Check], AnomalyTest]:
    """Make an ``AnomalyTest`` of a function."""

    def decorate(function: Check) -> AnomalyTest:
        return AnomalyTest(code, title, source, function)

    return decorate
