"""Dated data: the YAML files of the law, and dates that their source gives only to the month or the year."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
ONE_DAY = timedelta(days=1)


@cache
def read_data(name: str) -> Any:
    """What the file ``name`` of ``scheme/data`` holds. It is shared: nobody may change it."""
    return parse_data(files("openkp.scheme").joinpath("data", name).read_text(encoding="utf-8"))


def parse_data(text: str) -> Any:
    """What a YAML text holds."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  (the safe loader, in C where there is one)


def plain_day(text: str) -> date:
    """The day of ``"2013-12-18"`` and of no other spelling. Raises ``ValueError``."""
    if not _DAY.fullmatch(text):
        raise ValueError("write a date as YYYY-MM-DD")
    return date.fromisoformat(text)


def first_day(text: str) -> date:
    """The day from which a source's date counts: a month from its 1st, a bare year from 30 June.

    The middle of the year is an assumption; with it the published totals of Participants come out right.
    """
    if _YEAR.fullmatch(text):
        return date(int(text), 6, 30)
    return plain_day(f"{text}-01" if _MONTH.fullmatch(text) else text)


def in_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_force(first: date, last: date | None, day: date) -> bool:
    """Whether ``day`` lies between the first and the last day, both included."""
    return first <= day and (last is None or day <= last)
