"""Bytes to text: UTF-8 with or without its mark, UTF-16 either way round, and what older programs write."""

import codecs
import io
from collections.abc import Iterator

from openkp.figures.reading.types import Notes, UnreadableSource
from openkp.scheme.words import N_, Sentence

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_EXPECTED = ("utf-8", "utf-8-sig")
_SAMPLE = 4096
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def lines(data: bytes, notes: Notes) -> Iterator[str]:
    """The text line by line. Raises ``UnreadableSource`` for what is no text."""
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise UnreadableSource(Sentence(N_("The file is empty.")), code="file-empty")
    if data.startswith(_ARCHIVES):
        sentence = N_("This is a workbook or an archive. Save the table as CSV and import that.")
        raise UnreadableSource(Sentence(sentence), code="not-a-table")
    encoding = _encoding(data)
    if encoding not in _EXPECTED:
        sentence = N_("The file is written in %(encoding)s, not in UTF-8. It was read so; look at names with accents.")
        notes.add("encoding", 1, sentence, encoding=encoding)
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    try:
        yield from stream
    except UnicodeDecodeError as error:
        sentence = N_("The file is not text in %(encoding)s: byte %(byte)s cannot be read.")
        values = {"encoding": encoding, "byte": error.start + 1}
        raise UnreadableSource(Sentence(sentence, values), code="not-text") from error


def _encoding(data: bytes) -> str:
    """How the bytes are written: by their mark, by the nulls of UTF-16, as UTF-8 if they are that, else Windows'."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) > 3 and sample[offset::2].count(0) > len(sample) // 4:
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), 1 << 20):
            decoder.decode(data[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _western(data)
    return "utf-8"


def _western(data: bytes) -> str:
    """Windows-1252 where its own signs are used and defined, else Latin-1, in which every byte is something."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "iso-8859-1"
    return "cp1252" if any(0x80 <= byte <= 0x9F for byte in data) else "iso-8859-1"
