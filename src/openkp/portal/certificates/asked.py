"""What a list is asked for in its address. Wrong values are told, never guessed at."""

import re
from datetime import date

from openkp.portal.site.posting import Request
from openkp.registry.certificates.queries import PAGE, CertificateFilter
from openkp.scheme.dated import in_months, plain_day
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.life import Status
from openkp.scheme.words import N_, Sentence

LARGEST_PAGE = 200
_AFTER = re.compile(r"[0-9]{1,18}", re.ASCII)
_AFTER_DATED = re.compile(r"[0-9T:.+-]{10,32}~[0-9]{1,18}", re.ASCII)


def after(request: Request, *, dated: bool = False) -> str:
    """Where the page begins: what the link of the page before says, and nothing else."""
    value = request.GET.get("after", "")
    if value and not (_AFTER_DATED if dated else _AFTER).fullmatch(value):
        raise _wrong("after", N_("A page begins where the one before it ended: use the link below the list."))
    return value


def size(request: Request) -> int:
    """How many rows on a page."""
    value = request.GET.get("size", "")
    if not value:
        return PAGE
    if not value.isascii() or not value.isdigit() or len(value) > 6 or not 1 <= int(value) <= LARGEST_PAGE:
        sentence = Sentence(
            N_("A page has 1 to %(most)s rows. To have all of them, take the list away as CSV."), {"most": LARGEST_PAGE}
        )
        raise Refused([Finding("", "page-size", "size", sentence)])
    return int(value)


def narrowed(request: Request) -> CertificateFilter:
    """What a list of certificates is narrowed by."""
    status = request.GET.get("status", "")
    if status and status not in list(Status):
        raise _wrong("status", N_("There is no such status."))
    return CertificateFilter(
        status=status,
        destination=request.GET.get("destination", "").strip()[:8].upper(),
        exporter=request.GET.get("exporter", "")[:120],
        issued_from=_day(request, "issued_from"),
        issued_until=_day(request, "issued_until"),
    )


def day(request: Request, name: str, otherwise: date) -> date:
    """A day, or another if none is given."""
    return _day(request, name) or otherwise


def month(request: Request, today: date) -> date:
    """The first day of a month that is asked for; of the last whole month if none is."""
    value = request.GET.get("month", "").strip()
    if not value:
        return in_months(today.replace(day=1), -1)
    try:
        first = plain_day(f"{value}-01")
    except ValueError as error:
        raise _wrong("month", N_("Write the month as year-month, such as 2026-03.")) from error
    if first > today:
        raise _wrong("month", N_("This month has not begun."))
    return first


def past_day(wanted: date | None, today: date) -> date:
    """The day that a question about the past is asked of: what is still to come is read as today."""
    return min(wanted or today, today)


def _day(request: Request, name: str) -> date | None:
    value = request.GET.get(name, "").strip()
    if not value:
        return None
    try:
        return plain_day(value)
    except ValueError as error:
        raise _wrong(name, N_("Write the day as year-month-day, such as 2026-03-31.")) from error


def _wrong(field: str, sentence: str) -> Refused:
    return Refused([Finding("", f"{field.replace('_', '-')}-wrong", field, Sentence(sentence))])
