"""How old a status may be, and how far clocks may differ: dated data with a source, not constants."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from openkp.scheme.dated import parse_data


@dataclass(frozen=True, kw_only=True)
class VerificationPolicy:
    """``fresh``: a status this young needs no note. ``noted``: up to here it counts, with a note; older, it does not.

    ``clock`` is the difference between two clocks that is taken for normal.
    """

    since: date
    fresh: timedelta
    noted: timedelta
    clock: timedelta
    source: str

    def __post_init__(self) -> None:
        if not timedelta(0) < self.fresh <= self.noted or self.clock < timedelta(0):
            raise ValueError("not a verification policy")


def read_policies(text: str) -> tuple[VerificationPolicy, ...]:
    """The policies in ``text`` (YAML), oldest first. Raises ``ValueError`` where there is none."""
    policies = tuple(_policy(entry) for entry in parse_data(text) or ())
    if not policies:
        raise ValueError("no verification policy")
    return tuple(sorted(policies, key=lambda policy: policy.since))


def _policy(entry: dict[str, object]) -> VerificationPolicy:
    return VerificationPolicy(
        since=date.fromisoformat(str(entry["from"])),
        fresh=timedelta(hours=float(str(entry["status_fresh_hours"]))),
        noted=timedelta(hours=float(str(entry["status_noted_hours"]))),
        clock=timedelta(minutes=float(str(entry["clock_tolerance_minutes"]))),
        source=str(entry["source"]),
    )


@lru_cache(maxsize=1)
def _shipped() -> tuple[VerificationPolicy, ...]:
    return read_policies((files("openkp.documents") / "data" / "verification_policy.yaml").read_text("utf-8"))


def policy_on(day: date, policies: tuple[VerificationPolicy, ...] | None = None) -> VerificationPolicy:
    """The policy in force on ``day``; before the first one, the first."""
    known = policies or _shipped()
    return next((policy for policy in reversed(known) if policy.since <= day), known[0])
