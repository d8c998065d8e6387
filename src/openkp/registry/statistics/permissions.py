"""Who may do what with returns, anomalies, questionnaires and releases. Button and door ask the same function."""

from openkp.registry.accounts.actors import Actor, holds
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import NotAllowed
from openkp.registry.statistics.models import Draft, Questionnaire, Release
from openkp.scheme.words import N_


def check_may_write(actor: Actor, authority_id: int) -> None:
    """Writing and preparing returns: a statistician of the authority."""
    if not holds(actor, [Role.STATISTICIAN], authority_id):
        raise NotAllowed(N_("Only a statistician of the authority writes its returns."), code="role-needed")


def check_may_file(actor: Actor, draft: Draft) -> None:
    """Filing and sending back: another statistician of the authority than the one who prepared it."""
    check_may_write(actor, draft.authority_id)
    if actor.person_id == draft.prepared_by_id:
        raise NotAllowed(N_("Another person must file what you prepared."), code="second-person-needed")


def check_may_analyse(actor: Actor) -> None:
    """Anomalies, questionnaires and releases are the work of analysts."""
    if Role.ANALYST not in actor.roles():
        raise NotAllowed(N_("Only an analyst of the Secretariat does this."), code="role-needed")


def check_may_answer(actor: Actor, questionnaire: Questionnaire) -> None:
    """A questionnaire is answered by a statistician of the Participant that is asked."""
    if questionnaire.participant not in actor.participants(Role.STATISTICIAN):
        raise NotAllowed(N_("Only a statistician of the Participant that is asked may answer."), code="role-needed")


def check_may_publish(actor: Actor, release: Release) -> None:
    """Publishing: an analyst, another person than the one who built it."""
    check_may_analyse(actor)
    if actor.person_id == release.built_by_id:
        raise NotAllowed(N_("Another person must publish what you built."), code="second-person-needed")
