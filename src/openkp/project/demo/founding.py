"""Three nodes get to know each other: keys, the first trust list signed by both Participants, manifests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from openkp.documents.keys import PublicKey
from openkp.documents.trust import Member, Profile, TrustList, assemble_trust_list, compose_trust_list
from openkp.project.demo.cast import FOUNDED, PARTS, Part
from openkp.project.demo.stage import Stage
from openkp.project.demo.wire import Hand

THRESHOLD = 2
"""Both Participants sign: neither can change the list alone."""
HOLDS = timedelta(days=730)

Hands = Mapping[str, Hand]
"""The hand of each node, by the code of its Participant or office."""


@dataclass(frozen=True)
class Founded:
    """What founding left to remember: the pin of the first trust list, and each officer's telephone."""

    pin: str
    fingerprint: str
    telephones: dict[str, str]


def found(stage: Stage, hands: Hands, password: str, now: datetime) -> Founded:
    """Found all three nodes; each of them then knows the keys and the address of the others."""
    begun = [
        hands[part.code].begin("found", part=part, address=stage.address(part), password=password) for part in PARTS
    ]
    told = dict(zip([part.code for part in PARTS], [hand.result() for hand in begun], strict=True))
    members = [_member(stage, part, told[part.code][0]) for part in PARTS]
    trust_list = TrustList(
        version=1,
        previous=b"",
        profile=Profile.SPECIMEN,
        threshold=THRESHOLD,
        made_at=FOUNDED,
        valid_until=(now + HOLDS).replace(microsecond=0),
        members=tuple(sorted(members, key=lambda member: member.code)),
    )
    data = assemble_trust_list(trust_list, [_signed(trust_list, member, hands) for member in trust_list.members])
    manifests = [
        hands[part.code].ask("trusting", code=part.code, trust_list=data, pin=trust_list.hash) for part in PARTS
    ]
    for hand in hands.values():
        hand.ask("acquainted", manifests=manifests)
    for part in PARTS:
        (stage.home(part) / "trust.pin").write_text(trust_list.hash.hex() + "\n", "ascii")
    telephones = {name: secret for _, secrets in told.values() for name, secret in secrets.items()}
    return Founded(trust_list.hash.hex(), trust_list.fingerprint, telephones)


def _member(stage: Stage, part: Part, keys: dict[str, tuple[str, bytes]]) -> Member:
    address = stage.address(part)
    return Member(
        code=part.code,
        name=part.title,
        roots=(PublicKey(*keys["root"]),),
        since=FOUNDED.date(),
        log_origin=f"{address.removeprefix('http://')}/log/{part.code}",
        log_key=PublicKey(*keys["log"]),
        endpoint=address,
    )


def _signed(trust_list: TrustList, member: Member, hands: Hands) -> tuple[PublicKey, bytes]:
    root = member.roots[0]
    to_sign = compose_trust_list(trust_list, root).to_sign
    return root, hands[member.code].ask("sign_list", code=member.code, to_sign=to_sign)
