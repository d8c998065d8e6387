"""What rules look at: one shipment going out, or one coming in, with the law and the policy of that day."""

from dataclasses import dataclass
from datetime import date

from openkp.scheme.applications import Application, Inspection, Receipt
from openkp.scheme.certificates import Certificate, Outcome
from openkp.scheme.life import Status
from openkp.scheme.participation import Participation
from openkp.scheme.policies import AuthorityPolicy

ACCEPTING = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_DISCREPANCY)


@dataclass(frozen=True, kw_only=True)
class ExportCase:
    """A shipment before ``authority`` of ``participant``, judged ``on`` a day. People are their account names."""

    application: Application
    inspection: Inspection | None = None
    policy: AuthorityPolicy
    participant: str
    authority: str
    on: date
    participation: Participation
    applicant: str = ""
    preparing_officer: str = ""
    validating_officer: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportCase:
    """A shipment before an Importing Authority of ``participant``, judged ``on`` a day.

    ``certificate`` is None where nobody knows one of that number; ``status`` is how the certificate stands
    here or, once its issuer has said so, there (``VOID``, ``EXPIRED_UNUSED``).
    """

    certificate: Certificate | None
    status: Status
    notice_received_on: date | None = None
    arrived_on: date | None = None
    receipt: Receipt | None = None
    policy: AuthorityPolicy
    participant: str
    on: date
    participation: Participation

    @property
    def came_on(self) -> date:
        """The day on which the goods came: the arrival where it is recorded, else the day of judgement."""
        return self.arrived_on or self.on

    @property
    def accepting(self) -> bool:
        """Whether the officer means to let the goods in, or has not decided yet."""
        return self.receipt is None or self.receipt.outcome in ACCEPTING
