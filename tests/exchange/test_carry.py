"""The post on a stick: the same bytes by hand, in any order, twice, or with something missing."""

import pytest

from openkp.exchange.transports.carry import export, take_in
from openkp.registry.certificates.models import Arrival
from openkp.registry.post.models import Delivery, Outgoing
from tests.exchange.test_inbox import eu, issued, sl, story

__all__ = ["eu", "sl", "story"]
pytestmark = pytest.mark.usefixtures("open_database")


def carried(node, what, folder):
    with node.running():
        return what(folder, at=node.clock())


def test_a_stick_goes_there_and_back(sl, eu, tmp_path):
    issued(sl), issued(sl)
    names = carried(sl, export, tmp_path)
    assert len(names) == 2 and names[0].startswith("SL-EU-000001-")
    assert set(carried(eu, take_in, tmp_path).values()) == {"received"}
    back = carried(sl, take_in, tmp_path)
    assert [back[name.replace(".kpo", ".kpr")] for name in names] == ["delivered", "delivered"]
    with sl.running():
        assert set(Outgoing.objects.values_list("state", flat=True)) == {Delivery.DELIVERED}
    assert carried(sl, export, tmp_path) == []
    with eu.running():
        assert Arrival.objects.count() == 2


def test_a_file_that_is_missing_is_named_and_one_that_is_spoilt_refused(sl, eu, tmp_path):
    issued(sl), issued(sl)
    first, second = carried(sl, export, tmp_path)
    kept = (tmp_path / first).read_bytes()
    (tmp_path / first).write_bytes(kept[:-1])
    told = carried(eu, take_in, tmp_path)
    assert told[second] == "held: waits for 1" and told[first] not in ("received", "")
    (tmp_path / first).write_bytes(kept)
    assert set(carried(eu, take_in, tmp_path).values()) == {"received"}
    (tmp_path / "stranger.kpr").write_bytes(b"x")
    (tmp_path / second).with_suffix(".kpr").write_bytes((tmp_path / first).with_suffix(".kpr").read_bytes())
    assert carried(sl, take_in, tmp_path)[second.replace(".kpo", ".kpr")] == "wrong_receipt"
