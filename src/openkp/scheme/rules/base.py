"""What a rule is: one sentence of law with its source, and one function that checks it.

A rule's docstring is the sentence; it is the manual's text as well. A rule function yields a
``Problem`` for everything it finds; ``check`` runs many rules and returns every ``Finding`` at once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import Generic, TypeVar

from openkp.scheme.errors import Finding
from openkp.scheme.words import Sentence

Case = TypeVar("Case", contravariant=True)
FORCES = {
    "M": "minimum requirement",
    "O": "optional element",
    "R": "recommendation",
    "A": "administrative decision or practice",
    "N": "national law",
}


@dataclass(frozen=True)
class Problem:
    """What a rule function yields: a ``Finding`` that does not know its rule yet."""

    code: str
    field: str
    sentence: Sentence


def problem(code: str, field: str, template: str, /, **values: object) -> Problem:
    """One thing that is wrong: ``problem("seals_missing", "seals", N_("Write at least one seal number."))``."""
    return Problem(code, field, Sentence(template, values))


@dataclass(frozen=True)
class Rule(Generic[Case]):
    """One sentence of law: ``id`` as in the catalogue, ``force`` one of ``FORCES``, ``name`` module and function."""

    id: str
    text: str
    source: str
    force: str
    name: str
    check: Callable[[Case], Iterator[Problem]]


def rule(rule_id: str, *, source: str, force: str = "M") -> Callable[[Callable[[Case], Iterator[Problem]]], Rule[Case]]:
    """Make a ``Rule`` of a function. Raises ``ValueError`` for one without a sentence, a source or a force."""

    def decorate(function: Callable[[Case], Iterator[Problem]]) -> Rule[Case]:
        text = " ".join((getdoc(function) or "").split("\n\n")[0].split())
        if not text or not source or force not in FORCES:
            raise ValueError(f"{rule_id} needs a sentence, a source and a force")
        return Rule(rule_id, text, source, force, f"{function.__module__}:{function.__qualname__}", function)

    return decorate


def check(rules: Iterable[Rule[Case]], case: Case) -> tuple[Finding, ...]:
    """Every finding of every rule, in the order of the rules. Raises ``ValueError`` where there is no rule."""
    ordered = tuple(rules)
    if not ordered:
        raise ValueError("checking against no rule is not a check")
    findings = (Finding(each.id, p.code, p.field, p.sentence) for each in ordered for p in each.check(case))
    return tuple(dict.fromkeys(findings))
