"""The annual summary as files: JSON, CSV, and the forms of the modules beside this one."""

import json
from collections.abc import Callable
from typing import Any

from openkp.figures.writing.table import as_csv
from openkp.figures.writing.table import rows as as_rows
from openkp.figures.writing.tables import write_table
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

FORMS = ("json", "csv", "xlsx", "sdmx")
"""What a summary can be written as."""


class UnknownForm(OpenkpError):
    """No file is written in this form here."""

    code = "unknown-form"


def write_summary(summary: dict[str, Any], form: str) -> bytes:
    """The summary in one of ``FORMS``. Raises ``UnknownForm``."""
    own: dict[str, Callable[[dict[str, Any]], bytes]] = {"json": as_json, "csv": as_csv}
    if form in own:
        return own[form](summary)
    if form not in FORMS:
        sentence = N_("A summary is written as %(forms)s, not as “%(form)s”.")
        raise UnknownForm(Sentence(sentence, {"forms": ", ".join(FORMS), "form": form}))
    return write_table(list(as_rows(summary)), form)


def as_json(summary: dict[str, Any]) -> bytes:
    """The whole summary: differences, gaps and inputs too."""
    return (json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=False) + "\n").encode()


__all__ = ["FORMS", "UnknownForm", "as_csv", "as_json", "as_rows", "write_summary", "write_table"]
