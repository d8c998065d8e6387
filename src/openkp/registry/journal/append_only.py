"""Triggers by which the database itself refuses to change or delete what is only ever added."""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION openkp_append_only();
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION openkp_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END;
$$ LANGUAGE plpgsql;
"""


def protect(*tables: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """A migration step that puts the triggers on ``tables``."""

    def step(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(POSTGRESQL_FUNCTION)
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                template = POSTGRESQL if vendor == "postgresql" else SQLITE
                schema_editor.execute(template.format(table=table, verb=verb))

    return step


def release(*tables: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """The step back."""

    def step(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        where = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}" + (f" ON {table}" if where else ""))

    return step
