"""Certificate numbers at their ends: no number twice, and no number at all where the range is used up."""

import pytest

from openkp.registry.certificates.models import Application
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.errors import Conflict
from openkp.registry.participation.operations.host import change_settings, host_authority
from openkp.scheme.life import Status
from tests.factories import NOW, application_at


def test_a_range_that_is_used_up_issues_nothing_and_says_so(stage):
    application = application_at(Status.PREPARED, stage.node)
    change_settings(stage.sl, {"number_last": 1}, actor=stage.who("administrator@SL"), at=NOW)
    application_2 = application_at(Status.PREPARED, stage.node)
    officer = stage.node.actor("validating")
    validate(application.pk, actor=officer, at=NOW)
    with pytest.raises(Conflict) as caught:
        validate(application_2.pk, actor=officer, at=NOW)
    assert caught.value.code == "numbers-used-up"
    assert Application.objects.get(pk=application_2.pk).status == Status.PREPARED


def test_two_authorities_of_one_participant_never_share_numbers(stage):
    columns = {"participant": "EU", "code": "EU-PRA", "name": "Prague", "base_url": "https://kp.example.cz"}
    with pytest.raises(Conflict) as caught:
        host_authority(at=NOW, **columns)
    assert caught.value.code == "numbers-overlap"
    change_settings(stage.eu, {"number_last": 9_999_999}, actor=stage.who("administrator@EU"), at=NOW)
    host_authority(at=NOW, **columns, settings={"number_first": 10_000_000})
