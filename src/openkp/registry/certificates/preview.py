"""What would be signed if this officer validated now: shown before the signature, recorded nowhere."""

from datetime import datetime

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.cases import export_case
from openkp.registry.certificates.models import Application
from openkp.registry.participation.queries import policy_of
from openkp.registry.participation.trust import is_specimen
from openkp.scheme.certificates import Certificate
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.issuing import issue


def preview(application: Application, *, actor: Actor, at: datetime) -> tuple[Certificate | None, tuple[Finding, ...]]:
    """The certificate but for its number, which is given with the signature; or every reason against it."""
    numbers = policy_of(application.authority, at.date()).number_format
    stand_in = numbers.number(numbers.next_after(numbers.first - 1))
    try:
        case = export_case(application, on=at.date(), validating_officer=str(actor.person_id))
        return issue(case, number=stand_in, at=at, specimen=is_specimen()), ()
    except Refused as error:
        return None, error.findings
