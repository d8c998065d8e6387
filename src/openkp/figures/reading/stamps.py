"""When a record was made, against when its period ended, when it was due and when it became public."""

from datetime import date, datetime
from functools import lru_cache

from openkp.figures.reading.repeats import Filed
from openkp.figures.reading.types import Notes
from openkp.scheme.deadlines import due_on, public_from
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_


def tell_stamps(filed: Filed, created: datetime | None, modified: datetime | None, notes: Notes) -> None:
    """Created before the period ended, late, modified after release: days are those of the stamps, in UTC."""
    if created:
        _tell_created(filed, created, notes)
    _tell_modified(filed, created, modified, notes)


def _tell_created(filed: Filed, created: datetime, notes: Notes) -> None:
    day, (ended, due) = created.date(), _calendar(filed.period)
    values: dict[str, object] = {"row": filed.row, "who": filed.who, "period": filed.period, "day": day}
    if day < ended:
        sentence = N_("Row %(row)s: %(who)s filed %(period)s on %(day)s, %(days)s days before the period ended.")
        notes.add("created-before-period-end", filed.row, sentence, days=(ended - day).days, **values)
    if day > due:
        sentence = N_("Row %(row)s: %(who)s filed %(period)s on %(day)s, late by %(days)s days (due %(due)s).")
        notes.add("late", filed.row, sentence, days=(day - due).days, due=due, **values)


def _tell_modified(filed: Filed, created: datetime | None, modified: datetime | None, notes: Notes) -> None:
    """After release: six months from filing, or from the due date where the filing bears no stamp."""
    if not modified:
        return
    submitted = created.date() if created else _calendar(filed.period)[1]
    release, day = _release(submitted), modified.date()
    if day > release:
        sentence = N_(
            "Row %(row)s: %(who)s changed %(period)s on %(day)s, %(days)s days after it was free to be public "
            "(%(release)s). What was published before may differ."
        )
        values = {"who": filed.who, "period": filed.period, "day": day, "release": release}
        notes.add("modified-after-release", filed.row, sentence, row=filed.row, days=(day - release).days, **values)


@lru_cache(maxsize=1024)
def _calendar(period: Period) -> tuple[date, date]:
    """When a period ended and when its return was due: the same for every row of it."""
    return period.last_day, due_on(ReturnKind.PRODUCTION, period)


@lru_cache(maxsize=8192)
def _release(submitted: date) -> date:
    return public_from(submitted, submitted)
