"""The people of an authority, for those who administer it."""

from django.db.models import Prefetch, Q

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Company, Membership, Person
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import NotAllowed, NotFound
from openkp.registry.journal.models import Entry
from openkp.registry.participation.models import Authority
from openkp.scheme.words import N_

_WATCHERS = (Role.ADMINISTRATOR, Role.AUDITOR)


def administered(actor: Actor) -> list[Authority]:
    """The authorities whose people this actor may change."""
    return list(Authority.objects.filter(pk__in=actor.authorities(Role.ADMINISTRATOR)).order_by("code"))


def people(actor: Actor) -> list[Person]:
    """Everyone who holds or held a role at the actor's authorities, with those roles; and those who wait for one."""
    authorities = actor.authorities(*_WATCHERS)
    if not authorities:
        raise NotAllowed(N_("Only an administrator of the authority may do this."), code="role-needed")
    here = Q(memberships__authority__in=authorities) | Q(pk__in=_waiting(authorities))
    held = Membership.objects.filter(authority__in=authorities).select_related("authority", "company")
    found = Person.objects.filter(here).distinct().order_by("name")
    return list(found.prefetch_related(Prefetch("memberships", queryset=held)))


def _waiting(authorities: frozenset[int]) -> list[int]:
    """People without any role whom an administrator of these authorities added; all, where no other is hosted."""
    waiting = dict(Person.objects.filter(memberships=None).values_list("username", "pk"))
    if not Authority.objects.exclude(pk__in=authorities).exists():
        return list(waiting.values())
    keepers = Membership.objects.filter(authority__in=authorities, role=Role.ADMINISTRATOR)
    by = [f"person:{person}" for person in keepers.values_list("person_id", flat=True)]
    added = Entry.objects.filter(subject__in=[f"person:{n}" for n in waiting], event="person.added", actor__in=by)
    return [waiting[subject.removeprefix("person:")] for subject in added.values_list("subject", flat=True)]


def person(actor: Actor, username: str) -> Person:
    """One of these people."""
    for found in people(actor):
        if found.username == username:
            return found
    raise NotFound(N_("There is nobody of this name at your authority."))


def membership(actor: Actor, membership_id: int) -> Membership:
    """A role that this actor may withdraw; one elsewhere reads as if there were none."""
    held = Membership.objects.filter(pk=membership_id, authority__in=actor.authorities(Role.ADMINISTRATOR))
    found = held.select_related("person").first()
    if found is None:
        raise NotFound(N_("There is no such role."))
    return found


def companies(actor: Actor) -> list[Company]:
    """The companies registered at the authorities that this actor administers."""
    held = actor.authorities(Role.ADMINISTRATOR)
    return list(Company.objects.filter(authority__in=held).select_related("authority").order_by("name"))
