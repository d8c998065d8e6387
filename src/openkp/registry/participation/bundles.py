"""The trust that this node holds, made into a keyring. Verified once for each state of the table, then remembered."""

from datetime import datetime
from functools import lru_cache

from openkp.documents.bundle import Parts, make_bundle
from openkp.documents.keyring import Keyring
from openkp.documents.manifest import KeyManifest, open_manifest
from openkp.documents.trust import TrustList, open_chain
from openkp.registry.participation.models import Publication, TrustPart

LIST, MANIFEST = "list", "manifest"


def state() -> bytes:
    """What names all trust parts held now; empty before the first."""
    newest = TrustPart.objects.order_by("-id").values_list("digest", flat=True).first()
    return bytes(newest) if newest else b""


def list_chain() -> list[bytes]:
    """Every version of the trust list, the first one first."""
    return [bytes(d) for d in TrustPart.objects.filter(kind=LIST).order_by("version").values_list("data", flat=True)]


def newest_manifests() -> list[bytes]:
    """The newest key manifest of each issuer."""
    newest: dict[str, bytes] = {}
    for issuer, data in TrustPart.objects.filter(kind=MANIFEST).order_by("version").values_list("issuer", "data"):
        newest[issuer] = bytes(data)
    return [newest[issuer] for issuer in sorted(newest)]


def trust() -> tuple[TrustList, tuple[KeyManifest, ...]] | None:
    """The trust list and the manifests, verified; ``None`` before the first list."""
    named = state()
    return _verified(named) if named else None


@lru_cache(maxsize=2)
def _verified(named: bytes) -> tuple[TrustList, tuple[KeyManifest, ...]]:
    trust_list = open_chain(list_chain(), pinned=None)
    return trust_list, tuple(open_manifest(data, trust_list) for data in newest_manifests())


def trust_bundle(at: datetime) -> bytes:
    """Everything a verifier needs to be offline, in one file: what this node holds of everybody."""
    published = Publication.objects.order_by("kind", "issuer", "name")
    parts = {
        kind: tuple(bytes(data) for data in published.filter(kind=kind).values_list("data", flat=True))
        for kind in ("status", "checkpoint")
    }
    return make_bundle(
        Parts(
            lists=tuple(list_chain()),
            manifests=tuple(newest_manifests()),
            statuses=parts["status"],
            checkpoints=parts["checkpoint"],
        ),
        made_at=at.replace(microsecond=0),
    )


def current_keyring(at: datetime) -> Keyring | None:
    """Every key that the published trust names, as of the hour of ``at``."""
    named = state()
    return _keyring(named, at.replace(minute=0, second=0, microsecond=0)) if named else None


@lru_cache(maxsize=4)
def _keyring(named: bytes, at: datetime) -> Keyring:
    trust_list, manifests = _verified(named)
    return Keyring(trust_list, manifests, at=at)
