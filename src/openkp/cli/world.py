"""``openkp world``: make a synthetic year with seeded fraud, and score what the tests for anomalies find in it."""

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import put, put_json, put_table, say
from openkp.scheme.dated import plain_day
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.figures.world.score import KindScore
    from openkp.figures.world.truth import Kind

HELP = N_("Make a synthetic year with seeded fraud, and score what is found in it.")
_SIZE, _YEAR = 55_000, 2024
_SEEDS = 2**63


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``openkp world --seed N --out DIR`` makes one; ``openkp world score DIR …`` scores some."""
    parser.add_argument("part", nargs="?", choices=("score",), help=_("score worlds instead of making one"))
    parser.add_argument("worlds", nargs="*", metavar="DIR", type=Path, help=_("directories to score"))
    parser.add_argument("--seed", type=int, metavar="N", help=_("the seed: the same seed makes the same world"))
    parser.add_argument("--seeds", metavar="N,N,…", help=_("score worlds of these seeds, made for it and thrown away"))
    parser.add_argument("--out", metavar="DIR", type=Path, help=_("where the world is written"))
    parser.add_argument(
        "--certificates", type=int, default=_SIZE, metavar="N", help=_("how many certificates the year has")
    )
    parser.add_argument("--year", type=int, default=_YEAR, metavar="YEAR", help=_("the synthetic year"))
    parser.add_argument(
        "--until", metavar="DATE", help=_("the day it is looked at; by default the end of the next year")
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))
    form.add_argument("--markdown", action="store_true", help=_("scores as the table that stands in the documentation"))


def run(arguments: argparse.Namespace) -> int:
    """Make or score."""
    return score(arguments) if arguments.part == "score" else make(arguments)


def make(arguments: argparse.Namespace) -> int:
    """Make a world and write it down."""
    if arguments.seed is None or arguments.out is None:
        raise UsageProblem(Sentence(N_("A world needs --seed and --out.")))
    started = time.perf_counter()
    told = _made(arguments.seed, arguments, arguments.out)
    told |= {"out": str(arguments.out), "seconds": round(time.perf_counter() - started, 3)}
    if arguments.json:
        put_json(told)
        return Exit.OK
    put(_("SPECIMEN: a synthetic year, seed %(seed)s, in %(out)s") % told)
    put_table(sorted(told["rows"].items()), (_("table"), _("rows")))
    put(_("written in %(seconds)s s") % told)
    return Exit.OK


def _made(seed: int, arguments: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Write one world; gives its manifest."""
    from openkp.figures.world.making import make_world, manifest, write_world

    _check(seed, arguments)
    if directory.exists() and not directory.is_dir():
        raise UsageProblem(Sentence(N_("%(path)s is not a directory."), {"path": str(directory)}))
    world = make_world(
        seed, year=arguments.year, certificates=arguments.certificates, until=_until(arguments.until, arguments.year)
    )
    write_world(world, directory)
    return manifest(world)


def _check(seed: int, arguments: argparse.Namespace) -> None:
    if not 0 <= seed < _SEEDS:
        raise UsageProblem(Sentence(N_("A seed is a whole number from 0 to %(most)s."), {"most": _SEEDS - 1}))
    if not 100 <= arguments.certificates <= 2_000_000:
        raise UsageProblem(Sentence(N_("A world has between 100 and 2000000 certificates.")))
    if not 2005 <= arguments.year <= 2100:
        raise UsageProblem(Sentence(N_("A synthetic year lies between 2005 and 2100.")))


def _until(text: str | None, year: int) -> date | None:
    """The day on which the world is looked at: after the year, or nothing is in."""
    if text is None:
        return None
    try:
        day = plain_day(text)
    except ValueError as error:
        raise UsageProblem(Sentence(N_("Write a date as YYYY-MM-DD."))) from error
    if day.year <= year:
        raise UsageProblem(Sentence(N_("A synthetic year is looked at after its end.")))
    return day


def score(arguments: argparse.Namespace) -> int:
    """Score every directory and every seed that was named."""
    from openkp.figures.world.making import NotAWorld
    from openkp.figures.world.score import score_world, together

    if not arguments.worlds and not arguments.seeds:
        raise UsageProblem(Sentence(N_("Name the directories to score, or --seeds.")))
    scores = []
    for name, directory in _worlds(arguments):
        started = time.perf_counter()
        try:
            scores.append(score_world(directory))
        except NotAWorld as error:
            raise UsageProblem(error.sentence) from error
        seconds = round(time.perf_counter() - started, 1)
        say(_("%(world)s: looked at in %(seconds)s s") % {"world": name, "seconds": seconds})
    joined = together(scores)
    if arguments.json:
        put_json(_as_data(joined, scores))
    elif arguments.markdown:
        _tell_markdown(joined)
    else:
        _tell(joined)
    return Exit.OK


def _worlds(arguments: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    """The worlds one after another; those of seeds are gone once they were looked at."""
    for directory in arguments.worlds:
        yield str(directory), directory
    for seed in _seeds(arguments.seeds) if arguments.seeds else ():
        with _world_of(seed, arguments) as directory:
            yield f"--seed {seed}", directory


def _seeds(text: str) -> list[int]:
    try:
        seeds = [int(each) for each in text.split(",") if each.strip()]
    except ValueError:
        seeds = []
    if not seeds:
        raise UsageProblem(Sentence(N_("Write seeds as numbers with commas between: 1,2,3.")))
    return seeds


@contextmanager
def _world_of(seed: int, arguments: argparse.Namespace) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="openkp-world-") as directory:
        _made(seed, arguments, Path(directory))
        yield Path(directory)


def _as_data(joined: dict[str, Any], scores: "Sequence[Mapping[Kind, KindScore]]") -> dict[str, Any]:
    """Per kind at the top; each world by itself beside them where there were several."""
    worlds = [{kind.value: each.as_json() for kind, each in score.items()} for score in scores]
    return joined | ({"worlds": worlds} if len(worlds) > 1 else {})


def _tell_markdown(joined: dict[str, Any]) -> None:
    """One row a kind: recall and false alarms with their ranges over the worlds."""
    heads = (_("kind"), _("seeded"), _("found"), _("recall"), _("false alarms"), _("anomalies, unfounded"))
    put("| " + " | ".join(heads) + " |")
    put("| --- " * len(heads) + "|")
    for kind, each in joined.items():
        cells = (
            kind,
            each["seeded"],
            each["found"],
            _percents(each["recall"], each["recall_range"]),
            _percents(each["false_alarm_rate"], each["false_alarm_range"]),
            f"{each['anomalies']}, {each['unfounded']}",
        )
        put("| " + " | ".join(map(str, cells)) + " |")


def _percents(mean: float, ends: Sequence[float]) -> str:
    low, high = ends
    return f"{mean:.1%} ({low:.1%}–{high:.1%})".replace("%", " %")


def _tell(joined: dict[str, Any]) -> None:
    heads = (_("kind"), _("seeded"), _("found"), _("recall"), _("false alarms"), _("rate"), _("found by"))
    rows = [
        (
            kind,
            each["seeded"],
            each["found"],
            f"{each['recall']:.3f}",
            each["false_alarms"],
            f"{each['false_alarm_rate']:.4f}",
            ", ".join(f"{test} {count}" for test, count in each["found_by"].items()) or "–",
        )
        for kind, each in joined.items()
    ]
    put_table(rows, heads)
    for kind, each in joined.items():
        for missed in each["missed"]:
            put(_("missed: %(kind)s, %(what)s") % {"kind": kind, "what": missed})
