"""A stage for the registry's tests: everybody who might try an operation, and what the database holds."""

from datetime import timedelta

from django.apps import apps

from openkp.registry.accounts.actors import ANYONE, Actor
from openkp.registry.accounts.operations.people import add_company, add_person, disable, grant, withdraw_role
from openkp.registry.accounts.roles import Role
from openkp.registry.journal.models import Head
from tests.factories import NOW, PASSWORD, node

LATER = NOW + timedelta(days=3)


class Stage:
    """The node of the factories, and one person for every role at both of its authorities.

    ``who("validating_officer@SL")`` is an actor; so are ``stranger`` (no role at all), ``disabled`` (a validating
    officer whose account is closed), ``withdrawn`` (one whose role was taken back), ``competitor`` (an applicant of
    another company at SL) and ``anyone``.
    """

    def __init__(self):
        self.node = node()
        at = NOW - timedelta(days=20)
        self.sl, self.eu = self.node.sierra_leone, self.node.antwerp
        theirs = add_company(self.eu, "Scheldt Rough BV", address="Hoveniersstraat 22", country="BE", at=at)
        rival = add_company(self.sl, "Sewa River Ltd", address="Bo", country="SL", at=at)
        self.people = {}
        for place, authority, company in (("SL", self.sl, self.node.company), ("EU", self.eu, theirs)):
            for role in Role:
                self._add(f"{role}@{place}", authority, role, company, at)
        self._add("competitor", self.sl, Role.APPLICANT, rival, at)
        self.people["stranger"] = self.node.stranger
        self._add("disabled", self.sl, Role.VALIDATING_OFFICER, None, at)
        disable(self.people["disabled"], actor=self.who("administrator@SL"), at=at)
        self._add("withdrawn", self.sl, Role.VALIDATING_OFFICER, None, at)
        held = self.people["withdrawn"].memberships.get()
        withdraw_role(held, actor=self.who("administrator@SL"), at=at)

    def _add(self, name, authority, role, company, at):
        person = self.people[name] = add_person(name, name, password=PASSWORD, at=at)
        grant(person, authority, role, company=company if role == Role.APPLICANT else None, at=at)

    def who(self, name):
        """The actor of this name, with the roles held now."""
        if name == "anyone":
            return ANYONE
        person = self.people[name]
        person.refresh_from_db()
        return Actor.of(person)

    @property
    def everybody(self):
        """Every name that ``who`` knows."""
        return [*self.people, "anyone"]


def held():
    """How many rows each table holds, and how long the journal is: what must not move when an operation fails."""
    rows = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    return rows | {"journal": Head.objects.get(pk=1).size}


def codes(error):
    """The codes of a refusal's findings."""
    return sorted(finding.code for finding in error.findings)
