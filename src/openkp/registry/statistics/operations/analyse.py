"""Looking for anomalies, sharing out who analyses whom, and dismissing what is none."""

from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics.models import Allocation, AnomalyFound


def run_anomalies(year: int, *, actor: Actor, at: datetime) -> list[AnomalyFound]:
    """Run every test over a year's facts; an anomaly that was found before keeps its state. Gives the new ones."""
    raise NotImplementedError


def dismiss_anomaly(
    anomaly_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None
) -> AnomalyFound:
    """Say why an anomaly is innocent; nobody is asked about it."""
    raise NotImplementedError


def allocate(year: int, *, actor: Actor, at: datetime) -> list[Allocation]:
    """Share out who analyses whom: everybody by another, nobody by themselves, evenly; once a year."""
    raise NotImplementedError
