"""Bad requests of every kind: each gets its own code, none a fault of ours, and nothing changes."""

import io
import json

import pytest
from django.db import transaction
from django.test import Client
from PIL import Image

from openkp.documents import scan
from openkp.registry.certificates.models import Application
from openkp.registry.journal.models import Head
from openkp.scheme.life import Status
from tests.factories import APPLICATION, INSPECTION, RECEIPT
from tests.portal.matrix.world import CARATS

pytestmark = pytest.mark.django_db
TEXTS = [n for n, v in APPLICATION.items() if isinstance(v, str)]
LISTS = [n for n, v in APPLICATION.items() if isinstance(v, list)]
SCRIPTS = [
    "﷽",
    "ﷺ شركة الماس",
    "鑽石有限公司",
    "Алмаз",
    "हीरा",
    "💎" * 40,
    "\u202eevil",
    "a\u0301" * 50,
    "'; DROP TABLE--",
    "=1+1",
]


@pytest.fixture
def send(world):
    """``send("applicant", "POST", "/applications", body)``: raw bytes as they are, anything else as JSON."""

    def sent(role, method, path, body=b"", kind="application/json", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {world.token(role)}"} if role else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        client = Client(raise_request_exception=False)
        answer = client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=given)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert {"type", "title", "status", "code", "detail", "instance", "errors"} <= set(answer.json())
            assert answer.json()["status"] == answer.status_code
        return answer

    return sent


@pytest.fixture
def unchanged(world):
    """The journal is as long after the test as before it."""
    before = Head.objects.get(pk=1).size
    yield
    assert Head.objects.get(pk=1).size == before + len(world.tokens)


def start(send, fields, key="bad-input-1", **more):
    body = {"authority": "SL-NMA", "company": APPLICATION["exporter_name"], "fields": fields, **more}
    return send("applicant", "POST", "/applications", body, Idempotency_Key=key)


def codes(answer):
    return {error["code"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not-json"),
        (b"[]", "not-json"),
        (b"null", "not-json"),
        (b'"text"', "not-json"),
        (b"7", "not-json"),
        (b'{"authority": NaN}', "not-json"),
        (b'{"authority": Infinity}', "not-json"),
        (b'{"authority": "\xff\xfe"}', "not-json"),
        (b'\xef\xbb\xbf{"authority": "SL-NMA"}', "not-json"),
        (b'{"authority": "a\x01b"}', "not-json"),
        (b'{"authority": "A", "authority": "B"}', "key-twice"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "too-deep"),
        (b'{"a":' + b"[" * 100_000, "too-deep"),
        (b'{"authority": ' + b"9" * 10_000 + b"}", "not-json"),
    ],
)
def test_what_is_no_json_of_ours_is_refused(send, unchanged, body, code):
    answer = send("applicant", "POST", "/applications", body, Idempotency_Key="bad-input-2")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/xml"]
)
def test_another_media_type_is_refused(send, unchanged, kind):
    answer = send("applicant", "POST", "/applications", b"{}", kind=kind, Idempotency_Key="bad-input-3")
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong-media-type")


def test_a_large_body_is_refused_before_it_is_read(send, unchanged):
    answer = start(send, {"remarks": "x" * 1_100_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("value", [None, 7, 1.5, True, [], {}, ["a"], "x" * 4001, "nul\x00"], ids=repr)
def test_a_text_is_a_text_of_bearable_length(send, unchanged, name, value):
    answer = start(send, {name: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-understood")
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/fields/{name}"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [None, "SL", {}, 7, [7], [[]], [None], ["x" * 241], [{"hs": 7}]], ids=repr)
def test_a_list_is_a_list(send, unchanged, name, value):
    answer = start(send, {name: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-understood")


def test_a_hundred_thousand_lines_are_refused(send, unchanged):
    answer = start(send, {"lines": [{}] * 100_000})
    assert (answer.status_code, codes(answer)) == (422, {"too-long"})


def test_an_unknown_field_is_told_not_passed_over(send, unchanged):
    answer = start(send, {"exporter_nme": "x"})
    assert (answer.status_code, codes(answer)) == (422, {"extra-forbidden"})


def test_half_a_letter_is_refused(send, unchanged):
    body = b'{"authority": "SL-NMA", "company": "\\ud800"}'
    answer = send("applicant", "POST", "/applications", body, Idempotency_Key="bad-input-4")
    assert answer.status_code == 422


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_is_kept_as_typed(send, world, text):
    answer = start(send, {"remarks": text, "exporter_name": text})
    assert answer.status_code == 201
    assert answer.json()["fields"]["remarks"] == text
    read = send("applicant", "GET", f"/applications/{answer.json()['reference']}")
    assert read.json()["fields"]["exporter_name"] == text


WRONG_LINES = {
    "carats": ["-1", "0", "", "1e9", "NaN", "12,5", "1.234", "99999999999999.99", "١٢.٥٠", "1 0", "+5", "x" * 240],
    "value_usd": ["-1", "", "1e9", "Infinity", "1.234", "99999999999999999.99", "$5"],
    "parcels": ["-1", "0", "", "1.5", "1e3", "99999999999", "٣"],
    "hs": ["", "7102", "7102.99", "7103.10", "x" * 240],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in WRONG_LINES.items() for v in values])
def test_a_wrong_line_is_refused_where_it_is_wrong(send, world, name, value):
    draft = start(send, {**APPLICATION, "lines": [{**CARATS[0], name: value}]})
    answer = send("applicant", "POST", f"/applications/{draft.json()['reference']}/submit", If_Match=draft["ETag"])
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert any(error["pointer"].startswith("/lines/0") and error["rule"] for error in answer.json()["errors"])


@pytest.mark.parametrize(
    "fields",
    [
        {"destination": "KE", "importer_country": "KE"},
        {"destination": "SL"},
        {"destination": ""},
        {"origin_mode": "mixed", "origin_countries": ["SL"]},
        {"origin_mode": "mixed_listed", "origin_countries": ["SL"]},
        {"origin_mode": "single", "origin_countries": ["SL", "LR"]},
        {"origin_countries": ["XX"]},
        {"non_conflict_declared": ""},
        {"predecessors": ["7"]},
        {"lines": []},
        {"lines": CARATS * 2},
    ],
)
def test_what_the_scheme_forbids_is_refused_with_its_rule(send, world, fields):
    draft = start(send, {**APPLICATION, **fields})
    answer = send("applicant", "POST", f"/applications/{draft.json()['reference']}/submit", If_Match=draft["ETag"])
    assert answer.status_code == 422
    assert all(error["rule"] and error["code"] and error["detail"] for error in answer.json()["errors"])


@pytest.mark.parametrize("key", ["", "short", "x" * 121, "späte-schlüssel", "with space 1"])
def test_a_key_is_a_key(send, unchanged, key):
    headers = {"Idempotency_Key": key}
    body = {"authority": "SL-NMA", "company": APPLICATION["exporter_name"]}
    assert send("applicant", "POST", "/applications", body, **headers).status_code == 422


@pytest.mark.parametrize("tag", ["*", "3", '"0"', '"-1"', '"x"', '"1", "2"', '"99999999999"', "W/1"])
def test_a_version_is_a_version(send, world, unchanged, tag):
    path = f"/applications/{world.own.draft.reference}"
    answer = send("applicant", "PATCH", path, {"remarks": "x"}, If_Match=tag)
    assert (answer.status_code, answer.json()["code"]) == (412, "changed-meanwhile")


def test_a_weak_tag_of_the_right_version_is_taken(send, world):
    path, version = f"/applications/{world.own.draft.reference}", world.own.draft.version
    assert send("applicant", "PATCH", path, {"remarks": "x"}, If_Match=f'W/"{version}"').status_code == 200


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=~", "after=x", "after=" + "9" * 19, "after=0001-01-01T00:00:00%2B14:00~1", "after=2026-01-01~1"]
    + ["after=9999-12-31T23:59:59-14:00~1", "after=%00", "after=" + "9" * 200],
)
@pytest.mark.parametrize("path", ["/applications", "/certificates", "/arrivals"])
def test_a_page_that_no_page_named_is_refused(send, unchanged, path, query):
    fits = path == "/arrivals" and query == "after=2026-01-01~1"  # there, a day begins a page
    assert send("auditor", "GET", f"{path}?{query}").status_code in ((200,) if fits else (404, 422))


@pytest.mark.parametrize("size", ["1000000", "0", "-1", "x", "1.5", "201", ""])
@pytest.mark.parametrize("path", ["/applications", "/certificates", "/arrivals"])
def test_a_million_rows_are_refused(send, unchanged, path, size):
    assert send("auditor", "GET", f"{path}?size={size}").status_code == 422


@pytest.mark.parametrize(
    "query",
    ["status=lost", "issued_from=yesterday", "issued_from=0", "destination=%00", "exporter=" + "x" * 241]
    + ["issued_until=2026-02-30"],
)
def test_a_wrong_filter_is_told(send, unchanged, query):
    assert send("auditor", "GET", f"/certificates?{query}").status_code == 422


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_any_day_may_be_asked(send, on):
    assert send(None, "GET", f"/participants?on={on}").status_code == 200


@pytest.mark.parametrize("name", ["%00", "x" * 300, "..%2f..%2fetc", "%ff%fe", "%E2%80%AE", "SL-NMA-2026-9", "'--"])
@pytest.mark.parametrize("path", ["/applications/", "/certificates/", "/arrivals/"])
def test_a_strange_name_is_nothing(send, unchanged, path, name):
    answer = send("auditor", "GET", f"{path}{name}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/applications"), ("PUT", "/certificates/SL000001"), ("PATCH", "/rules")]
)
def test_another_method_is_told_as_a_problem(send, unchanged, method, path):
    answer = send("auditor", method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "no-such-method")
    assert answer["Allow"]


def test_an_address_that_is_none_is_told_as_a_problem(send):
    assert send("auditor", "GET", "/nothing/here").json()["code"] == "not-found"


def closed_acts(world):
    side = world.own
    number, arrival = side.received.certificate.number, side.received
    issued = Application.objects.filter(status=Status.ISSUED, authority=side.cast.sierra_leone).first()
    version = issued.certificate.version
    return [
        ("applicant", "PATCH", f"/applications/{issued.reference}", {"remarks": "x"}, issued.version),
        ("applicant", "POST", f"/applications/{issued.reference}/submit", {}, issued.version),
        ("applicant", "POST", f"/applications/{issued.reference}/withdraw", {}, issued.version),
        ("preparing", "POST", f"/applications/{issued.reference}/prepare", {**INSPECTION}, issued.version),
        ("validating", "POST", f"/applications/{issued.reference}/validate", {}, issued.version),
        ("preparing", "POST", f"/applications/{issued.reference}/return", {"reason": "again"}, issued.version),
        ("preparing", "POST", f"/applications/{issued.reference}/reject", {"reason": "again"}, issued.version),
        ("validating", "POST", f"/certificates/{side.differing.number}/void", {"reason": "printer_error"}, None),
        ("preparing", "POST", f"/certificates/{issued.certificate.number}/close", {"reason": "again"}, version),
        ("importing", "POST", f"/arrivals/{number}/arrival", {"arrived_on": "2026-03-05"}, arrival.version),
        ("importing", "POST", f"/arrivals/{number}/confirmation", {**RECEIPT, "lines": CARATS}, arrival.version),
    ]


def test_nothing_that_is_closed_reopens(send, world, unchanged):
    for role, method, path, body, version in closed_acts(world):
        tag = f'"{version or world.own.differing.version}"'
        answer = send(role, method, path, body, If_Match=tag)
        assert answer.status_code == 409, (path, answer.json())
        assert answer.json()["code"].startswith(("is-", "already-")), path


def test_a_retry_of_validate_gives_the_same_certificate(send, world):
    row = world.own.prepared
    asked = {"If_Match": f'"{row.version}"', "Idempotency_Key": "retry-0001"}
    first, second = (send("validating", "POST", f"/applications/{row.reference}/validate", {}, **asked) for _ in "12")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    bare = send("validating", "POST", f"/applications/{row.reference}/validate", {}, If_Match=asked["If_Match"])
    assert bare.status_code == 412


def test_a_retry_of_a_confirmation_gives_the_same_answer(send, world):
    row = world.own.arrived
    body = {**RECEIPT, "lines": CARATS, "received_on": row.arrived_on.isoformat()}
    asked = {"If_Match": f'"{row.version}"', "Idempotency_Key": "retry-0002"}
    path = f"/arrivals/{row.certificate.number}/confirmation"
    first, second = (send("importing", "POST", path, body, **asked) for _ in "12")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = send("importing", "POST", path, {**body, "remarks": "x"}, **asked)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"\xd2", b"\xd2" * 70_000, b"{}", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"x" * 99]
)
@pytest.mark.parametrize("path", ["/verify", "/arrivals"])
def test_what_is_no_document_is_refused(send, unchanged, path, body):
    answer = send("importing", "POST", path, body, kind="application/octet-stream")
    assert answer.status_code in (400, 415) or answer.json()[0]["verdict"] == "unreadable"


def test_every_changed_byte_of_a_document_is_noticed(send, world, settings):
    settings.OPENKP_VERIFY_CALLS = 10**9
    data = bytes(world.own.issued.document.data)
    for place in range(0, len(data), 41):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with transaction.atomic():
            answer = send("importing", "POST", "/arrivals", changed, kind="application/cose")
        assert answer.status_code in (400, 404, 409), place
        seen = send(None, "POST", "/verify", changed, kind="application/cose")
        assert seen.status_code == 400 or seen.json()[0]["verdict"] in ("not_genuine", "unreadable", "status_unknown")


def test_a_file_larger_than_a_scan_is_refused(send):
    answer = send(None, "POST", "/verify", b"\xd2" * 20_000_001, kind="application/pdf")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_another_host_is_refused(world):
    answer = Client(raise_request_exception=False).get("/api/v1/rules", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_a_thick_scan_is_looked_at_within_bounds(send, monkeypatch):
    """Eight pages of 25 million pixels in a small file: a hundred million are looked at, no more."""
    looked = []
    monkeypatch.setattr(scan, "_codes_of", lambda image: looked.append(image.width * image.height) or [])
    page, file = Image.new("1", (5000, 5000), 1), io.BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page] * 7)
    answer = send(None, "POST", "/verify", file.getvalue(), kind="application/pdf")
    assert (answer.status_code, answer.json()["code"]) == (400, "no_document")
    assert len(file.getvalue()) < 1_000_000
    assert 0 < sum(looked) <= 100_000_000
