"""The annual summary as files: JSON, CSV, and the forms of the modules beside this one."""

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from openkp.figures.writing.table import as_csv
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

FORMS = ("json", "csv", "xlsx", "sdmx")
"""What a summary can be written as."""


class UnknownForm(OpenkpError):
    """No file is written in this form here."""

    code = "unknown-form"


def write_summary(summary: dict[str, Any], form: str) -> bytes:
    """The summary in one of ``FORMS``. Raises ``UnknownForm``."""
    return _writer(form)(summary)


def as_json(summary: dict[str, Any]) -> bytes:
    """The whole summary: differences, gaps and inputs too."""
    return (json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=False) + "\n").encode()


def as_rows(summary: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The figures of both readings, one row each; see ``table``."""
    from openkp.figures.writing.table import rows

    return rows(summary)


def _writer(form: str) -> Callable[[dict[str, Any]], bytes]:
    if form in ("json", "csv"):
        return {"json": as_json, "csv": as_csv}[form]
    try:
        found = importlib.import_module(f"openkp.figures.writing.{form}") if form in FORMS else None
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise UnknownForm(Sentence(N_("A summary cannot be written as %(form)s here."), {"form": form}))
    writer: Callable[[dict[str, Any]], bytes] = found.write
    return writer
