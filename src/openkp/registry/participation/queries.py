"""What this node knows of authorities, keys and trust."""

from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q

from openkp.documents.keys import PublicKey
from openkp.registry.errors import BrokenRecord, NotFound
from openkp.registry.participation.models import Authority, NodeKey
from openkp.scheme.participation import Participation, load_participation
from openkp.scheme.policies import AuthorityPolicy, default_policy
from openkp.scheme.words import N_, Sentence


@lru_cache(maxsize=1)
def participation() -> Participation:
    """Who is a Participant, on any date: the dated data of the scheme."""
    return load_participation()


def hosted_participants() -> frozenset[str]:
    """The Participants whose authorities live on this node."""
    offices = Q(exporting=False, importing=False)
    return frozenset(Authority.objects.exclude(offices).values_list("participant", flat=True).distinct())


def own_codes() -> frozenset[str]:
    """Everybody for whom this node writes and receives messages: Participants, and offices such as the Secretariat."""
    return frozenset(NodeKey.objects.filter(use="message").values_list("participant", flat=True).distinct())


def authority_by_code(code: str) -> Authority:
    """The hosted authority with this code."""
    found = Authority.objects.filter(code=code).first()
    if found is None:
        raise NotFound(Sentence(N_("No authority %(code)s is hosted here."), {"code": code}))
    return found


def policy_of(authority: Authority, on: date) -> AuthorityPolicy:
    """The authority's settings on a day: the dated defaults with its own values over them."""
    return default_policy(authority.participant, authority.code, on, authority.settings)


def active_key(participant: str, use: str, at: datetime, *, authority: Authority | None = None) -> NodeKey:
    """The key that signs now for this use. A node without one stops signing and says so."""
    active = NodeKey.objects.filter(participant=participant, use=use, is_active=True).values_list("pk", "kid")
    owner = authority.pk if authority else None
    keys = [key for key in _keys(frozenset((pk, bytes(kid)) for pk, kid in active)) if key.authority_id == owner]
    keys = [key for key in keys if key.valid_from <= at < key.signs_until]
    if not keys:
        raise BrokenRecord(
            Sentence(N_("%(participant)s has no active key for %(use)s."), {"participant": participant, "use": use}),
            code="no-active-key",
            advice=Sentence(N_("An administrator must add a key; see the guide on keys.")),
        )
    return max(keys, key=lambda key: (key.valid_from, key.pk))


@lru_cache(maxsize=256)  # but for being active, of which nothing is remembered here, a key is never changed
def _keys(ids: frozenset[tuple[int, bytes]]) -> tuple[NodeKey, ...]:
    return tuple(NodeKey.objects.select_related("authority").filter(pk__in=[pk for pk, _ in ids]))


def public_key(key: NodeKey) -> PublicKey:
    """The public half as ``documents`` reads it."""
    return _public_key(key.algorithm, bytes(key.public_key))


@lru_cache(maxsize=256)
def _public_key(algorithm: str, cose_key: bytes) -> PublicKey:
    return PublicKey(algorithm, cose_key)
