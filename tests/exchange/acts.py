"""What officers do on a node of its own, for tests with real processes: ``python -m tests.exchange.acts ACT``."""

import sys
from datetime import timedelta

from openkp.project.start import set_up

set_up()

from openkp.project.clock import now  # noqa: E402
from openkp.registry.accounts.operations.people import add_company, add_person, grant  # noqa: E402
from openkp.registry.accounts.roles import Role  # noqa: E402
from openkp.registry.certificates.models import Application, Arrival  # noqa: E402
from openkp.registry.certificates.operations.validate import validate  # noqa: E402
from openkp.registry.participation.models import Authority  # noqa: E402
from openkp.scheme.life import Status  # noqa: E402
from tests.exchange import world  # noqa: E402
from tests.factories import APPLICATION, PASSWORD, RECEIPT  # noqa: E402


def people() -> None:
    """A company, one person a role, and an application that waits for validation."""
    at, authority = now(), Authority.objects.get()
    company = add_company(
        authority, APPLICATION["exporter_name"], address="1 Main Street", country="SL", licence="EXP-2026-014", at=at
    )
    for role in (Role.APPLICANT, Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER, Role.IMPORT_OFFICER):
        person = add_person(role.value, role.value, password=PASSWORD, at=at)
        grant(person, authority, role, company=company if role == Role.APPLICANT else None, at=at)
    if authority.participant == "SL":
        world.START = at + timedelta(days=1)
        world._prepared(authority.pk, company.pk, "SL", "EU")


def issue() -> None:
    """The validating officer signs."""
    waiting = Application.objects.get(status=Status.PREPARED)
    print(validate(waiting.pk, actor=world.actor(Role.VALIDATING_OFFICER), at=now()).number)


def confirm() -> None:
    """The import officer receives what is expected."""
    from openkp.registry.certificates.operations.confirm import confirm
    from openkp.registry.certificates.operations.record_arrival import record_arrival

    at, officer = now(), world.actor(Role.IMPORT_OFFICER)
    arrival = Arrival.objects.select_related("certificate").get()
    record_arrival(arrival.pk, at.date(), actor=officer, at=at)
    receipt = {**RECEIPT, "received_on": at.date().isoformat(), "seals": arrival.certificate.seals}
    confirm(arrival.pk, receipt, actor=officer, at=at)


if __name__ == "__main__":
    {"people": people, "issue": issue, "confirm": confirm}[sys.argv[1]]()
