"""Taking in what the Participants published: the next trust list, a newer key manifest. Verified before stored."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from openkp.documents.errors import Untrusted
from openkp.documents.manifest import KeyManifest, check_newer, open_manifest
from openkp.documents.trust import open_genesis, open_next
from openkp.registry import faults
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.record import record
from openkp.registry.participation.bundles import LIST, MANIFEST, state, trust
from openkp.registry.participation.models import TrustPart
from openkp.registry.participation.trust import is_specimen
from openkp.scheme.words import N_


@transaction.atomic
def receive_list(data: bytes, *, at: datetime, actor: Actor = NODE, pinned: bytes | None = None) -> None:
    """Take the next version of the trust list, or version 1 with its pin. The same one again changes nothing."""
    held = trust()
    if held is None:
        following = open_genesis(data, pinned=pinned)
    else:
        if TrustPart.objects.filter(kind=LIST, data=data).exists():
            return
        following = open_next(held[0], data)
    if following.specimen != is_specimen():
        raise Conflict(N_("A live node takes no specimen list, and a specimen node no live one."), code="profile")
    _store(LIST, "KP", following.version, data, actor=actor, at=at)


@transaction.atomic
def receive_manifest(data: bytes, *, at: datetime, actor: Actor = NODE) -> None:
    """Take a newer key manifest of a member. The same one again changes nothing."""
    held = trust()
    if held is None:
        raise NotFound(N_("This node holds no trust list yet."), code="no-trust-list")
    offered = open_manifest(data, held[0])
    known = next((manifest for manifest in held[1] if manifest.participant == offered.participant), None)
    if known is not None:
        check_newer(known, offered)
        if known == offered:
            return
    _check_own_keys(offered, held[1])
    _store(MANIFEST, offered.participant, offered.version, data, actor=actor, at=at)


def _check_own_keys(offered: KeyManifest, others: tuple[KeyManifest, ...]) -> None:
    """Whoever names a key first has it: or one member could make everybody refuse what another signs."""
    taken = {key.key.kid for each in others if each.participant != offered.participant for key in each.keys}
    if any(key.key.kid in taken for key in offered.keys):
        raise Untrusted(N_("A key manifest names a key that another member has named."), code="key_claimed_twice")


def _store(kind: str, issuer: str, version: int, data: bytes, *, actor: Actor, at: datetime) -> None:
    part = TrustPart(
        kind=kind, issuer=issuer, version=version, data=data, digest=sha256(state() + data).digest(), received_at=at
    )
    record(
        f"trust.{kind}_received", actor=actor, at=at, subject=f"trust:{kind}/{issuer}", rows=[part], note=str(version)
    )
    faults.point("during-import")
