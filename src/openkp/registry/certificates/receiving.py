"""What the import officer sees before deciding: the certificate proven again, and every caution at once."""

from dataclasses import dataclass
from datetime import datetime

from openkp.registry.certificates.cases import import_case
from openkp.registry.certificates.models import Arrival
from openkp.registry.errors import BrokenRecord
from openkp.registry.participation.models import Authority
from openkp.scheme.cases import ImportCase
from openkp.scheme.certificates import Certificate
from openkp.scheme.errors import Finding
from openkp.scheme.rules.base import check
from openkp.scheme.rules.certificates import ARRIVAL_CAUTIONS


@dataclass(frozen=True)
class Presented:
    """A certificate in the officer's hand: what it says, and what to be careful about."""

    case: ImportCase
    certificate: Certificate
    cautions: tuple[Finding, ...]


def presented(arrival: Arrival, *, at: datetime) -> Presented:
    """What is known of an arrival; nothing is recorded by looking."""
    if arrival.authority is None:
        here = Authority.objects.filter(participant=arrival.participant, importing=True).order_by("pk").first()
        if here is None:
            raise BrokenRecord("an arrival at a Participant without an Importing Authority", code="no-authority")
        arrival.authority = here
    case = import_case(arrival, None, at=at)
    assert case.certificate is not None, "an arrival has a certificate"
    return Presented(case, case.certificate, check(ARRIVAL_CAUTIONS, case))
