"""Who gets a filing: the offices of the Scheme, and every Participant where its class allows."""

from openkp.registry.participation.bundles import trust
from openkp.registry.participation.queries import own_codes
from openkp.scheme.returns import Visibility

EVERYBODY = frozenset({Visibility.KP_ONLY, Visibility.PUBLIC})


def recipients(visibility: Visibility) -> list[str]:
    """The codes on the trust list that a filing goes to, in order; those that live on this node need no message."""
    held, own = trust(), own_codes()
    if held is None or visibility is Visibility.PRIVATE:
        return []
    others = (member.code for member in held[0].members if member.code not in own)
    return sorted(code for code in others if is_office(code) or visibility in EVERYBODY)


def is_office(code: str) -> bool:
    """Whether this is the code of an office, not of a Participant: those have two letters."""
    return len(code) > 2
