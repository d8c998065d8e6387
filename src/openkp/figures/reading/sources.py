"""Which kinds of file there are, and reading one."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from openkp.figures.reading.customs import read_customs
from openkp.figures.reading.decoding import lines
from openkp.figures.reading.mines import read_mines
from openkp.figures.reading.production import read_production
from openkp.figures.reading.published import read_published
from openkp.figures.reading.types import Notes, Read, UnreadableSource
from openkp.scheme.readings import reading_limits
from openkp.scheme.words import N_, Sentence

_READERS = {
    "production": read_production,
    "published": read_published,
    "customs": read_customs,
    "mines": read_mines,
}
KINDS = tuple(_READERS)
"""The kinds of file, by the names that a person gives."""


def read_source(data: bytes, *, kind: str) -> Read:
    """Every record of a file with what is wrong. Raises ``UnreadableSource`` where it is not of the layout at all."""
    if kind not in _READERS:
        sentence = N_("There is no kind of file %(kind)s. These are there: %(kinds)s.")
        raise UnreadableSource(Sentence(sentence, {"kind": kind, "kinds": ", ".join(KINDS)}), code="kind-unknown")
    check_size([data])
    notes = Notes()
    facts = _READERS[kind](lines(data, notes), notes, sha256(data).hexdigest())
    records = sum(len(table) for table in facts.values())
    if not records:
        raise _nothing(notes)
    return Read(kind, records, facts, notes.found())


def _nothing(notes: Notes) -> UnreadableSource:
    """No row of the file is a record: there is none, or none can be read."""
    lost = [defect for defect in notes.found() if defect.code == "unreadable-row"]
    if not lost:
        return UnreadableSource(Sentence(N_("The file has a header and no record under it.")), code="no-records", row=2)
    sentence = N_("None of %(count)s rows can be read. %(first)s")
    values = {"count": len(lost), "first": lost[0].sentence}
    return UnreadableSource(Sentence(sentence, values), code="no-records", row=lost[0].rows[0])


def check_size(pieces: Iterable[bytes]) -> None:
    """Refuse a file of more rows than is allowed, piece by piece, before anything of it is kept."""
    limit = reading_limits(date.max).row_limit
    count = 0
    for piece in pieces:
        count += piece.count(b"\n") or piece.count(b"\r")
        if count > limit + 1:
            sentence = N_("The file has more than %(limit)s rows. Split it, by year say, and import the parts.")
            raise UnreadableSource(Sentence(sentence, {"limit": f"{limit:,}"}), code="too-many-rows", row=limit + 2)
