"""The clock of statistics: late returns are chased and questionnaires without an answer escalate, each step once."""

from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction

from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.accounts.models import Membership
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.steps import locked
from openkp.registry.errors import Conflict
from openkp.registry.journal.models import Entry
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority
from openkp.registry.statistics.lateness import late
from openkp.registry.statistics.models import Draft, Questionnaire, Reminder
from openkp.registry.statistics.operations.draft import generate_return
from openkp.registry.statistics.operations.prove_filed import prove_filed
from openkp.registry.statistics.questionnaires import steps_without_answer, subject
from openkp.registry.statistics.steps import touch, versions
from openkp.scheme.deadlines import Late, Step
from openkp.scheme.periods import Period
from openkp.scheme.questionnaires import MOVES, Stage
from openkp.scheme.returns import ReturnKind

Taken = tuple[str, str, str, str]  # participant, kind, period, step
STEPS = (Step.REMINDER, Step.ESCALATED, Step.LISTED)
UNANSWERED = (Stage.SENT, Stage.OVERDUE, Stage.ESCALATED)


def remind(*, at: datetime, actor: Actor = NODE) -> int:
    """Take every step that is due; gives how many were taken. Asked again the same day, it finds nothing to do.

    1. Trade returns of the quarter that ended are worked out, for statisticians to look at.
    2. Returns that fell due since this node was set up, and did not come, are chased.
    3. Questionnaires that nobody answered escalate, where they were asked and where they are to be answered.
    4. Totals of which every return was filed for the public are proven.
    """
    filing = _filing_authorities()
    taken = sum(_generated(authority, actor=actor, at=at) for authority in filing)
    taken += _chase(actor=actor, at=at) + sum(_escalate(pk, actor=actor, at=at) for pk in _unanswered())
    return taken + prove_filed(filing, actor=actor, at=at)


def _filing_authorities() -> list[Authority]:
    """The authorities here at which a statistician works."""
    working = Membership.objects.filter(role=Role.STATISTICIAN.value, is_active=True).values("authority")
    return list(Authority.objects.filter(pk__in=working).exclude(exporting=False, importing=False).order_by("pk"))


def _generated(authority: Authority, *, actor: Actor, at: datetime) -> int:
    period = Period.of(at.date(), ReturnKind.TRADE.period_kind).previous
    begun = Draft.objects.filter(authority=authority, kind=ReturnKind.TRADE.value, period=str(period))
    if begun.exists() or versions(authority.participant, authority.code, ReturnKind.TRADE, period).exists():
        return 0
    try:
        generate_return(authority.pk, ReturnKind.TRADE, period, actor=actor, at=at)
    except Conflict:  # a statistician began it at this moment
        return 0
    return 1


def _chase(*, actor: Actor, at: datetime) -> int:
    """A node chases what fell due since it was set up: nobody is reminded of what was missing years before."""
    first = Entry.objects.order_by("seq").values_list("at", flat=True).first()
    missing = [each for each in late(at.date()) if first is not None and each.due_on >= first.date()]
    rows = Reminder.objects.values_list("participant", "kind", "period", "step")
    taken = set(rows.filter(participant__in={each.participant for each in missing}))
    missing.sort(key=lambda each: each.participant)
    owed = groupby(missing, key=lambda each: each.participant)
    return sum(_reminded_once(list(theirs), taken, actor=actor, at=at) for _, theirs in owed)


def _reminded_once(missing: list[Late], taken: set[Taken], *, actor: Actor, at: datetime) -> int:
    """All that one Participant owes, in one transaction: a Secretariat that begins writes thousands of reminders."""
    try:
        with transaction.atomic():
            return sum(_reminded(each, taken, actor=actor, at=at) for each in missing)
    except IntegrityError:  # another loop of this node takes the same steps at this moment
        return 0


def _reminded(missing: Late, taken: set[Taken], *, actor: Actor, at: datetime) -> int:
    names = (missing.participant, missing.kind.value, str(missing.period))
    due = STEPS[: STEPS.index(missing.step) + 1] if missing.step in STEPS else ()
    rows = [
        Reminder(participant=names[0], kind=names[1], period=names[2], step=step.value, at=at)
        for step in due
        if (*names, step.value) not in taken
    ]
    if rows:
        about = f"late:{'/'.join(names)}"
        record("return.chased", actor=actor, at=at, subject=about, rows=rows, note=missing.step.value)
    return len(rows)


def _unanswered() -> list[int]:
    """Both sides count for themselves, from the same day and the same parameters: nobody has to be told."""
    rows = Questionnaire.objects.filter(stage__in=[stage.value for stage in UNANSWERED], due_on__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _escalate(questionnaire_id: int, *, actor: Actor, at: datetime) -> int:
    """Every step that the days without an answer have brought; none where an answer came at this moment."""
    row = locked(Questionnaire, questionnaire_id)
    steps = 0
    for stage, day in steps_without_answer(row, at.date()):
        if row.stage in UNANSWERED and stage in MOVES[Stage(row.stage)] and at.date() >= day:
            row.stage = stage.value
            touch(row, at=at)
            record(f"questionnaire.{stage.value}", actor=actor, at=at, subject=subject(row), rows=[row])
            steps += 1
    return steps
