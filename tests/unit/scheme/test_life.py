"""The table of life is total, and no path leaves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.life import LIFE, Owner, Status, event_for

STARTS = (Status.DRAFT, Status.VALIDATED, Status.EXPECTED)
CLOSED = {
    Status.ISSUED,
    Status.REJECTED,
    Status.WITHDRAWN,
    Status.CLOSED,
    Status.VOID,
    Status.EXPIRED_UNUSED,
    Status.RECEIVED,
    Status.CANCELLED,
}


def reached(start):
    """Every status to which steps lead from here."""
    found, todo = set(), [start]
    while todo:
        status = todo.pop()
        if status not in found:
            found.add(status)
            todo.extend(LIFE[status].to)
    return found


def test_the_table_is_total():
    """Every status has its line, an owner, and steps to known statuses with an event each."""
    assert set(LIFE) == set(Status)
    for step in LIFE.values():
        assert step.owner in Owner
        assert all(to in LIFE and "." in event for to, event in step.to.items())


def test_every_status_is_reached():
    """From a draft, a validated certificate or an expected arrival."""
    assert set().union(*(reached(start) for start in STARTS)) == set(Status)


def test_what_is_closed_never_reopens():
    """A status without an owner has no way out, and only such statuses have none."""
    assert {status for status, step in LIFE.items() if not step.to} == CLOSED
    assert {status for status, step in LIFE.items() if step.owner is Owner.NOBODY} == CLOSED


def test_every_status_can_end():
    """From anywhere some path leads to a closed status."""
    assert all(reached(status) & CLOSED for status in Status)


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(Status), max_size=30))
def test_no_walk_leaves_the_table(status, wishes):
    """Whatever is tried, the status is one of the table, and a step outside it raises."""
    for wish in wishes:
        if wish in LIFE[status].to:
            assert event_for(status, wish) == LIFE[status].to[wish]
            status = wish
        else:
            with pytest.raises(ValueError):
                event_for(status, wish)
    assert status in LIFE
