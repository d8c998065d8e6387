"""Tokens for programs: made by a person who passed the second factor, shown once, withdrawn at any time."""

from base64 import b32encode
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import ApiToken
from openkp.registry.entropy import random_bytes
from openkp.registry.errors import NotAllowed, NotFound
from openkp.registry.journal.record import record
from openkp.scheme.words import N_

PREFIX = "okp_"


@transaction.atomic
def make_token(label: str, *, actor: Actor, at: datetime, days: int = 90) -> str:
    """A new token in the actor's own name; this is the only time it can be read."""
    token = PREFIX + b32encode(random_bytes(25)).decode().lower()
    row = ApiToken(
        person_id=actor.person, label=label[:60], digest=digest(token), made_at=at, ends_at=at + timedelta(days=days)
    )
    record("token.made", actor=actor, at=at, subject=actor.label, rows=[row], note=row.label)
    return token


@transaction.atomic
def withdraw_token(token_id: int, *, actor: Actor, at: datetime) -> ApiToken:
    """Withdraw a token of one's own."""
    row = ApiToken.objects.filter(pk=token_id, person_id=actor.person).first()
    if row is None:
        raise NotFound(N_("You have no such token."))
    row.is_active = False
    record("token.withdrawn", actor=actor, at=at, subject=actor.label, rows=[row], note=row.label)
    return row


def holder(token: str, *, at: datetime) -> Actor:
    """Who speaks with this token. Raises ``NotAllowed`` for one that is unknown, ended or withdrawn."""
    row = ApiToken.objects.filter(digest=digest(token), is_active=True, ends_at__gt=at).select_related("person").first()
    if row is None or not row.person.is_active:
        raise NotAllowed(N_("This token is unknown, withdrawn or has ended."), code="token-not-valid")
    return Actor.of(row.person)


def digest(token: str) -> bytes:
    """What is kept of a token. It has 200 bits of entropy: a plain hash is enough."""
    return sha256(token.encode()).digest()
