"""A small world for the tests of trust: four Participants, one of them suspended, and the Secretariat."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from openkp.documents.keys import ED25519, ESP256, KeyUse, SoftSigner, new_private_key
from openkp.documents.manifest import KeyManifest, ManifestKey, seal_manifest
from openkp.documents.sealing import X25519, MessageKey
from openkp.documents.trust import Member, Profile, TrustList, seal_trust_list
from openkp.scheme.numbers import NumberFormat

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
ARCHIVE = datetime(2032, 1, 1, tzinfo=UTC)
SUSPENDED_ON = date(2026, 2, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARTICIPANTS = ("BW", "EU", "SL", "VE")  # VE is suspended here, as a story
NAMES = {
    "BW": "Republic of Botswana",
    "EU": "European Union",
    "SECRETARIAT": "Kimberley Process Secretariat",
    "SL": "Republic of Sierra Leone",
    "VE": "Bolivarian Republic of Venezuela",
}
AUTHORITIES = {"BW": "BW-1", "EU": "EU-BE", "SL": "SL-GGDO", "VE": "VE-1"}


@cache
def signer(name: str, algorithm: str = ESP256) -> SoftSigner:
    """The same key for the same name, always."""
    return SoftSigner.from_pem(new_private_key(algorithm, hashlib.sha256(name.encode()).digest()))


@cache
def message_key(code: str, suite: str = X25519) -> MessageKey:
    return MessageKey.new(hashlib.sha256(f"message {code}".encode()).digest(), suite)


def root(code: str) -> SoftSigner:
    return signer(f"root {code}")


def log_signer(code: str) -> SoftSigner:
    return signer(f"log {code}", ED25519)


def use_signer(code: str, use: KeyUse) -> SoftSigner:
    return signer(f"{use} {code}")


def member(code: str, **changes: object) -> Member:
    office = len(code) > 2
    plain = Member(
        code=code,
        name=NAMES.get(code, code),
        roots=(root(code).key,),
        since=date(2003, 7, 31),
        suspended_on=SUSPENDED_ON if code == "VE" else None,
        log_origin="" if office else f"kp.example.{code.lower()}/log",
        log_key=None if office else log_signer(code).key,
        endpoint=f"https://kp.example.{code.lower()}",
    )
    return replace(plain, **changes)


def trust_list(**changes: object) -> TrustList:
    plain = TrustList(
        version=1,
        previous=b"",
        profile=Profile.SPECIMEN,
        threshold=2,
        made_at=START,
        valid_until=END,
        members=tuple(member(code) for code in ("BW", "EU", "SECRETARIAT", "SL", "VE")),
    )
    return replace(plain, **changes)


def after(current: TrustList, **changes: object) -> TrustList:
    """The next version."""
    plain = replace(current, version=current.version + 1, previous=current.hash, made_at=current.made_at + DAY)
    return replace(plain, **changes)


def signed(the_list: TrustList, *codes: str) -> bytes:
    return seal_trust_list(the_list, [root(code) for code in codes or ("BW", "SL")])


def manifest_key(code: str, use: KeyUse, **changes: object) -> ManifestKey:
    plain = ManifestKey(
        key=use_signer(code, use).key,
        use=use,
        authority=AUTHORITIES.get(code, "") if use in (KeyUse.CERTIFICATE, KeyUse.CONFIRMATION) else "",
        valid_from=START,
        signs_until=END,
        valid_until=ARCHIVE,
    )
    return replace(plain, **changes)


def manifest(code: str, **changes: object) -> KeyManifest:
    uses = [KeyUse.CERTIFICATE, KeyUse.CONFIRMATION, KeyUse.STATUS, KeyUse.MESSAGE]
    office = len(code) > 2
    plain = KeyManifest(
        participant=code,
        version=1,
        profile=Profile.SPECIMEN,
        made_at=START + HOUR,
        keys=tuple(manifest_key(code, use) for use in (uses[3:] if office else uses)),
        sealing_keys=(message_key(code).sealing_key(valid_from=START, valid_until=END),),
        numbers=() if office else ((AUTHORITIES[code], NumberFormat(participant=code, width=6, first=1, last=99_999)),),
    )
    return replace(plain, **changes)


def signed_manifest(the_manifest: KeyManifest) -> bytes:
    return seal_manifest(the_manifest, root(the_manifest.participant))
