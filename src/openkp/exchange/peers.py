"""Where a Participant's node is and which key to seal for: what the trust list and its manifest say."""

from datetime import datetime

from openkp.documents.sealing import SealingKey
from openkp.documents.trust import Member
from openkp.exchange.errors import PeerError
from openkp.registry.participation.bundles import trust
from openkp.registry.participation.queries import own_codes
from openkp.scheme.words import N_, Sentence


def members() -> list[Member]:
    """Everybody else on the trust list."""
    held, own = trust(), own_codes()
    return [member for member in held[0].members if member.code not in own] if held else []


def endpoint(code: str) -> str:
    """The address of a Participant's node. Raises ``PeerError`` where the trust list names none."""
    held = trust()
    member = held[0].find(code) if held else None
    if member is None or not member.endpoint:
        raise PeerError(
            Sentence(N_("The trust list names no address for %(participant)s."), {"participant": code}),
            code="no-endpoint",
        )
    return member.endpoint.rstrip("/")


def sealing_key(code: str, at: datetime) -> SealingKey:
    """The key to seal a message with. Raises ``PeerError`` where no manifest names one yet."""
    held = trust()
    manifest = next((m for m in held[1] if m.participant == code), None) if held else None
    key = manifest.sealing_key(at) if manifest else None
    if key is None:
        raise PeerError(
            Sentence(N_("No key to seal messages for %(participant)s is known here yet."), {"participant": code}),
            code="no-sealing-key",
        )
    return key
