"""Key manifests: which keys a Participant signs its documents with, said by its own root key and nobody else.

1. A root key of the Participant that the manifest names signs it.
2. Versions only grow; a newer manifest may revoke a key but never takes a revocation back.
3. A key has one use and one owner. Root keys and the log's key stand in the trust list, not here.
4. A manifest is of the list's profile: ``live`` or ``specimen``.
5. A key signs from ``valid_from`` up to ``signs_until``; what it signed is verified up to ``valid_until``.
   Once ``revoked_from_log_size`` is set, only what stood in the log before that size still counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import inf

from openkp.documents.envelope import open_envelope, seal
from openkp.documents.errors import Untrusted
from openkp.documents.keys import KeyRecord, KeyTable, KeyUse, PublicKey, Signer
from openkp.documents.sealing import SealingKey
from openkp.documents.shapes import Fields, built, key_value, seconds
from openkp.documents.trust import Member, Profile, TrustList
from openkp.scheme.numbers import NumberFormat
from openkp.scheme.words import N_, Sentence

TYPE = "kpk"
BODY = -70021
USES = (KeyUse.CERTIFICATE, KeyUse.CONFIRMATION, KeyUse.STATUS, KeyUse.MESSAGE, KeyUse.WITNESS)
OFFICE_USES = (KeyUse.MESSAGE, KeyUse.WITNESS)
_FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ManifestKey:
    """One signing key. ``authority`` is empty where it serves the whole Participant; instants are aware and UTC."""

    key: PublicKey
    use: KeyUse
    authority: str = ""
    valid_from: datetime
    signs_until: datetime
    valid_until: datetime
    revoked_from_log_size: int | None = None

    def __post_init__(self) -> None:
        if self.use not in USES:
            raise ValueError("a manifest names no root and no log key")
        if not self.valid_from < self.signs_until <= self.valid_until:
            raise ValueError("a key begins, then ceases to sign, then ends")


@dataclass(frozen=True, kw_only=True)
class KeyManifest:
    """One version of a Participant's keys. ``numbers`` are the certificate numbers each of its authorities uses."""

    participant: str
    version: int
    profile: Profile
    made_at: datetime
    keys: tuple[ManifestKey, ...]
    sealing_keys: tuple[SealingKey, ...] = ()
    numbers: tuple[tuple[str, NumberFormat], ...] = ()

    def __post_init__(self) -> None:
        kids = {key.key.kid for key in self.keys}
        if self.version < 1 or len(kids) != len(self.keys):
            raise ValueError("versions begin with 1 and each key is named once")
        uses = USES if len(self.participant) == 2 else OFFICE_USES
        if any(key.use not in uses for key in self.keys):
            raise ValueError("an office signs messages, no certificates")
        if any(form.participant != self.participant for _, form in self.numbers):
            raise ValueError("numbers begin with the Participant's code")

    def sealing_key(self, at: datetime) -> SealingKey | None:
        """The key to seal a message with at ``at``: the first in force, in the manifest's own order."""
        return next((key for key in self.sealing_keys if key.valid_from <= at < key.valid_until), None)


def seal_manifest(manifest: KeyManifest, signer: Signer) -> bytes:
    """The manifest signed by a root key."""
    body = {
        "version": manifest.version,
        "profile": str(manifest.profile),
        "keys": [_key_map(key) for key in manifest.keys],
        "sealing": [
            [key.suite, key.public, seconds(key.valid_from), seconds(key.valid_until)] for key in manifest.sealing_keys
        ],
        "numbers": [[authority, form.width, form.first, form.last] for authority, form in manifest.numbers],
    }
    return seal(TYPE, {1: manifest.participant, 6: seconds(manifest.made_at), BODY: body}, signer)


def open_manifest(data: bytes, trust_list: TrustList) -> KeyManifest:
    """The manifest, verified against the roots of ``trust_list``. Raises a ``DocumentError``."""
    # 1
    roots = KeyTable(root for member in trust_list.members for root in root_records(member, trust_list))
    opened = open_envelope(data, roots, typ=TYPE)
    # 3
    manifest = _manifest(Fields(opened.claims), opened.issued_at)
    listed = {key.kid for member in trust_list.members for key in member.keys}
    if any(key.key.kid in listed for key in manifest.keys):
        raise Untrusted(N_("A key manifest names a key that the trust list names already."), code="key_claimed_twice")
    # 4
    if manifest.profile is not trust_list.profile:
        raise Untrusted(N_("Specimen keys and live keys are never in one trust list."), code="profile")
    return manifest


def check_newer(known: KeyManifest, offered: KeyManifest) -> None:
    """Raises ``Untrusted`` unless ``offered`` may follow ``known`` (or is it): rule 2."""
    if offered.participant != known.participant:
        raise Untrusted(N_("This is another Participant's key manifest."), code="wrong_issuer")
    if offered.version < known.version or (offered.version == known.version and offered != known):
        raise Untrusted(
            Sentence(
                N_("An older or different key manifest of %(participant)s was offered."),
                {"participant": known.participant},
            ),
            code="rolled_back",
        )
    later = {key.key.kid: _good_below(key) for key in offered.keys}
    if any(later.get(key.key.kid, 0) > _good_below(key) for key in known.keys):
        raise Untrusted(N_("A key manifest takes a revocation back."), code="revocation_undone")


def _good_below(key: ManifestKey) -> float:
    return inf if key.revoked_from_log_size is None else key.revoked_from_log_size


def root_records(member: Member, trust_list: TrustList) -> Iterable[KeyRecord]:
    """The root keys of a member and the key of its log, as what may be verified with them."""
    listed = [(root, KeyUse.ROOT) for root in member.roots]
    listed += [(member.log_key, KeyUse.LOG)] if member.log_key else []
    for key, use in listed:
        yield KeyRecord(
            key=key,
            participant=member.code,
            authority="",
            use=use,
            valid_from=midnight(member.since),
            valid_until=midnight(member.until) if member.until else _FOREVER,
            specimen=trust_list.specimen,
        )


def midnight(day: date) -> datetime:
    """The instant at which ``day`` begins in UTC."""
    return datetime.combine(day, time(), UTC)


def _key_map(key: ManifestKey) -> dict[str, object]:
    value: dict[str, object] = {
        "key": key_value(key.key),
        "use": str(key.use),
        "valid_from": seconds(key.valid_from),
        "signs_until": seconds(key.signs_until),
        "valid_until": seconds(key.valid_until),
    }
    if key.authority:
        value["authority"] = key.authority
    if key.revoked_from_log_size is not None:
        value["revoked_from_log_size"] = key.revoked_from_log_size
    return value


def _manifest(claims: Fields, made_at: datetime) -> KeyManifest:
    participant, body = claims.text(1), claims.fields(BODY)
    claims.instant(6)
    claims.done()
    version, profile = body.whole("version", least=1), built(lambda: Profile(body.text("profile")))
    keys = tuple(_key(Fields(value)) for value in body.items("keys"))
    sealing_keys = tuple(_sealing_key(Fields.of_list(value, 4)) for value in body.items("sealing"))
    numbers = tuple(_numbers(participant, Fields.of_list(value, 4)) for value in body.items("numbers"))
    body.done()
    return built(
        lambda: KeyManifest(
            participant=participant,
            version=version,
            profile=profile,
            made_at=made_at,
            keys=keys,
            sealing_keys=sealing_keys,
            numbers=numbers,
        )
    )


def _key(fields: Fields) -> ManifestKey:
    key, use = fields.key("key"), built(lambda: KeyUse(fields.text("use")))
    authority = fields.text("authority", longest=40) if fields.has("authority") else ""
    valid_from, signs_until = fields.instant("valid_from"), fields.instant("signs_until")
    valid_until = fields.instant("valid_until")
    revoked = fields.whole("revoked_from_log_size") if fields.has("revoked_from_log_size") else None
    fields.done()
    return built(
        lambda: ManifestKey(
            key=key,
            use=use,
            authority=authority,
            valid_from=valid_from,
            signs_until=signs_until,
            valid_until=valid_until,
            revoked_from_log_size=revoked,
        )
    )


def _sealing_key(fields: Fields) -> SealingKey:
    suite, public = fields.text(0, longest=40), fields.blob(1, longest=4096)
    valid_from, valid_until = fields.instant(2), fields.instant(3)
    return built(lambda: SealingKey(suite=suite, public=public, valid_from=valid_from, valid_until=valid_until))


def _numbers(participant: str, fields: Fields) -> tuple[str, NumberFormat]:
    authority, width = fields.text(0, longest=40), fields.whole(1)
    first, last = fields.whole(2), fields.whole(3)
    return authority, built(lambda: NumberFormat(participant=participant, width=width, first=first, last=last))
