"""Ways to carry an envelope: all carry the same bytes, and none is trusted."""

from typing import Protocol

from openkp.exchange.answers import Answer


class Transport(Protocol):
    """What the loop needs of a way to another node. Every method raises ``PeerError`` where there is no way now."""

    def push(self, envelope: bytes, endpoint: str, *, to: str) -> Answer:
        """Hand over one envelope and bring back the answer."""

    def fetch(self, endpoint: str, path: str) -> bytes:
        """What the node publishes at ``path``."""
