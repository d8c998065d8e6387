"""Migrations that a killed process leaves either done and recorded, or not begun."""

from typing import Any

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class WholeSteps(MigrationExecutor):
    """Records each migration in the transaction that makes it.

    Django's own does so only for some; a process killed between a migration and its record could never migrate again.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        with self.connection.schema_editor(atomic=migration.atomic) as editor:
            state = migration.apply(state, editor)
            self.record_migration(migration)  # type: ignore[call-arg, arg-type]  # the types are of an older Django
        return state


def plan(executor: MigrationExecutor) -> list[tuple[Any, bool]]:
    """What the database still lacks, in order."""
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def apply_all() -> None:
    """Apply what is missing."""
    executor = WholeSteps(connection)
    executor.migrate(executor.loader.graph.leaf_nodes(), plan(executor))
