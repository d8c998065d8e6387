"""The goods in stored documents, read without verifying them again: the same as the verifying readers give."""

from dataclasses import replace

import pytest

from openkp.documents.certificate_v1 import public_form
from openkp.documents.errors import Malformed
from openkp.documents.stored import stored_findings, stored_goods
from openkp.scheme.goods import Carats
from tests.unit.documents import verify_world as world


def test_goods_are_those_of_the_certificate():
    certificate = world.certificate()
    goods = stored_goods(world.certificate_document(certificate))
    assert goods.lines == certificate.lines
    assert goods.origins == certificate.origin.countries and goods.predecessors == certificate.predecessors


def test_findings_are_those_of_the_confirmation():
    one, two = world.certificate().lines[0], replace(world.certificate().lines[0], carats=Carats.of("1.02"))
    assert stored_findings(world.confirmation_document(lines=(one, two))) == (one, two)


@pytest.mark.parametrize("read", [stored_goods, stored_findings])
@pytest.mark.parametrize(
    "data", [b"", b"\xa0", public_form(world.certificate_document())], ids=["none", "map", "public"]
)
def test_what_holds_no_goods_is_refused(read, data):
    with pytest.raises(Malformed):
        read(data)
