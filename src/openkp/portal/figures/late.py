"""The late list: which return of which Participant was due and has not come. Facts, no judgement."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext, ngettext

from openkp.portal.figures.columns import CODE, NAME, PERIOD, RETURN_WORDS, column
from openkp.portal.figures.topics import Row, Topic, who
from openkp.scheme.deadlines import Late
from openkp.scheme.words import N_

STEP_WORDS = {
    "due": N_("Due"),
    "reminder": N_("Reminder sent"),
    "escalated": N_("Told to the Chair"),
    "listed": N_("Listed"),
}
RETURN = column("return", N_("Return"), N_("production (half-yearly) or trade (quarterly, with certificate counts)"))
DUE = column("due_on", N_("Was due on"), N_("Last day on which the return was in time"), kind="day")
DAYS = column("days", N_("Days late"), N_("Days since then"), unit="d", kind="count")
STEP = column("step", N_("Step"), N_("What follows by the dated rules: due, reminder, escalated, listed"))


def late(found: Iterable[Late], on: date) -> Topic:
    """Everything that has not come, the oldest first."""
    rows = [late_row(each) for each in sorted(found, key=lambda each: (-each.days, each.participant, each.kind))]
    return Topic(
        name="late",
        title=gettext("Returns that are late"),
        headline=headline(rows, on),
        columns=[NAME, CODE, RETURN, PERIOD, DUE, DAYS, STEP],
        rows=rows,
        more={"on": on},
    )


def late_row(each: Late) -> Row:
    """One return."""
    values = {
        "name": who(each.participant),
        "participant": each.participant,
        "return": str(each.kind),
        "period": str(each.period),
        "due_on": each.due_on.isoformat(),
        "days": each.days,
        "step": str(each.step),
    }
    shown = {"return": gettext(RETURN_WORDS[each.kind]), "step": gettext(STEP_WORDS[each.step])}
    return Row(values=values, shown=shown)


def headline(rows: list[Row], on: date) -> str:
    """How many returns of how many Participants."""
    if not rows:
        return gettext("On %(day)s no return known to this node is late.") % {"day": on.isoformat()}
    whose = len({row.values["participant"] for row in rows})
    returns = ngettext("%(num)s return", "%(num)s returns", len(rows)) % {"num": len(rows)}
    of = ngettext("%(num)s Participant", "%(num)s Participants", whose) % {"num": whose}
    names = {"day": on.isoformat(), "returns": returns, "participants": of}
    return gettext("On %(day)s %(returns)s of %(participants)s were due and had not come.") % names
