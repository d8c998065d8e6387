"""Addresses of built files: the name with its hash in it, so that a browser may keep the file for ever."""

import json
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings


@cache
def built_names(manifest: Path) -> dict[str, str]:
    """The hashed name of each built file; empty where nothing was built, and pages then come without style."""
    return dict(json.loads(manifest.read_text())) if manifest.exists() else {}


def static(name: str) -> str:
    """The address of ``openkp.css``: ``/static/built/openkp.0123456789ab.css``."""
    hashed = built_names(Path(settings.STATIC_ROOT) / "built" / "manifest.json").get(name, name)
    return urljoin(settings.STATIC_URL, f"built/{hashed}")
