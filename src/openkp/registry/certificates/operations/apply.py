"""The applicant sends the application; every finding comes back at once."""

from datetime import datetime

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.drafts import judged
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.permissions import check_may_edit
from openkp.registry.certificates.steps import locked, move
from openkp.registry.journal.record import record
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status


@transaction.atomic
def apply(application_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Application:
    """Send the application to the Exporting Authority, or raise ``Refused`` with every reason."""
    application = locked(Application, application_id, version=version, along="authority")
    check_may_edit(actor, application)
    event = move(application, Status.APPLIED, at=at, event="application.submitted")
    findings = judged(application, on=at.date())
    if findings:
        raise Refused(findings)
    application.submitted_at = at
    application.reason = ""
    record(event, actor=actor, at=at, subject=f"application:{application.reference}", rows=[application])
    return application
