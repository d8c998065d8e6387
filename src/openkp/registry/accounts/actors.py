"""Who acts: one person with the roles they hold now, a peer authority, or the node itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openkp.registry.accounts.roles import Role

if TYPE_CHECKING:
    from openkp.registry.accounts.models import Person


@dataclass(frozen=True)
class Held:
    """One role at one authority; an applicant's names the company."""

    role: Role
    authority_id: int
    participant: str
    company_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who does it. ``label`` is what the journal writes: ``person:7``, ``peer:EU``, ``node``."""

    label: str
    person_id: int | None = None
    name: str = ""
    held: tuple[Held, ...] = ()

    @classmethod
    def of(cls, person: Person) -> Actor:
        """The person as they stand now; a disabled person holds nothing."""
        memberships = person.memberships.filter(is_active=True).select_related("authority") if person.is_active else ()
        held = tuple(Held(Role(m.role), m.authority_id, m.authority.participant, m.company_id) for m in memberships)
        return cls(f"person:{person.pk}", person.pk, person.name, held)

    @classmethod
    def peer(cls, participant: str) -> Actor:
        """The authority of another Participant, known by its signature."""
        return cls(f"peer:{participant}", name=participant)

    @property
    def person(self) -> int:
        """The person's id; peers and the node itself have none and never get here."""
        if self.person_id is None:
            raise RuntimeError("only a person does this")
        return self.person_id

    def authorities(self, *roles: Role) -> frozenset[int]:
        """The authorities at which this actor holds one of ``roles``."""
        return frozenset(h.authority_id for h in self.held if h.role in roles)

    def participants(self, *roles: Role) -> frozenset[str]:
        """The Participants at whose authorities this actor holds one of ``roles``."""
        return frozenset(h.participant for h in self.held if h.role in roles)

    def companies(self) -> frozenset[int]:
        """The companies this actor applies for."""
        return frozenset(h.company_id for h in self.held if h.company_id is not None)

    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(h.role for h in self.held)


NODE = Actor("node", name="node")
ANYONE = Actor("anyone", name="anyone")


def holds(actor: Actor, roles: Iterable[Role], authority_id: int) -> bool:
    """Whether ``actor`` holds one of ``roles`` at this authority."""
    return authority_id in actor.authorities(*roles)
