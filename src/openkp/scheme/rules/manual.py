"""The pages that the law prints about itself: the rules with their examples, and the life of a certificate."""

from collections.abc import Iterator, Mapping
from typing import Any

from openkp.scheme.dated import read_data
from openkp.scheme.life import LIFE, Status
from openkp.scheme.rules.base import FORCES, Rule
from openkp.scheme.rules.catalogue import Entry, State, catalogue, functions, place_of, references

#: The chapters of the specification, each a file in ``data/spec``, in the order of the work.
CHAPTERS = (
    "applications",
    "inspections",
    "certificates",
    "arrivals",
    "confirmations",
    "returns",
    "questionnaires",
)
_STATES = {
    State.ENFORCED: "enforced: nothing goes past it",
    State.CONFIGURABLE: "configurable: the authority's settings decide",
    State.RECORDED: "recorded: the facts are kept and shown, people judge them",
    State.NOT_YET: "not yet",
}
_GENERATED = "<!-- Made by `openkp check --write` from the rules themselves: change those, not this page. -->"


def chapter(name: str) -> dict[str, Any]:
    """A chapter of the specification: ``title``, ``about`` and, for each rule function, facts with their findings."""
    loaded: dict[str, Any] = read_data(f"spec/{name}.yaml")
    return loaded


def rules_page() -> str:
    """``docs/reference/rules.md``: every requirement, what keeps it, and the examples that prove it."""
    parts = [_head()]
    for title in dict.fromkeys(each.chapter for each in catalogue()):
        parts.append(f"## {title}")
        parts += [_requirement(each) for each in catalogue() if each.chapter == title]
    parts.append("## References")
    parts.append("\n".join(f"- {number}: {text}" for number, text in references().items()))
    return "\n\n".join(parts) + "\n"


def life_page() -> str:
    """``docs/reference/life.md``: the life of a certificate as a table and a diagram."""
    rows = [_life_row(status) for status in LIFE]
    table = ["| Status | Whose turn | Steps out (journal event) |", "| --- | --- | --- |", *rows]
    arrows = [f"    {a.value} --> {b.value}" for a, step in LIFE.items() for b in step.to]
    starts = [f"    [*] --> {status.value}" for status in (Status.DRAFT, Status.VALIDATED, Status.EXPECTED)]
    ends = [f"    {status.value} --> [*]" for status, step in LIFE.items() if not step.to]
    diagram = ["```mermaid", "stateDiagram-v2", *starts, *arrows, *ends, "```"]
    about = (
        "One table in `src/openkp/scheme/life.py` says where an application, a certificate and an arrival may go. "
        "A step that is not in it cannot be taken; nothing that is closed ever reopens."
    )
    return "\n\n".join(["# The life of a certificate", _GENERATED, about, "\n".join(diagram), "\n".join(table)]) + "\n"


def _head() -> str:
    counts = {state: sum(each.state is state for each in catalogue()) for state in State}
    forces = "; ".join(f"{letter} {meaning}" for letter, meaning in FORCES.items())
    lines = [
        "# The rules",
        _GENERATED,
        "The texts are paraphrases; the source of each is named. "
        f"Force: {forces}. S-numbers are listed under [References](#references).",
        "\n".join(f"- {counts[state]} {meaning}" for state, meaning in _STATES.items()),
        "The examples of each rule function are its specification and are run as tests. They start from these facts:",
        *(f"**{chapter(name)['title']}.** {chapter(name)['about'].strip()}" for name in CHAPTERS),
    ]
    return "\n\n".join(lines)


def _requirement(each: Entry) -> str:
    lines = [
        f"### {each.id}",
        f"{each.text}.".replace("..", "."),
        f"Force {each.force} · {each.source} · **{each.state.value.replace('_', ' ')}**",
    ]
    if each.why:
        lines.append(each.why)
    kept = [path for path in each.where if ":" not in path]
    if kept:
        lines.append("Kept by " + ", ".join(f"`{path}`" for path in kept) + ".")
    if each.tests:
        lines.append("Proved by " + ", ".join(f"`{path}`" for path in each.tests) + ".")
    lines += [_function(rule) for rule in functions(each.id)]
    return "\n\n".join(lines)


def _function(rule: Rule[Any]) -> str:
    module, name = rule.name.split(":")
    examples = chapter(module.rsplit(".", 1)[1])["rules"][name]
    rows = [f"| {_facts(line['facts'])} | {', '.join(line['finds']) or '–'} |" for line in examples]
    table = "\n".join(["| Facts | Findings |", "| --- | --- |", *rows])
    return f"*{rule.text}* ({rule.source}; `{place_of(rule)}`)\n\n{table}"


def _facts(facts: Mapping[str, object]) -> str:
    if not facts:
        return "as above"
    return "; ".join(f"{name} {_value(value)}" for name, value in facts.items())


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(_pairs(value)) or "as certified"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return "yes" if value is True else "no" if value is False else str(value) or "empty"


def _pairs(mapping: Mapping[object, object]) -> Iterator[str]:
    for name, value in mapping.items():
        yield f"line {name}: {_value(value)}" if isinstance(name, int) else f"{name} = {_value(value)}"


def _life_row(status: Status) -> str:
    step = LIFE[status]
    steps = ", ".join(f"{to.value} (`{event}`)" for to, event in step.to.items()) or "closed"
    return f"| {status.value} | {step.owner.value.replace('_', ' ')} | {steps} |"
