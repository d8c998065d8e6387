"""Opening the private half of a key by its URI. An operation never knows where a key lives."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from openkp.documents.keys import Signer, SoftSigner
from openkp.registry.errors import BrokenRecord
from openkp.scheme.words import N_, Sentence


def signer_at(uri: str) -> Signer:
    """The signer behind ``uri``; ``file:NAME`` is a file in the node's key directory."""
    scheme = urlsplit(uri).scheme
    if scheme not in OPENERS:
        raise BrokenRecord(Sentence(N_("No key store is known for %(uri)s."), {"uri": uri}), code="no-key-store")
    return OPENERS[scheme](uri)


def key_path(uri: str) -> Path:
    """The file of a ``file:`` key; it never leaves the key directory."""
    return Path(settings.OPENKP_HOME) / "keys" / Path(urlsplit(uri).path).name


def _from_file(uri: str) -> Signer:
    path = key_path(uri)
    if not path.exists():
        raise BrokenRecord(Sentence(N_("The key file %(name)s is missing."), {"name": path.name}), code="key-missing")
    return _loaded(path)


@lru_cache(maxsize=64)  # a key's file is named by its key id and never changes
def _loaded(path: Path) -> Signer:
    return SoftSigner.from_pem(path.read_bytes())


OPENERS = {"file": _from_file}
