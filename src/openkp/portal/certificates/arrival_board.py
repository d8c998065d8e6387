"""The arrivals board as a list: expected, here, overdue, received."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from openkp.portal.certificates import asked
from openkp.portal.certificates.shown import waited
from openkp.portal.certificates.status import older
from openkp.portal.certificates.words import status_tag
from openkp.portal.site.formats import amount, country
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Cell, Choice, Column, Deadline, Facet, Link, Listing
from openkp.project.clock import now
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates import lists, queries
from openkp.registry.certificates.models import Arrival
from openkp.registry.errors import NotAllowed
from openkp.scheme.life import Status
from openkp.scheme.words import N_

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "open": (N_("All that is open"), queries.EXPECTING),
    "expected": (N_("Expected"), (Status.EXPECTED.value,)),
    "arrived": (N_("Arrived, to be received"), (Status.ARRIVED.value,)),
    "overdue": (N_("Overdue"), (Status.EXPECTED.value,)),
    "received": (N_("Received"), (Status.RECEIVED.value,)),
}
WATCHERS = {Role.IMPORT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}


def wanted(request: Request) -> str:
    """Which part of the board is looked at."""
    if not request.actor.roles() & WATCHERS:
        raise NotAllowed(N_("Only an officer of an Importing Authority sees arrivals."), code="role-needed")
    kind = request.GET.get("show", "open")
    if kind not in KINDS:
        raise Http404
    return kind


def rows_of(request: Request, kind: str, after: str) -> queries.Page[Arrival]:
    """Its rows."""
    overdue_on = now().date() if kind == "overdue" else None
    return queries.arrivals(request.actor, KINDS[kind][1], overdue_on=overdue_on, after=after, size=asked.size(request))


def listing_of(request: Request, kind: str, page: queries.Page[Arrival]) -> Listing:
    """The board."""
    waiting, today = queries.counts(request.actor), now().date()
    known = {
        "expected": waiting["expected"],
        "arrived": waiting["arrived"],
        "overdue": lists.overdue_count(request.actor, today),
    }
    board = reverse("certificates:arrivals")
    choices = tuple(
        Choice(gettext(words), f"{board}?show={name}", known.get(name), name == kind)
        for name, (words, _) in KINDS.items()
    )
    return Listing(
        caption=gettext(KINDS[kind][0]),
        columns=(
            Column(gettext("Certificate")),
            Column(gettext("From")),
            Column(gettext("Importer")),
            Column(gettext("Carats"), numeric=True),
            Column(gettext("Known for")),
            Column(gettext("Due")),
            Column(gettext("Status")),
        ),
        rows=tuple(_row(arrival) for arrival in page.rows),
        facets=(Facet(gettext("Show"), choices),),
        page=older(request, page.after),
        nothing=gettext("No shipment here."),
    )


def _row(arrival: Arrival) -> tuple[Cell, ...]:
    certificate, at = arrival.certificate, now()
    return (
        Link(certificate.number, reverse("certificates:arrival", args=[certificate.number])),
        country(certificate.participant),
        certificate.importer,
        amount(certificate.carats),
        waited(arrival.noticed_at, at) if arrival.noticed_at else "",
        Deadline(arrival.due_on, at.date()) if arrival.status == Status.EXPECTED else "",
        status_tag(arrival.status),
    )
