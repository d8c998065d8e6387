"""Reading fields: each with its kind and bounds, none left over."""

from datetime import datetime

import pytest

from openkp.documents.errors import Malformed
from openkp.documents.shapes import Fields, public_key, seconds


@pytest.mark.parametrize(
    "read",
    [
        lambda: Fields([]),
        lambda: Fields({"a": [1, 2]}).items("a", most=1),
        lambda: Fields({"a": True}).whole("a"),
        lambda: Fields({"a": ""}).text("a"),
        lambda: Fields({"a": b"ab"}).blob("a", size=1),
        lambda: Fields({"a": "2026-02-30"}).day("a"),
        lambda: Fields({"a": 2**60}).instant("a"),
        lambda: Fields({}).text("a"),
        lambda: Fields({"a": 1}).done(),
        lambda: public_key(["Ed25519", "text"]),
        lambda: public_key(b""),
    ],
)
def test_what_is_not_as_it_must_be_is_malformed(read):
    with pytest.raises(Malformed):
        read()


@pytest.mark.parametrize("instant", [datetime(2026, 1, 1), datetime.fromisoformat("2026-01-01T00:00:00.5Z")])
def test_only_aware_whole_seconds_are_written(instant):
    with pytest.raises(ValueError):
        seconds(instant)
