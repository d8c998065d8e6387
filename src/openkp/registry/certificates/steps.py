"""Loading a row to change it, and moving it along the table of its life."""

from datetime import datetime
from typing import TypeVar

from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Journaled
from openkp.scheme.life import LIFE, Status, event_for
from openkp.scheme.words import N_, Sentence

Row = TypeVar("Row", Application, Certificate, Arrival)
Kept = TypeVar("Kept", bound=Journaled)


def locked(model: type[Kept], row_id: int, *, version: int | None = None, along: str | None = None) -> Kept:
    """The row, locked until the transaction ends. ``version`` is what the person saw; older is a conflict.

    The row that column ``along`` refers to is read in the same statement, and is not locked. The key of the locked
    row stays free: a row that refers to it is checked at the end of a transaction that holds the journal's end
    already, and whoever holds this row may be waiting for that.
    """
    rows = model.objects.select_for_update(no_key=True, of=("self",)).select_related(along)
    try:
        row = rows.get(pk=row_id)
    except model.DoesNotExist:
        raise NotFound(N_("There is nothing here under this number.")) from None
    if version is not None and getattr(row, "version", None) != version:
        raise Conflict(N_("Someone changed this after you opened it."), code="changed-meanwhile")
    return row


def move(row: Row, to: Status, *, at: datetime, event: str = "") -> str:
    """Put ``row`` into ``to`` and give the journal's event. What is closed never opens again.

    ``event`` says which step is meant where several lead to one status: sending is not sending back.
    """
    current = Status(row.status)
    if to not in LIFE[current].to or event not in ("", event_for(current, to)):
        raise Conflict(
            Sentence(N_("This stands at “%(status)s”; that step is not open from there."), {"status": current.value}),
            code=f"is-{current.value.replace('_', '-')}",
        )
    row.status = to.value
    touch(row, at=at)
    return event_for(current, to)


def touch(row: Row, *, at: datetime) -> None:
    """Count the change, so that who looks at an older page is told."""
    row.version += 1
    row.changed_at = at
