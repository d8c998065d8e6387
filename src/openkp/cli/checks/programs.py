"""Checks that other programs make: ruff, mypy, import-linter, bandit, Django, and our own vectors."""

import subprocess
import sys
import tempfile

from openkp.cli.checks import ROOT
from openkp.cli.surroundings import surroundings

TREES = ["src", "tests", "bench"]


def complaints(*command: str, **environment: str) -> list[str]:
    """What ``python -m command`` says when it fails; nothing when it succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=ours() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return []
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if any(line.startswith("Traceback") for line in said):
        return [f"{command[0]} broke: {said[-1]}"]
    return said or [f"{command[0]} ended with {done.returncode} and said nothing"]


def ours() -> dict[str, str]:
    """The surroundings of a program that reads this checkout, and nothing that the caller's Python settings lead to."""
    return surroundings() | {"PYTHONPATH": str(ROOT / "src")}


def trees() -> list[str]:
    """The trees of Python that are there."""
    return [tree for tree in TREES if (ROOT / tree).is_dir()]


def lint() -> list[str]:
    """ruff: style, complexity, arguments, and who may ask for the time or throw dice."""
    return complaints("ruff", "check", "--quiet", "--output-format", "concise", *trees())


def layout() -> list[str]:
    """ruff format: one layout."""
    return complaints("ruff", "format", "--check", "--quiet", "--output-format", "concise", *trees())


def types() -> list[str]:
    """mypy --strict over src."""
    with node_home() as home:
        return complaints("mypy", "--no-error-summary", OPENKP_HOME=home)


def imports() -> list[str]:
    """import-linter: the contracts of the house, in pyproject.toml."""
    contracts = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(cache_dir=None))"
    done = subprocess.run(
        [sys.executable, "-c", contracts], cwd=ROOT, env=ours(), capture_output=True, text=True, check=False
    )
    said = [line for line in done.stdout.splitlines() if "KEPT" not in line and line.strip(" -╔╗╝╚║═╩╦╣╠╬─▶◀┐┘│└▲")]
    return (said or done.stderr.splitlines() or ["import-linter failed"]) if done.returncode else []


def insecure_code() -> list[str]:
    """bandit: nothing of high severity."""
    return complaints("bandit", "-q", "-r", "src", "-lll", "--format", "custom", "--msg-template", BANDIT_LINE)


BANDIT_LINE = "{relpath}:{line}: {test_id} {msg}"


def deployment() -> list[str]:
    """Django's own check of a live node's settings."""
    with node_home() as home:
        live = {"OPENKP_HOME": home, "OPENKP_PROFILE": "live", "DJANGO_SETTINGS_MODULE": "openkp.project.settings"}
        return complaints("django", "check", "--deploy", "--fail-level", "WARNING", **live)


def migrations() -> list[str]:
    """Django: the migrations say what the models say."""
    with node_home() as home:
        settings = {"OPENKP_HOME": home, "DJANGO_SETTINGS_MODULE": "openkp.project.settings"}
        return complaints("django", "makemigrations", "--check", "--dry-run", **settings)


def vectors() -> list[str]:
    """The test documents can be made again without a difference."""
    return complaints("openkp", "vectors", "--check")


def node_home() -> tempfile.TemporaryDirectory[str]:
    """A node's directory for a program that only wants to read settings."""
    return tempfile.TemporaryDirectory(prefix="openkp-check-")
