"""Setting up what a Participant or an office needs to take part: its keys and its first manifest."""

from datetime import datetime

from django.db import transaction

from openkp.documents.keys import ED25519, ESP256
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.participation.models import Authority, NodeKey
from openkp.registry.participation.operations.host import add_key, add_sealing_key
from openkp.registry.participation.operations.make_manifest import make_manifest

OF_PARTICIPANT = (("root", ESP256), ("status", ESP256), ("message", ED25519), ("log", ED25519))
OF_OFFICE = (("root", ESP256), ("message", ED25519), ("log", ED25519))
OF_AUTHORITY = ("certificate", "confirmation")


@transaction.atomic
def found(code: str, *, at: datetime, actor: Actor = NODE) -> bytes:
    """Make every key that ``code`` (and each of its authorities here) still lacks; its newest manifest.

    The log key of an office signs its journal only: an office has no statement log.
    """
    for use, algorithm in OF_PARTICIPANT if len(code) == 2 else OF_OFFICE:
        if not _has(code, use):
            add_key(code, use, algorithm, at=at, actor=actor)
    if not _has(code, "sealing"):
        add_sealing_key(code, at=at, actor=actor)
    for authority in Authority.objects.filter(participant=code).order_by("pk"):
        for use in () if authority.is_office else OF_AUTHORITY:
            if not _has(code, use, authority):
                add_key(code, use, ESP256, authority=authority, at=at, actor=actor)
    return make_manifest(code, at=at, actor=actor)


def _has(code: str, use: str, authority: Authority | None = None) -> bool:
    return NodeKey.objects.filter(participant=code, use=use, authority=authority, is_active=True).exists()
