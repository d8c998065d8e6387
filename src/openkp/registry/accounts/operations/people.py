"""People and their roles: added, granted, withdrawn, disabled; never deleted."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from openkp.registry.accounts.actors import NODE, Actor, holds
from openkp.registry.accounts.models import Company, Membership, Person
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import Conflict, NotAllowed
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import N_, Sentence

INCOMPATIBLE = {frozenset({Role.APPLICANT, role}) for role in Role if role != Role.APPLICANT}


def check_may_administer(actor: Actor, authority_id: int) -> None:
    """An administrator of the authority, or the node's operator at its console."""
    if actor is not NODE and not holds(actor, [Role.ADMINISTRATOR], authority_id):
        raise NotAllowed(N_("Only an administrator of the authority may do this."), code="role-needed")


def check_may_keep_accounts(actor: Actor, person: Person | None = None) -> None:
    """An administrator of some authority, and of each at which ``person`` has or had a role."""
    if actor is not NODE and Role.ADMINISTRATOR not in actor.roles():
        raise NotAllowed(N_("Only an administrator of the authority may do this."), code="role-needed")
    for membership in (
        Membership.objects.filter(person=person) if person is not None else ()
    ):  # never a page's selection
        check_may_administer(actor, membership.authority_id)


@transaction.atomic
def add_company(
    authority: Authority, name: str, *, address: str, country: str, licence: str = "", actor: Actor = NODE, at: datetime
) -> Company:
    """Register an exporter, importer or dealer at an authority."""
    check_may_administer(actor, authority.pk)
    if Company.objects.filter(authority=authority, name=name).exists():
        raise Conflict(N_("A company with this name is registered already."), code="company-exists")
    company = Company(authority=authority, name=name, address=address, country=country, licence=licence)
    record("company.added", actor=actor, at=at, subject=f"company:{authority.code}/{name}"[:120], rows=[company])
    return company


@transaction.atomic
def add_person(
    username: str, name: str, *, password: str, language: str = "en", actor: Actor = NODE, at: datetime
) -> Person:
    """Give a person an account; roles come after."""
    check_may_keep_accounts(actor)
    if Person.objects.filter(username=username).exists():
        raise Conflict(N_("This user name is taken."), code="username-taken")
    person = Person(username=username, name=name, language=language)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused([Finding("ACCOUNT", "password-weak", "password", Sentence(m)) for m in error.messages]) from error
    person.password = make_password(password)
    record("person.added", actor=actor, at=at, subject=f"person:{username}", rows=[person])
    return person


@transaction.atomic
def grant(
    person: Person,
    authority: Authority,
    role: Role,
    *,
    company: Company | None = None,
    actor: Actor = NODE,
    at: datetime,
) -> Membership:
    """Give a person a role at an authority. Nobody grants a role to themselves; applicants hold no office."""
    check_may_administer(actor, authority.pk)
    if actor.person_id == person.pk:
        raise NotAllowed(N_("Nobody gives a role to themselves."), code="own-role")
    _check_company(role, company, authority)
    held = {Role(m.role) for m in person.memberships.filter(authority=authority, is_active=True)}
    if any(frozenset({role, other}) in INCOMPATIBLE for other in held):
        raise Conflict(
            N_("An applicant holds no office at the authority, and an officer does not apply."), code="role-clash"
        )
    membership = Membership.objects.filter(person=person, authority=authority, role=role).first() or Membership(
        person=person, authority=authority, role=role.value
    )
    membership.company, membership.is_active = company, True
    record("role.granted", actor=actor, at=at, subject=f"person:{person.username}", rows=[membership], note=role)
    return membership


def _check_company(role: Role, company: Company | None, authority: Authority) -> None:
    """An applicant applies for a company that is registered at the same authority; nobody else has one."""
    fits = company is None if role != Role.APPLICANT else company is not None and company.authority_id == authority.pk
    if not fits:
        sentence = Sentence(N_("Choose the company that this person applies for, from those of the authority."))
        raise Refused([Finding("ACCOUNT", "company-wrong", "company", sentence)])


@transaction.atomic
def withdraw_role(membership: Membership, *, actor: Actor, at: datetime) -> Membership:
    """Take a role back."""
    check_may_administer(actor, membership.authority_id)
    membership.is_active = False
    subject = f"person:{membership.person.username}"
    record("role.withdrawn", actor=actor, at=at, subject=subject, rows=[membership], note=membership.role)
    return membership


@transaction.atomic
def disable(person: Person, *, actor: Actor, at: datetime) -> Person:
    """Close an account; what the person did stays."""
    check_may_keep_accounts(actor, person)
    person.is_active = False
    record("person.disabled", actor=actor, at=at, subject=f"person:{person.username}", rows=[person])
    return person
