"""Whether a database answered: of one that did not, an audit knows nothing, least of all that it was changed."""

import sqlite3
from types import TracebackType

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseErrorWrapper, OperationalError


class Answering(DatabaseErrorWrapper):
    """Notes the first time that the database was away, too slow, locked or not to be read.

    Whoever reads damaged rows reads on after any error of the database; this tells afterwards what none of theirs was.
    """

    failed: OperationalError | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note it, and raise what Django makes of it."""
        try:
            super().__exit__(kind, error, trace)
        except OperationalError as raised:
            if not is_damage(error):
                self.failed = self.failed or raised
            raise


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite found something missing or no text: it calls that operational too."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, sqlite3.Error) and code & 0xFF == sqlite3.SQLITE_ERROR


def watched(connection: BaseDatabaseWrapper) -> Answering:
    """From here on, what ``connection`` does is noted."""
    answering = Answering(connection)
    connection.wrap_database_errors = answering
    return answering
