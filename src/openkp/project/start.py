"""Starting Django for a command or a server: settings from the node's directory, nothing else."""

import fcntl
import os

import django

from openkp.project import clock


def set_up() -> None:
    """Make the registry usable in this process. Raises ``BadSetting``."""
    clock.offset()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkp.project.settings")
    django.setup()


def behind() -> list[str]:
    """The migrations that the database still lacks."""
    from django.db import connection

    from openkp.project.migrating import WholeSteps, plan

    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan(WholeSteps(connection))]


def migrate() -> list[str]:
    """Bring the database to this version; the migrations that were applied. Of several at once, one does it."""
    from django.conf import settings

    if not _is_new() and not behind():
        return []
    with (settings.OPENKP_HOME / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _migrate_alone()


def _is_new() -> bool:
    """Whether to open the database would begin its file, which only one may do: SQLite lets nobody wait for that."""
    from django.conf import settings
    from django.db import connection

    file = settings.OPENKP_HOME / "node.sqlite3"
    return connection.vendor == "sqlite" and not (file.exists() and file.stat().st_size)


def _migrate_alone() -> list[str]:
    from django.core.management import call_command

    from openkp.project.migrating import apply_all
    from openkp.registry import faults

    missing = behind()
    if missing:
        apply_all()
        faults.point("during-migration")
        # Nothing is left to apply: this tells the applications that they may add what they need.
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    return missing
