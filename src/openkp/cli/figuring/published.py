"""``openkp statistics published``: single published figures against what was filed."""

import argparse
from collections import Counter
from gettext import gettext as _
from typing import TYPE_CHECKING, Any

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.figuring.typed import year
from openkp.cli.output import put, put_json, put_table
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.figures.published import Compared

_QUIET = ("match", "rounding", "no-source")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which year, and the form of the answer."""
    parser.add_argument("--year", metavar="YEAR", type=year, help=_("one year only"))
    parser.add_argument("--all", action="store_true", help=_("print also what matches and what has no source"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Compare each figure and print the verdicts."""
    from openkp.cli.figuring.opening import open_facts
    from openkp.figures.published import VERDICTS, compare_published

    engine = open_facts()
    try:
        compared = compare_published(engine, year=arguments.year)
    finally:
        engine.close()
    if not compared:
        sentence = N_("There are no published figures to compare%(year)s.")
        values = {"year": f" ({arguments.year})" if arguments.year else ""}
        advice = Sentence(N_("Import some: openkp statistics import FILE --kind published."))
        raise UsageProblem(Sentence(sentence, values), code="nothing-published", advice=advice)
    counts = Counter(each.verdict for each in compared)
    if arguments.json:
        put_json({"counts": {name: counts[name] for name in VERDICTS}, "figures": [as_data(each) for each in compared]})
        return Exit.OK
    for each in sorted(compared, key=lambda each: VERDICTS.index(each.verdict)):
        if arguments.all or each.verdict not in _QUIET:
            put(f"{each.verdict}: {each.sentence.text(_)}")
    put()
    put_table([(counts[name], name) for name in VERDICTS], (_("Figures"), _("Verdict")))
    return Exit.OK


def as_data(each: "Compared") -> dict[str, Any]:
    """One figure as JSON: what was printed, what we have, the verdict with its evidence."""
    figure = each.figure
    names = ("year", "participant", "flow", "measure", "precision", "note", "publisher", "released", "address")
    return {
        "verdict": each.verdict,
        "text": each.sentence.text(_),
        "row": figure["record"],
        "printed": figure["digits"],
        "ours": {reading: f"{value:.2f}" for reading, value in each.ours.items()},
        "evidence": each.evidence,
        **{name: figure[name] for name in names},
    }
