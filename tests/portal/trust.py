"""Trust between the two Participants of ``tests.factories.node``, who live on one node."""

from datetime import datetime, timedelta

from openkp.documents.trust import Member, Profile, TrustList, seal_trust_list
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.operations.host import add_sealing_key
from openkp.registry.participation.operations.make_manifest import make_manifest
from openkp.registry.participation.operations.publish import log_origin, publish
from openkp.registry.participation.operations.trust import receive_list, receive_manifest
from openkp.registry.participation.queries import public_key
from openkp.registry.signers import signer_at


def introduce(at: datetime) -> None:
    """A trust list that both signed, and the manifests of both, as of ``at``."""
    members, roots, manifests = [], [], []
    for code in ("EU", "SL"):
        if not NodeKey.objects.filter(participant=code, use="sealing").exists():
            add_sealing_key(code, at=at)
        rows = {row.use: row for row in NodeKey.objects.filter(participant=code, authority=None)}
        roots.append(signer_at(rows["root"].uri))
        members.append(
            Member(
                code=code,
                name={"EU": "European Union", "SL": "Sierra Leone"}[code],
                roots=(public_key(rows["root"]),),
                since=at.date(),
                log_origin=log_origin(code),
                log_key=public_key(rows["log"]),
                endpoint=f"https://kp.example.{code.lower()}",
            )
        )
        manifests.append(make_manifest(code, at=at))
    trust = TrustList(
        version=1,
        previous=b"",
        profile=Profile.SPECIMEN,
        threshold=2,
        made_at=at.replace(microsecond=0),
        valid_until=at.replace(microsecond=0) + timedelta(days=365),
        members=tuple(members),
    )
    receive_list(seal_trust_list(trust, roots), at=at, pinned=trust.hash)
    for manifest in manifests:
        receive_manifest(manifest, at=at)


def published(at: datetime) -> None:
    """Everything stated in public as of ``at``."""
    publish(at=at)
