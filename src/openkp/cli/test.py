"""``openkp test``: the tests, on the embedded database and on a PostgreSQL that this command starts itself.

Without arguments three runs: side by side on SQLite, then what drives a browser alone, then what
touches the database again on PostgreSQL. With arguments one run of pytest, on the database of ``--database``.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path

from openkp.cli.checks.scratch import scratch
from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import put, put_json, say
from openkp.cli.surroundings import surroundings
from openkp.scheme.words import N_, Sentence

HELP = N_("Run the tests, on SQLite and on PostgreSQL.")
PASS_ON = True

SIDE_BY_SIDE = ("-n", "2", "--dist", "worksteal")
#: What remembers, and so must hold on both engines.
ON_BOTH = ("tests/registry", "tests/exchange", "tests/portal")
#: Every page by every role: the other tests of the counter ask for every page too, and that is enough on PostgreSQL.
ONCE_IS_ENOUGH = ("--ignore", "tests/portal/matrix")


@dataclass(frozen=True)
class Run:
    """One run of pytest: what it is called, its arguments, its engine."""

    name: str
    arguments: tuple[str, ...]
    postgresql: bool = False


@dataclass
class Count:
    """What came of the runs so far."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        """Note that something was not run, and why."""
        self.skipped += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything else goes to pytest."""
    parser.add_argument(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help=_("the engine of a run with arguments (default: %(default)s)"),
    )
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout at the end"))
    parser.epilog = _("Other arguments go to pytest: paths, -k, -x, -n and the rest.")


def run(arguments: argparse.Namespace) -> int:
    """Run what was asked for and add up; nothing run is a failure."""
    from openkp.cli.checks import ROOT

    if not (ROOT / "tests").is_dir():
        raise UsageProblem(Sentence(N_("The tests are not part of the installed package: run this in a checkout.")))
    if arguments.rest:  # what a failure leaves behind is kept for whoever looks into it
        plan = [Run("pytest", tuple(arguments.rest), postgresql=arguments.database == "postgresql")]
    else:
        plan = whole_plan(ROOT)
    count = Count()
    with scratch() if not arguments.rest else contextlib.nullcontext() as temporary:
        for step in plan:
            run_step(step, count, ROOT, temporary)
    return conclude(count, as_json=arguments.json)


def whole_plan(root: Path) -> list[Run]:
    """Every test there is: browsers alone, for they would slow each other until they fail."""
    both = tuple(tree for tree in ON_BOTH if any((root / tree).rglob("test_*.py")))
    plan = [Run("SQLite", ("tests", "--ignore", "tests/e2e", *SIDE_BY_SIDE))]
    if any((root / "tests/e2e").rglob("test_*.py")):
        plan.append(Run("browser", ("tests/e2e",)))
    if both:
        plan.append(Run("PostgreSQL", (*both, *ONCE_IS_ENOUGH, *SIDE_BY_SIDE), postgresql=True))
    return plan


def run_step(step: Run, count: Count, root: Path, temporary: Path | None = None) -> None:
    """Run pytest once and add its outcome; what it writes lands in ``temporary``, or where it usually would."""
    say(f"── {step.name}: pytest {' '.join(step.arguments)}")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="openkp-report-") as folder, contextlib.ExitStack() as stack:
        environment = stack.enter_context(engine(step.postgresql, temporary))
        if isinstance(environment, str):
            count.skip(f"{step.name}: {environment}")
            return
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *step.arguments]
        ended = subprocess.run(command, cwd=root, env=environment, stdout=sys.stderr, check=False).returncode
        add_report(report, count, step.name, ended)
    say(f"── {step.name}: {time.perf_counter() - start:.0f} s")


@contextlib.contextmanager
def engine(postgresql: bool, temporary: Path | None) -> Iterator[dict[str, str] | str]:
    """The environment in which tests find their database, or the reason why there is none."""

    plain = surroundings("OPENKP_DATABASE_URL") | ({"TMPDIR": str(temporary)} if temporary else {})
    if not postgresql:
        yield plain
        return
    from openkp.cli.checks.postgresql import Unavailable, server

    try:
        with server(temporary) as url:
            yield {**plain, "OPENKP_DATABASE_URL": url}
    except Unavailable as error:
        yield str(error)


def add_report(report: Path, count: Count, name: str, ended: int) -> None:
    """Add what pytest's own report says; a run that ended badly without saying why is a failure too."""
    failed_before = count.failed
    if report.is_file():
        add_cases(report, count)
    if ended and count.failed == failed_before:
        count.failed += 1
        count.broken.append(_("%(run)s: pytest ended with code %(code)s") % {"run": name, "code": ended})


def add_cases(report: Path, count: Count) -> None:
    """Add each test of a report."""
    # Safe to read: the pytest that we started has written it.
    from xml.etree import ElementTree  # nosec B405

    for case in ElementTree.parse(report).iter("testcase"):  # nosec B314
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif skipped is not None:
            count.skip(skipped.get("message") or _("no reason given"))
        else:
            count.passed += 1


def conclude(count: Count, *, as_json: bool) -> int:
    """Say what was skipped and why, then the one line that others read."""
    for line in count.broken:
        say(line)
    for reason, times in sorted(count.reasons.items()):
        say(_("skipped %(times)s: %(reason)s") % {"times": times, "reason": reason})
    if as_json:
        put_json(count)
    else:
        put(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return Exit.OK if count.passed and not count.failed else Exit.FAILED
