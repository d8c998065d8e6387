"""The key manifest of one of our Participants: which keys sign and open for it, said by its root key."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from openkp.documents.keys import KeyUse
from openkp.documents.manifest import OFFICE_USES, USES, KeyManifest, ManifestKey, seal_manifest
from openkp.documents.sealing import SealingKey
from openkp.documents.trust import Profile
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.journal import statements
from openkp.registry.journal.record import record
from openkp.registry.participation.bundles import MANIFEST, trust
from openkp.registry.participation.models import Authority, NodeKey, Publication
from openkp.registry.participation.operations.receive_publication import keep, newest
from openkp.registry.participation.operations.trust import receive_manifest
from openkp.registry.participation.queries import active_key, policy_of, public_key
from openkp.registry.participation.trust import SEALING, is_specimen
from openkp.registry.signers import signer_at

ARCHIVE = timedelta(days=365 * 30)
"""How long after a key ceases to sign what it signed is still verified; ours, no rule was found."""


@transaction.atomic
def make_manifest(participant: str, *, at: datetime, actor: Actor = NODE) -> bytes:
    """Sign the next version of the manifest, keep it, publish it, and log it where the Participant has a log."""
    at = at.replace(microsecond=0)
    manifest = KeyManifest(
        participant=participant,
        version=_last_version(participant) + 1,
        profile=Profile.SPECIMEN if is_specimen() else Profile.LIVE,
        made_at=at,
        keys=_keys(participant),
        sealing_keys=_sealing_keys(participant),
        numbers=tuple(
            (authority.code, policy_of(authority, at.date()).number_format)
            for authority in Authority.objects.filter(participant=participant, exporting=True).order_by("code")
        ),
    )
    data = seal_manifest(manifest, signer_at(active_key(participant, "root", at).uri))
    content, subject = sha256(data).digest(), f"manifest:{participant}"
    keep(MANIFEST, participant, "", data, content=content, journal_size=manifest.version, at=at)
    record("manifest.made", actor=actor, at=at, subject=subject, note=f"{manifest.version} {content.hex()}")
    if len(participant) == 2:
        statements.append(participant, "kpk", data)
    held = trust()
    if held is not None and held[0].find(participant) is not None:
        receive_manifest(data, at=at, actor=actor)
    return data


def own_manifest(participant: str) -> bytes | None:
    """The newest manifest made here."""
    return newest(MANIFEST, participant, "")


def _last_version(participant: str) -> int:
    made = Publication.objects.filter(kind=MANIFEST, issuer=participant).values_list("journal_size", flat=True).first()
    held = trust()
    known = [manifest.version for manifest in held[1] if manifest.participant == participant] if held else []
    return max([made or 0, *known])


def _keys(participant: str) -> tuple[ManifestKey, ...]:
    uses = USES if len(participant) == 2 else OFFICE_USES
    rows = NodeKey.objects.filter(participant=participant, use__in=[use.value for use in uses])
    return tuple(
        ManifestKey(
            key=public_key(row),
            use=KeyUse(row.use),
            authority=row.authority.code if row.authority else "",
            valid_from=row.valid_from,
            signs_until=row.signs_until,
            valid_until=row.signs_until + ARCHIVE,
        )
        for row in rows.select_related("authority").order_by("pk")
    )


def _sealing_keys(participant: str) -> tuple[SealingKey, ...]:
    """The newest first: that is the one to seal with."""
    rows = NodeKey.objects.filter(participant=participant, use=SEALING).order_by("-is_active", "-pk")
    return tuple(
        SealingKey(
            suite=row.algorithm,
            public=bytes(row.public_key),
            valid_from=row.valid_from,
            valid_until=row.signs_until,
        )
        for row in rows
    )
