"""``openkp rules``: every requirement of the Scheme, and how far this software keeps it."""

import argparse
from dataclasses import asdict
from gettext import gettext as _

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import put, put_json, put_table
from openkp.scheme.rules.base import FORCES
from openkp.scheme.rules.catalogue import Entry, catalogue, entry
from openkp.scheme.words import N_, Sentence

HELP = N_("List the rules of the scheme, and where each is enforced.")
_TEXT_SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One rule, or all of them."""
    parser.add_argument("id", nargs="?", metavar=_("ID"), help=_("one rule, such as EXP-02"))
    parser.add_argument("--json", action="store_true", help=_("a JSON list: id, text, source, state, where, tests"))


def run(arguments: argparse.Namespace) -> int:
    """List, or show one rule whole."""
    chosen = catalogue() if arguments.id is None else (known(arguments.id),)
    if arguments.json:
        put_json([asdict(each) for each in chosen])
    elif arguments.id is None:
        rows = [(each.id, each.state, short(each.text)) for each in chosen]
        put_table(rows, (_("Rule"), _("State"), _("Text")))
    else:
        show(chosen[0])
    return Exit.OK


def known(rule_id: str) -> Entry:
    """The rule with this id. Raises ``UsageProblem``."""
    found = entry(rule_id)
    if found is None:
        sentence = Sentence(N_("There is no rule %(id)s in the catalogue."), {"id": repr(rule_id)})
        advice = Sentence(N_("Run openkp rules to see every id; they look like EXP-02."))
        raise UsageProblem(sentence, code="no_such_rule", advice=advice)
    return found


def short(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN].rsplit(' ', 1)[0]} …"


def show(each: Entry) -> None:
    """One rule for a person."""
    put(f"{each.id}  {each.text}")
    put(_("Source: %s") % each.source)
    put(_("Force: %s") % FORCES[each.force])
    put(_("State: %s") % each.state)
    if each.why:
        put(_("Why: %s") % each.why)
    for place in each.where:
        put(_("Kept by: %s") % place)
    for test in each.tests:
        put(_("Proved by: %s") % test)
