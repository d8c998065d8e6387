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
            _write(descriptor, key := secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                _put(new, path, key)
        finally:
            os.unlink(new)
    return path.read_text()


def _put(new: str, path: Path, key: str) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), key)


def _write(descriptor: int, key: str) -> None:
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
