"""The status list: two bits each, one spelling, and never back from what is final."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.documents.canonical import decode
from openkp.documents.envelope import compose, finish
from openkp.documents.errors import DocumentError, Malformed, Untrusted
from openkp.documents.keys import KeyUse
from openkp.documents.status import (
    LIST,
    MOST,
    StatusValue,
    allowed_change,
    open_status_list,
    pack,
    seal_status_list,
    unpack,
)
from tests.unit.documents.makers import AT, KEYS, SL_STATUS, keys_with, record

URI = "https://kp.gov.sl/status/26"
VALID, INVALID, SUSPENDED, USED = StatusValue


def sealed(values, **changes):
    terms = {"uri": URI, "issuer": "SL", "at": AT, "expires": AT + timedelta(days=7), "ttl": timedelta(hours=6)}
    return seal_status_list(values, SL_STATUS, **(terms | changes))


def opened(values, **changes):
    return open_status_list(sealed(values, **changes), KEYS)


def test_bits_are_packed_as_in_the_token_status_list():
    """The example of the draft, section "Status List", with bits = 2."""
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert pack(values).hex() == "c944f9" == bytes([0xC9, 0x44, 0xF9]).hex()
    assert unpack(pack(values), 12) == values


@given(st.lists(st.integers(0, 3), max_size=50))
def test_what_is_packed_unpacks(values):
    assert unpack(pack(values), len(values)) == values
    for wrong in (len(values) + 4, len(values) - 4):
        if wrong >= 0:
            with pytest.raises(Malformed):
                unpack(pack(values), wrong)


def test_what_is_no_list_is_refused():
    for packed, count in ((b"\x04", 1), (b"\xff", 3), (b"", 1), (b"\0", 0), (b"\0\0", 4), (b"", MOST + 1)):
        with pytest.raises(Malformed):
            unpack(packed, count)
    for values in ([4], [-1], bytes(MOST + 1)):
        with pytest.raises(ValueError):
            pack(values)


def test_a_list_opens_to_what_was_sealed():
    found = open_status_list(sealed([0, 1, 2, 3, 0]), KEYS, uri=URI)
    assert found.values == [VALID, INVALID, SUSPENDED, USED, VALID]
    assert [found.value(index) for index in range(5)] == found.values
    assert (found.participant, found.issued_at, found.ttl) == ("SL", AT, timedelta(hours=6))
    assert opened([]).values == []
    assert len(sealed([0] * 30_000)) < 7_700
    for index in (-1, 5):
        with pytest.raises(Untrusted) as refusal:
            found.value(index)
        assert refusal.value.code == "status_list_too_short"


def test_a_large_list_is_read():
    assert opened([0] * 300_000).count == 300_000


def test_final_is_final():
    changes = {(old, new) for old in StatusValue for new in StatusValue if old != new and allowed_change(old, new)}
    assert changes == {
        (VALID, SUSPENDED),
        (SUSPENDED, VALID),
        (VALID, INVALID),
        (VALID, USED),
        (SUSPENDED, INVALID),
        (SUSPENDED, USED),
    }
    assert all(allowed_change(value, value) for value in StatusValue)


def test_a_list_follows_the_one_before_it():
    older = opened([0, 2, 1])
    opened([3, 0, 1, 0], at=AT + timedelta(hours=1)).check_follows(older)
    older.check_follows(older)
    for changes, values, code in (
        ({}, [0, 2, 0], "status_undone"),
        ({}, [0, 2, 3], "status_undone"),
        ({}, [0, 2], "status_list_older"),
        ({"at": AT - timedelta(seconds=1)}, [0, 2, 1], "status_list_older"),
        ({"uri": URI + "7"}, [0, 2, 1], "other_status_list"),
    ):
        with pytest.raises(Untrusted) as refusal:
            opened(values, **changes).check_follows(older)
        assert refusal.value.code == code


def test_a_list_of_another_address_is_refused():
    with pytest.raises(Untrusted) as refusal:
        open_status_list(sealed([0]), KEYS, uri=URI + "7")
    assert refusal.value.code == "other_status_list"


def forged(**changes):
    draft = decode(decode(sealed([0, 1])).value[2])
    names = {"uri": 2, "ttl": 65534, "list": LIST, "end": 4, "more": -70099}
    claims = draft | {names[name]: value for name, value in changes.items()}
    unsigned = compose("kpl", {label: value for label, value in claims.items() if value is not None}, SL_STATUS.key)
    return finish(unsigned, SL_STATUS.sign(unsigned.to_sign))


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": ""},
        {"uri": None},
        {"ttl": 0},
        {"ttl": 2**40},
        {"end": None},
        {"more": 1},
        {"list": b""},
        {"list": {"bits": 1, "count": 1, "lst": b"\0"}},
        {"list": {"bits": 2, "count": 5, "lst": b"\0"}},
        {"list": {"bits": 2, "count": 1, "lst": b"\x04"}},
        {"list": {"bits": 2, "count": 2**40, "lst": b""}},
        {"list": {"bits": 2, "count": 1, "lst": b"\0", "more": 1}},
    ],
)
def test_other_claims_are_malformed(changes):
    with pytest.raises(Malformed):
        open_status_list(forged(**changes), KEYS)


def test_specimens_have_keys_of_their_own():
    specimen = keys_with(status=record(SL_STATUS, KeyUse.STATUS, specimen=True))
    assert open_status_list(sealed([0], specimen=True), specimen).specimen
    for data, keys in ((sealed([0]), specimen), (sealed([0], specimen=True), KEYS)):
        with pytest.raises(DocumentError):
            open_status_list(data, keys)


def test_makers_are_told_what_they_do_wrong():
    for at in (AT.replace(tzinfo=None), AT.replace(microsecond=1)):
        with pytest.raises(ValueError, match="instant"):
            sealed([0], at=at)
    assert isinstance(opened([0]).expires_at, datetime)
