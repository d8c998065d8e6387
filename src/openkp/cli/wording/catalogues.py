"""The catalogues of translations: gathering sentences, compiling them, and the pseudo language.

English is the source; its catalogue (``locale/en``) lists every sentence marked for translation, and the
others follow it. Dates and line numbers are left out, so that the same sources give the same files.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent.parent
LOCALES = PACKAGE / "locale"
SOURCE, PSEUDO = "en", "en_XA"

METHODS = [("**/node_modules/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
FIXED = datetime(2026, 1, 1, tzinfo=UTC)
GAP = re.compile(r"%\([a-z_]+\)[sd]|%%|<[^>]+>")


def catalogue(language: str) -> Path:
    """Where one language's sentences are."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """The languages that have a catalogue, the source first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/django.po"))
    return [SOURCE, *(name for name in found if name != SOURCE)]


def gathered() -> Catalog:
    """Every sentence marked in the code and in the templates."""
    template = empty(SOURCE)
    for name, _line, message, comments, _context in extract_from_dir(PACKAGE, METHODS, OPTIONS, KEYWORDS, ["i18n:"]):
        template.add(message, locations=[(Path(name).as_posix(), 1)], auto_comments=comments)
    return template


def empty(language: str) -> Catalog:
    """A catalogue without sentences."""
    return Catalog(
        locale=language if language != PSEUDO else SOURCE,
        project="OpenKP",
        version="1",
        copyright_holder="The OpenKP authors",
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="The OpenKP authors",
        language_team="The OpenKP authors",
        header_comment="# OpenKP, what people read. Made by `openkp messages extract`; licence: Apache-2.0.",
        creation_date=FIXED,
        revision_date=FIXED,
        fuzzy=False,
    )


def load(language: str) -> Catalog:
    """One language's catalogue as it stands."""
    path = catalogue(language)
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def brought_up_to_date(language: str, template: Catalog) -> Catalog:
    """The language's catalogue with the sentences of ``template``, its translations kept, the unused dropped."""
    old, new = load(language), empty(language)
    for message in sorted(template, key=lambda m: str(m.id)):
        if not message.id:
            continue
        known = old.get(message.id) if language != SOURCE else None
        locations = sorted({(name, 1) for name, _ in message.locations})
        new.add(message.id, known.string if known else None, locations=locations, flags=message.flags - {"fuzzy"})
    return new


def text_of(entries: Catalog) -> bytes:
    """A catalogue as the bytes of its file."""
    buffer = BytesIO()
    write_po(buffer, entries, width=100, include_lineno=False)
    return buffer.getvalue()


def save(language: str, entries: Catalog) -> None:
    """Write one language's catalogue."""
    path = catalogue(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text_of(entries))


def compile_all() -> None:
    """Compile every catalogue, and the pseudo language from the source."""
    for language in languages():
        compile_one(language, load(language))
    compile_one(PSEUDO, pseudo(load(SOURCE)))


def compile_one(language: str, entries: Catalog) -> None:
    """Write the binary form that gettext reads, under Django's name and under the command line's."""
    buffer = BytesIO()
    write_mo(buffer, entries)
    folder = catalogue(language).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("django.mo", "openkp.mo"):
        (folder / name).write_bytes(buffer.getvalue())


ACCENTED = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñšž")


def pseudo(source: Catalog) -> Catalog:
    """The source in brackets, accented and 40 % longer, its gaps untouched."""
    stretched = empty(PSEUDO)
    for message in source:
        if message.id:
            forms = forms_of(message.id)
            strings = tuple(stretch(form) for form in forms)
            stretched.add(message.id, strings if len(strings) > 1 else strings[0], flags=message.flags)
    return stretched


def stretch(sentence: str) -> str:
    """``[Šígñ óút ~~~]``, in pieces that a line may be broken between"""
    pieces = GAP.split(sentence)
    gaps = [*GAP.findall(sentence), ""]
    worded = "".join(piece.translate(ACCENTED) + gap for piece, gap in zip(pieces, gaps, strict=True))
    missing = max(1, round(len("".join(pieces)) * 0.4) - 3)
    return f"[{worded} {' '.join(['~' * 5] * (missing // 6))}{'~' * (missing % 6)}]"


def forms_of(words: object) -> tuple[str, ...]:
    """One sentence, or the forms of a plural."""
    return tuple(str(form) for form in words) if isinstance(words, list | tuple) else (str(words),)


def wrong_gaps(message: Message) -> Iterator[str]:
    """What a translation does with the gaps and marks of its source that it must not."""
    if not message.id or not message.string:
        return
    sources = forms_of(message.id)
    wanted = sorted(GAP.findall(sources[-1]))
    for string in forms_of(message.string):
        have = sorted(GAP.findall(string))
        if string and have != wanted and have != sorted(GAP.findall(sources[0])):
            yield f"{string!r} has {have}, its source has {wanted}"
