"""What every shape shares: its own documentation, no unknown field, and texts of a bearable length.

The text under a field is its description in the OpenAPI document. Texts are as a person typed them; what they mean
is judged by the rules of the scheme. Here they are only kept small enough to store.
"""

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

NO_NUL = r"^[^\u0000]*$"
"""No database keeps the character U+0000."""

Text = Annotated[str, StringConstraints(max_length=4000, pattern=NO_NUL)]
Short = Annotated[str, StringConstraints(max_length=240, pattern=NO_NUL)]


class Given(Schema):
    """What a program sends: exactly the fields named here, for a mistyped name shall not be passed over."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Told(Schema):
    """What a program is answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)
