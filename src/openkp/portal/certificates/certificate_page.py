"""One certificate as its page shows it, and many as a list."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from openkp.documents.certificate_v1 import read_certificate
from openkp.portal.certificates.shown import certified, confirmation_answers, number_link, timeline
from openkp.portal.certificates.status import older
from openkp.portal.certificates.words import AT_DESTINATION, delivery_tag, owner_words, status_tag, status_words
from openkp.portal.site.formats import amount, country, grouped, instant, iso, number
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import (
    Choice,
    Column,
    Deadline,
    DocumentShown,
    Download,
    Event,
    Facet,
    Fact,
    Link,
    Listing,
)
from openkp.project.clock import now
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import OFFICERS
from openkp.registry.certificates import lists, permissions, queries
from openkp.registry.certificates.documents import opened
from openkp.registry.certificates.models import Certificate
from openkp.registry.journal.queries import Moment, history
from openkp.scheme.life import LIFE, Owner, Status
from openkp.scheme.numbers import CertificateNumber

OFFERED = (Status.VALIDATED, Status.DELIVERED, Status.CONFIRMED, Status.CLOSED, Status.VOID, Status.EXPIRED_UNUSED)
CONFIRMED = (Status.CONFIRMED, Status.CLOSED)


def found(actor: Actor, typed: str) -> Certificate:
    """The certificate with what stands beside it, in one reading."""
    try:
        plain = str(CertificateNumber.parse(typed))
    except ValueError:
        plain = typed
    rows = queries.seen_certificates(actor).filter(number=plain)
    return queries.one(rows.select_related("document", "application", "confirmation", "arrival", "authority"))


def of_certificate(request: Request, row: Certificate) -> dict[str, Any]:
    """Everything around one certificate."""
    at = now()
    value = read_certificate(opened(row.document, at)).certificate
    assert value is not None, "only full forms are stored"
    inside = is_inside(request.actor, row)
    confirmation = getattr(row, "confirmation", None) if not inside or row.status in CONFIRMED else None
    sent = lists.messages_about(f"certificate:{row.number}", request.actor)
    open_here = Status(row.status) in (Status.VALIDATED, Status.DELIVERED)
    shown = DocumentShown(
        title=gettext("Kimberley Process Certificate"),
        number=row.number,
        status=status_tag(row.status),
        deadline=Deadline(row.expires_on, at.date(), expires=True) if open_here else None,
        facts=(*((confirmation_answers(confirmation),) if confirmation else ()), *certified(value, row)),
        events=(*ahead(row, at), *timeline(moments(row, request.actor))),
        actions=actions(request, row),
        downloads=downloads(row, confirmed=confirmation is not None),
        proofs=proofs(row),
    )
    return {
        "it": shown,
        "certificate": row,
        "turn": owner_words(row.status),
        "my_turn": any(not action.quiet for action in shown.actions),
        "is_over": LIFE[Status(row.status)].owner is Owner.NOBODY,
        "messages": [(message, delivery_tag(message.state)) for message in sent],
        "application": row.application if inside else None,
    }


def is_inside(actor: Actor, row: Certificate) -> bool:
    """Whether this person stands on the issuer's side: at its authority, or in the exporting company."""
    mine = row.application is not None and row.application.company_id in actor.companies()
    return mine or row.authority_id in actor.authorities(*OFFICERS)


def moments(row: Certificate, actor: Actor) -> list[Moment]:
    """What happened on the sides of the border that this person serves; a shared node keeps both apart."""
    inside, outside = is_inside(actor, row), bool(actor.participants(*OFFICERS) & {_participant_of(row)})
    subjects = [f"certificate:{row.number}"]
    if inside and row.application:
        subjects.append(f"application:{row.application.reference}")
    return [m for m in history(*subjects) if (outside if m.event in AT_DESTINATION else inside)]


def _participant_of(row: Certificate) -> str:
    arrival = getattr(row, "arrival", None)
    return arrival.participant if arrival else row.destination


def ahead(row: Certificate, at: Any) -> tuple[Event, ...]:
    """What is still to come."""
    if Status(row.status) not in (Status.VALIDATED, Status.DELIVERED):
        return ()
    expires = at.replace(
        year=row.expires_on.year, month=row.expires_on.month, day=row.expires_on.day, hour=23, minute=59
    )
    return (Event(gettext("Expires unless it is confirmed"), expires, ahead=True),)


def actions(request: Request, row: Certificate) -> tuple[Link, ...]:
    """What this person may do with it now."""
    to, expired = LIFE[Status(row.status)].to, now().date() > row.expires_on
    offered = (
        (Status.CLOSED in to, permissions.check_may_close, "close", gettext("Close")),
        (Status.EXPIRED_UNUSED in to and expired, permissions.check_may_close, "expire", gettext("Record as not used")),
        (Status.VOID in to, permissions.check_may_void, "void", gettext("Void")),
    )
    return tuple(
        Link(words, reverse(f"certificates:{page}", args=[row.number]), quiet=page != "close")
        for is_open, check, page, words in offered
        if is_open and permissions.allows(check, request.actor, row)
    )


def downloads(row: Certificate, *, confirmed: bool) -> tuple[Download, ...]:
    """Its files; the confirmation once it is known on this side of the border."""
    files = [
        (gettext("Certificate to print"), "paper", "PDF", gettext("With the signed document inside")),
        (gettext("Signed document"), "document", "KPC", gettext("For verification without a network")),
        (gettext("The code alone"), "code", "SVG", ""),
    ]
    if confirmed:
        files.append((gettext("Import confirmation"), "confirmation-paper", "PDF", gettext("Signed by the importer")))
    return tuple(
        Download(title, reverse(f"certificates:{page}", args=[row.number]), kind, hint=hint)
        for title, page, kind, hint in files
    )


def proofs(row: Certificate) -> tuple[Fact, ...]:
    """What anyone can check it against."""
    logged = (
        gettext("entry %(index)s") % {"index": row.log_index} if row.log_index is not None else gettext("elsewhere")
    )
    return (
        Fact(gettext("Statement log"), number(logged)),
        Fact(gettext("Hash of its public form"), grouped(bytes(row.public_hash).hex())),
        Fact(gettext("Place in the status list"), number(row.status_index)),
        Fact(gettext("Validated"), instant(row.validated_at)),
    )


def listing_of(request: Request, page: queries.Page[Certificate]) -> Listing:
    """Certificates as a list."""
    titles = (gettext("Number"), gettext("Exporter"), gettext("Importer"), gettext("Destination"))
    asked = request.GET.urlencode()
    return Listing(
        caption=gettext("Certificates"),
        columns=(
            *(Column(title) for title in titles),
            Column(gettext("Carats"), numeric=True),
            Column(gettext("Issued")),
            Column(gettext("Status")),
        ),
        rows=tuple(
            (
                number_link(row.number),
                row.exporter,
                row.importer,
                country(row.destination),
                amount(row.carats),
                number(iso(row.issued_on)),
                status_tag(row.status),
            )
            for row in page.rows
        ),
        facets=(Facet(gettext("Status"), tuple(_choice(request, status) for status in OFFERED)),),
        page=older(request, page.after),
        nothing=gettext("No certificate fits."),
        downloads=(Link("CSV", f"{reverse('certificates:export')}?{asked}", gettext("of the whole list")),),
    )


def _choice(request: Request, status: Status) -> Choice:
    """One status to narrow by: chosen, the same link takes it away."""
    asked = {name: value for name, value in request.GET.items() if name not in ("after", "status") and value}
    chosen = request.GET.get("status") == status
    address = urlencode(asked if chosen else {**asked, "status": status.value})
    return Choice(status_words(status), f"?{address}", chosen=chosen)
