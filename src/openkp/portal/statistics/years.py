"""A year as it was typed."""

from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import N_, Sentence

FIRST_YEAR = 2003
"""The scheme began on 1 January 2003; no figures are older."""


def year_typed(value: object) -> int:
    """The year. Raises ``Refused`` for anything that is none of the scheme's years."""
    text = str(value).strip()
    if text.isascii() and text.isdigit() and len(text) == 4 and int(text) >= FIRST_YEAR:
        return int(text)
    sentence = Sentence(N_("Write a year from %(first)s on, such as 2024."), {"first": FIRST_YEAR})
    raise Refused([Finding("STAT-10", "year-wrong", "year", sentence)])
