"""What must be true once the weather has cleared: nothing lost, nothing doubled, both ends tell the same story."""

from typing import Any

from openkp.registry.certificates.models import Arrival, Certificate, Confirmation
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import Entry
from openkp.registry.post.models import Delivery, Fork, Heard, Incoming, Outgoing, Reading, Sent
from openkp.scheme.life import Status
from tests.exchange.simulator import Simulation
from tests.exchange.world import connected

RACED = {"is-void"}
"""The one thing that may be told back: the issuer voided what the importer was receiving at the same time."""


def check(story: Simulation) -> None:
    """Look at every node and compare the ends of every conversation."""
    seen = {code: _seen(node) for code, node in story.nodes.items()}
    for code, mine in seen.items():
        assert mine["audit"].sound, (code, mine["audit"].broken)
        assert not mine["forks"], f"{code} saw a fork where nobody lied"
        for peer, sent in mine["sent"].items():
            heard = seen[peer]["heard"].get(code, (0, bytes(32)))
            assert sent == heard, f"{code} to {peer}: the ends of the chain differ"
        _messages(code, mine, seen)
    _certificates(story, seen)


def _seen(node: Any) -> dict[str, Any]:
    with connected(node.connection):
        return {
            "audit": audit(),
            "forks": Fork.objects.count(),
            "sent": {line.peer: (line.seq, bytes(line.chain)) for line in Sent.objects.all()},
            "heard": {line.peer: (line.seq, bytes(line.chain)) for line in Heard.objects.all()},
            "outgoing": list(Outgoing.objects.order_by("pk")),
            "incoming": {(row.peer, row.seq): row for row in Incoming.objects.all()},
            "certificates": {row.number: row for row in Certificate.objects.select_related("document")},
            "arrivals": {row.certificate.number: row for row in Arrival.objects.select_related("certificate")},
            "confirmations": {
                row.certificate.number: bytes(row.document.data)
                for row in Confirmation.objects.select_related("certificate", "document")
            },
            "noticed": list(Entry.objects.filter(event="notice.recorded").values_list("subject", flat=True)),
            "confirmed": list(Entry.objects.filter(event="confirmation.received").values_list("subject", flat=True)),
        }


def _messages(code: str, mine: dict[str, Any], seen: dict[str, Any]) -> None:
    """Each message has one receipt here and one row there, and both agree on what came of it."""
    for message in mine["outgoing"]:
        row = seen[message.peer]["incoming"][code, message.seq]
        assert bytes(row.inside) == bytes(message.inside)
        assert bytes(row.receipt) == bytes(message.receipt)
        if message.state == Delivery.DELIVERED:
            assert row.state == Reading.ACCEPTED
        else:
            assert (message.state, row.state) == (Delivery.DELIVERED_WITH_WARNINGS, Reading.WARNING)
            assert row.problem == message.last_problem and row.problem in RACED, row.problem


def _certificates(story: Simulation, seen: dict[str, Any]) -> None:
    """Each certificate reached its importer once, and each confirmation its issuer once."""
    issued = [line.split()[2] for line in story.trace if line.split()[1] == "issued"]
    assert len(issued) == len(set(issued))
    for code, mine in seen.items():
        assert len(mine["noticed"]) == len(set(mine["noticed"]))
        assert len(mine["confirmed"]) == len(set(mine["confirmed"]))
        own = [row for row in mine["certificates"].values() if row.participant == code]
        assert {row.number for row in own} >= {number for number in issued if number.startswith(code)}
        for row in own:
            _one(row, mine, seen[row.destination])


def _one(row: Certificate, issuer: dict[str, Any], importer: dict[str, Any]) -> None:
    there, arrival = importer["certificates"][row.number], importer["arrivals"][row.number]
    assert bytes(there.document.data) == bytes(row.document.data)
    if arrival.status == Status.RECEIVED:
        assert row.status == Status.VOID or (
            row.status == Status.CLOSED and issuer["confirmations"][row.number] == importer["confirmations"][row.number]
        )
    elif row.status == Status.VOID:
        assert arrival.status == Status.CANCELLED
    else:
        assert row.status == Status.DELIVERED and arrival.status in (Status.EXPECTED, Status.ARRIVED)
