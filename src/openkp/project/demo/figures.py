"""Statistics in the demonstration: returns of both Participants, the Secretariat with real and synthetic figures."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any

from openkp.project.demo.cast import ANTWERP, SECRETARIAT, SIERRA_LEONE, Part
from openkp.project.demo.founding import Hands
from openkp.project.demo.history import published
from openkp.registry.accounts.roles import Role
from openkp.scheme.deadlines import due_on, ended_periods
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind

SOURCES = {"production": "kp_production_half_yearly.csv", "published": "kp_published_figures.csv"}
"""The project's copies of what the KP and others published; where each came from stands in ``data/README.md``."""
SYNTHETIC_SEED, SYNTHETIC_CERTIFICATES = 7, 5_000
EARLY, LATER = timedelta(days=12), timedelta(hours=4)
"""How long before the due date a return is prepared, and how much later the second person files it."""
FLOWS = {SIERRA_LEONE.code: "export", ANTWERP.code: "import"}

Telling = tuple[datetime, Callable[[], Any]]


def people(part: Part, role: Role) -> list[str]:
    """Who has the role at a node."""
    return [player.username for player in part.players if player.role is role]


def returns(hands: Hands, now: datetime) -> list[Telling]:
    """The returns of the past, each with its instant: production as it was published, trade from the own documents."""
    told = []
    for period in published():
        lines = [{"mining": "", "carats": f"{period.carats:.2f}", "value_usd": f"{period.value:.2f}"}]
        typed = {"nature": "figures", "visibility": "kp_only", "method": "Weighed at export.", "production": lines}
        told += _return(hands, SIERRA_LEONE, ReturnKind.PRODUCTION, Period.parse(period.name), typed, now)
    began = published()[0].begins
    for part in (SIERRA_LEONE, ANTWERP):
        for quarter in ended_periods(ReturnKind.TRADE, began, now.date()):
            told += _return(hands, part, ReturnKind.TRADE, quarter, None, now)
    return told


def _return(
    hands: Hands, part: Part, kind: ReturnKind, period: Period, typed: dict[str, Any] | None, now: datetime
) -> list[Telling]:
    """One return: filed by two persons; that of the period which ended last waits for the second person."""
    writer, signer = people(part, Role.STATISTICIAN)[:2]
    due = due_on(kind, period)
    prepared = datetime(due.year, due.month, due.day, 9, tzinfo=now.tzinfo) - EARLY
    over = datetime.combine(period.next.first_day, time(), now.tzinfo)
    prepared = max(over, min(prepared, now - timedelta(hours=20)))
    filed = prepared + LATER
    hand = hands[part.code]
    what = {"kind": kind.value, "period": str(period), "typed": typed}
    steps: list[Telling] = [(prepared, lambda: hand.ask("write_return", who=writer, at=prepared, **what))]
    if not period.next.holds(now.date()):
        steps.append(
            (filed, lambda: hand.ask("file_return", who=signer, at=filed, kind=kind.value, period=str(period)))
        )
    return steps


def secretariat(hands: Hands, now: datetime) -> dict[str, Any]:
    """Import real history, make the synthetic year, publish, look for anomalies, ask one questionnaire."""
    hand = hands[SECRETARIAT.code]
    builder, publisher = people(SECRETARIAT, Role.ANALYST)[:2]
    at = now - timedelta(days=2)
    folder = files(__package__) / "data"
    for kind, name in SOURCES.items():
        data = (folder / name).read_bytes()
        hand.ask("import_figures", who=builder, data=data, name=name, kind=kind, at=at)
    hand.ask("make_world", seed=SYNTHETIC_SEED, certificates=SYNTHETIC_CERTIFICATES)
    releases = hand.ask("release_figures", builder=builder, publisher=publisher, at=at + LATER)
    asked = hand.ask("ask_about", who=builder, participant=SIERRA_LEONE.code, at=at + 2 * LATER)
    return {"releases": releases, "questionnaire": asked}


def proven(hands: Hands, now: datetime) -> dict[str, Any]:
    """One total that anybody can check: what Sierra Leone exported in the last year of its published past."""
    who = people(SIERRA_LEONE, Role.STATISTICIAN)[0]
    last = published()[-1]
    told: dict[str, Any] = hands[SIERRA_LEONE.code].ask(
        "prove_figures", who=who, flow=FLOWS[SIERRA_LEONE.code], year=last.year, at=now - timedelta(hours=1)
    )
    return told
