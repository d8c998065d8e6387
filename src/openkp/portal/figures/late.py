"""The late list: which return of which Participant was due and has not come. Facts, no judgement."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from openkp.portal.figures.columns import CODE, NAME, PERIOD, RETURN_WORDS, STEP_WORDS, column
from openkp.portal.figures.topics import Row, Topic, Value, who
from openkp.portal.site.formats import number
from openkp.scheme.deadlines import Late
from openkp.scheme.words import N_

RETURN = column("return", N_("Return"), N_("production (half-yearly) or trade (quarterly, with certificate counts)"))
DUE = column("due_on", N_("Was due on"), N_("Last day on which the return was in time"), kind="day")
HOW_MANY = column("count", N_("How many"), N_("How many returns"), kind="count")
PERIODS = column("periods", N_("For which periods"), N_("The newest of them"))
MOST_PERIODS = 6
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
        short=by_participant(rows),
    )


def by_participant(rows: list[Row]) -> Topic:
    """One line for each Participant and return: how many periods, and which."""
    groups: dict[tuple[object, object], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.values["participant"], row.values["return"]), []).append(row)
    return Topic(
        name="late-short",
        title=gettext("Returns that are late, by Participant"),
        headline="",
        columns=[NAME, RETURN, HOW_MANY, PERIODS, DAYS, STEP],
        rows=[group_row(group) for group in groups.values()],
    )


def group_row(group: list[Row]) -> Row:
    """The oldest row speaks for its group."""
    periods = [str(row.values["period"]) for row in group]
    words = Markup(", ").join(number(period) for period in periods[-MOST_PERIODS:][::-1])
    if len(periods) > MOST_PERIODS:
        before = gettext("and %(count)s before") % {"count": len(periods) - MOST_PERIODS}
        words = Markup("{} {}").format(words, before)
    values: dict[str, Value] = {**group[0].values, "count": len(group), "periods": ", ".join(periods)}
    return replace(group[0], values=values, shown={**group[0].shown, "periods": words})


def late_row(each: Late) -> Row:
    """One return."""
    values: dict[str, Value] = {
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
