"""Reading the journal: the history of one subject, and the whole of it for those who audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.errors import NotAllowed
from openkp.registry.journal.models import Entry
from openkp.registry.journal.scopes import WATCHERS, visible_to
from openkp.scheme.words import N_

PAGE = 50


@dataclass(frozen=True)
class Moment:
    """One entry of the journal as people read it: ``by`` is a name, a Participant's code, or ``node``."""

    seq: int
    at: datetime
    event: str
    subject: str
    by: str
    note: str
    leaf: str


def history(*subjects: str) -> list[Moment]:
    """Everything that happened to these subjects, the latest first. The caller has shown that it may be seen."""
    return _moments(Entry.objects.filter(subject__in=subjects).order_by("-seq"))


def check_may_read_journal(actor: Actor) -> None:
    """Auditors and administrators read the journal, as far as it is about their authorities."""
    if not actor.roles() & set(WATCHERS):
        raise NotAllowed(N_("Only an auditor or an administrator may read the journal."), code="role-needed")


def journal(
    actor: Actor, *, before: int | None = None, subject: str = "", size: int = PAGE
) -> tuple[list[Moment], int | None]:
    """The entries before one, the latest first, and where the next page begins."""
    check_may_read_journal(actor)
    entries = Entry.objects.filter(visible_to(actor)).order_by("-seq")
    if subject:
        entries = entries.filter(subject=subject)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    found = _moments(entries[: size + 1])
    return found[:size], found[size - 1].seq if len(found) > size else None


def _moments(entries: Iterable[Entry]) -> list[Moment]:
    read = list(entries)
    people = {_person_id(entry.actor) for entry in read} - {None}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    return [
        Moment(
            entry.seq,
            entry.at,
            entry.event,
            entry.subject,
            names.get(_person_id(entry.actor), entry.actor.removeprefix("peer:")),
            entry.note,
            bytes(entry.leaf).hex(),
        )
        for entry in read
    ]


def _person_id(label: str) -> int | None:
    kind, _, ident = label.partition(":")
    return int(ident) if kind == "person" else None
