"""Where an application stands: its list and its page, for exporter and officers alike."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from openkp.portal.certificates.shown import answers_of, inspection_of, number_link, reference_link, timeline, waited
from openkp.portal.certificates.words import owner_words, status_tag
from openkp.portal.site.formats import country
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Answers, Column, DocumentShown, Link, Listing, Page
from openkp.project.clock import now
from openkp.registry.accounts.roles import OFFICERS
from openkp.registry.certificates import permissions, queries
from openkp.registry.certificates.models import Application
from openkp.registry.journal.queries import history
from openkp.scheme.life import LIFE, Owner, Status

NEXT = ("prepare", "validate")
"""What an officer usually does next; everything else is a quieter button."""


def listing_of(request: Request, page: queries.Page[Application]) -> Listing:
    """Applications as a list."""
    at = now()
    columns = (gettext("Reference"), gettext("Importer"), gettext("Destination"), gettext("Waiting"), gettext("Status"))
    return Listing(
        caption=gettext("My applications"),
        columns=tuple(Column(title) for title in columns),
        rows=tuple(
            (
                reference_link(row),
                str(row.fields.get("importer_name") or ""),
                country(str(row.fields.get("destination") or "")),
                waited(row.changed_at, at) if LIFE[Status(row.status)].owner is not Owner.NOBODY else "",
                status_tag(row.status),
            )
            for row in page.rows
        ),
        page=older(request, page.after),
        nothing=gettext("There is no application yet."),
    )


def older(request: Request, after: str | None) -> Page:
    """The way to the next page of a list, with everything else that was asked kept."""
    if after is None:
        return Page()
    asked = {name: value for name, value in request.GET.items() if name != "after"}
    return Page(older=f"?{urlencode({**asked, 'after': after})}")


def of_application(request: Request, row: Application) -> dict[str, Any]:
    """The page of an application that was sent."""
    at, issued = now(), getattr(row, "certificate", None)
    subjects = [f"application:{row.reference}", *([f"certificate:{issued.number}"] if issued else [])]
    officer = bool(request.actor.authorities(*OFFICERS) & {row.authority_id})
    inspected: tuple[Answers, ...] = (inspection_of(row),) if row.inspection and officer else ()
    shown = DocumentShown(
        title=gettext("Application"),
        number=row.reference,
        status=status_tag(row.status),
        facts=(*answers_of(row), *inspected),
        events=timeline(history(*subjects)),
        actions=actions(request, row),
    )
    return {
        "it": shown,
        "application": row,
        "turn": owner_words(row.status),
        "my_turn": any(not action.quiet for action in shown.actions),
        "waited": waited(row.changed_at, at),
        "is_over": LIFE[Status(row.status)].owner is Owner.NOBODY,
        "issued": number_link(issued.number) if issued else None,
        "second_person": row.status == Status.PREPARED and row.prepared_by_id == request.actor.person_id,
    }


def actions(request: Request, row: Application) -> tuple[Link, ...]:
    """What this person may do with it now: the button asks what the door asks."""
    to, may = LIFE[Status(row.status)].to, permissions.allows
    offered = (
        (Status.PREPARED in to, permissions.check_may_prepare, "prepare", gettext("Prepare")),
        (Status.PREPARED in to, permissions.check_may_prepare, "prepare-guided", gettext("Prepare step by step")),
        (Status.SIGNING in to, permissions.check_may_validate, "validate", gettext("Validate")),
        (
            Status.APPLIED in to and Status.SIGNING in to,
            permissions.check_may_validate,
            "send-back",
            gettext("Send back"),
        ),
        (Status.RETURNED in to, permissions.check_may_decide, "return", gettext("Return to the applicant")),
        (Status.REJECTED in to, permissions.check_may_decide, "reject", gettext("Reject")),
        (Status.WITHDRAWN in to, permissions.check_may_edit, "withdraw", gettext("Withdraw")),
    )
    return tuple(
        Link(words, reverse(f"certificates:{page}", args=[row.reference]), quiet=page not in NEXT)
        for is_open, check, page, words in offered
        if is_open and may(check, request.actor, row)
    )
