"""Which editions are public, and what stands in them: two questions to the database, whatever a page shows."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any

from openkp.figures.suppression import SMALL, WORLD
from openkp.registry.errors import BrokenRecord
from openkp.registry.statistics import queries
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.totals import Hidden
from openkp.scheme.returns import Flow
from openkp.scheme.words import N_

MOST_KEPT = 120
"""Contents kept in the process: some twenty years of two worlds, with older editions asked for now and then."""
FIELDS = ("id", "year", "edition", "world", "reading", "sha256", "inputs", "built_at", "published_at", "embargo_until")

_kept: OrderedDict[bytes, dict[str, Any]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A published edition. ``sha256`` is that of its content; two editions with one content have one hash."""

    id: int
    year: int
    edition: int
    world: str
    reading: str
    sha256: bytes
    inputs: Any
    built_at: datetime
    published_at: datetime
    embargo_until: datetime | None

    @property
    def public_since(self) -> datetime:
        """When the public could first read it."""
        return max(self.published_at, self.embargo_until or self.published_at)


def editions(world: str, at: datetime) -> tuple[Edition, ...]:
    """Everything published in a world and past its embargo, by year and edition; without the contents."""
    rows = queries.releases(at).filter(world=world).order_by("year", "edition").values(*FIELDS)
    return tuple(Edition(**{**row, "sha256": bytes(row["sha256"])}) for row in rows)


def newest(found: Iterable[Edition]) -> tuple[Edition, ...]:
    """Of each year the newest edition."""
    return tuple({each.year: each for each in found}.values())


def contents(wanted: Iterable[Edition]) -> dict[int, dict[str, Any]]:
    """What stands in the editions, by year. Raises ``BrokenRecord`` where a content is not what its hash says."""
    wanted = tuple(wanted)
    with _lock:
        held = {each.sha256: _kept[each.sha256] for each in wanted if each.sha256 in _kept}
    missing = [each.id for each in wanted if each.sha256 not in held]
    if missing:
        rows = Release.objects.filter(pk__in=missing).values_list("sha256", "content")
        read = {bytes(hashed): checked(bytes(hashed), content) for hashed, content in rows}
        held |= read
        _keep(read)
    return {each.year: held[each.sha256] for each in wanted}


def hidden_cells(years: set[int], at: datetime) -> Hidden:
    """What the newest public edition of each year does not show."""
    found = [each for each in newest(editions("real", at)) if each.year in years] if years else []
    flows = {f"{flow.value}s": flow.value for flow in Flow}
    return {
        (str(entry["participant"]), flows[entry["flow"]], year): str(entry.get("reason") or SMALL)
        for year, content in contents(found).items()
        for entry in content.get("suppressed", ())
        if entry.get("flow") in flows and entry.get("participant") != WORLD
    }


def checked(hashed: bytes, content: str) -> dict[str, Any]:
    """The content, if it is what was published."""
    if sha256(content.encode()).digest() != hashed:
        raise BrokenRecord(N_("A published edition is not what its hash says."), code="release-changed")
    found: dict[str, Any] = json.loads(content)
    return found


def _keep(read: dict[bytes, dict[str, Any]]) -> None:
    with _lock:
        _kept.update(read)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
