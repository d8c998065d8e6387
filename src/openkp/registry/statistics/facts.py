"""The fact tables of this node: imported files, filings and certificates together."""

from collections.abc import Collection

from openkp.figures.tables import Facts


def node_facts(inputs: Collection[str] | None = None, world: str = "real") -> Facts:
    """Everything this node knows as fact tables; ``inputs`` (hashes) restricts files and filings to those named.

    ``world`` "synthetic" reads the lake in the node's directory.
    """
    raise NotImplementedError
