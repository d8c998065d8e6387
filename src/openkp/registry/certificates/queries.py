"""What people look at: queues, lists, one certificate. Each list is bounded and paged by its key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import OFFICERS, Role
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.errors import NotFound
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.words import N_, Sentence

PAGE = 50
Row = TypeVar("Row", Application, Certificate, Arrival)
Listed = TypeVar("Listed")

PREPARING = (Status.APPLIED.value,)
VALIDATING = (Status.PREPARED.value, Status.SIGNING.value)
EXPECTING = (Status.EXPECTED.value, Status.ARRIVED.value)
OPEN_CERTIFICATES = (Status.VALIDATED.value, Status.DELIVERED.value)


@dataclass(frozen=True)
class Page(Generic[Listed]):
    """One page of rows, and where the next begins (``None`` at the end)."""

    rows: list[Listed]
    after: str | None


def seen_applications(actor: Actor) -> QuerySet[Application, Application]:
    """The applications that this person may see: their company's, or their authority's."""
    mine = Q(company_id__in=actor.companies()) | Q(authority_id__in=actor.authorities(*OFFICERS))
    return Application.objects.filter(mine).select_related("authority", "company")


def seen_certificates(actor: Actor) -> QuerySet[Certificate, Certificate]:
    """The certificates that this person may see: issued by their authority, for their company, or coming to them."""
    mine = Q(authority_id__in=actor.authorities(*OFFICERS))
    if actor.companies():
        mine |= Q(application__company_id__in=actor.companies())
    if importing := actor.participants(Role.IMPORT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        mine |= Q(arrival__participant__in=importing)
    return Certificate.objects.filter(mine)


def seen_arrivals(actor: Actor) -> QuerySet[Arrival, Arrival]:
    """The arrivals at the Participants that this person serves."""
    importing = actor.participants(Role.IMPORT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
    return Arrival.objects.filter(participant__in=importing).select_related("certificate", "authority")


def application(actor: Actor, reference: str) -> Application:
    """One application by its reference."""
    return one(seen_applications(actor).filter(reference=reference))


def certificate(actor: Actor, number: str) -> Certificate:
    """One certificate by its number, however it is spaced or punctuated."""
    try:
        plain = str(CertificateNumber.parse(number))
    except ValueError:
        plain = number
    return one(seen_certificates(actor).filter(number=plain).select_related("document", "application"))


def arrival(actor: Actor, number: str) -> Arrival:
    """One arrival by its certificate's number."""
    return one(seen_arrivals(actor).filter(certificate__number=number))


def one(rows: QuerySet[Row, Row]) -> Row:
    row = rows.first()
    if row is None:
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    return row


def queue(actor: Actor, statuses: tuple[str, ...], *, after: str = "", size: int = PAGE) -> Page[Application]:
    """Applications in these statuses, the longest waiting first."""
    rows = seen_applications(actor).filter(status__in=statuses).order_by("changed_at", "id")
    if after:
        changed_at, last = read_cursor(after, _instant)
        rows = rows.filter(Q(changed_at__gt=changed_at) | Q(changed_at=changed_at, id__gt=last))
    return _page(list(rows[: size + 1]), size, lambda row: f"{row.changed_at.isoformat()}~{row.pk}")


@dataclass(frozen=True)
class CertificateFilter:
    """What a list of certificates is narrowed by; empty means all."""

    status: str = ""
    destination: str = ""
    exporter: str = ""
    issued_from: date | None = None
    issued_until: date | None = None

    def apply(self, rows: QuerySet[Certificate, Certificate]) -> QuerySet[Certificate, Certificate]:
        """The rows that fit."""
        plain: dict[str, Any] = {
            "status": self.status,
            "destination": self.destination,
            "exporter": self.exporter,
            "issued_on__gte": self.issued_from,
            "issued_on__lte": self.issued_until,
        }
        return rows.filter(**{name: value for name, value in plain.items() if value})


def certificates(actor: Actor, narrowed: CertificateFilter, *, after: str = "", size: int = PAGE) -> Page[Certificate]:
    """Certificates, the newest first."""
    rows = narrowed.apply(seen_certificates(actor)).order_by("-id")
    if after:
        rows = rows.filter(id__lt=read_cursor(f"~{after}", _nothing)[1])
    return _page(list(rows[: size + 1]), size, lambda row: str(row.pk))


def arrivals(
    actor: Actor,
    statuses: tuple[str, ...] = EXPECTING,
    *,
    overdue_on: date | None = None,
    after: str = "",
    size: int = PAGE,
) -> Page[Arrival]:
    """Arrivals in these statuses, the first due first; only those overdue on a day where one is given."""
    rows = seen_arrivals(actor).filter(status__in=statuses).order_by("due_on", "id")
    if overdue_on is not None:
        rows = rows.filter(due_on__lt=overdue_on)
    if after:
        due_on, last = read_cursor(after, date.fromisoformat)
        rows = rows.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, id__gt=last))
    return _page(list(rows[: size + 1]), size, lambda row: f"{row.due_on.isoformat()}~{row.pk}")


Key = TypeVar("Key")


def read_cursor(text: str, read: Callable[[str], Key]) -> tuple[Key, int]:
    """Where a page begins: a key and a row, as an earlier page named them. Anything else is refused."""
    key, _, last = text.rpartition("~")
    try:
        if not (last.isascii() and last.isdigit() and len(last) <= 18):
            raise ValueError(last)
        return read(key), int(last)
    except ValueError:
        raise NotFound(
            N_("There is no page that begins there."),
            code="no-such-page",
            advice=Sentence(N_("Begin again at the first page and follow its links.")),
        ) from None


def _instant(text: str) -> datetime:
    """An instant as ``queue`` names it: in UTC, and in a year that every database knows."""
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() != timedelta() or not 2000 < instant.year < 3000:
        raise ValueError(text)
    return instant


def _nothing(text: str) -> None:
    if text:
        raise ValueError(text)


def _page(rows: list[Row], size: int, cursor: Any) -> Page[Row]:
    more = len(rows) > size
    return Page(rows[:size], cursor(rows[size - 1]) if more else None)


def counts(actor: Actor) -> dict[str, int]:
    """How much waits at each desk of this person."""
    return {
        "to_prepare": seen_applications(actor).filter(status__in=PREPARING).count(),
        "to_validate": seen_applications(actor).filter(status__in=VALIDATING).count(),
        "expected": seen_arrivals(actor).filter(status=Status.EXPECTED).count(),
        "arrived": seen_arrivals(actor).filter(status=Status.ARRIVED).count(),
    }
