"""Measure against a named baseline in the same run; print the ratio."""

import argparse
import importlib.util
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from openkp.cli.errors import UsageProblem
from openkp.cli.output import say
from openkp.scheme.words import N_, Sentence

HELP = N_("Measure against a named baseline.")
BENCHES = Path(__file__).resolve().parents[3] / "bench"
MEASURED = ("cryptography", "django", "psycopg", "segno", "typst")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``openkp bench NAME [--json]``; what a benchmark takes beyond that is passed on to it."""
    parser.add_argument("name", choices=sorted(path.stem for path in BENCHES.glob("[a-z]*.py")))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=0, help="how many rounds (default: the benchmark's own)")
    parser.add_argument("--rows", type=int, default=0, help="how many rows, where a benchmark has a size")


def run(arguments: argparse.Namespace) -> int:
    """Run one benchmark and print what it measured, with the machine and the versions."""
    result = load(arguments.name).measure(rounds=arguments.rounds, rows=arguments.rows)
    result |= {"machine": machine(), "versions": versions()}
    if arguments.json:
        print(json.dumps(result, indent=2))
        return 0
    print(f"{result['ours_name']}: {result['ours']} {result['unit']}")
    print(f"{result['baseline_name']}: {result['baseline']} {result['unit']}")
    print(f"ratio {result['ratio']} (aim {result['aim']})")
    for row in result.get("rows", []):
        print("  " + "  ".join(f"{name} {value}" for name, value in row.items()))
    say(result["machine"])
    return 0


def load(name: str) -> ModuleType:
    """One file of ``bench/``; it is no part of the product and is imported only here."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCHES / f"{name}.py")
    if spec is None or spec.loader is None:
        raise UsageProblem(Sentence(N_("There is no benchmark %(name)s."), {"name": name}))
    sys.path.insert(0, str(BENCHES.parent))  # for what benchmarks share with the tests, from wherever this is called
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def machine() -> str:
    """What this was measured on, in one line."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) // 1024**2 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    return f"{model}, {os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.release()}"


def versions() -> dict[str, Any]:
    """What the figures depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in MEASURED}


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
