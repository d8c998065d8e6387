"""The whole catalogue of requirements, and how far this software keeps each.

The texts are in ``data/rulebook.yaml``. A state is computed: a rule is enforced where a rule function checks it
or ``data/keepers.yaml`` names the modules that do and these exist; what nothing keeps is not yet.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from openkp.scheme.dated import read_data
from openkp.scheme.rules.base import Rule
from openkp.scheme.rules.certificates import EXPORT_RULES, IMPORT_RULES
from openkp.scheme.rules.statistics import FILING_RULES, QUESTIONNAIRE_RULES

_PACKAGE = "src/openkp/"


class State(StrEnum):
    """How far a requirement is kept."""

    ENFORCED = "enforced"
    CONFIGURABLE = "configurable"
    RECORDED = "recorded"
    NOT_YET = "not_yet"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One requirement: ``where`` names what keeps it, ``tests`` what proves that, ``why`` explains the state."""

    id: str
    chapter: str
    text: str
    source: str
    force: str
    state: State
    where: tuple[str, ...]
    tests: tuple[str, ...]
    why: str


@cache
def catalogue() -> tuple[Entry, ...]:
    """Every requirement, in the order of the catalogue."""
    chapters = read_data("rulebook.yaml")["chapters"]
    return tuple(_entry(chapter["title"], rule) for chapter in chapters for rule in chapter["rules"])


def entry(rule_id: str) -> Entry | None:
    """The requirement with this id; small letters will do."""
    return next((each for each in catalogue() if each.id.casefold() == rule_id.strip().casefold()), None)


def references() -> dict[str, str]:
    """What the S-numbers in the sources stand for."""
    return dict(read_data("rulebook.yaml")["references"])


def functions(rule_id: str) -> tuple[Rule[Any], ...]:
    """The rule functions that check this requirement."""
    known: tuple[Rule[Any], ...] = (*EXPORT_RULES, *IMPORT_RULES, *FILING_RULES, *QUESTIONNAIRE_RULES)
    return tuple(rule for rule in known if rule.id == rule_id)


def spec_of(rule: Rule[Any]) -> str:
    """The spec test of a rule function: one file for each file of rules."""
    module = rule.name.split(":")[0].rsplit(".", 1)[1]
    return f"tests/spec/test_{module}.py"


def place_of(rule: Rule[Any]) -> str:
    """The file and the name of a rule function."""
    module, name = rule.name.split(":")
    return f"src/{module.replace('.', '/')}.py:{name}"


def _entry(chapter: str, facts: dict[str, str]) -> Entry:
    keeper = read_data("keepers.yaml")["keepers"].get(facts["id"], {})
    rules = functions(facts["id"])
    return Entry(
        id=facts["id"],
        chapter=chapter,
        text=facts["text"],
        source=facts["source"],
        force=facts["force"],
        state=_state(keeper, enforced=bool(rules)),
        where=tuple(dict.fromkeys([*map(place_of, rules), *keeper.get("where", ())])),
        tests=tuple(dict.fromkeys([*map(spec_of, rules), *keeper.get("tests", ())])),
        why=keeper.get("why", ""),
    )


def _state(keeper: dict[str, Any], *, enforced: bool) -> State:
    if not keeper:
        return State.ENFORCED if enforced else State.NOT_YET
    if not all(_exists(path) for path in keeper["where"]):
        return State.NOT_YET
    return State(keeper.get("state", State.ENFORCED))


def _exists(path: str) -> bool:
    """Whether this installation has the file that a keeper names."""
    return files("openkp").joinpath(*path.removeprefix(_PACKAGE).split("/")).is_file()
