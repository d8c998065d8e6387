"""How figures are read: limits, and the rule by which keys that were filed more than once are settled.

Everything is dated data (``data/readings.yaml``) with its source and the evidence for and against it. No rule of the
Scheme about repeated keys was found, so both readings are always shown: every record, and the settled ones.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from openkp.scheme.dated import first_day, in_force, read_data
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

CHOICES = {
    "equal": ("once", "each"),
    "stamped": ("last", "first", "add"),
    "unstamped": ("add", "last", "first"),
    "nil": ("figures", "keep"),
}
"""What a rule chooses, and between what; the file says what each means."""


class UnknownRule(OpenkpError):
    """There is no rule of this name, or not on this day."""

    code = "unknown-rule"


@dataclass(frozen=True, kw_only=True)
class ReadingLimits:
    """Rows of a file at most; by how many percent a restated figure may differ; how many days make one release."""

    row_limit: int
    restated_percent: Decimal
    same_release_days: int
    source: str


@dataclass(frozen=True, kw_only=True)
class ReadingRule:
    """How repeated keys are settled. Raises ``ValueError`` for a choice that does not exist."""

    id: str
    text: str
    source: str
    first: date
    evidence: tuple[str, ...]
    equal: str
    stamped: str
    unstamped: str
    nil: str

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {choices}")


def reading_limits(on: date) -> ReadingLimits:
    """The limits that hold on a day."""
    settings: dict[str, Any] = {}
    sources = []
    for entry in read_data("readings.yaml")["general"]:
        if in_force(first_day(entry["from"]), None, on):
            settings |= entry["set"]
            sources.append(entry["source"])
    settings["restated_percent"] = Decimal(settings["restated_percent"])
    return ReadingLimits(**settings, source="; ".join(sources))


def reading_rules(on: date) -> tuple[ReadingRule, ...]:
    """The rules that one may choose from on a day; of two with one name the later."""
    rules = {}
    for entry in read_data("readings.yaml")["rules"]:
        first = first_day(entry["from"])
        if in_force(first, None, on):
            plain = {name: entry[name] for name in ("id", "text", "source")}
            rules[entry["id"]] = ReadingRule(**plain, first=first, evidence=tuple(entry["evidence"]), **entry["set"])
    return tuple(replace(rule, text=" ".join(rule.text.split())) for rule in rules.values())


def reading_rule(on: date, name: str = "") -> ReadingRule:
    """The rule of this name on a day, or the one that the data makes the default. Raises ``UnknownRule``."""
    if not name:
        for entry in read_data("readings.yaml")["default"]:
            if in_force(first_day(entry["from"]), None, on):
                name = entry["rule"]
    rules = {rule.id: rule for rule in reading_rules(on)}
    if name not in rules:
        sentence = N_("There is no rule %(name)s for repeated records. These are there: %(names)s.")
        raise UnknownRule(Sentence(sentence, {"name": name, "names": ", ".join(rules) or "–"}))
    return rules[name]
