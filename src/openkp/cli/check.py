"""``openkp check``: everything about the code that a program can judge. All checks run, whatever fails."""

import argparse
import time
from collections.abc import Callable
from gettext import gettext as _

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import painted, put, put_json, say
from openkp.scheme.words import N_, Sentence

HELP = N_("Check style, types, imports, sizes, supply and generated pages.")
Check = Callable[[], list[str]]


def checks() -> dict[str, Check]:
    """Every check by name, in the order they run: the quick ones first."""
    from openkp.cli.checks import house, pages, programs, sizes, supply

    return {
        "lint": programs.lint,
        "layout": programs.layout,
        "sizes": sizes.sizes,
        "imports": programs.imports,
        "portal": house.portal_without_models,
        "commands": house.commands_listed,
        "pages": pages.generated_pages,
        "vectors": programs.vectors,
        "locks": supply.lock_files,
        "licences": supply.licences,
        "secrets": house.no_secrets,
        "security": programs.insecure_code,
        "migrations": programs.migrations,
        "deployment": programs.deployment,
        "types": programs.types,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which checks, and whether to mend what a program can mend."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=_("only these checks (default: all)"))
    parser.add_argument("--write", action="store_true", help=_("write the generated pages first"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Run the checks, a line each, then say what to mend."""
    chosen = choose(arguments.names)
    if arguments.write:
        write()
    results = {name: look(name, check) for name, check in chosen.items()}
    wrong = {name: lines for name, lines in results.items() if lines}
    if arguments.json:
        put_json({"checks": len(results), "failed": len(wrong), "problems": wrong})
    else:
        put(_("%(good)s checks good, %(bad)s failed") % {"good": len(results) - len(wrong), "bad": len(wrong)})
    return Exit.FAILED if wrong else Exit.OK


def choose(names: list[str]) -> dict[str, Check]:
    """The checks of these names; all when none is named."""
    known = checks()
    if unknown := [name for name in names if name not in known]:
        sentence = Sentence(N_("There is no check “%(name)s”."), {"name": unknown[0]})
        raise UsageProblem(sentence, advice=Sentence(N_("Choose from: %(names)s."), {"names": ", ".join(known)}))
    return {name: known[name] for name in names} if names else known


def write() -> None:
    """Bring the generated pages up to date."""
    from openkp.cli.checks.pages import write_pages

    for page in write_pages():
        say(_("written: %s") % page)


def look(name: str, check: Check) -> list[str]:
    """Run one check and say what came of it; a check that breaks has failed."""
    start = time.perf_counter()
    try:
        lines = check()
    except Exception as error:
        lines = [f"{type(error).__name__}: {error}"]
    verdict = painted(_("FAILED"), "red") if lines else painted(_("good"), "green")
    say(f"{name:12} {verdict:8} {time.perf_counter() - start:6.1f} s")
    for line in lines:
        say(f"    {line}")
    return lines
