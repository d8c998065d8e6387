"""The trust bundle: everything a verifier needs to be offline, in one file that may come by any road.

    {"bundle": "kpb", "v": 1, "made_at": …, "lists": […], "manifests": […], "statuses": […], "checkpoints": […]}

1. Nobody signs the file: each part is signed by itself, so whoever carries it can leave a part out but alter none.
2. ``lists`` is the whole chain from version 1, so that a verifier that pinned version 1 once can read every bundle.
3. A manifest, status list or checkpoint that does not verify is left out and named; what needed it is then unknown.
4. Two parts about the same thing are refused: there is one newest.
5. ``made_at`` is what the maker says. The age that counts is that of the issuer's newest signed part.
6. A bundle follows another (``check_newer_bundle``) only if no part of it is older.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from openkp.documents.canonical import decode, encode
from openkp.documents.checkpoint import Checkpoint, open_checkpoint
from openkp.documents.errors import DocumentError, Malformed, Unsupported, Untrusted
from openkp.documents.keyring import Keyring, Overlay
from openkp.documents.manifest import KeyManifest, check_newer, open_manifest
from openkp.documents.shapes import Fields, seconds
from openkp.documents.status import StatusList, open_status_list
from openkp.documents.trust import TrustList, open_chain, open_genesis
from openkp.scheme.words import N_

LIMIT = 4_194_304
_BUNDLE = "kpb"
_MOST = 400
T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The signed parts of a bundle, as bytes: ``lists`` from version 1 on, the others in any order."""

    lists: tuple[bytes, ...]
    manifests: tuple[bytes, ...] = ()
    statuses: tuple[bytes, ...] = ()
    checkpoints: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An opened bundle: only what verified. ``pinned`` says whether its first list was the one expected.

    ``statuses`` are by issuer and address, ``checkpoints`` by Participant; ``left_out`` says what did not verify.
    """

    keyring: Keyring
    genesis: TrustList
    statuses: dict[tuple[str, str], StatusList]
    checkpoints: dict[str, Checkpoint]
    left_out: tuple[tuple[str, DocumentError], ...]
    made_at: datetime
    pinned: bool

    @property
    def trust_list(self) -> TrustList:
        """The newest trust list of the chain."""
        return self.keyring.trust_list

    def as_of(self, participant: str) -> datetime:
        """The instant up to which this Participant is known here: the older of its newest status list and checkpoint.

        Without either, the instant of the trust list.
        """
        return self._as_of.get(participant, self.trust_list.made_at)

    @cached_property
    def _as_of(self) -> dict[str, datetime]:
        newest: dict[str, datetime] = {}
        for (issuer, _), status in self.statuses.items():
            newest[issuer] = max(status.issued_at, newest.get(issuer, status.issued_at))
        for participant, checkpoint in self.checkpoints.items():
            newest[participant] = min(checkpoint.at, newest.get(participant, checkpoint.at))
        return newest

    @cached_property
    def newest(self) -> datetime:
        """The newest instant that anybody signed here: no true clock is before it."""
        statuses = [status.issued_at for status in self.statuses.values()]
        checkpoints = [checkpoint.at for checkpoint in self.checkpoints.values()]
        return max([self.trust_list.made_at, *statuses, *checkpoints])


def make_bundle(parts: Parts, *, made_at: datetime) -> bytes:
    """One file of these parts, in the order of their bytes. Raises ``Malformed`` where it would be too large."""
    data = encode(
        {
            "bundle": _BUNDLE,
            "v": 1,
            "made_at": seconds(made_at),
            "lists": list(parts.lists),
            "manifests": sorted(set(parts.manifests)),
            "statuses": sorted(set(parts.statuses)),
            "checkpoints": sorted(set(parts.checkpoints)),
        }
    )
    if len(data) > LIMIT:
        raise Malformed(N_("The trust bundle is larger than a bundle may be."), code="too_large")
    return data


def read_parts(data: bytes) -> tuple[Parts, datetime]:
    """The parts, **unverified**, and what the maker says about the time. Raises ``Malformed`` or ``Unsupported``."""
    value = decode(data, limit=LIMIT)
    if type(value) is not dict or value.get("bundle") != _BUNDLE:
        raise Malformed(N_("This is not a trust bundle."), code="not_a_bundle")
    fields = Fields({name: part for name, part in value.items() if name != "bundle"})
    if fields.whole("v") != 1:
        raise Unsupported(N_("This trust bundle is of a newer version."), code="version")
    made_at, lists = fields.instant("made_at"), _parts(fields, "lists")
    parts = Parts(
        lists=lists,
        manifests=_parts(fields, "manifests"),
        statuses=_parts(fields, "statuses"),
        checkpoints=_parts(fields, "checkpoints"),
    )
    fields.done()
    return parts, made_at


def open_bundle(data: bytes, *, at: datetime, pinned: bytes | None = None, overlay: Overlay | None = None) -> Bundle:
    """Verify a bundle. Raises a ``DocumentError`` for a bad file or chain of trust lists.

    ``pinned`` is the hash of version 1 of the trust list, or its first 16 bytes. Without it everything still
    verifies, but only against itself: ``Bundle.pinned`` is False and verdicts say so. A trust list that has ended
    is no error here: verdicts are "not known" then.
    """
    # 1, 2
    parts, made_at = read_parts(data)
    trust_list = open_chain(parts.lists, pinned=pinned)
    # 3, 4
    left_out: list[tuple[str, DocumentError]] = []
    opened = _opened("manifest", parts.manifests, lambda part: open_manifest(part, trust_list), left_out)
    manifests = _by(opened, lambda manifest: manifest.participant)
    keyring = Keyring(trust_list, manifests.values(), at=at, overlay=overlay)
    statuses = _opened("status", parts.statuses, lambda part: open_status_list(part, keyring), left_out)
    checkpoints = _opened("checkpoint", parts.checkpoints, lambda part: _checkpoint(part, keyring), left_out)
    return Bundle(
        keyring=keyring,
        genesis=open_genesis(parts.lists[0], pinned=pinned),
        statuses=_by(statuses, lambda status: (status.participant, status.uri)),
        checkpoints={code: checkpoint for code, (_, checkpoint) in _by(checkpoints, lambda pair: pair[0]).items()},
        left_out=tuple(left_out),
        made_at=made_at,
        pinned=pinned is not None,
    )


def check_newer_bundle(known: Bundle, offered: Bundle) -> None:
    """Raises ``Untrusted`` unless every part of ``offered`` is as new as that of ``known``: rule 6."""
    if offered.genesis.hash != known.genesis.hash:
        raise Untrusted(N_("This trust bundle descends from another first trust list."), code="trust_list_pin")
    old, new = known.trust_list, offered.trust_list
    if new.version < old.version or (new.version == old.version and new.hash != old.hash):
        raise _rolled_back()
    for code, manifest in known.keyring.manifests.items():
        if new.find(code):
            check_newer(manifest, _still(offered.keyring.manifests, code))
    for key, status in known.statuses.items():
        _still(offered.statuses, key).check_follows(status)
    for code, checkpoint in known.checkpoints.items():
        if _still(offered.checkpoints, code).size < checkpoint.size:
            raise _rolled_back()


def _still(parts: dict[K, T], key: K) -> T:
    if key not in parts:
        raise _rolled_back()
    return parts[key]


def _rolled_back() -> Untrusted:
    return Untrusted(N_("This trust bundle is older, in part, than one already known here."), code="rolled_back")


def _parts(fields: Fields, name: str) -> tuple[bytes, ...]:
    items: list[Any] = fields.items(name, most=_MOST)
    if any(type(item) is not bytes for item in items):
        raise Malformed(N_("A part of the trust bundle cannot be read."), code="field")
    return tuple(items)


def _opened(
    what: str, parts: Iterable[bytes], read: Callable[[bytes], T], left_out: list[tuple[str, DocumentError]]
) -> list[T]:
    opened = []
    for part in parts:
        try:
            opened.append(read(part))
        except DocumentError as error:
            left_out.append((what, error))
    return opened


def _by(parts: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    listed = list(parts)
    found = {key(part): part for part in listed}
    if len(found) != len(listed):
        raise Malformed(N_("The trust bundle holds two parts about the same thing."), code="repeated_part")
    return found


def _checkpoint(note: bytes, keyring: Keyring) -> tuple[str, Checkpoint]:
    for member in keyring.trust_list.members:
        if member.log_key and note.startswith(member.log_origin.encode() + b"\n"):
            record = keyring.find(member.log_key.kid)
            checkpoint = open_checkpoint(note, record.key, origin=member.log_origin)
            if not record.valid_from <= checkpoint.at < record.valid_until:
                raise Untrusted(N_("The checkpoint is dated outside the life of its key."), code="key_life")
            return member.code, checkpoint
    raise Untrusted(N_("This is the checkpoint of a log that is not on the trust list."), code="wrong_origin")


__all__ = [
    "LIMIT",
    "Bundle",
    "KeyManifest",
    "Parts",
    "check_newer_bundle",
    "make_bundle",
    "open_bundle",
    "read_parts",
]
