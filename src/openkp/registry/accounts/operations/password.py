"""A person changes their own password; the words stay out of the journal, the fact does not."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.errors import NotAllowed
from openkp.registry.journal.record import record
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import N_, Sentence


@transaction.atomic
def change_password(person_id: int, old: str, new: str, *, actor: Actor, at: datetime) -> Person:
    """Set a new password; raises ``Refused`` if the old one is wrong or the new one is weak."""
    if actor.person_id != person_id:
        raise NotAllowed(N_("Everyone changes their own password only."), code="own-password-only")
    person: Person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    if not person.check_password(old):
        sentence = Sentence(N_("This is not your password now."))
        raise Refused([Finding("ACCOUNT", "password-wrong", "old", sentence)])
    try:
        validate_password(new, person)
    except ValidationError as error:
        raise Refused([Finding("ACCOUNT", "password-weak", "new", Sentence(m)) for m in error.messages]) from error
    person.password = make_password(new)
    record("password.changed", actor=actor, at=at, subject=f"person:{person.username}", rows=[person])
    return person
