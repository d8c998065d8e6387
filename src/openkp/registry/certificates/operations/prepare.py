"""The preparing officer weighs, counts and seals, and writes down what was found."""

from datetime import datetime
from typing import Any

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.drafts import judged_inspection
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.permissions import check_may_prepare
from openkp.registry.certificates.steps import locked, move
from openkp.registry.certificates.typed import storable
from openkp.registry.journal.record import record
from openkp.scheme.applications import INSPECTION_FIELDS
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status


@transaction.atomic
def prepare(
    application_id: int, inspection: dict[str, Any], *, actor: Actor, at: datetime, version: int | None = None
) -> Application:
    """Record the inspection and pass the application on, or raise ``Refused`` with every reason."""
    application = locked(Application, application_id, version=version, along="authority")
    check_may_prepare(actor, application)
    event = move(application, Status.PREPARED, at=at)
    application.inspection = {name: storable(inspection[name]) for name in INSPECTION_FIELDS if name in inspection}
    application.prepared_by_id = actor.person_id
    findings = judged_inspection(application, on=at.date())
    if findings:
        raise Refused(findings)
    record(event, actor=actor, at=at, subject=f"application:{application.reference}", rows=[application])
    return application
