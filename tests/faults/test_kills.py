"""G1: a node killed at any of the named points loses nothing it acknowledged and does nothing twice.

``OPENKP_KILLS`` sets how many kills a point (default 3; 20 every night).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openkp.registry import faults

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("OPENKP_KILLS", "3"))


@pytest.fixture
def report(tmp_path):
    """What came of killing one node at every point, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.killing", str(tmp_path), str(KILLS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_nothing_is_lost_and_nothing_is_done_twice(report):
    """At any point; a migration killed at any moment is finished by the next; and meanwhile something was acknowledged.

    One test, so that of several workers one alone kills.
    """
    assert report.pop("acknowledged") >= len(faults.POINTS) * KILLS
    assert report.pop("migration at any moment") == [[]] * (KILLS * 2)
    assert report == {point: [[]] * KILLS for point in faults.POINTS}


def test_every_point_is_somewhere_in_the_program():
    sources = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py") if path.name != "faults.py")
    assert [point for point in faults.POINTS if f'faults.point("{point}")' not in sources] == []


@pytest.mark.parametrize(
    ("profile", "key", "point", "dies"),
    [
        ("specimen", faults._KEY, "after-intent", True),
        ("live", faults._KEY, "after-intent", False),  # whatever the environment says
        ("specimen", "a guess", "after-intent", False),
        ("specimen", faults._KEY, "after-number", False),
    ],
)
def test_only_a_specimen_node_dies_and_only_where_it_was_told(monkeypatch, settings, profile, key, point, dies):
    killed = []
    monkeypatch.setattr(faults.os, "kill", lambda *how: killed.append(how))
    monkeypatch.setenv("OPENKP_FAULT", point)
    monkeypatch.setenv("OPENKP_FAULT_KEY", key)
    settings.OPENKP_PROFILE = profile
    faults.point("after-intent")
    assert bool(killed) == dies
