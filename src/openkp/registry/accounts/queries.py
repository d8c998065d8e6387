"""The people of an authority, for those who administer it."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Concat

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import ApiToken, Company, Membership, Person
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
    here = Q(memberships__authority__in=authorities) | Q(pk__in=_waiting(authorities).values("pk"))
    held = Membership.objects.filter(authority__in=authorities).select_related("authority", "company")
    found = Person.objects.filter(here).distinct().order_by("name")
    return list(found.prefetch_related(Prefetch("memberships", queryset=held)))


def _waiting(authorities: frozenset[int]) -> Any:
    """People without any role whom an administrator of these authorities added; all, where no other is hosted."""
    keepers = Membership.objects.filter(authority__in=authorities, role=Role.ADMINISTRATOR)
    labels = keepers.annotate(label=Concat(Value("person:"), Cast("person_id", CharField()))).values("label")
    subject = Concat(Value("person:"), OuterRef("username"))
    added = Entry.objects.filter(subject=subject, event="person.added", actor__in=labels)
    others = Authority.objects.exclude(pk__in=authorities)
    return Person.objects.filter(Exists(added) | ~Exists(others), memberships=None)


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


def tokens(actor: Actor, *, at: datetime) -> list[ApiToken]:
    """The actor's own tokens that work now."""
    held = ApiToken.objects.filter(person_id=actor.person, is_active=True, ends_at__gt=at)
    return list(held.order_by("ends_at", "pk"))


def companies(actor: Actor) -> list[Company]:
    """The companies registered at the authorities that this actor administers."""
    held = actor.authorities(Role.ADMINISTRATOR)
    return list(Company.objects.filter(authority__in=held).select_related("authority").order_by("name"))
