"""The registry's databases of one's own."""

from tests.registry.conftest import migrated, module_database, own_database

__all__ = ["migrated", "module_database", "own_database"]
