"""What another process of ours is started with: Python settings of the caller's are for other programs."""

import os
from pathlib import Path

import openkp

SOURCES = str(Path(openkp.__file__).resolve().parent.parent)


def surroundings(*left_out: str) -> dict[str, str]:
    """The caller's environment, without names that begin with ``PYTHON`` or as told; Python looks at our sources."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", *left_out))}
    return {**kept, "PYTHONPATH": SOURCES}
