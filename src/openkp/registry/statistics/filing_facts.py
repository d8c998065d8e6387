"""Filings as fact tables: every line of every version, with the document it came from."""

from collections.abc import Collection

from openkp.figures.tables import Facts


def filing_facts(inputs: Collection[str] | None = None) -> Facts:
    """The tables ``production`` and ``trade`` from stored filings; ``inputs`` names documents by hash."""
    raise NotImplementedError
