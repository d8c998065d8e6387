"""Reading the journal: the history of one subject, and the whole of it for those who audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import NotAllowed
from openkp.registry.journal.models import Entry
from openkp.registry.participation.models import Authority
from openkp.scheme.words import N_

PAGE = 50
WATCHERS = (Role.AUDITOR, Role.ADMINISTRATOR)


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
    """Auditors and administrators read the whole journal."""
    if not actor.roles() & set(WATCHERS):
        raise NotAllowed(N_("Only an auditor or an administrator may read the journal."), code="role-needed")


def journal(
    actor: Actor, *, before: int | None = None, subject: str = "", size: int = PAGE
) -> tuple[list[Moment], int | None]:
    """The entries before one, the latest first, and where the next page begins."""
    check_may_read_journal(actor)
    entries = _of_authorities(actor).order_by("-seq")
    if subject:
        entries = entries.filter(subject=subject)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    found = _moments(entries[: size + 1])
    return found[:size], found[size - 1].seq if len(found) > size else None


def _of_authorities(actor: Actor) -> QuerySet[Entry, Entry]:
    """The whole journal for who watches every authority of the node; else what is about the watched ones."""
    from openkp.registry.certificates.queries import seen_certificates

    watched = Authority.objects.filter(pk__in=actor.authorities(*WATCHERS)).values_list("code", flat=True)
    if Authority.objects.count() == len(watched):
        return Entry.objects.all()
    certificates = seen_certificates(actor).annotate(subject=Concat(Value("certificate:"), F("number")))
    about = Q(subject__in=certificates.values("subject"))
    for code in watched:
        about |= Q(subject__startswith=f"application:{code}-") | Q(subject__startswith=f"company:{code}/")
        about |= Q(subject=f"authority:{code}")
    return Entry.objects.filter(about)


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
