"""What is typed after a command and goes into documents or the database: read by argparse, refused as a wrong use."""

import argparse
from collections.abc import Callable
from gettext import gettext as _

from openkp.scheme.countries import is_country
from openkp.scheme.goods import plain_text


def text(longest: int, *, or_none: bool = False) -> Callable[[str], str]:
    """A reader of text that a document can carry, at most so many characters long."""

    def read(typed: str) -> str:
        try:
            return typed if or_none and not typed else plain_text(typed, longest=longest)
        except ValueError as error:
            raise argparse.ArgumentTypeError(_("write 1 to %s printable characters") % longest) from error

    return read


def country(typed: str) -> str:
    """The two capital letters of a country."""
    if not is_country(typed):
        raise argparse.ArgumentTypeError(_("write the two capital letters of a country, such as SL"))
    return typed
