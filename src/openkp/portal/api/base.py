"""What every shape shares: its own documentation, no unknown field, and texts of a bearable length.

The text under a field is its description in the OpenAPI document. Texts are as a person typed them; what they mean
is judged by the rules of the scheme. Here they are only kept small enough to store.
"""

import re
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, StringConstraints

NO_NUL = r"^[^\u0000]*$"
"""No database keeps the character U+0000."""

Text = Annotated[str, StringConstraints(max_length=4000, pattern=NO_NUL)]
Short = Annotated[str, StringConstraints(max_length=240, pattern=NO_NUL)]

_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def written_day(given: object) -> object:
    """A day as it is written; the library would take a number for seconds since 1970."""
    if not isinstance(given, date) and not (isinstance(given, str) and _WRITTEN_DAY.fullmatch(given)):
        raise ValueError("a day is written YYYY-MM-DD")
    return given


def written_choice(given: object) -> object:
    """``true`` or ``false``, and none of the many words that the library knows for them."""
    if given not in (True, False, "true", "false"):
        raise ValueError("write true or false")
    return given


Day = Annotated[date, BeforeValidator(written_day)]
Choice = Annotated[bool, BeforeValidator(written_choice)]


class Given(Schema):
    """What a program sends: exactly the fields named here, for a mistyped name shall not be passed over."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Told(Schema):
    """What a program is answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)
