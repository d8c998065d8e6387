"""Lists for the desk of statistics that are more than one table's rows. Who may see what is decided in ``queries``."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet, Subquery

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.queries import PAGE, Page, read_cursor
from openkp.registry.errors import NotAllowed, NotFound
from openkp.registry.participation.models import Authority
from openkp.registry.statistics import queries
from openkp.registry.statistics.models import Allocation, AnomalyFound, Draft, Filing, Release, Reminder
from openkp.registry.statistics.permissions import check_may_analyse, offices_of
from openkp.scheme.deadlines import Late, Step, due_on, ended_periods, step_after, steps_from
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_

SHOWN = timedelta(days=460)
"""How far back the desk shows what was due; older returns are found among the filings."""


@dataclass(frozen=True)
class Obligation:
    """One return that an authority owes, and how far it is: the open draft, the newest version filed."""

    authority: Authority
    kind: ReturnKind
    period: Period
    due_on: date
    draft: Draft | None
    filing: Filing | None


def check_may_watch(actor: Actor) -> None:
    """The desk of statistics is for statisticians, the auditors of their authority, and analysts."""
    if not actor.roles() & set(queries.NEAR) and not offices_of(actor):
        raise NotAllowed(N_("Only a statistician or an analyst works at this desk."), code="role-needed")


def own_authorities(actor: Actor) -> list[Authority]:
    """The authorities whose returns this person writes, or looks after as their auditor."""
    rows = Authority.objects.filter(pk__in=actor.authorities(*queries.NEAR)).order_by("code")
    return [row for row in rows if not row.is_office]


def own_authority(actor: Actor, code: str) -> Authority:
    """One whose returns this person writes. Raises ``NotFound``."""
    row = Authority.objects.filter(pk__in=actor.authorities(Role.STATISTICIAN), code=code).first()
    if row is None:
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    return row


def obligations(actor: Actor, on: date) -> list[Obligation]:
    """What this person's authorities owed in the last months, the newest due day first."""
    authorities = own_authorities(actor)
    since = on - SHOWN
    wanted = [(kind, period) for kind in ReturnKind for period in ended_periods(kind, since, on)]
    drafts = {(d.authority_id, d.kind, d.period): d for d in queries.drafts(actor)}
    filed = newest_versions(actor, {str(period) for _kind, period in wanted})
    found = [
        Obligation(
            authority,
            kind,
            period,
            due_on(kind, period),
            drafts.get((authority.pk, kind.value, str(period))),
            filed.get((authority.code, kind.value, str(period))),
        )
        for authority in authorities
        for kind, period in wanted
    ]
    return sorted(found, key=lambda each: (-each.due_on.toordinal(), each.kind, each.authority.code))


def newest_versions(actor: Actor, periods: Collection[str]) -> dict[tuple[str, str, str], Filing]:
    """The newest version of each return of this person's own authorities, by authority, kind and period."""
    rows = queries.filings(actor).filter(participant__in=actor.participants(*queries.NEAR), period__in=periods)
    return {(row.authority_code, row.kind, row.period): row for row in rows.order_by("number")}


def filings_page(
    actor: Actor,
    *,
    after: str = "",
    size: int = PAGE,
    kind: str = "",
    participant: str = "",
    period: str = "",
) -> Page[Filing]:
    """One page of the filings that this person may read, the newest first."""
    rows = queries.filings(actor, kind=kind, participant=participant, period=period).order_by("-pk")
    if after:
        rows = rows.filter(pk__lt=read_cursor(f"~{after}", str)[1])
    found = list(rows[: size + 1])
    return Page(found[:size], str(found[size - 1].pk) if len(found) > size else None)


def with_versions(actor: Actor, filing_id: int) -> tuple[Filing, list[Filing]]:
    """A filing, and every version of that return which this person may read, the newest first. Raises ``NotFound``."""
    named = Filing.objects.filter(pk=filing_id)
    same = {name: Subquery(named.values(name)[:1]) for name in ("participant", "authority_code", "kind", "period")}
    rows = list(queries.filings(actor).filter(**same).order_by("-number"))
    found = next((row for row in rows if row.pk == filing_id), None)
    if found is None:
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    return found, rows


def other_drafts(actor: Actor, shown: Iterable[Obligation]) -> list[Draft]:
    """Open drafts that are not among what is shown as due: corrections of older returns."""
    known = {each.draft.pk for each in shown if each.draft}
    return [draft for draft in queries.drafts(actor) if draft.pk not in known]


def anomaly_counts(actor: Actor, state: str) -> dict[str, Counter[str]]:
    """How many anomalies there are by state, and of those in one state by test and by Participant."""
    check_may_analyse(actor)
    rows = AnomalyFound.objects.values_list("state", "test", "participant").annotate(Count("id")).order_by()
    found: dict[str, Counter[str]] = {"state": Counter(), "test": Counter(), "participant": Counter()}
    for stands, test, participant, count in rows:
        found["state"][stands] += count
        if stands == state:
            found["test"][test] += count
            found["participant"][participant] += count
    return found


def anomalies_named(actor: Actor, keys: Collection[str]) -> list[AnomalyFound]:
    """The anomalies of these keys, the most severe first. Raises ``NotFound`` where one is not there."""
    check_may_analyse(actor)
    rows = list(AnomalyFound.objects.filter(key__in=keys).order_by("-severity", "id"))
    if len(rows) != len(set(keys)):
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    return rows


def corrections(actor: Actor, participant: str) -> list[Filing]:
    """The later versions of a Participant's returns that this person may read, the newest first."""
    return list(queries.filings(actor, participant=participant).filter(number__gt=1).order_by("-id")[:20])


def allocations(actor: Actor, year: int) -> list[Allocation]:
    """Who analyses whom in a year."""
    check_may_analyse(actor)
    return list(Allocation.objects.filter(year=year).order_by("subject"))


def allocation_years(actor: Actor) -> list[int]:
    """The years for which the work was shared out, the newest first."""
    check_may_analyse(actor)
    return list(Allocation.objects.order_by("-year").values_list("year", flat=True).distinct())


@dataclass(frozen=True)
class Chased:
    """A return that is late: the steps taken about it by a day, and the one that comes next with its first day."""

    late: Late
    taken: tuple[Reminder, ...]
    next: tuple[Step, date] | None


def chased(actor: Actor, on: date) -> list[Chased]:
    """Every return that is missing on a day, the oldest first. Steps are told to who is late, and to analysts."""
    check_may_watch(actor)
    taken = _taken(actor, on)
    return [_chased(each, taken, on) for each in queries.late(on)]


def own_late(actor: Actor, due: Iterable[Obligation], on: date) -> list[Chased]:
    """What this person's Participants were reminded of and still owe, in the order of ``due``."""
    owed: dict[tuple[str, str, str], Obligation] = {}
    for each in sorted(due, key=lambda each: each.filing is not None):  # what one authority filed is here
        owed[each.authority.participant, each.kind.value, str(each.period)] = each
    taken = _taken(actor, on)
    late = [each for name, each in owed.items() if each.filing is None and name in taken]
    return [_chased(_late(each, on), taken, on) for each in late]


def _late(owed: Obligation, on: date) -> Late:
    return Late(
        participant=owed.authority.participant,
        kind=owed.kind,
        period=owed.period,
        due_on=owed.due_on,
        days=(on - owed.due_on).days,
        step=step_after(owed.due_on, on),
    )


def _chased(late: Late, taken: Mapping[tuple[str, str, str], list[Reminder]], on: date) -> Chased:
    steps = taken.get((late.participant, late.kind.value, str(late.period)), [])
    return Chased(late, tuple(steps), next((step for step in steps_from(late.due_on, on) if step[1] > on), None))


def _taken(actor: Actor, on: date) -> dict[tuple[str, str, str], list[Reminder]]:
    """The steps that were taken by a day, of those that this person may know, by Participant, kind and period."""
    rows = Reminder.objects.filter(at__date__lte=on).order_by("at", "pk")
    if not offices_of(actor):
        rows = rows.filter(participant__in=actor.participants(*queries.NEAR))
    taken: dict[tuple[str, str, str], list[Reminder]] = defaultdict(list)
    for row in rows:
        taken[row.participant, row.kind, row.period].append(row)
    return dict(taken)


def editions(actor: Actor) -> "QuerySet[Release, Release]":
    """Every edition, the newest first, for analysts."""
    check_may_analyse(actor)
    return Release.objects.select_related("built_by", "published_by").order_by("-id")


def edition(actor: Actor, release_id: int) -> Release:
    """One edition, published or not, for analysts. Raises ``NotFound``."""
    row = editions(actor).filter(pk=release_id).first()
    if row is None:
        raise NotFound(N_("There is nothing here under this number, or it is not yours to see."))
    return row
