"""Certificate numbers: written, read back, and one wrong keystroke noticed."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openkp.scheme.numbers import CertificateNumber, NumberFormat, check_character

PREFIXES = st.text(string.ascii_uppercase, min_size=2, max_size=2)
SERIALS = st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=1, max_size=12)


def number(prefix, serial):
    """The number, unless it is one of those never issued."""
    assume(check_character(prefix + serial) not in "IO")
    return CertificateNumber(prefix, serial)


@given(PREFIXES, SERIALS)
def test_round_trips(prefix, serial):
    """Both forms are read back the same."""
    n = number(prefix, serial)
    assert CertificateNumber.parse(str(n)) == n
    assert CertificateNumber.parse_checked(n.checked) == n


@given(PREFIXES, SERIALS, st.data())
def test_one_wrong_keystroke_is_noticed(prefix, serial, data):
    """No single character can be replaced by another unseen."""
    checked = number(prefix, serial).checked
    place = data.draw(st.integers(0, len(checked) - 1))
    other = data.draw(st.sampled_from(string.digits + string.ascii_uppercase))
    assume(other != checked[place])
    with pytest.raises(ValueError):
        CertificateNumber.parse_checked(checked[:place] + other + checked[place + 1 :])


def test_the_published_example():
    """The example of ISO 7064 MOD 37,36 that other standards print, and our own."""
    assert check_character("A12425GABC1234002") == "M"
    assert CertificateNumber("SL", "004911").checked == "SL0049114"


@pytest.mark.parametrize("text", ["sl 004-911", "SL.004911", " sl/004911 "])
def test_people_may_space_it(text):
    """Spaces, points, hyphens and case do not matter on paper."""
    assert CertificateNumber.parse(text) == CertificateNumber("SL", "004911")


@pytest.mark.parametrize("text", ["", "SL", "S1004911", "SL00O911", "SL" + "1" * 13, "SL٠٠٤٩١١", "SŁ004911"])
def test_what_is_no_number(text):
    """Letters I and O, other digits, no serial, too long."""
    with pytest.raises(ValueError):
        CertificateNumber.parse(text)


def test_numbers_that_would_end_in_i_or_o_are_never_issued():
    """They would be read as 1 and 0."""
    form = NumberFormat(participant="SL", width=6, first=1, last=999_999)
    skipped = [n for n in range(1, 200) if check_character(f"SL{n:06d}") in "IO"]
    assert skipped
    with pytest.raises(ValueError):
        form.number(skipped[0])
    assert form.next_after(skipped[0] - 1) == skipped[0] + 1


@given(st.integers(1, 999_999))
def test_a_format_accepts_what_it_makes(ordinal):
    """And only with the right prefix and width."""
    form = NumberFormat(participant="SL", width=6, first=1, last=999_999)
    following = form.next_after(ordinal - 1)
    assume(following <= form.last)
    assert form.accepts(form.number(following))


@pytest.mark.parametrize(("prefix", "serial"), [("EU", "004911"), ("SL", "4911"), ("SL", "000005"), ("SL", "00A911")])
def test_a_format_refuses_others(prefix, serial):
    """Another prefix, another width, outside the range, letters."""
    form = NumberFormat(participant="SL", width=6, first=10, last=999_999)
    assert not form.accepts(CertificateNumber(prefix, serial))


def test_a_range_ends():
    """Numbers outside it are not made."""
    form = NumberFormat(participant="SL", width=6, first=10, last=20)
    for ordinal in (9, 21):
        with pytest.raises(ValueError):
            form.number(ordinal)


@pytest.mark.parametrize("change", [{"width": 0}, {"width": 13}, {"first": 0}, {"last": 5}])
def test_what_is_no_format(change):
    """Digits and range must make sense."""
    with pytest.raises(ValueError):
        NumberFormat(**{"participant": "SL", "width": 6, "first": 10, "last": 20} | change)
