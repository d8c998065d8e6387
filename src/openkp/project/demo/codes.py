"""The second factor of the people of the demonstration: what their telephones would show."""

from typing import Any

from openkp.project.demo.cast import PARTS
from openkp.project.demo.errors import DemoError
from openkp.project.demo.stage import Stage
from openkp.project.demo.wire import Hand
from openkp.scheme.words import N_, Sentence


def code_of(stage: Stage, username: str) -> str:
    """A code that works now, empty for a person who needs none: each works once, as on a real telephone."""
    person = _person(stage.notes, username)
    if not person["telephone"]:
        return ""
    part = next(part for part in PARTS if part.name == person["node"])
    hand = Hand(part.name, part.code, stage.environment(part))
    try:
        return str(hand.ask("code", username=username))
    finally:
        hand.close()


def _person(notes: dict[str, Any], username: str) -> dict[str, Any]:
    for person in notes["people"]:
        if person["username"] == username:
            found: dict[str, Any] = person
            return found
    everybody = ", ".join(person["username"] for person in notes["people"])
    raise DemoError(
        Sentence(N_("Nobody in the demonstration is called %(name)s."), {"name": username}),
        code="demo-nobody",
        advice=Sentence(N_("There are: %(everybody)s"), {"everybody": everybody}),
    )
