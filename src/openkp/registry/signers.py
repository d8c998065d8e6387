"""Opening the private half of a key by its URI. An operation never knows where a key lives."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from openkp.documents.errors import Untrusted
from openkp.documents.keys import Signer, SoftSigner
from openkp.documents.sealing import MessageKey
from openkp.registry.errors import BrokenRecord
from openkp.registry.participation.models import NodeKey
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


def message_key(participant: str, key_id: bytes) -> MessageKey:
    """Our private key that a message is sealed for, in use or replaced. Raises ``Untrusted`` where we have none."""
    row = NodeKey.objects.filter(participant=participant, use="sealing", kid=key_id).first()
    if row is None:
        raise Untrusted(N_("This message is sealed for a key that this node does not have."), code="wrong_key")
    return _message_key(key_path(row.uri))


@lru_cache(maxsize=64)
def _message_key(path: Path) -> MessageKey:
    return MessageKey.from_pem(path.read_bytes())


OPENERS = {"file": _from_file}
