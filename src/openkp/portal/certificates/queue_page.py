"""The work queue as a list: which desk, which rows, how long each has waited."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from openkp.portal.certificates import asked
from openkp.portal.certificates.shown import reference_link, waited
from openkp.portal.certificates.status import older
from openkp.portal.certificates.words import status_tag
from openkp.portal.site.formats import amount, country
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Cell, Choice, Column, Facet, Listing
from openkp.portal.site.typed import as_list
from openkp.project.clock import now
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates import lists, queries
from openkp.registry.certificates.models import Application
from openkp.registry.errors import NotAllowed
from openkp.scheme.amounts import amount as read_amount
from openkp.scheme.rules.base import Problem
from openkp.scheme.words import N_, Sentence

DESKS = {
    "prepare": (N_("To prepare"), queries.PREPARING),
    "validate": (N_("To validate"), queries.VALIDATING),
    "mine": (N_("Prepared by me"), ()),
}
WORKERS = (Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER, Role.AUDITOR)


def desk_of(request: Request) -> str:
    """Which desk is looked at: the one asked for, else the one this person works at."""
    roles = request.actor.roles()
    if not roles & set(WORKERS):
        raise NotAllowed(N_("Only an officer of an Exporting Authority has a work queue."), code="role-needed")
    usual = "validate" if Role.VALIDATING_OFFICER in roles and Role.PREPARING_OFFICER not in roles else "prepare"
    wanted = request.GET.get("desk", usual)
    if wanted not in DESKS:
        raise Http404
    return wanted


def rows_of(request: Request, desk: str, after: str) -> queries.Page[Application]:
    """The rows of a desk."""
    if desk == "mine":
        return queries.Page(lists.prepared_by(request.actor), None)
    return queries.queue(request.actor, DESKS[desk][1], after=after, size=asked.size(request))


def listing_of(request: Request, desk: str, page: queries.Page[Application]) -> Listing:
    """The desk as a list."""
    waiting = queries.counts(request.actor)
    known = {"prepare": waiting["to_prepare"], "validate": waiting["to_validate"]}
    titles = (gettext("Reference"), gettext("Exporter"), gettext("Destination"))
    return Listing(
        caption=gettext(DESKS[desk][0]),
        columns=(
            *(Column(title) for title in titles),
            Column(gettext("Carats"), numeric=True),
            Column(gettext("Waiting")),
            Column(gettext("Status")),
        ),
        rows=tuple(_row(application) for application in page.rows),
        facets=(
            Facet(
                gettext("Desk"),
                tuple(
                    Choice(
                        gettext(words), f"{reverse('certificates:queue')}?desk={name}", known.get(name), name == desk
                    )
                    for name, (words, _) in DESKS.items()
                ),
            ),
        ),
        page=older(request, page.after),
        nothing=gettext("Nothing waits here."),
    )


def _row(application: Application) -> tuple[Cell, ...]:
    return (
        reference_link(application),
        application.company.name,
        country(str(application.fields.get("destination") or "")),
        _carats(application),
        waited(application.changed_at, now()),
        status_tag(application.status),
    )


def _carats(application: Application) -> Cell:
    """The weight that was declared; empty where it cannot be added up."""
    typed = [str(line.get("carats", "")) for line in as_list(application.fields.get("lines")) if isinstance(line, dict)]
    read = [read_amount("carats", "carats", Sentence(""), text) for text in typed]
    good = [value for value in read if not isinstance(value, Problem)]
    return amount(sum(good)) if good and len(good) == len(read) else ""
