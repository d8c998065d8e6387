"""The trust bundle of this node: everything signed that it holds, in one file that anyone can carry away."""

from datetime import datetime
from functools import lru_cache

from openkp.documents.bundle import Bundle, open_bundle
from openkp.registry.errors import NotFound
from openkp.registry.participation.bundles import trust, trust_bundle
from openkp.scheme.words import N_, Sentence


def node_bundle_bytes(at: datetime) -> bytes:
    """The bundle as a file, made now. Raises ``NotFound`` before the first trust list."""
    if trust() is None:
        raise NotFound(
            N_("This node holds no trust list yet."),
            code="no-trust-list",
            advice=Sentence(N_("Its operator must install one; see the guide on running a node.")),
        )
    return trust_bundle(at)


def node_bundle(at: datetime) -> Bundle:
    """The bundle, verified: at most a minute old, so that a page does not verify every signature again."""
    return _opened(node_bundle_bytes(at.replace(second=0)), at.replace(second=0, microsecond=0))


@lru_cache(maxsize=2)
def _opened(data: bytes, at: datetime) -> Bundle:
    return open_bundle(data, at=at)
