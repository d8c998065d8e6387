"""The annual summaries of every year filed, after import, against a plain Python fold over the same records.

Ours: both readings, prices, halves, differences, gaps and inputs, by Ibis expressions on DuckDB. Baseline: the sums of
both readings and nothing else, with dictionaries and decimals (the fold that the tests check against). Each round
times both, in turns; the medians are compared. The filings are made from a seed to the shape of the public file:
22 years, two halves, 55 filers, 10 repeated keys. The public file itself is measured beside them, reading included.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import numpy

from openkp.figures.engines import duckdb_engine
from openkp.figures.reading import read_source
from openkp.figures.summary import annual_summaries, annual_summary, years_filed
from openkp.figures.tables import Facts, table
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period
from tests.unit.figures.plain_fold import resolved, sums

ROUNDS = 15
YEARS = range(2003, 2025)
FILERS = 55
REPEATED = 10


def measure(*, rounds: int, rows: int) -> dict[str, Any]:
    """Milliseconds of all summaries, and of the baseline. ``rows`` sets the number of records (default 2,430)."""
    facts = filings(max(1, round((rows or 2430) / 2430)))
    records = facts["production"].to_pylist()
    engine = duckdb_engine(facts)
    years = years_filed(engine)
    public = (files("openkp.project.demo") / "data" / "kp_production_half_yearly.csv").read_bytes()
    of_public = duckdb_engine(read_source(public, kind="production").facts)
    subjects: dict[str, Callable[[], Any]] = {
        "baseline": lambda: (sums(records), sums(resolved(records))),
        "one_year": lambda: annual_summary(engine, years[-1]),
        "all_years": lambda: annual_summaries(engine, years),
        "from_facts": lambda: annual_summaries(duckdb_engine(facts), years),
        "public_file_read": lambda: read_source(public, kind="production"),
        "public_file_all_years": lambda: annual_summaries(of_public, years_filed(of_public)),
    }
    made = annual_summaries(engine, years)
    for reading, folded in zip(("as_filed", "resolved"), subjects["baseline"](), strict=True):
        for year in years:
            assert f"{folded[year, None][0]:.2f}" == made[year][reading]["world"]["production"]["carats"]
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds or ROUNDS):
        for name, subject in subjects.items():
            began = time.perf_counter()
            subject()
            times[name].append((time.perf_counter() - began) * 1000)
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "ratio": round(median["baseline"] / median["all_years"], 3),
        "aim": "one year < 1000 ms",
        "unit": "ms",
        "ours": round(median["all_years"], 1),
        "ours_name": f"finished summaries of {len(years)} years, {len(records)} records, both readings",
        "baseline": round(median["baseline"], 1),
        "baseline_name": "plain Python fold of the sums of both readings over the same records, nothing else",
        "rows": [{"step": name, "ms": round(value, 1)} for name, value in median.items()],
    }


def filings(times: int) -> Facts:
    """Records of the public file's shape, ``times`` as many."""
    chance = numpy.random.default_rng(3)
    codes = [member.code for member in load_participation().members][:FILERS]
    rows = []
    for year in YEARS:
        for half in (1, 2):
            ended = datetime.combine(Period(year, "H", half).last_day, datetime.min.time(), UTC)
            filed = [(code, each) for code in codes for each in range(times)]
            repeated = filed[:REPEATED] if year == YEARS[-1] else []
            for code, each in filed + repeated:
                carats = Decimal(int(chance.integers(1, 10**9))).scaleb(-2)
                rows.append(
                    {
                        "participant": code,
                        "year": year,
                        "half": half,
                        "mining": f"{each}" if each else "",
                        "nil": False,
                        "carats": carats,
                        "usd": (carats * int(chance.integers(5, 400))).quantize(Decimal("0.01")),
                        "created": ended + timedelta(days=int(chance.integers(1, 400))),
                        "version": 1,
                        "source": "bench",
                        "record": len(rows) + 2,
                    }
                )
    return {"production": table("production", rows)}
