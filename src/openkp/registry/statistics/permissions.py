"""Who may do what with returns, anomalies, questionnaires and releases. Button and door ask the same function."""

from openkp.registry.accounts.actors import NODE, Actor, holds
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import NotAllowed
from openkp.registry.statistics.audience import is_office
from openkp.registry.statistics.models import Draft, Questionnaire, Release
from openkp.scheme.words import N_


def check_may_write(actor: Actor, authority_id: int) -> None:
    """Writing and preparing returns: a statistician of the authority; the node itself works them out."""
    if actor is not NODE and not holds(actor, [Role.STATISTICIAN], authority_id):
        raise NotAllowed(N_("Only a statistician of the authority writes its returns."), code="role-needed")


def check_may_file(actor: Actor, draft: Draft) -> None:
    """Filing: another statistician of the authority than the one who prepared it; never the node by itself."""
    if not holds(actor, [Role.STATISTICIAN], draft.authority_id):
        raise NotAllowed(N_("Only a statistician of the authority files its returns."), code="role-needed")
    if actor.person_id == draft.prepared_by_id:
        raise NotAllowed(N_("Another person must file what you prepared."), code="second-person-needed")


def offices_of(actor: Actor) -> frozenset[str]:
    """The offices of the Scheme at which this person is an analyst; a Participant's own has no such right."""
    return frozenset(code for code in actor.participants(Role.ANALYST) if is_office(code))


def office_of(actor: Actor) -> str:
    """The office in whose name this analyst asks. Raises ``NotAllowed``."""
    check_may_analyse(actor)
    return min(offices_of(actor))


def check_may_analyse(actor: Actor) -> None:
    """Anomalies, questionnaires and releases are the work of analysts at an office of the Scheme."""
    if not offices_of(actor):
        raise NotAllowed(N_("Only an analyst of the Secretariat does this."), code="role-needed")


def check_may_judge(actor: Actor, questionnaire: Questionnaire) -> None:
    """Sending, judging and closing: an analyst of the office that asks."""
    if questionnaire.asked_by not in offices_of(actor):
        raise NotAllowed(N_("Only an analyst of the office that asks does this."), code="role-needed")


def check_may_answer(actor: Actor, questionnaire: Questionnaire) -> None:
    """A questionnaire is answered by a statistician of the Participant that is asked."""
    if questionnaire.participant not in actor.participants(Role.STATISTICIAN):
        raise NotAllowed(N_("Only a statistician of the Participant that is asked may answer."), code="role-needed")


def check_may_publish(actor: Actor, release: Release) -> None:
    """Publishing: an analyst, another person than the one who built it."""
    check_may_analyse(actor)
    if actor.person_id == release.built_by_id:
        raise NotAllowed(N_("Another person must publish what you built."), code="second-person-needed")
