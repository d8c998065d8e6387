"""Starting Django for a command or a server: settings from the node's directory, nothing else."""

import os

import django


def set_up() -> None:
    """Make the registry usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkp.project.settings")
    django.setup()


def behind() -> list[str]:
    """The migrations that the database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> list[str]:
    """Bring the database to this version; the migrations that were applied."""
    from django.core.management import call_command

    from openkp.registry import faults

    missing = behind()
    if missing:
        faults.point("during-migration")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    return missing
