"""Addresses of built files: the name with its hash in it, so that a browser may keep the file for ever."""

import json
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

MANIFEST = Path("built") / "manifest.json"


@cache
def built_names(manifest: Path) -> dict[str, str]:
    """The hashed name of each built file; empty where nothing was built, and pages then come without style."""
    return dict(json.loads(manifest.read_text())) if manifest.exists() else {}


class BuiltStorage(StaticFilesStorage):
    """Static files as `openkp.project.assets` left them; nothing is collected or copied."""

    def url(self, name: str | None) -> str:
        """The address of ``name``, `/static/built/openkp.0123456789ab.css`."""
        hashed = built_names(Path(settings.STATIC_ROOT or "") / MANIFEST).get(name or "", name or "")
        return urljoin(settings.STATIC_URL or "/", f"built/{hashed}")
