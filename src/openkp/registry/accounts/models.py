"""People, the companies they apply for, and the roles they hold at each authority."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from openkp.registry.accounts.roles import Role
from openkp.registry.journal.models import Journaled, JournaledQuerySet


class Company(Journaled):
    """An exporter, importer or dealer as it is licensed by an authority."""

    authority = models.ForeignKey("participation.Authority", on_delete=models.PROTECT, related_name="companies")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240)
    country = models.CharField(max_length=2)
    licence = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="one_company_a_name")]


class Person(AbstractBaseUser, Journaled):
    """Someone who signs in. Disabled, never deleted; the password stays out of the journal."""

    secret_fields = ("password",)
    last_login = None

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects: ClassVar[Any] = BaseUserManager.from_queryset(JournaledQuerySet)()

    def check_password(self, raw_password: str | None) -> bool:
        """Compare only: a hash is renewed when the password is, by an operation."""
        return check_password(raw_password, self.password)


class Membership(Journaled):
    """One role of one person at one authority; an applicant's membership names the company."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    authority = models.ForeignKey("participation.Authority", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, related_name="memberships")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "authority", "role"], name="one_membership_a_role"),
            models.CheckConstraint(
                condition=models.Q(role=Role.APPLICANT) ^ models.Q(company=None), name="applicants_have_a_company"
            ),
        ]


class ApiToken(Journaled):
    """A program's key to the API in a person's name. Only its hash is kept; the token is shown once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)
