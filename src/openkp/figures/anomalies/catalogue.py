"""Every test there is, family by family."""

from openkp.figures.anomalies.barred import BARRED
from openkp.figures.anomalies.base import AnomalyTest
from openkp.figures.anomalies.graph import GRAPH
from openkp.figures.anomalies.lateness import LATENESS
from openkp.figures.anomalies.numerals import NUMERALS
from openkp.figures.anomalies.papers import PAPERS
from openkp.figures.anomalies.partners import PARTNERS
from openkp.figures.anomalies.prices import PRICES
from openkp.figures.anomalies.repeats import REPEATS
from openkp.figures.anomalies.stock import STOCK
from openkp.figures.anomalies.swings import SWINGS

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


def the_test(code: str) -> AnomalyTest:
    """The test with this code. Raises ``KeyError``."""
    return {test.code: test for test in TESTS}[code]
