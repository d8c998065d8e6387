"""Days and years as they are typed after an option."""

import argparse
from datetime import date
from gettext import gettext as _

from openkp.scheme.dated import plain_day
from openkp.scheme.periods import Period


def day(typed: str) -> date:
    """A day as it is typed. Raises ``ArgumentTypeError``."""
    try:
        return plain_day(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("write a date as YYYY-MM-DD")) from error


def year(typed: str) -> int:
    """A year that a period can have. Raises ``ArgumentTypeError``."""
    try:
        return Period.parse(typed if typed.isdecimal() else "").year
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("write a year as YYYY")) from error
