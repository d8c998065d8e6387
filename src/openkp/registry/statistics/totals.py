"""Proven totals as people look at them: which are kept back, whether one fits now, what was filed for the same.

A total of few certificates would name a trader as a small cell of the annual summary does (STAT-09), so it is kept
back by the same smallest count; and so is one whose cell is not shown, or that tells by subtraction what another hides.
The delay of the Scheme's release does not bind it: by proving a total a Participant publishes its own figure, as Annex
III asks it to within two months. Source: scheme-rules A.1, A.3.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db.models import QuerySet

from openkp.documents.checkpoint import Checkpoint
from openkp.documents.envelope import open_envelope
from openkp.documents.errors import DocumentError
from openkp.documents.filing_v1 import read_filing
from openkp.documents.keys import Keys
from openkp.documents.total_check import Known, Report, check_proof
from openkp.documents.total_proof import Grade, Newer, Proof
from openkp.figures.suppression import COMPLEMENTARY, SMALL
from openkp.registry.accounts.actors import Actor
from openkp.registry.participation.bundles import trust
from openkp.registry.participation.operations.receive_publication import CHECKPOINT, newest, open_member_checkpoint
from openkp.registry.statistics import queries
from openkp.registry.statistics.models import Filing, ProvenTotal
from openkp.registry.statistics.permissions import offices_of
from openkp.scheme.confidentiality import suppression_rule
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, Nature, ReturnKind, StatisticalReturn

_DIMENSIONS = ("period", "hs", "origin")
Hidden = Mapping[tuple[str, str, int], str]
"""The cells that the public editions do not show: Participant, flow (``export``), year; and the reason."""


def totals(participant: str = "") -> "QuerySet[ProvenTotal, ProvenTotal]":
    """Every total, the newest first, with its document; of one Participant where it is named."""
    named = {"participant": participant} if participant else {}
    return ProvenTotal.objects.filter(**named).select_related("document").defer("secret").order_by("-pk")


def totals_with(total_id: int) -> "QuerySet[ProvenTotal, ProvenTotal]":
    """Every total of the Participant that the total of this number is of; none where there is no such total."""
    return totals().filter(participant__in=ProvenTotal.objects.filter(pk=total_id).values("participant"))


def may_see_all(actor: Actor, participant: str) -> bool:
    """Whether nothing of this Participant is kept back: its own statisticians and auditors, the Scheme's analysts."""
    return participant in actor.participants(*queries.NEAR) or bool(offices_of(actor))


def kept_back(rows: Iterable[ProvenTotal], hidden: Hidden, on: date) -> dict[int, str]:
    """Which of the totals are not for everybody, and why; ``rows`` are all of their Participants, the newest first."""
    smallest = suppression_rule(on).smallest_count
    reasons: dict[int, str] = {}
    shown: dict[tuple[str, str], list[ProvenTotal]] = {}
    for row in rows:
        before = shown.setdefault((row.participant, row.flow), [])
        if 0 < row.certificates < smallest:
            reasons[row.pk] = SMALL
        elif reason := hidden.get((row.participant, row.flow, Period.parse(row.period).year)):
            reasons[row.pk] = reason
        elif any(_tells_too_much(row, other, smallest) for other in before) or _completes(row, before, smallest):
            reasons[row.pk] = COMPLEMENTARY
        else:
            before.append(row)
    return reasons


def _tells_too_much(row: ProvenTotal, other: ProvenTotal, smallest: int) -> bool:
    """Whether one taken from the other leaves the amounts of a few certificates."""
    apart = abs(row.certificates - other.certificates)
    return 0 < apart < smallest and (_covers(row, other) or _covers(other, row))


def _completes(row: ProvenTotal, before: list[ProvenTotal], smallest: int) -> bool:
    """Whether, once it is shown, several parts taken from a whole leave the amounts of a few certificates.

    Only a whole that has the row in it, or is the row, can tell more than it told before.
    """
    every = (*reversed(before), row)
    standing = {scope_of(each): each for each in every}
    for whole in (each for each in every if _covers(each, row)):
        own = scope_of(whole)
        parts = [each for scope, each in standing.items() if scope != own and _covers(whole, each)]
        for apart in _DIMENSIONS:
            if any(0 < whole.certificates - count < smallest for count in _sums_of_parts(parts, apart)):
                return True
    return False


def _sums_of_parts(parts: list[ProvenTotal], apart: str) -> Iterator[int]:
    """What parts that differ in one dimension only come to: the largest of them, and the smallest."""
    alike: dict[tuple[str, ...], list[ProvenTotal]] = {}
    for each in parts:
        key = tuple(getattr(each, name) for name in _DIMENSIONS if name != apart)
        alike.setdefault(key, []).append(each)
    for group in alike.values():
        for larger in (True, False):
            chosen = [one for one in group if not any(_nests(one, two, larger) for two in group if two is not one)]
            yield sum(each.certificates for each in chosen)


def _nests(one: ProvenTotal, two: ProvenTotal, larger: bool) -> bool:
    """Whether ``two`` stands for ``one`` where the larger, or the smaller, of two nested totals is taken."""
    return _covers(two, one) if larger else _covers(one, two)


def _covers(row: ProvenTotal, other: ProvenTotal) -> bool:
    if row.hs not in ("", other.hs) or row.origin not in ("", other.origin):
        return False
    (begin, end), (first, last) = _days(row.period), _days(other.period)
    return begin <= first and last <= end


@lru_cache(maxsize=1000)
def _days(period: str) -> tuple[date, date]:
    read = Period.parse(period)
    return read.first_day, read.last_day


def scope_of(row: ProvenTotal) -> tuple[str, str, str, str, str]:
    """What a total is about: of two with one scope, the newer stands."""
    return row.participant, row.flow, row.period, row.hs, row.origin


def check_total(row: ProvenTotal, keys: Keys, *, newer: Newer | None = None, known: Checkpoint | None = None) -> Report:
    """The total as it is now: signature, checkpoint, dates; and the same root where a checkpoint is known."""
    proof = Proof(grade=Grade.PUBLIC, total=bytes(row.document.data), newer=newer)
    return check_proof(proof, Known(keyring=keys, checkpoint=known))


def checkpoint_of(participant: str) -> Checkpoint | None:
    """The newest checkpoint that this node took in from another Participant's own log, if there is one that fits."""
    held = trust()
    member = held[0].find(participant) if held else None
    note = newest(CHECKPOINT, member.code, member.log_origin) if member and member.log_key else None
    try:
        return open_member_checkpoint(note, member) if note and member else None
    except DocumentError:
        return None


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What the returns of a total's period say of the same. ``amounts`` is None where they cannot be compared.

    ``missing`` are the quarters without figures here; ``kept`` says that a return is here whose lines are not public.
    """

    amounts: tuple[Decimal, Decimal] | None = None
    certificates: int | None = None
    missing: tuple[str, ...] = ()
    kept: bool = False
    filings: tuple[Filing, ...] = ()


def filed_for(row: ProvenTotal, keys: Keys, *, actor: Actor, on: date) -> Filed:
    """The newest trade return of each authority for each quarter, added up as the total is."""
    quarters = quarters_of(Period.parse(row.period))
    here = Filing.objects.filter(participant=row.participant, kind=ReturnKind.TRADE.value, period__in=quarters)
    versions = here.order_by("number").values_list("authority_code", "period", "pk", "nature")
    standing = {(code, period): (pk, nature) for code, period, pk, nature in versions}
    told = {period for (_, period), (_, nature) in standing.items() if nature != Nature.CANNOT_PUBLISH.value}
    missing = tuple(quarter for quarter in quarters if quarter not in told)
    wanted = [pk for pk, _ in standing.values()]
    filings = tuple(queries.filings(actor, on=on).filter(pk__in=wanted).order_by("period", "authority_code"))
    if missing or len(filings) < len(wanted):
        return Filed(missing=missing, kept=len(filings) < len(wanted), filings=filings)
    return _added(row, [_value(each, keys) for each in filings], filings)


def quarters_of(period: Period) -> list[str]:
    """The quarters that a period is made of; trade is filed by quarters."""
    quarters = (Period(period.year, "Q", part) for part in (1, 2, 3, 4))
    return [str(each) for each in quarters if period.holds(each.first_day)]


def _value(filing: Filing, keys: Keys) -> StatisticalReturn:
    value = read_filing(open_envelope(bytes(filing.document.data), keys, typ="kpf")).value
    assert value is not None, "only full forms are stored"
    return value


def _added(row: ProvenTotal, values: list[StatisticalReturn], filings: tuple[Filing, ...]) -> Filed:
    """Lines of the same flow, heading and origin. Certificates are counted by the return, not by its lines."""
    lines = [
        line
        for value in values
        for line in value.trade
        if line.flow == row.flow and row.hs in ("", line.hs.value) and row.origin in ("", line.origin)
    ]
    amounts = (
        sum((line.carats.amount for line in lines), Decimal(0)),
        sum((line.value.amount for line in lines), Decimal(0)),
    )
    counts = [v.certificates_issued if row.flow == Flow.EXPORT else v.certificates_received for v in values]
    told = [count for count in counts if count is not None]
    whole = not row.hs and not row.origin and len(told) == len(counts)
    return Filed(amounts=amounts, certificates=sum(told) if whole else None, filings=filings)
