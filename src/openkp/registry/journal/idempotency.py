"""Answering the same request once: the key, what was asked, and what was made, in one transaction."""

from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError

from openkp.registry.errors import REUSED, Conflict
from openkp.registry.journal.models import IdempotencyKey
from openkp.registry.journal.record import canonical_json
from openkp.scheme.words import N_, Sentence


def fingerprint(request: object) -> bytes:
    """What was asked, in 32 bytes."""
    return sha256(canonical_json(request).encode()).digest()


def earlier_answer(scope: str, key: str, request: object) -> str | None:
    """What this key made before, or ``None``. Raises ``Conflict`` if it was used for another request."""
    if not key:
        return None
    known = IdempotencyKey.objects.filter(scope=scope, key=key).first()
    if known is None:
        return None
    if bytes(known.fingerprint) != fingerprint(request):
        raise Conflict(
            N_("This idempotency key was used before for a different request."),
            code=REUSED,
            advice=Sentence(N_("Send the new request with a new key.")),
        )
    return str(known.result)


def remember(scope: str, key: str, request: object, *, result: str, at: datetime) -> None:
    """Keep the answer; the caller's transaction makes it one with what was done.

    Raises ``Conflict`` where the key was used meanwhile; what was done is then taken back with the transaction.
    """
    if not key:
        return
    row = IdempotencyKey(scope=scope, key=key, fingerprint=fingerprint(request), result=result, at=at)
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(N_("The same request was sent twice at one moment."), code="sent-twice") from error
