"""Templates of the nodes, made once a session, in memory where the machine has a file system there."""

import shutil
import tempfile
from pathlib import Path

import pytest

from openkp.cli.checks.scratch import in_memory
from tests.exchange.world import make_templates, removed


@pytest.fixture(scope="session")
def templates(django_db_blocker):
    """The database files of three nodes that trust each other, and the folder in which they are."""
    folder = Path(tempfile.mkdtemp(prefix="openkp-sim-", dir=in_memory()))
    with django_db_blocker.unblock():
        made = make_templates(folder)
        yield made, folder
        for path in (folder / "empty.sqlite3", *(each.path for each in made)):
            removed(path)
    shutil.rmtree(folder)


@pytest.fixture
def open_database(templates, django_db_blocker):
    """Whoever asks may use databases: those of the story, not the one of the settings."""
    with django_db_blocker.unblock():
        yield
