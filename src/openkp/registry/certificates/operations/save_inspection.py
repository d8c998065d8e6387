"""The preparing officer keeps what was weighed so far, right or wrong; it is judged when it is passed on."""

from datetime import datetime
from typing import Any

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.permissions import check_may_prepare
from openkp.registry.certificates.steps import locked, touch
from openkp.registry.certificates.typed import storable
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import record
from openkp.scheme.applications import INSPECTION_FIELDS
from openkp.scheme.life import Status
from openkp.scheme.words import N_


@transaction.atomic
def save_inspection(
    application_id: int, fields: dict[str, Any], *, actor: Actor, at: datetime, version: int | None = None
) -> Application:
    """Add ``fields`` to the inspection of an application that waits to be prepared."""
    application = locked(Application, application_id, version=version)
    check_may_prepare(actor, application)
    if application.status != Status.APPLIED:
        raise Conflict(N_("This application is not waiting to be prepared."), code="not-waiting")
    known = {name: storable(value) for name, value in fields.items() if name in INSPECTION_FIELDS}
    application.inspection = {**application.inspection, **known}
    waiting_since = application.changed_at
    touch(application, at=at)
    application.changed_at = waiting_since  # a draft does not make the applicant's wait look shorter
    record("inspection.saved", actor=actor, at=at, subject=f"application:{application.reference}", rows=[application])
    return application
