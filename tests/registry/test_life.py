"""Nothing that is closed ever reopens: each operation from each status, and what stays unwritten."""

import pytest

from openkp.registry.certificates.operations.record_delivery import record_delivery
from openkp.registry.certificates.operations.start import start
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.models import Entry
from openkp.scheme.life import LIFE, Status
from tests.factories import NOW, certificate_at
from tests.registry.deeds import ALREADY, DEEDS, statuses, subject
from tests.registry.stage import held

WRONG = [
    (name, status) for name, deed in DEEDS.items() for status in statuses(deed.model) if status not in deed.open_from
]
RIGHT = [(name, status) for name, deed in DEEDS.items() for status in deed.open_from]


@pytest.mark.parametrize(("name", "status"), WRONG, ids=lambda value: str(value))
def test_operation_is_refused_where_its_step_is_not_open(stage, name, status):
    deed = DEEDS[name]
    row, before = subject(deed.model, status, stage.node), held()
    with pytest.raises(Conflict) as caught:
        deed.act(row.pk, stage.who(deed.allowed[0]))
    known = {f"is-{status.value.replace('_', '-')}"} | {code for operation, code in ALREADY if operation == name}
    assert caught.value.code in known
    assert held() == before
    row.refresh_from_db()
    assert row.status == status


@pytest.mark.parametrize(("name", "status"), RIGHT, ids=lambda value: str(value))
def test_operation_moves_along_the_table_and_writes_one_entry_for_each_step(stage, name, status):
    deed = DEEDS[name]
    row, before = subject(deed.model, status, stage.node), held()["journal"]
    deed.act(row.pk, stage.who(deed.allowed[0]))
    row.refresh_from_db()
    events = list(Entry.objects.filter(seq__gte=before).order_by("seq").values_list("event", flat=True))
    if name in ("save", "save_inspection"):
        assert (row.status, len(events)) == (status, 1)
    elif name == "validate":
        assert (row.status, events) == ("issued", ["certificate.intended", "certificate.validated"])
    else:
        assert events == [LIFE[status].to[Status(row.status)]]


@pytest.mark.parametrize(("name", "status"), RIGHT, ids=lambda value: str(value))
def test_operation_on_an_older_version_is_told_and_writes_nothing(stage, name, status):
    deed = DEEDS[name]
    row, before = subject(deed.model, status, stage.node), held()
    for version in (row.version - 1, row.version + 1, 0):
        with pytest.raises(Conflict) as caught:
            deed.act(row.pk, stage.who(deed.allowed[0]), version=version)
        assert caught.value.code == "changed-meanwhile"
    assert held() == before
    row.refresh_from_db()
    deed.act(row.pk, stage.who(deed.allowed[0]), version=row.version)


@pytest.mark.parametrize("name", DEEDS)
def test_what_does_not_exist_is_not_found(stage, name):
    deed, before = DEEDS[name], held()
    with pytest.raises(NotFound):
        deed.act(999_999, stage.who(deed.allowed[0]))
    assert held() == before


@pytest.mark.parametrize("status", statuses(DEEDS["void"].model))
def test_a_late_receipt_of_the_notice_opens_nothing(stage, status):
    certificate, before = certificate_at(status, stage.node), held()
    moved = record_delivery(certificate.number, actor=stage.who("anyone"), at=NOW)
    certificate.refresh_from_db()
    if status == Status.VALIDATED:
        assert (moved.pk, certificate.status) == (certificate.pk, "delivered")
    else:
        assert (moved, certificate.status, held()) == (None, status, before)


def test_the_same_key_gives_the_same_application_and_another_request_is_refused(stage):
    applicant = stage.who("applicant@SL")

    def ask(key, **fields):
        return start(stage.sl.pk, stage.node.company.pk, actor=applicant, at=NOW, key=key, fields=fields)

    first = ask("k", remarks="one")
    before = held()
    assert ask("k", remarks="one").pk == first.pk
    assert held() == before
    with pytest.raises(Conflict) as caught:
        ask("k", remarks="two")
    assert caught.value.code == "idempotency-key-reused"
    assert held() == before
    assert ask("another", remarks="one").pk != first.pk
    assert ask("", remarks="one").pk != ask("", remarks="one").pk
    # A key is of the person who sent it.
    theirs = start(
        stage.sl.pk, stage.node.company.pk, actor=stage.node.actor("exporter"), at=NOW, key="k", fields={"remarks": "x"}
    )
    assert theirs.pk != first.pk
