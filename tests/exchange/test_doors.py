"""The doors of the post over HTTP: what they take, what they answer, what they publish."""

import json

import httpx
import pytest
from django.db import DatabaseError
from django.test import RequestFactory

from openkp.documents.bundle import open_bundle
from openkp.documents.canonical import decode
from openkp.documents.log import leaf_hash, verify_consistency, verify_inclusion
from openkp.documents.messages import LIMIT
from openkp.documents.status import StatusValue
from openkp.exchange import views
from openkp.exchange.answers import Held, Receipted
from openkp.exchange.errors import PeerError
from openkp.exchange.transports import https
from openkp.exchange.transports.https import Https
from openkp.registry.journal.models import LogCheckpoint, LogEntry
from openkp.registry.participation.models import Publication
from openkp.registry.participation.operations.publish import publish
from tests.exchange.test_inbox import envelopes, eu, issued, sl, story, written

__all__ = ["eu", "sl", "story"]
pytestmark = pytest.mark.usefixtures("open_database")


@pytest.fixture
def ask(story):
    """A request to a node, by its own addresses."""

    def asked(node, method, path, data=b""):
        request = (
            getattr(RequestFactory(), method)(path, data=data, content_type="application/cbor")
            if data
            else (getattr(RequestFactory(), method)(path))
        )
        view = story.addresses.resolve(request.path_info)
        with node.running():
            return view.func(request, *view.args, **view.kwargs)

    return asked


def test_an_envelope_is_answered_with_its_receipt(sl, eu, ask):
    issued(sl)
    [envelope] = envelopes(sl)
    response = ask(eu, "post", "/mbx/EU", envelope)
    assert (response.status_code, response["Content-Type"]) == (200, "application/cose")
    assert ask(eu, "post", "/mbx/EU", envelope).content == response.content


def test_a_held_message_says_which_one_is_missing(sl, eu, ask):
    issued(sl), issued(sl)
    response = ask(eu, "post", "/mbx/EU", envelopes(sl)[1])
    assert response.status_code == 202 and decode(response.content) == {"waiting_for": 1}


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, json.loads(response.content)["code"]


def test_what_is_wrong_is_told_to_programs(sl, eu, ask):
    envelope = written(sl, b"x")
    assert problem(ask(eu, "post", "/mbx/SL", envelope)) == (400, "wrong_recipient")
    assert problem(ask(eu, "post", "/mbx/EU", envelope[:-1]))[0] == 400
    assert problem(ask(sl, "post", "/mbx/EU", envelope)) == (400, "wrong_key")
    assert problem(ask(eu, "post", "/mbx/EU", bytes(LIMIT + 8193))) == (413, "too-large")
    assert ask(eu, "get", "/mbx/EU").status_code == 405
    assert ask(eu, "post", "/bundle").status_code == 405


def test_a_node_in_trouble_asks_for_patience(sl, eu, ask, monkeypatch):
    def full(envelope, *, at):
        raise DatabaseError("disk is full")

    monkeypatch.setattr(views, "receive", full)
    response = ask(eu, "post", "/mbx/EU", written(sl, b"x"))
    assert problem(response) == (503, "busy") and response["Retry-After"]


def test_what_is_published_verifies(sl, ask):
    certificate = issued(sl)
    with sl.running():
        publish(at=sl.clock())
    bundle = open_bundle(ask(sl, "get", "/bundle").content, at=sl.clock())
    assert not bundle.left_out
    assert bundle.statuses["SL", certificate.status_uri].value(certificate.status_index) is StatusValue.VALID
    checkpoint = bundle.checkpoints["SL"]
    assert ask(sl, "get", "/log/SL/checkpoint").content.startswith(checkpoint.origin.encode())
    assert ask(sl, "get", "/status/SL-ONE/26").status_code == 200
    assert ask(sl, "get", "/trust/list").status_code == ask(sl, "get", "/trust/manifest/EU").status_code == 200
    proof = decode(ask(sl, "get", f"/log/SL/inclusion?index={certificate.log_index}&size={checkpoint.size}").content)
    with sl.running():
        entry = bytes(LogEntry.objects.get(index=certificate.log_index).data)
    verify_inclusion(leaf_hash(entry), certificate.log_index, checkpoint.size, proof, checkpoint.root)


def test_a_log_only_grows_and_its_tile_has_its_leaves(sl, ask):
    with sl.running():
        publish(at=sl.clock())
    before = open_bundle(ask(sl, "get", "/bundle").content, at=sl.clock()).checkpoints["SL"]
    issued(sl)
    with sl.running():
        publish(at=sl.clock())
    after = open_bundle(ask(sl, "get", "/bundle").content, at=sl.clock()).checkpoints["SL"]
    assert after.size > before.size
    proof = decode(ask(sl, "get", f"/log/SL/consistency?old={before.size}&new={after.size}").content)
    verify_consistency(before.size, after.size, before.root, after.root, proof)
    with sl.running():
        leaves = [leaf_hash(bytes(data)) for data in LogEntry.objects.order_by("index").values_list("data", flat=True)]
    assert ask(sl, "get", f"/log/SL/tile/0/000.p/{after.size}").content == b"".join(leaves)


@pytest.mark.parametrize(
    "path",
    [
        "/log/EU/checkpoint",
        "/log/SL/consistency?old=2&new=1",
        "/log/SL/consistency?old=0&new=999",
        "/log/SL/consistency?old=-1&new=1",
        "/log/SL/inclusion?index=5&size=5",
        "/log/SL/inclusion?index=x&size=1",
        "/log/SL/tile/0/000",
        "/log/SL/tile/0/x001/001",
        "/log/SL/tile/0/000.p/0",
        "/log/SL/tile/5/000.p/1",
        "/status/SL-ONE/99",
        "/status/XX-ONE/26",
        "/trust/manifest/XX",
    ],
)
def test_what_there_is_not(sl, ask, path):
    assert problem(ask(sl, "get", path))[0] == 404


def test_publishing_twice_changes_nothing_until_the_list_is_half_old(sl, story):
    issued(sl)
    with sl.running():
        assert publish(at=sl.clock()) == 3
        assert publish(at=sl.clock()) == 0
        count = LogCheckpoint.objects.count()
    story.now += _half(sl)
    with sl.running():
        assert publish(at=sl.clock()) == 2  # the list, and the log that holds it
        assert LogCheckpoint.objects.count() == count + 1
        assert Publication.objects.filter(kind="status").count() == 1


def _half(node):
    from openkp.documents.policy import policy_on

    return policy_on(node.clock().date()).fresh / 4


# The other end of the wire.


def transport(answer):
    """Https whose sockets are answered by a function."""
    made = Https()
    made._inside = made._outside = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=False)
    return made


def refusal(answer):
    with pytest.raises(PeerError) as error:
        transport(answer).push(b"x", "https://kp.eu.example", to="EU")
    return error.value


def test_answers_are_read():
    assert transport(lambda request: httpx.Response(200, content=b"r")).push(b"x", "https://a", to="EU") == Receipted(
        b"r"
    )
    held = transport(lambda request: httpx.Response(202, content=b"\xa1\x6bwaiting_for\x03"))
    assert held.push(b"x", "https://a", to="EU") == Held(3)


@pytest.mark.parametrize("body", [b"", b"\xa0", b"\xa1\x6bwaiting_for\x00", b"\xff", b"\xa1\x6bwaiting_for\xf5"])
def test_a_held_answer_that_says_nothing_is_refused(body):
    assert refusal(lambda request: httpx.Response(202, content=body)).code == "answer"


def test_redirects_are_not_followed_and_refusals_are_hints():
    moved = httpx.Response(301, headers={"Location": "https://elsewhere.example"})
    assert refusal(lambda request: moved).code == "http-301"
    told = httpx.Response(409, json={"code": "message_fork"})
    assert refusal(lambda request: told).code == "message_fork"
    for odd in ({"code": "<script>"}, {"code": ["x"]}, [], "x", {"code": "A" * 99}):
        assert refusal(lambda request, odd=odd: httpx.Response(400, json=odd)).code == "http-400"
    busy = refusal(lambda request: httpx.Response(503, headers={"Retry-After": "120"}))
    assert busy.retry_after.total_seconds() == 120
    assert not refusal(lambda request: httpx.Response(503, headers={"Retry-After": "soon"})).retry_after


def test_an_endless_answer_is_cut():
    assert refusal(lambda request: httpx.Response(200, content=bytes(https.LIMIT + 1))).code == "answer-too-large"


def test_an_answer_that_drips_is_cut(monkeypatch):
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(https.time, "monotonic", lambda: next(clock))
    dripping = (b"." for _ in range(100))
    assert refusal(lambda request: httpx.Response(200, content=dripping)).code == "answer-too-slow"
    assert next(clock) < 60


def test_a_dead_line_is_a_peer_error():
    def dead(request):
        raise httpx.ConnectTimeout("no")

    assert refusal(dead).code == "no-answer"


@pytest.mark.parametrize(
    "address", ["http://kp.sl.example", "http://10.0.0.1:8000", "ftp://127.0.0.1", "127.0.0.1:80", "", "http://"]
)
def test_plain_http_never_leaves_this_machine(address):
    with pytest.raises(PeerError) as error:
        Https().push(b"x", address, to="EU")
    assert error.value.code == "insecure-address"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:80", "http://127.1.2.3"]
)
def test_plain_http_on_loopback(address):
    assert https.on_loopback(address)
