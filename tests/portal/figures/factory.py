"""Published editions for tests: real history through the real import, and a small world with trade in it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files

from django.db import transaction

from openkp.figures.engines import duckdb_engine
from openkp.figures.summary import annual_summaries, years_filed
from openkp.registry.accounts.actors import NODE
from openkp.registry.journal.record import canonical_json, record
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.operations.import_source import import_source
from openkp.registry.statistics.source_facts import source_facts

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HAND_YEAR = 2024


@cache
def real_file():
    """The public file of production, as the demo carries it."""
    return (files("openkp.project.demo") / "data" / "kp_production_half_yearly.csv").read_bytes()


def real_history(at=AT, years=None):
    """The real file imported, and an edition of each of its years published."""
    import_source(real_file(), "kp_production_half_yearly.csv", kind="production", actor=NODE, at=at)
    return [published(summary, year=year, at=at) for year, summary in summaries(tuple(years or ())).items()]


@cache
def summaries(years):
    """Those of the real file, made once a run."""
    engine = duckdb_engine(source_facts())
    return annual_summaries(engine, years or years_filed(engine))


@transaction.atomic
def published(content, *, year=HAND_YEAR, edition=1, world="real", at=AT, embargo_until=None, **changed):
    """An edition as the builder stores it."""
    text = canonical_json({"suppressed": [], **content})
    row = Release(
        year=year,
        edition=edition,
        world=world,
        status="published",
        content=text,
        sha256=sha256(text.encode()).digest(),
        inputs={"on": at.date().isoformat(), "sources": [each["source"] for each in content.get("inputs", ())]},
        built_at=at - timedelta(days=1),
        published_at=at,
        embargo_until=embargo_until or at,
    )
    for name, value in changed.items():
        setattr(row, name, value)
    record("release.published", actor=NODE, at=at, subject=f"release:{world}/{year}/{edition}", rows=[row])
    return row


def amounts(carats, usd):
    """A cell as an edition has it."""
    return {"carats": f"{carats:.2f}", "usd": f"{usd:.2f}", "usd_per_carat": f"{usd / carats:.2f}"}


def by_hand():
    """A year with trade, counts, a suppressed cell, a nil return, a difference and an asymmetry."""
    halves = {"1": amounts(3_000_000, 600_000_000), "2": amounts(5_000_000, 900_000_000)}
    people = {
        "AO": {
            "name": "Angola",
            "production": {**amounts(8_000_000, 1_500_000_000), "halves": halves, "nil": False},
            "exports": amounts(7_900_000, 1_480_000_000),
            "certificates": {"issued": 310, "received": None},
        },
        "NA": {
            "name": "Namibia",
            "production": {**amounts(2_000_000, 900_000_000), "halves": {"1": amounts(2e6, 9e8)}, "nil": False},
            "exports": {"suppressed": "small"},
            "certificates": {"issued": None, "received": 4},
        },
        "EU": {
            "name": "European Union",
            "imports": amounts(9_000_000, 1_700_000_000),
            "exports": amounts(1_000_000, 400_000_000),
            "certificates": {"issued": 51, "received": 402},
        },
        "GN": {"name": "Guinea", "production": {"carats": "0.00", "usd": "0.00", "nil": True, "halves": {}}},
        "XQ": {"name": "=cmd()", "production": {**amounts(1, 10), "halves": {}, "nil": False}},
    }
    reading = {
        "world": {
            "production": amounts(10_000_001, 2_400_000_010),
            "imports": amounts(9_000_000, 1_700_000_000),
            "exports": amounts(8_900_000, 1_880_000_000),
            "certificates": {"issued": 361, "received": 406},
        },
        "participants": people,
    }
    return {
        "year": HAND_YEAR,
        "rule": {"id": "later-wins", "text": "What was filed later stands.", "from": "2003-01-01", "source": "test"},
        "as_filed": reading,
        "resolved": reading,
        "differences": [
            {
                "code": "filed-twice-different",
                "participant": "AO",
                "period": "2024-H1",
                "flow": "production",
                "as_filed": amounts(3_100_000, 620_000_000),
                "resolved": amounts(3_000_000, 600_000_000),
                "rows": [4, 9],
                "text": "Filed twice with different amounts.",
            }
        ],
        "missing": [{"participant": "NA", "kind": "production", "period": "2024-H2"}],
        "suppressed": [
            {"participant": "NA", "flow": "exports", "reason": "small"},
            {"participant": "EU", "flow": "exports", "reason": "complementary"},
        ],
        "inputs": [],
        "asymmetry": [
            {
                "exporter": "AO",
                "importer": "EU",
                "period": "2024-Q1",
                "exported": {**amounts(4_000_000, 700_000_000), "certificates": 150},
                "imported": {**amounts(3_600_000, 690_000_000), "certificates": 147},
                "explained_by_lag": "120000.00",
                "index": "0.05",
            },
            {
                "exporter": "NA",
                "importer": "EU",
                "period": "2024-Q1",
                "exported": {**amounts(900_000, 400_000_000), "certificates": 20},
                "imported": {**amounts(1_400_000, 600_000_000), "certificates": 31},
                "explained_by_lag": None,
                "index": "0.22",
            },
        ],
    }
