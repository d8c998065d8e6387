"""The life of a certificate as one table: who owns each status, where it may go, what the journal calls it.

The same table holds both sides of the border. Source: Core Document III, Annex II 17-25; the statuses are ours.
"""

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Whose turn it is."""

    APPLICANT = "applicant"
    PREPARING_OFFICER = "preparing_officer"
    VALIDATING_OFFICER = "validating_officer"
    IMPORT_OFFICER = "import_officer"
    IMPORTING_AUTHORITY = "importing_authority"
    NOBODY = "nobody"


class Status(StrEnum):
    """Where an application, a certificate or an arrival stands."""

    DRAFT = "draft"
    APPLIED = "applied"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PREPARED = "prepared"
    SIGNING = "signing"
    ISSUED = "issued"

    VALIDATED = "validated"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    VOID = "void"
    EXPIRED_UNUSED = "expired_unused"

    EXPECTED = "expected"
    ARRIVED = "arrived"
    RECEIVED = "received"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Step:
    """One line of the table: whose turn it is, and the steps out with the journal's event for each."""

    owner: Owner
    to: dict[Status, str]


LIFE: dict[Status, Step] = {
    # The application, at the Exporting Authority.
    Status.DRAFT: Step(
        Owner.APPLICANT, {Status.APPLIED: "application.submitted", Status.WITHDRAWN: "application.withdrawn"}
    ),
    Status.APPLIED: Step(
        Owner.PREPARING_OFFICER,
        {
            Status.RETURNED: "application.returned",
            Status.REJECTED: "application.rejected",
            Status.PREPARED: "application.prepared",
            Status.WITHDRAWN: "application.withdrawn",
        },
    ),
    Status.RETURNED: Step(
        Owner.APPLICANT, {Status.APPLIED: "application.submitted", Status.WITHDRAWN: "application.withdrawn"}
    ),
    Status.PREPARED: Step(
        Owner.VALIDATING_OFFICER,
        {
            Status.SIGNING: "certificate.intended",
            Status.APPLIED: "application.sent_back",
            Status.RETURNED: "application.returned",
            Status.REJECTED: "application.rejected",
        },
    ),
    Status.SIGNING: Step(Owner.VALIDATING_OFFICER, {Status.ISSUED: "certificate.validated"}),
    Status.ISSUED: Step(Owner.NOBODY, {}),
    Status.REJECTED: Step(Owner.NOBODY, {}),
    Status.WITHDRAWN: Step(Owner.NOBODY, {}),
    # The certificate, at the Exporting Authority.
    Status.VALIDATED: Step(
        Owner.IMPORTING_AUTHORITY,
        {
            Status.DELIVERED: "notice.delivered",
            Status.CONFIRMED: "confirmation.received",
            Status.VOID: "certificate.voided",
            Status.EXPIRED_UNUSED: "certificate.expired_unused",
        },
    ),
    Status.DELIVERED: Step(
        Owner.IMPORTING_AUTHORITY,
        {
            Status.CONFIRMED: "confirmation.received",
            Status.VOID: "certificate.voided",
            Status.EXPIRED_UNUSED: "certificate.expired_unused",
        },
    ),
    Status.CONFIRMED: Step(Owner.PREPARING_OFFICER, {Status.CLOSED: "certificate.closed"}),
    Status.CLOSED: Step(Owner.NOBODY, {}),
    Status.VOID: Step(Owner.NOBODY, {}),
    Status.EXPIRED_UNUSED: Step(Owner.NOBODY, {}),
    # The same certificate, at the Importing Authority.
    Status.EXPECTED: Step(
        Owner.IMPORT_OFFICER, {Status.ARRIVED: "shipment.arrived", Status.CANCELLED: "notice.cancelled"}
    ),
    Status.ARRIVED: Step(
        Owner.IMPORT_OFFICER, {Status.RECEIVED: "shipment.confirmed", Status.CANCELLED: "notice.cancelled"}
    ),
    Status.RECEIVED: Step(Owner.NOBODY, {}),
    Status.CANCELLED: Step(Owner.NOBODY, {}),
}


def event_for(status: Status, to: Status) -> str:
    """The journal's event for this step. Raises ``ValueError`` where the table has no such step."""
    try:
        return LIFE[status].to[to]
    except KeyError as error:
        raise ValueError(f"no step leads from {status} to {to}") from error
