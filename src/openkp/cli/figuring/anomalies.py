"""``openkp statistics anomalies``: what does not fit, and the evidence of each, to hand to the other country."""

import argparse
import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.figuring.opening import opened
from openkp.cli.figuring.typed import day, year
from openkp.cli.output import painted, put, put_json, put_table, say
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.figures.anomalies import Anomaly, Scope
    from openkp.figures.engines import Engine


@dataclass(frozen=True)
class Looked:
    """What a run found, over which engine, and how the command says where the facts are from: a lake, or a case."""

    anomalies: "list[Anomaly]"
    engine: "Engine"
    lake: "Path | None" = None
    case: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to look, for what, and what to do with what is found."""
    facts = parser.add_mutually_exclusive_group()
    facts.add_argument("--lake", metavar="DIR", type=Path, help=_("read this lake instead of the node"))
    facts.add_argument("--case", metavar="NAME", help=_("a case of the Scheme's history, such as congo-2003"))
    parser.add_argument("--year", metavar="YEAR", type=year, help=_("one year only"))
    parser.add_argument("--until", metavar="DATE", type=day, help=_("look back from this day (default: today)"))
    parser.add_argument(
        "--test", action="append", default=[], metavar="CODE", help=_("this test only; may be repeated")
    )
    parser.add_argument("--key", help=_("one anomaly with all its evidence"))
    parser.add_argument("--out", metavar="DIR", type=Path, help=_("write the evidence of each as JSON and SVG"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Look, then print the list, one pack, or write them all."""
    with looked(arguments) as found:
        if arguments.key:
            return one(found, arguments)
        if arguments.out:
            write(found, arguments.out)
        if arguments.json:
            put_json(as_data(found))
        else:
            tell(found)
    return Exit.OK


@contextlib.contextmanager
def looked(arguments: argparse.Namespace) -> "Iterator[Looked]":
    """Run the tests over the node, a lake or a case. Raises ``UsageProblem`` for a test or a case that is none."""
    from openkp.figures.anomalies import TESTS, Scope, find
    from openkp.project.clock import now

    codes = [test.code for test in TESTS]
    if unknown := [code for code in arguments.test if code not in codes]:
        sentence = Sentence(N_("There is no test %(code)s."), {"code": unknown[0]})
        raise UsageProblem(sentence, advice=Sentence(N_("Tests: %(codes)s."), {"codes": ", ".join(codes)}))
    if arguments.case:
        with case(arguments) as (engine, scope, on):
            anomalies = find(engine, scope=scope, on=on, only=arguments.test)
            yield Looked(anomalies, engine, case=arguments.case)
        return
    until = arguments.until or now().date()
    scope = Scope(until=until.isoformat(), year=arguments.year)
    with opened(arguments.lake) as engine:
        yield Looked(find(engine, scope=scope, on=until, only=arguments.test), engine, lake=arguments.lake)


@contextlib.contextmanager
def case(arguments: argparse.Namespace) -> "Iterator[tuple[Engine, Scope, date]]":
    """The facts of a case of history."""
    from openkp.figures.anomalies.historic import case_names, read_case
    from openkp.figures.engines import duckdb_engine

    if arguments.case not in case_names():
        sentence = Sentence(N_("There is no case %(name)s."), {"name": arguments.case})
        raise UsageProblem(sentence, advice=Sentence(N_("Cases: %(names)s."), {"names": ", ".join(case_names())}))
    history = read_case(arguments.case)
    engine = duckdb_engine(history.facts)
    try:
        yield engine, history.scope, history.on
    finally:
        engine.close()


def packed(anomaly: "Anomaly", found: Looked) -> dict[str, Any]:
    """The evidence of one, with the command that finds it in these facts."""
    from openkp.figures.anomalies import evidence

    pack = evidence(anomaly, found.engine, _)
    if found.case:  # a case brings its own days
        return pack | {"command": f"openkp statistics anomalies --key {anomaly.key} --case {found.case}"}
    return pack | {"command": f"{pack['command']} --lake {found.lake}"} if found.lake else pack


def one(found: Looked, arguments: argparse.Namespace) -> int:
    """One anomaly whole. Raises ``UsageProblem`` where it is not found."""
    anomaly = next((each for each in found.anomalies if each.key == arguments.key), None)
    if anomaly is None:
        sentence = Sentence(N_("No anomaly has the key %(key)s in these facts."), {"key": arguments.key})
        raise UsageProblem(sentence, advice=Sentence(N_("It may have been put right. Run the command without --key.")))
    if arguments.out:
        write(replace(found, anomalies=[anomaly]), arguments.out)
    pack = packed(anomaly, found)
    if arguments.json:
        put_json(pack)
    else:
        show(pack)
    return Exit.OK


def write(found: Looked, directory: Path) -> None:
    """Every pack and its picture; the same facts give the same bytes."""
    from openkp.figures.anomalies import picture

    directory.mkdir(parents=True, exist_ok=True)
    for anomaly in found.anomalies:
        name = directory / f"{anomaly.test}-{anomaly.participant}-{anomaly.period}-{anomaly.key}"
        text = json.dumps(packed(anomaly, found), ensure_ascii=False, indent=2, sort_keys=True)
        name.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        name.with_suffix(".svg").write_text(picture(anomaly, _) + "\n", encoding="utf-8")
    say(
        _("%(count)s packs of evidence written to %(directory)s")
        % {"count": len(found.anomalies), "directory": directory}
    )


def as_data(found: Looked) -> dict[str, Any]:
    """The JSON of a run."""
    return {
        "count": len(found.anomalies),
        "tests": dict(sorted(Counter(each.test for each in found.anomalies).items())),
        "anomalies": [packed(anomaly, found) for anomaly in found.anomalies],
    }


def tell(found: Looked) -> None:
    """The list for a person, the most severe first."""
    rows = [(each.severity, each.test, each.key, each.what.text(_)) for each in found.anomalies]
    put_table(rows, (_("Severity"), _("Test"), _("Key"), _("What")))
    say(_("%(count)s anomalies. See one whole with --key KEY.") % {"count": len(rows)})


def show(pack: dict[str, Any]) -> None:
    """One pack for a person."""
    from openkp.figures.anomalies.picture import exact
    from openkp.figures.anomalies.threshold_words import threshold_words

    put(painted(pack["what"], "bold"))
    put(_("Test: %(question)s (%(test)s; attested by: %(attested_by)s)") % pack)
    amounts = {name: exact(Decimal(pack[name])) for name in ("observed", "expected", "delta")}
    put(f"{pack['unit']}:")
    put("  " + _("Observed: %(observed)s. Expected: %(expected)s. Difference: %(delta)s.") % amounts)
    put(_("Severity: %(severity)s times the threshold.") % pack)
    put(_("It may be innocent:"))
    for reason in pack["innocent"]:
        put(f"  - {reason}")
    put(_("Thresholds:"))
    for name, value in pack["thresholds"].items():
        put(f"  {threshold_words(name, _)}: {value}")
    put(_("Records:"))
    if not pack["records"]:
        put("  " + _("It is about what is not there: no record stands behind it."))
    quoted = {row["record"] for row in pack["rows"]}
    for row in pack["rows"]:
        said = ", ".join(f"{name} {value}" for name, value in row.items() if name not in ("record", "table"))
        put(f"  {row['record']}: {said}")
    for record in pack["records"]:
        if record not in quoted:
            put(f"  {record}")
    put(_("Found again by: %(command)s") % pack)
