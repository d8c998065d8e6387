"""Who may do what with applications, certificates and arrivals. The button and the door ask the same function."""

from collections.abc import Callable

from openkp.registry.accounts.actors import Actor, holds
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.errors import NotAllowed
from openkp.scheme.words import N_


def allows(check: Callable[..., None], *subjects: object) -> bool:
    """The yes-or-no form of any check, for pages that show or hide a button."""
    try:
        check(*subjects)
    except NotAllowed:
        return False
    return True


def check_may_start(actor: Actor, authority_id: int, company_id: int) -> None:
    """An applicant starts applications for the company of their membership at this authority."""
    for held in actor.held:
        if held.role == Role.APPLICANT and (held.authority_id, held.company_id) == (authority_id, company_id):
            return
    raise NotAllowed(N_("Only an applicant of the company may apply for it."), code="not-the-applicant")


def check_may_edit(actor: Actor, application: Application) -> None:
    """Drafts and returned applications belong to the applicant's company."""
    check_may_start(actor, application.authority_id, application.company_id)


def check_may_prepare(actor: Actor, application: Application) -> None:
    """A preparing officer of the authority, and nobody who applied for it."""
    _hold(actor, application.authority_id, Role.PREPARING_OFFICER)
    if application.created_by_id == actor.person_id:
        raise NotAllowed(N_("Nobody prepares an application of their own."), code="own-application")


def check_may_validate(actor: Actor, application: Application) -> None:
    """A validating officer of the authority, another person than the one who prepared it."""
    _hold(actor, application.authority_id, Role.VALIDATING_OFFICER)
    if actor.person_id in (application.prepared_by_id, application.created_by_id):
        raise NotAllowed(N_("Another person must validate what you prepared."), code="second-person-needed")


def check_may_decide(actor: Actor, application: Application) -> None:
    """Returning and rejecting: whoever's turn it is, preparing or validating officer."""
    _hold(actor, application.authority_id, Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER)
    if application.created_by_id == actor.person_id:
        raise NotAllowed(N_("Nobody decides on an application of their own."), code="own-application")


def check_may_void(actor: Actor, certificate: Certificate) -> None:
    """A validating officer of the Exporting Authority that issued it."""
    _hold(actor, certificate.authority_id or 0, Role.VALIDATING_OFFICER)


def check_may_close(actor: Actor, certificate: Certificate) -> None:
    """An officer of the Exporting Authority that issued it."""
    _hold(actor, certificate.authority_id or 0, Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER)


def check_may_receive(actor: Actor, arrival: Arrival) -> None:
    """An import officer of the Participant to which the goods go; of that authority once one has taken it."""
    if arrival.authority_id is not None:
        _hold(actor, arrival.authority_id, Role.IMPORT_OFFICER)
    elif arrival.participant not in actor.participants(Role.IMPORT_OFFICER):
        raise NotAllowed(N_("Only an import officer of the destination may record this."), code="role-needed")


def check_may_present(actor: Actor) -> None:
    """A person who records a certificate that goods came with is an import officer. Peers are no persons."""
    if actor.person_id is not None and not actor.participants(Role.IMPORT_OFFICER):
        raise NotAllowed(N_("Only an import officer of the destination may record this."), code="role-needed")


def _hold(actor: Actor, authority_id: int, *roles: Role) -> None:
    if not holds(actor, roles, authority_id):
        raise NotAllowed(N_("Your role at this authority does not cover this."), code="role-needed")
