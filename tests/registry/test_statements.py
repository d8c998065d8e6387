"""How much an operation asks of the database; and what it remembers from one to the next is never out of date."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkp.registry.certificates.operations.validate import validate
from openkp.registry.errors import BrokenRecord
from openkp.registry.participation.operations.host import add_key
from openkp.registry.participation.queries import active_key
from openkp.registry.participation.trust import keyring
from openkp.scheme.life import Status
from tests.factories import NOW, application_at

#: Four of them begin and end the two transactions; nine read.
VALIDATION = 29


def test_a_validation_asks_nothing_twice(stage):
    officer = stage.node.actor("validating")
    first, second = (application_at(Status.PREPARED, stage.node) for _ in range(2))
    validate(first.pk, actor=officer, at=NOW)
    with CaptureQueriesContext(connection) as asked:
        validate(second.pk, actor=officer, at=NOW)
    assert len(asked) <= VALIDATION, "\n".join(query["sql"] for query in asked)


def test_a_key_of_our_own_is_found_without_the_trust_list(stage):
    key = active_key("SL", "certificate", NOW, authority=stage.sl)
    keyring(NOW).find(bytes(key.kid))
    with CaptureQueriesContext(connection) as asked:
        keyring(NOW).find(bytes(key.kid))
    assert not any("trustpart" in query["sql"] for query in asked)


def test_a_key_that_steps_back_signs_no_more(stage):
    old = active_key("SL", "certificate", NOW, authority=stage.sl)
    new = add_key("SL", "certificate", "ESP256", authority=stage.sl, at=NOW)
    assert active_key("SL", "certificate", NOW, authority=stage.sl) == new != old


def test_a_key_that_another_process_puts_aside_signs_no_more(stage):
    active_key("SL", "message", NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE participation_nodekey SET is_active = %s WHERE \"use\" = 'message'", [False])
    with pytest.raises(BrokenRecord, match="no active key"):
        active_key("SL", "message", NOW)


def test_a_key_signs_in_its_time_and_for_its_authority_only(stage):
    key = active_key("SL", "certificate", NOW, authority=stage.sl)
    for at in (key.valid_from, key.signs_until):
        assert (at < key.signs_until) == _signs(at, stage.sl)
    assert not _signs(NOW, None)


def _signs(at, authority):
    try:
        return bool(active_key("SL", "certificate", at, authority=authority))
    except BrokenRecord:
        return False
