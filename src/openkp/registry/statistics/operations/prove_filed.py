"""Every total that was filed for everybody is proven, without anybody asking for it.

1. A quarter is due once every authority of the Participant that files has filed it, for the public, with figures; a
   year once its quarters are.
2. Its exports and imports are proven from the log. A total without a certificate is not; nor is one that the pages
   of this node would keep back, since a trader could be recognised by it (STAT-09).
3. The journal says for which versions of the returns this was done: nothing is counted again until another is filed,
   and what a crash cut off is done the next time.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from openkp.documents.errors import DocumentError
from openkp.documents.total_v1 import Scope
from openkp.registry.accounts.actors import Actor
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal.models import Entry, LogHead
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.registry.participation.queries import hosted_participants
from openkp.registry.statistics import totals
from openkp.registry.statistics.editions import hidden_cells
from openkp.registry.statistics.models import Filing, ProvenTotal
from openkp.registry.statistics.operations.prove_total import prove_tally, tally
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, Nature, ReturnKind, Visibility

DONE = "totals.proven"
log = logging.getLogger("openkp.statistics")


@dataclass(frozen=True)
class Due:
    """A period of a Participant whose returns are all filed; ``versions`` names them."""

    participant: str
    period: Period
    versions: str

    @property
    def subject(self) -> str:
        """As the journal names it."""
        return f"totals:{self.participant}:{self.period}"


def prove_filed(authorities: Collection[Authority], *, actor: Actor, at: datetime) -> int:
    """Prove what is due; how many totals were new. ``authorities`` are those that file."""
    return sum(_prove(each, actor=actor, at=at) for each in _due(authorities))


def _due(authorities: Collection[Authority]) -> list[Due]:
    """The quarters, then the years, for which this was not done yet."""
    found = [each for code in sorted(hosted_participants()) for each in _filed(code, authorities)]
    done = Entry.objects.filter(subject__in=[each.subject for each in found], event=DONE)
    known = set(done.values_list("subject", "note"))
    return [each for each in found if (each.subject, each.versions) not in known]


def _filed(participant: str, authorities: Collection[Authority]) -> Iterator[Due]:
    """Every period of which all returns are here, with figures that everybody may read."""
    rows = Filing.objects.filter(participant=participant, kind=ReturnKind.TRADE.value).order_by("number")
    standing: dict[str, dict[str, tuple[int, bool]]] = defaultdict(dict)
    for code, period, number, nature, seen in rows.values_list(
        "authority_code", "period", "number", "nature", "visibility"
    ):
        told = nature != Nature.CANNOT_PUBLISH.value and seen == Visibility.PUBLIC.value
        standing[period][code] = number, told
    needed = {each.code for each in authorities if each.participant == participant}
    whole = {
        period: " ".join(f"{code}/{period}/{number}" for code, (number, _) in sorted(filed.items()))
        for period, filed in sorted(standing.items())
        if needed <= filed.keys() and all(told for _, told in filed.values())
    }
    yield from (Due(participant, Period.parse(period), versions) for period, versions in whole.items())
    for year in sorted({Period(Period.parse(period).year) for period in whole}):
        quarters = totals.quarters_of(year)
        if all(quarter in whole for quarter in quarters):
            yield Due(participant, year, " ".join(whole[quarter] for quarter in quarters))


def _prove(due: Due, *, actor: Actor, at: datetime) -> int:
    """Both flows, then the entry that says so. A record that does not hold is told, and tried again another day."""
    try:
        new = sum(_proven(Scope(participant=due.participant, flow=flow, period=due.period), actor, at) for flow in Flow)
    except (BrokenRecord, DocumentError) as error:
        log.error("totals of %s not proven: %s", due.subject, error.code, exc_info=error)
        return 0
    with transaction.atomic():
        LogHead.objects.select_for_update().filter(pk=due.participant).first()
        if not Entry.objects.filter(subject=due.subject, event=DONE, note=due.versions).exists():
            record(DONE, actor=actor, at=at, subject=due.subject, note=due.versions)
    return new


def _proven(scope: Scope, actor: Actor, at: datetime) -> bool:
    """Prove one total, unless there is nothing to prove, or nothing that may be shown; whether it is a new one."""
    counted = tally(scope, at=at)
    certificates = len(counted.found.counted)
    if not certificates or _kept_back(scope, certificates, at):
        return False
    newest = ProvenTotal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return prove_tally(counted, actor=actor, at=at).pk > newest


def _kept_back(scope: Scope, certificates: int, at: datetime) -> bool:
    """Whether this node would not show it beside the totals and the public editions that are here already."""
    made = ProvenTotal(
        participant=scope.participant, flow=scope.flow.value, period=str(scope.period), certificates=certificates
    )
    others = [row for row in totals.totals(scope.participant) if totals.scope_of(row) != totals.scope_of(made)]
    return made.pk in totals.kept_back([*others, made], hidden_cells({scope.period.year}, at), at.date())
