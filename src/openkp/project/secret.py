"""The node's secret key: made once, kept in its directory, readable by its owner only."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def secret_key(home: Path) -> str:
    """The key in ``home``; a new one if the directory has none yet."""
    path = home / "secret-key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole or not at all, and never over another: two commands may begin at once, and one may die.
        descriptor, new = tempfile.mkstemp(prefix="secret-key.", dir=home)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                os.link(new, path)
        finally:
            os.unlink(new)
    return path.read_text()
