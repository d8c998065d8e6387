"""The keys that this node believes: its own, and those that the trust list and the manifests name."""

from datetime import datetime
from functools import cached_property, lru_cache

from django.conf import settings

from openkp.documents.errors import Untrusted
from openkp.documents.keys import KeyRecord, Keys, KeyTable, KeyUse
from openkp.registry.participation.bundles import current_keyring
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.queries import public_key


class NodeKeyring:
    """Own keys first, then those that the trust list names at ``at``: only who asks for one reads the list."""

    def __init__(self, own: Keys, at: datetime) -> None:
        self._own, self._at = own, at

    @cached_property
    def _others(self) -> Keys | None:
        return current_keyring(self._at)

    def find(self, kid: bytes) -> KeyRecord:
        """The record of the key with this ``kid``. Raises ``Untrusted``."""
        try:
            return self._own.find(kid)
        except Untrusted:
            if self._others is None:
                raise
            return self._others.find(kid)


def keyring(at: datetime) -> Keys:
    """Every key that this node accepts at ``at``."""
    return NodeKeyring(own_keys(), at)


def own_keys() -> KeyTable:
    """This node's keys, as records; keys that no longer sign still verify what they signed."""
    ids = NodeKey.objects.exclude(use__in=[KeyUse.ROOT, SEALING]).order_by("pk").values_list("pk", "kid")
    return _own_keys(tuple((pk, bytes(kid)) for pk, kid in ids), is_specimen())


@lru_cache(maxsize=8)  # a key is never changed, only left aside when the next one is made
def _own_keys(ids: tuple[tuple[int, bytes], ...], specimen: bool) -> KeyTable:
    rows = NodeKey.objects.select_related("authority").filter(pk__in=[pk for pk, _ in ids])
    return KeyTable(own_record(row) for row in rows)


SEALING = "sealing"
"""The use of the key that messages to us are sealed with; it signs nothing."""


def own_record(row: NodeKey) -> KeyRecord:
    """What this node says of one of its keys."""
    return KeyRecord(
        key=public_key(row),
        participant=row.participant,
        authority=row.authority.code if row.authority else "",
        use=KeyUse(row.use),
        valid_from=row.valid_from,
        valid_until=row.signs_until,
        specimen=is_specimen(),
    )


def is_specimen() -> bool:
    """Whether this node is for training: everything it signs says SPECIMEN."""
    return bool(settings.OPENKP_PROFILE == "specimen")
