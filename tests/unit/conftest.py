"""What the tests of single parts share."""

import pytest


@pytest.fixture
def strange_python(tmp_path_factory, monkeypatch):
    """A caller whose Python settings suit another program: no child of ours that heeds them can start."""
    strange = tmp_path_factory.mktemp("strange")
    for name in ("argparse", "json", "sitecustomize"):
        (strange / f"{name}.py").write_text("raise SystemExit('not ours')\n")
    monkeypatch.setenv("PYTHONPATH", str(strange))
    monkeypatch.setenv("PYTHONHOME", str(strange))
    monkeypatch.setenv("PYTHONWARNINGS", "error")
