"""What statuses, owners, events and outcomes are called."""

from django.utils.translation import gettext

from openkp.portal.site.shapes import Colour, Tag
from openkp.registry.post.models import Delivery
from openkp.scheme.applications import CertificateLocation
from openkp.scheme.certificates import Outcome
from openkp.scheme.goods import HsSubheading, OriginMode
from openkp.scheme.life import LIFE, Owner, Status
from openkp.scheme.words import N_

STATUSES: dict[Status, tuple[str, Colour]] = {
    Status.DRAFT: (N_("Draft"), Colour.GREY),
    Status.APPLIED: (N_("Waits to be prepared"), Colour.BLUE),
    Status.RETURNED: (N_("Returned to the applicant"), Colour.ORANGE),
    Status.REJECTED: (N_("Rejected"), Colour.RED),
    Status.WITHDRAWN: (N_("Withdrawn"), Colour.GREY),
    Status.PREPARED: (N_("Waits for validation"), Colour.YELLOW),
    Status.SIGNING: (N_("Being signed"), Colour.YELLOW),
    Status.ISSUED: (N_("Issued"), Colour.GREEN),
    Status.VALIDATED: (N_("Validated, on its way"), Colour.BLUE),
    Status.DELIVERED: (N_("Known to the importing authority"), Colour.BLUE),
    Status.CONFIRMED: (N_("Confirmed with a difference"), Colour.ORANGE),
    Status.CLOSED: (N_("Closed"), Colour.GREEN),
    Status.VOID: (N_("Voided"), Colour.RED),
    Status.EXPIRED_UNUSED: (N_("Expired, not used"), Colour.GREY),
    Status.EXPECTED: (N_("Expected"), Colour.BLUE),
    Status.ARRIVED: (N_("Arrived"), Colour.YELLOW),
    Status.RECEIVED: (N_("Received"), Colour.GREEN),
    Status.CANCELLED: (N_("Cancelled by the issuer"), Colour.GREY),
}
OWNERS: dict[Owner, str] = {
    Owner.APPLICANT: N_("the applicant"),
    Owner.PREPARING_OFFICER: N_("a preparing officer"),
    Owner.VALIDATING_OFFICER: N_("a validating officer"),
    Owner.IMPORT_OFFICER: N_("an import officer"),
    Owner.IMPORTING_AUTHORITY: N_("the importing authority"),
    Owner.NOBODY: N_("nobody: this is finished"),
}
EVENTS: dict[str, str] = {
    "application.started": N_("Application started"),
    "application.saved": N_("Saved"),
    "application.submitted": N_("Application sent"),
    "application.withdrawn": N_("Withdrawn by the applicant"),
    "application.returned": N_("Returned to the applicant"),
    "application.rejected": N_("Rejected"),
    "application.prepared": N_("Weighed, sealed and prepared"),
    "application.sent_back": N_("Sent back to be prepared again"),
    "inspection.saved": N_("Inspection saved"),
    "certificate.intended": N_("Approved; number given"),
    "certificate.validated": N_("Validated and signed"),
    "notice.delivered": N_("Delivered to the importing authority"),
    "notice.recorded": N_("Certificate received from the issuer"),
    "notice.cancelled": N_("Cancelled by the issuer"),
    "shipment.arrived": N_("Shipment arrived"),
    "shipment.confirmed": N_("Received and confirmed"),
    "confirmation.received": N_("Import confirmation received"),
    "certificate.closed": N_("Closed"),
    "certificate.voided": N_("Voided"),
    "certificate.expired_unused": N_("Expired without use"),
    "status.recorded": N_("Status received from the issuer"),
}
DRAFTING = frozenset({"application.saved", "inspection.saved"})
"""Events that say only that somebody is at work: the last of several in a row is enough."""

AT_DESTINATION = frozenset(
    {"notice.recorded", "notice.cancelled", "shipment.arrived", "shipment.confirmed", "status.recorded"}
)
"""Events of the importing side. They have the certificate's subject too, and are not for the issuer's eyes."""

OUTCOMES: dict[Outcome, str] = {
    Outcome.ACCEPTED: N_("Accepted as certified"),
    Outcome.ACCEPTED_WITH_DISCREPANCY: N_("Accepted with a discrepancy"),
    Outcome.REFUSED: N_("Refused: the goods go back"),
    Outcome.DETAINED: N_("Detained"),
}
HS_WORDS: dict[HsSubheading, str] = {
    HsSubheading.UNSORTED: N_("unsorted"),
    HsSubheading.INDUSTRIAL: N_("industrial"),
    HsSubheading.NON_INDUSTRIAL: N_("non-industrial"),
}
ORIGIN_MODES: dict[OriginMode, str] = {
    OriginMode.SINGLE: N_("All from one country"),
    OriginMode.MIXED_LISTED: N_("From several countries, all of which are known"),
    OriginMode.MIXED: N_("From several countries that cannot be named"),
}
LOCATIONS: dict[CertificateLocation, str] = {
    CertificateLocation.INSIDE: N_("Inside the sealed container"),
    CertificateLocation.COPY_INSIDE: N_("Outside, with an authenticated copy inside"),
    CertificateLocation.OUTSIDE: N_("Outside the container"),
}
DELIVERIES: dict[Delivery, tuple[str, Colour]] = {
    Delivery.PENDING: (N_("Waits to be sent"), Colour.YELLOW),
    Delivery.DELIVERED: (N_("Delivered"), Colour.GREEN),
    Delivery.DELIVERED_WITH_WARNINGS: (N_("Delivered with warnings"), Colour.ORANGE),
    Delivery.DELIVERED_NOT_READABLE: (N_("Delivered, but not readable there"), Colour.RED),
    Delivery.FAILED: (N_("Could not be delivered"), Colour.RED),
    Delivery.NOT_EXISTS: (N_("Not known there"), Colour.RED),
}


def status_words(status: str) -> str:
    """A status in the reader's language."""
    return gettext(STATUSES[Status(status)][0])


def status_tag(status: str) -> Tag:
    """A status as the tag that stands beside it everywhere."""
    return Tag(status_words(status), STATUSES[Status(status)][1])


def owner_words(status: str) -> str:
    """Whose turn it is."""
    return gettext(OWNERS[LIFE[Status(status)].owner])


def event_words(event: str) -> str:
    """An event of the journal; one that has no words yet under its own name."""
    return gettext(EVENTS[event]) if event in EVENTS else event


def delivery_tag(state: str) -> Tag:
    """Where a message to another authority stands."""
    words, colour = DELIVERIES[Delivery(state)]
    return Tag(gettext(words), colour)


def hs_words(hs: str) -> str:
    """``7102.31 non-industrial``."""
    return f"{hs} {gettext(HS_WORDS[HsSubheading(hs)])}" if hs in list(HsSubheading) else hs
