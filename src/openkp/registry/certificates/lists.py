"""Long lists: a company's own applications, and certificates row by row for those who take them away."""

from collections.abc import Iterator
from datetime import date

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Company
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.queries import PAGE, CertificateFilter, Page, seen_applications, seen_arrivals
from openkp.registry.certificates.queries import seen_certificates as _seen
from openkp.registry.errors import NotFound
from openkp.registry.post.models import Outgoing
from openkp.scheme.life import Status
from openkp.scheme.words import N_

EXPORTED = (
    "number",
    "status",
    "issued_on",
    "expires_on",
    "authority_code",
    "exporter",
    "importer",
    "destination",
    "origin",
    "carats",
    "value",
    "parcels",
    "void_reason",
)
CHUNK = 2000


def own_applications(actor: Actor, *, after: str = "", size: int = PAGE) -> Page[Application]:
    """The applications of the actor's companies, the newest first."""
    rows = seen_applications(actor).filter(company_id__in=actor.companies()).order_by("-id")
    if after:
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: size + 1])
    return Page(found[:size], str(found[size - 1].pk) if len(found) > size else None)


def prepared_by(actor: Actor, *, size: int = PAGE) -> list[Application]:
    """What this officer prepared and a colleague has not decided yet."""
    waiting = seen_applications(actor).filter(status=Status.PREPARED, prepared_by_id=actor.person_id)
    return list(waiting.order_by("changed_at", "id")[:size])


def own_companies(actor: Actor) -> list[Company]:
    """The companies this person applies for."""
    return list(Company.objects.filter(pk__in=actor.companies()).select_related("authority").order_by("name"))


def own_company(actor: Actor, company_id: int) -> Company:
    """One of them."""
    for company in own_companies(actor):
        if company.pk == company_id:
            return company
    raise NotFound(N_("You do not apply for this company."))


def exported(actor: Actor, narrowed: CertificateFilter) -> Iterator[tuple[object, ...]]:
    """Every certificate that fits, newest first, as plain tuples; read in pieces, so that memory stays flat."""
    rows = narrowed.apply(_seen(actor)).order_by("-id").values_list(*EXPORTED)
    return iter(rows.iterator(chunk_size=CHUNK))


def overdue_count(actor: Actor, on: date) -> int:
    """How many announced shipments have not arrived although they were due before a day."""
    return seen_arrivals(actor).filter(status=Status.EXPECTED, due_on__lt=on).count()


def messages_about(subject: str, actor: Actor) -> list[Outgoing]:
    """What the actor's Participants sent to others about a subject, the newest first."""
    senders = {held.participant for held in actor.held}
    shown = ("typ", "peer", "state", "created_at", "attempts", "delivered_at")
    return list(Outgoing.objects.filter(subject=subject, sender__in=senders).order_by("-id").only(*shown)[:10])
