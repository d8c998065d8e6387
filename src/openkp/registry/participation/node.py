"""What this node says of itself in public: authorities, active keys, newest checkpoints and status lists."""

from dataclasses import dataclass

from openkp.registry.journal.models import LogCheckpoint
from openkp.registry.participation.models import Authority, NodeKey, Publication, TrustPart


@dataclass(frozen=True)
class About:
    """The node, as anyone may know it."""

    authorities: tuple[Authority, ...]
    keys: tuple[NodeKey, ...]
    checkpoints: tuple[LogCheckpoint, ...]
    statuses: tuple[Publication, ...]
    trust_version: int | None


def about() -> About:
    """Read it all; one reading for each kind."""
    authorities = tuple(Authority.objects.order_by("code"))
    hosted = {authority.participant for authority in authorities}
    newest: dict[str, LogCheckpoint] = {}
    for checkpoint in LogCheckpoint.objects.filter(participant__in=hosted).order_by("-size", "-id")[: 20 * len(hosted)]:
        newest.setdefault(checkpoint.participant, checkpoint)
    statuses = Publication.objects.filter(kind="status", issuer__in=hosted).order_by("-name").defer("data")
    lists = TrustPart.objects.filter(kind="list").order_by("-version").values_list("version", flat=True)
    return About(
        authorities=authorities,
        keys=tuple(NodeKey.objects.filter(is_active=True).select_related("authority").order_by("participant", "id")),
        checkpoints=tuple(newest[code] for code in sorted(newest)),
        statuses=tuple(statuses),
        trust_version=lists.first(),
    )
