"""Turning page data into PDF with Typst: archival (PDF/A-3b), accessible (PDF/UA-1) and the same bytes every time.

1. Text goes in as JSON and is only ever printed; Typst never reads it as code.
2. Fonts are those inside Typst and in directories the caller names, never the machine's own: same input, same bytes.
3. Times in the file are the document's own instant.
4. A character that no font has would end the work (PDF/A forbids empty boxes): its number is printed instead.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import typst

_NOT_TEXT = ("qr", "public_qr", "attachment", "faces")


def typeset(template: str, data: dict[str, Any], *, at: datetime, fonts: tuple[str, ...] = ()) -> bytes:
    """The PDF of ``templates/<template>.typ`` filled with ``data``, dated ``at``.

    ``fonts`` are directories with more fonts; their families are used where Typst's own lack a character.
    """
    data |= {"faces": _families(fonts), "date": _instant(at), "substituted": False}
    lacking = _lacking("".join(sorted(_characters(data))), fonts)
    if lacking:
        data = _printable(data, lacking) | {"substituted": True}
    return _compile(template, {"data": json.dumps(data)}, fonts, int(at.timestamp()))


def _compile(template: str, inputs: dict[str, str], fonts: tuple[str, ...], at: int) -> bytes:
    with as_file(files(__package__).joinpath("templates")) as root:
        pdf = typst.compile(
            root / f"{template}.typ",
            root=root,
            font_paths=_fonts(fonts),
            sys_inputs=inputs,
            pdf_standards=["a-3b", "ua-1"],
            timestamp=at,
        )
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache
def _fonts(directories: tuple[str, ...]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(directories))


@lru_cache
def _families(directories: tuple[str, ...]) -> list[str]:
    own = set(_fonts(()).families())
    return sorted(family for family in _fonts(directories).families() if family not in own)


def _instant(at: datetime) -> dict[str, int]:
    return {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_TEXT:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _characters(data: dict[str, Any]) -> set[str]:
    return {character for text in _texts(data) for character in text if not character.isascii()}


@lru_cache(maxsize=256)
def _lacking(characters: str, fonts: tuple[str, ...]) -> frozenset[str]:
    """Those of ``characters`` that no font has, found by halving: Typst tells only that something is lacking."""
    if not characters or _prints(characters, fonts):
        return frozenset()
    if len(characters) == 1:
        return frozenset(characters)
    middle = len(characters) // 2
    return _lacking(characters[:middle], fonts) | _lacking(characters[middle:], fonts)


def _prints(characters: str, fonts: tuple[str, ...]) -> bool:
    faces = json.dumps(_families(fonts))
    try:
        _compile("probe", {"text": " ".join(characters), "faces": faces}, fonts, 0)
    except typst.TypstError:
        return False
    return True


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: item if key in _NOT_TEXT else _mapped(item, change) for key, item in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, list) else value


def _printable(data: dict[str, Any], lacking: frozenset[str]) -> dict[str, Any]:
    table = {ord(character): f"[U+{ord(character):04X}]" for character in lacking}
    return dict(_mapped(data, lambda text: text.translate(table)))
