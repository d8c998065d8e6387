"""How values look on a page, the same in every language where paper and screen are compared.

Amounts: Western digits, groups of three parted by a narrow no-break space, a decimal point, always two
places (ISO 80000-1): no reader can take a point for a comma. Numbers and names stand in ``<bdi>``, so
that they keep their order inside a sentence that runs from right to left.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, gettext, ngettext, to_locale
from markupsafe import Markup

from openkp.scheme.errors import Finding, OpenkpError
from openkp.scheme.words import N_, Sentence

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
OFFICES = {"SECRETARIAT": N_("Secretariat")}
"""Offices of the Scheme, which have a code as Participants do, and no country."""
HABITS = {"en": "en_GB"}
"""Whose habits a language follows where it has several: days before months."""


def bdi(value: object) -> Markup:
    """A name or number that keeps its own direction."""
    return Markup("<bdi>{}</bdi>").format(value)


def number(value: object) -> Markup:
    """A certificate's number, a seal, a reference: never broken at its hyphen, digits of one width."""
    return Markup('<bdi class="okp-number">{}</bdi>').format(value)


def figures(value: object) -> str:
    """``1 234.56``, or ``1 234`` for a whole number, as plain text."""
    plain = f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)):,.2f}"
    return plain.replace(",", NARROW_SPACE)


def amount(value: object) -> Markup:
    """An amount whose unit stands elsewhere: in the heading of its column."""
    return number(figures(value))


def carats(value: object) -> Markup:
    """``1 234.56 ct``."""
    return number(f"{figures(value)}{NO_BREAK_SPACE}{gettext('ct')}")


def dollars(value: object) -> Markup:
    """``US$ 1 234.56``."""
    return number(f"US${NO_BREAK_SPACE}{figures(value)}")


@cache
def babel_locale(language: str) -> Locale:
    """Babel's idea of one of our languages; English for the pseudo one."""
    try:
        return Locale.parse(HABITS.get(language, to_locale(language)))
    except (UnknownLocaleError, ValueError):
        return babel_locale(language.partition("-")[0])


def current_locale() -> Locale:
    """Babel's idea of the reader's language."""
    return babel_locale(get_language() or "en")


def day(value: date) -> Markup:
    """``23 November 2026`` as the language has it."""
    words = format_date(value, "long", current_locale())
    return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(iso(value), words)


def full_day(value: date) -> Markup:
    """The long date with the ISO one beside it, for what is compared with paper."""
    return Markup('{} <span class="okp-iso">{}</span>').format(day(value), number(iso(value)))


def iso(value: date) -> str:
    """``2026-11-23``."""
    return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()


def instant(value: datetime) -> Markup:
    """``23 November 2026, 05:10 UTC``; every node means the same instant by it."""
    words = f"{format_date(value, 'long', current_locale())}, {value:%H:%M} UTC"
    return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(value.isoformat(timespec="seconds"), words)


def age(span: timedelta | int) -> Markup:
    """How long something has waited: ``3 days``, ``5 hours``, ``12 minutes``. A plain number is days."""
    span = timedelta(days=span) if isinstance(span, int) else span
    days, hours, minutes = span.days, span.seconds // 3600, span.seconds // 60
    if days:
        words = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    elif hours:
        words = ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    elif not minutes:
        words = gettext("less than a minute")
    else:
        words = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return Markup('<span class="okp-wait">{}</span>').format(words)


def country(code: str) -> str:
    """The name of a country, of the European Union or of an office; the code itself where no name is known."""
    if code in OFFICES:
        return gettext(OFFICES[code])
    return str(current_locale().territories.get(code, code))


def sentence(value: Sentence | Finding | OpenkpError | str) -> str:
    """What the law or an error says, in the reader's language."""
    return gettext(value) if isinstance(value, str) else value.text(gettext)


def grouped(value: str, size: int = 4) -> Markup:
    """A fingerprint in groups that an eye can compare."""
    groups = [value[i : i + size] for i in range(0, len(value), size)]
    return Markup(" ").join(Markup("<span>{}</span>").format(group) for group in groups)


def file_size(size: int) -> str:
    """``12.3 KB``."""
    return str(filesizeformat(size))


def lines(value: str) -> Markup:
    """An address as it was typed, line by line."""
    return Markup("<br>").join(bdi(line) for line in value.splitlines())


def shown(value: object) -> Markup:
    """What a component was given: our own markup as it is, typed words in their own direction."""
    return value if isinstance(value, Markup) else bdi(value)


FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        bdi, number, amount, carats, dollars, day, full_day, iso, instant, age,
        country, sentence, grouped, file_size, lines, shown,
    )
}  # fmt: skip
