"""A log's frontier as one column holds it: its hashes, one after the other."""

from openkp.documents.log import Frontier


def frontier_of(size: int, column: bytes) -> Frontier:
    """The frontier of a log of ``size`` entries."""
    return Frontier(size, tuple(column[at : at + 32] for at in range(0, len(column), 32)))


def grown(size: int, column: bytes, leaf: bytes) -> bytes:
    """The column after one more leaf."""
    return b"".join(frontier_of(size, column).append(leaf).hashes)
