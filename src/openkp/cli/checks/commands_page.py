"""``docs/reference/commands.md``, from the parsers themselves."""

import argparse
from collections.abc import Iterator

from openkp.cli import command_parser, load, present
from openkp.cli.errors import MEANINGS

HEAD = """# Commands

This page is made from the commands themselves by `openkp check --write`.

`./openkp COMMAND --help` says the same. Data goes to stdout, talk to stderr; `--json` gives one JSON value.
`OPENKP_HOME` names the node's directory, `OPENKP_DATABASE_URL` a PostgreSQL database in place of the embedded SQLite,
`OPENKP_DEBUG=1` shows where an error arose, `NO_COLOR=1` turns colour off.

## Exit codes

| code | meaning |
| --- | --- |
"""


def commands_page() -> str:
    """The whole page."""
    codes = "".join(f"| {code.value} | {meaning} |\n" for code, meaning in MEANINGS.items())
    return HEAD + codes + "".join("\n" + section for name in sorted(present()) for section in sections(name))


def sections(name: str) -> Iterator[str]:
    """One section for the command, then one for each of its subcommands."""
    command = load(name)
    parser = command_parser(name, command)
    yield f"## openkp {name}\n\n{command.HELP}\n" + table(parser)
    for title, child, text in children(parser):
        yield f"### {title}\n\n" + (f"{text}\n" if text else "") + table(child)


def children(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """The subcommands of a parser, each with its help."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._get_subactions()}
            for name, child in action.choices.items():
                yield child.prog, child, helps.get(name, "")


def table(parser: argparse.ArgumentParser) -> str:
    """What the command takes, one row each; nothing if it takes nothing."""
    rows = [row(action) for action in parser._actions if is_shown(action)]
    return "\n| argument | meaning |\n| --- | --- |\n" + "".join(rows) if rows else ""


def is_shown(action: argparse.Action) -> bool:
    """Whether a person should read of this argument here."""
    hidden = isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
    return not hidden and action.help != argparse.SUPPRESS


def row(action: argparse.Action) -> str:
    """One argument: how it is written, what it means."""
    value = "" if action.nargs == 0 else value_name(action)
    spelled = ", ".join(f"{option} {value}".strip() for option in action.option_strings) or value
    meaning = (action.help or "") % {"default": action.default, "prog": "openkp", "metavar": action.metavar}
    return f"| `{spelled}` | {meaning} |\n"


def value_name(action: argparse.Action) -> str:
    """What stands for the value: its choices, its metavar, or its own name."""
    if action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    if isinstance(action.metavar, str):
        return action.metavar
    return action.dest.upper()
