"""Looking for anomalies, sharing out who analyses whom, and dismissing what is none."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from openkp.figures import anomalies as tests
from openkp.figures.anomalies.base import Anomaly, Scope
from openkp.figures.engines import duckdb_engine
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.steps import locked
from openkp.registry.errors import Conflict
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.queries import participation
from openkp.registry.statistics.facts import node_facts
from openkp.registry.statistics.models import Allocation, AnomalyFound
from openkp.registry.statistics.permissions import check_may_analyse
from openkp.registry.statistics.steps import expect, touch, worded
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

_AGAIN = {"command": ""}  # names the day of the run; another day alone is no news
LARGEST = Decimal("9999999999.99")
Pack = dict[str, object]


def run_anomalies(year: int, *, actor: Actor, at: datetime) -> list[AnomalyFound]:
    """Run every test over a year's facts; an anomaly that was found before keeps its state. Gives the new ones.

    The evidence of one that nobody has looked at yet is brought up to date.
    """
    check_may_analyse(actor)
    engine = duckdb_engine(node_facts(private=False))
    try:
        found = tests.find(engine, scope=Scope(until=at.date().isoformat(), year=year), on=at.date())
        evidence = list(zip(found, tests.packs(found, engine), strict=True))
    finally:
        engine.close()
    try:
        return _kept(year, evidence, actor=actor, at=at)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else ran the tests at this moment."), code="run-twice") from error


@transaction.atomic
def _kept(year: int, found: Collection[tuple[Anomaly, Pack]], *, actor: Actor, at: datetime) -> list[AnomalyFound]:
    keys = [each.key for each, _pack in found]
    known = {row.key: row for row in AnomalyFound.objects.select_for_update(no_key=True).filter(key__in=keys)}
    new: dict[str, AnomalyFound] = {}
    renewed: list[Journaled] = []
    for each, pack in found:
        row = known.get(each.key)
        if row is None and each.key not in new:
            new[each.key] = _row(each, pack, at)
        elif row is not None and row.state == "computed" and row.evidence | _AGAIN != pack | _AGAIN:
            row.evidence, row.severity = pack, _severity(each)
            touch(row, at=at)
            renewed.append(row)
    if new or renewed:
        subject = f"anomalies:{year}"
        record(
            "anomalies.found", actor=actor, at=at, subject=subject, rows=[*new.values(), *renewed], note=str(len(new))
        )
    return list(new.values())


def _row(anomaly: Anomaly, pack: Pack, at: datetime) -> AnomalyFound:
    return AnomalyFound(
        key=anomaly.key,
        test=anomaly.test,
        participant=anomaly.participant,
        partner=anomaly.partner,
        period=str(anomaly.period),
        measure=anomaly.measure,
        severity=_severity(anomaly),
        evidence=pack,
        found_at=at,
        changed_at=at,
    )


def _severity(anomaly: Anomaly) -> Decimal:
    return min(anomaly.severity, LARGEST).quantize(Decimal("0.01"))


@transaction.atomic
def dismiss_anomaly(
    anomaly_id: int, reason: str, *, actor: Actor, at: datetime, version: int | None = None
) -> AnomalyFound:
    """Say why an anomaly is innocent; nobody is asked about it."""
    row = locked(AnomalyFound, anomaly_id, version=version)
    check_may_analyse(actor)
    expect(row.state, ("computed",))
    row.reason = worded(reason, "reason", rule="STAT-12")
    row.state = "dismissed"
    touch(row, at=at)
    record("anomaly.dismissed", actor=actor, at=at, subject=f"anomaly:{row.key}", rows=[row], note=row.reason)
    return row


@transaction.atomic
def allocate(year: int, *, analysts: Collection[str] | None = None, actor: Actor, at: datetime) -> list[Allocation]:
    """Share out who analyses whom: everybody by another, nobody by themselves, evenly; once a year.

    ``analysts`` are the Participants whose experts do it; all of them where None are named. Source: scheme-rules A.4.
    """
    check_may_analyse(actor)
    made = list(Allocation.objects.filter(year=year).order_by("subject"))
    if made:
        return made
    pairs = shared_out(_participants(year), analysts, year=year)
    rows = [Allocation(year=year, subject=subject, analyst=analyst, made_at=at) for subject, analyst in pairs.items()]
    try:
        record("analysis.allocated", actor=actor, at=at, subject=f"allocation:{year}", rows=rows)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else shared the work out at this moment."), code="allocated-twice") from error
    return rows


def _participants(year: int) -> list[str]:
    return [each.code for each in participation().participants_on(Period(year).last_day)]


def shared_out(subjects: Collection[str], analysts: Collection[str] | None, *, year: int) -> dict[str, str]:
    """Who analyses each subject: another one, as many each as can be, another pairing every year."""
    working = sorted(set(subjects if analysts is None else analysts) & set(subjects))
    if len(working) < 2:
        sentence = Sentence(N_("Name at least two Participants of the year as analysts: nobody analyses themselves."))
        raise Refused([Finding("STAT-11", "too-few-analysts", "analysts", sentence)])
    in_turn = [*working, *sorted(set(subjects) - set(working))]
    step = 1 + year % (len(working) - 1)  # never a whole round, which would lead back to oneself
    pairs = {subject: working[(place + step) % len(working)] for place, subject in enumerate(in_turn)}
    return dict(sorted(pairs.items()))
