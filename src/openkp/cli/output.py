"""How a command speaks: data on stdout, talk on stderr, colour only for a person at a terminal."""

import contextlib
import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TextIO

from openkp.scheme.words import Sentence

CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33"}


def open_closed_streams() -> None:
    """Give a standard stream that the caller closed somewhere to go, or the next opened file would take its place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
        name = ("stdin", "stdout", "stderr")[descriptor]
        setattr(sys, name, os.fdopen(descriptor, "w" if descriptor else "r", encoding="utf-8"))
    os.close(descriptor)


def say(words: str) -> None:
    """Talk: progress, warnings, what to do next. Work goes on where nobody can hear it."""
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        lead_nowhere(sys.stderr)


def lead_nowhere(stream: TextIO) -> None:
    """Give what is still held for a stream that takes no more somewhere to go, or Python complains while it ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def put(words: str = "") -> None:
    """Data for a person, one line."""
    print(words)


def put_json(value: object) -> None:
    """Data for a machine: one JSON value, amounts as strings, instants as RFC 3339 in UTC."""
    json.dump(value, sys.stdout, default=as_json, ensure_ascii=False, indent=2)
    print()


def as_json(value: object) -> object:
    """What JSON has no form for, in the form all our JSON uses."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal | date | Path | Sentence):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def put_table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> None:
    """Rows in aligned columns; the last column is as long as it likes."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(heads) - 1)]
    for row in cells:
        fixed = "".join(cell.ljust(width + 2) for cell, width in zip(row, widths, strict=False))
        put(f"{fixed}{row[-1]}")


def painted(words: str, colour: str, *, stream: TextIO | None = None) -> str:
    """``words`` in colour if ``stream`` (stdout) is a terminal that wants it."""
    target = stream or sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not target.isatty():
        return words
    return f"\033[{CODES[colour]}m{words}\033[0m"
