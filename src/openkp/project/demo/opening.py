"""Setting the scene: the nodes founded, their past made, what is needed to play written down."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from openkp.project.demo import figures, past
from openkp.project.demo.cast import PARTS
from openkp.project.demo.founding import Founded, Hands, found
from openkp.project.demo.history import published
from openkp.project.demo.stage import Stage
from openkp.project.demo.wire import Hand

WORDS = ("kono", "sewa", "tongo", "moa", "bafi", "woyie", "gola", "nimini")
"""Rivers and hills of Sierra Leone's diamond country."""

Progress = Callable[[int, int], None]


@contextmanager
def hands_of(stage: Stage) -> Iterator[Hands]:
    """A hand in each node of the stage."""
    hands = {part.code: Hand(part.name, part.code, stage.environment(part)) for part in PARTS}
    try:
        for hand in hands.values():
            hand.knows(hands)
        yield hands
    finally:
        for hand in hands.values():
            hand.close()


def opened(stage: Stage, hands: Hands, now: datetime, progress: Progress, *, unused: bool = False) -> dict[str, Any]:
    """Found the nodes, make their past, publish; the notes that are kept in the stage's directory.

    With ``unused``, ``notes["expired"]`` is the number of a certificate more that expired on its way.
    """
    password = "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(1000 + secrets.randbelow(9000))])
    founded = found(stage, hands, password, now)
    notes = _notes(stage, founded, password)
    notes["expired"] = past.told(hands, now, progress, unused=unused)
    notes["figures"] = figures.secretariat(hands, now) | {"proven": figures.proven(hands, now)}
    bundle = past.published(hands, now)
    (stage.root / "trust.bundle").write_bytes(bundle)
    stage.write_notes(notes)  # last: whoever finds them finds all of it
    return notes


def _notes(stage: Stage, founded: Founded, password: str) -> dict[str, Any]:
    return {
        "fingerprint": founded.fingerprint,
        "pin": founded.pin,
        "ports": stage.ports,
        "addresses": {part.name: stage.address(part) for part in PARTS},
        "people": [
            {
                "username": player.username,
                "name": player.name,
                "role": player.role.value,
                "authority": player.office,
                "node": part.name,
                "password": password,
                "telephone": founded.telephones[player.username],
            }
            for part in PARTS
            for player in part.players
        ],
    }


def codes_now(hands: Hands, notes: dict[str, Any]) -> dict[str, str]:
    """What the telephone of each officer shows now."""
    codes = {part.name: part.code for part in PARTS}
    officers = [person for person in notes["people"] if person["telephone"]]
    return {each["username"]: hands[codes[each["node"]]].ask("code", username=each["username"]) for each in officers}


def compared(hands: Hands) -> dict[str, dict[str, Any]]:
    """For each half-year: what was published, and what the signed certificates add up to."""
    certified = hands["SL"].ask("certified")
    rows = {}
    for period in published():
        count, carats, dollars = certified.get(period.name, (0, None, None))
        rows[period.name] = {
            "published": {"carats": period.carats, "usd": period.value},
            "certified": {"carats": carats, "usd": dollars},
            "certificates": count,
            "equal": (carats, dollars) == (period.carats, period.value),
        }
    return rows
