"""An applicant starts an application, saves it step by step, or withdraws it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.permissions import check_may_edit, check_may_start
from openkp.registry.certificates.steps import locked, move, touch
from openkp.registry.certificates.typed import storable
from openkp.registry.errors import Conflict
from openkp.registry.journal.idempotency import earlier_answer, remember
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.scheme.applications import APPLICATION_FIELDS
from openkp.scheme.life import Status
from openkp.scheme.words import N_

OPEN = (Status.DRAFT.value, Status.RETURNED.value)


@transaction.atomic
def start(
    authority_id: int,
    company_id: int,
    *,
    actor: Actor,
    at: datetime,
    key: str = "",
    fields: dict[str, Any] | None = None,
) -> Application:
    """Open a draft; the same idempotency key opens it once."""
    check_may_start(actor, authority_id, company_id)
    asked = {"authority": authority_id, "company": company_id, "fields": fields or {}}
    scope = f"start:{actor.label}"
    authority = Authority.objects.select_for_update(no_key=True).get(pk=authority_id)
    earlier = earlier_answer(scope, key, asked)
    if earlier:
        return Application.objects.get(reference=earlier)
    ordinal = Application.objects.filter(authority=authority).count() + 1
    application = Application(
        reference=f"{authority.code}-{at:%Y}-{ordinal:06d}",
        authority_id=authority_id,
        company_id=company_id,
        created_by_id=actor.person,
        fields=known(fields or {}),
        created_at=at,
        changed_at=at,
    )
    record(
        "application.started", actor=actor, at=at, subject=f"application:{application.reference}", rows=[application]
    )
    remember(scope, key, asked, result=application.reference, at=at)
    return application


@transaction.atomic
def save(
    application_id: int, fields: dict[str, Any], *, actor: Actor, at: datetime, version: int | None = None
) -> Application:
    """Keep what was typed, right or wrong; it is judged when it is sent."""
    application = locked(Application, application_id, version=version)
    check_may_edit(actor, application)
    if application.status not in OPEN:
        raise Conflict(N_("This application was sent and can no longer be edited."), code="already-sent")
    application.fields = {**application.fields, **known(fields)}
    touch(application, at=at)
    record("application.saved", actor=actor, at=at, subject=f"application:{application.reference}", rows=[application])
    return application


@transaction.atomic
def withdraw(application_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Application:
    """The applicant takes it back before it is prepared."""
    application = locked(Application, application_id, version=version)
    check_may_edit(actor, application)
    event = move(application, Status.WITHDRAWN, at=at)
    record(event, actor=actor, at=at, subject=f"application:{application.reference}", rows=[application])
    return application


def known(fields: dict[str, Any]) -> dict[str, Any]:
    """Only the fields that an application has; nothing else is kept."""
    return {name: storable(value) for name, value in fields.items() if name in APPLICATION_FIELDS}
