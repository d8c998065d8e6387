"""The printed words in each language, read from the files beside this one. English is always there."""

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

import yaml

from openkp.scheme.certificates import STATEMENT, TITLE

ENGLISH = "en"


@dataclass(frozen=True)
class Labels:
    """One language's words: ``words`` by key; ``title`` and ``statement`` of the certificate."""

    language: str
    title: str
    statement: str
    words: dict[str, str] = field(hash=False)


def languages() -> tuple[str, ...]:
    """The codes of the languages that have a table, English first."""
    here = (entry.name for entry in files(__package__).iterdir())
    codes = sorted(name.removesuffix(".yaml") for name in here if name.endswith(".yaml"))
    return (ENGLISH, *(code for code in codes if code != ENGLISH))


@lru_cache
def labels_in(language: str) -> Labels:
    """The words in ``language`` (``en``, ``fr``, ...). Raises ``ValueError`` where there is no table."""
    if language not in languages():
        raise ValueError(f"no printed words in the language {language!r}")
    table = yaml.safe_load(files(__package__).joinpath(f"{language}.yaml").read_text("utf-8"))
    title, statement = (TITLE, STATEMENT) if language == ENGLISH else (table["title"], table["statement"])
    return Labels(language, title, statement, dict(table["labels"]))
