"""An officer returns an application to the applicant, sends it back to the preparing officer, or rejects it."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.models import Application
from openkp.registry.certificates.permissions import check_may_decide, check_may_validate
from openkp.registry.certificates.steps import locked, move
from openkp.registry.certificates.typed import storable
from openkp.registry.journal.record import record
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.life import Status
from openkp.scheme.words import N_, Sentence

Decision = Callable[..., Application]


def return_to_applicant(
    application_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None
) -> Application:
    """Ask the applicant to mend something; ``reason`` says what."""
    return _decide(application_id, Status.RETURNED, reason, actor=actor, at=at, version=version)


def reject(application_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None) -> Application:
    """End the application without a certificate; ``reason`` says why."""
    return _decide(application_id, Status.REJECTED, reason, actor=actor, at=at, version=version)


def send_back(
    application_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None
) -> Application:
    """The validating officer asks the preparing officer to look again."""
    return _decide(application_id, Status.APPLIED, reason, actor=actor, at=at, version=version)


@transaction.atomic
def _decide(
    application_id: int, to: Status, reason: str, *, actor: Actor, at: datetime, version: int | None
) -> Application:
    application = locked(Application, application_id, version=version)
    (check_may_validate if to == Status.APPLIED else check_may_decide)(actor, application)
    event = move(application, to, at=at, event="application.sent_back" if to == Status.APPLIED else "")
    application.reason = said(reason)
    record(
        event,
        actor=actor,
        at=at,
        subject=f"application:{application.reference}",
        rows=[application],
        note=application.reason,
    )
    return application


def said(reason: str) -> str:
    """A reason that a person can act on; nobody is turned away without one."""
    said: str = storable(reason).strip()
    if not 3 <= len(said) <= 2000:
        sentence = Sentence(N_("Say why, in 3 to 2000 characters."))
        raise Refused([Finding("CERT-07", "reason-missing", "reason", sentence)])
    return said
