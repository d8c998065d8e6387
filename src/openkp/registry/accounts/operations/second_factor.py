"""The second factor of an officer: a time-based code on a telephone, and recovery codes on paper.

The secrets stay out of the journal; that there is a second factor, and since when, is in it.
"""

from datetime import datetime

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.operations.people import check_may_keep_accounts
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import record
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import N_, Sentence

RECOVERY_CODES = 8
_WRONG = Sentence(N_("This code is not right, or it has run out. Enter the newest code that your telephone shows."))


def enrolled(person: Person) -> bool:
    """Whether the person has a second factor that works."""
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


@transaction.atomic
def begin(person: Person) -> TOTPDevice:
    """The secret to scan; the same one until it is confirmed."""
    if enrolled(person):
        raise Conflict(N_("You have a second factor already."), code="already-enrolled")
    device, _ = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "telephone"})
    return device


@transaction.atomic
def finish(person: Person, token: str, *, at: datetime) -> tuple[TOTPDevice, list[str]]:
    """Confirm the telephone with its first code; gives the recovery codes, which are shown this once."""
    device = begin(person)
    if not device.verify_token(token):
        raise wrong_code()
    device.confirmed = True
    device.save()
    record(
        "second_factor.enrolled", actor=Actor.of(person), at=at, subject=f"person:{person.username}", rows=[], note=""
    )
    return device, _new_recovery_codes(person)


def wrong_code() -> Refused:
    """The refusal of a code."""
    return Refused([Finding("ACCOUNT", "code-wrong", "token", _WRONG)])


@transaction.atomic
def reset(person: Person, *, actor: Actor, at: datetime) -> None:
    """An administrator takes a lost telephone off the account; the person enrols another at the next sign-in."""
    check_may_keep_accounts(actor, person)
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    record("second_factor.reset", actor=actor, at=at, subject=f"person:{person.username}", rows=[])


def _new_recovery_codes(person: Person) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    sheet = StaticDevice.objects.create(user=person, name="recovery codes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    sheet.token_set.bulk_create([StaticToken(device=sheet, token=code) for code in codes])
    return codes
