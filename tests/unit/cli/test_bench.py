"""``openkp bench``: the contract of its JSON, from wherever it is called."""

import json
import subprocess
import sys


def test_a_benchmark_runs_from_anywhere_and_names_what_was_measured(tmp_path):
    command = [sys.executable, "-I", "-m", "openkp", "bench", "verify", "--rounds", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"ratio", "baseline", "ours", "unit", "machine", "versions"} <= told.keys()
