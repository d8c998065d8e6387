"""What a node answers to an envelope, whatever carried it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Receipted:
    """The message is stored and was applied; ``receipt`` is the signed evidence, and says what came of it."""

    receipt: bytes


@dataclass(frozen=True)
class Held:
    """The message is stored and waits for the one with this place in the chain, which must be sent (again)."""

    waiting_for: int


Answer = Receipted | Held
