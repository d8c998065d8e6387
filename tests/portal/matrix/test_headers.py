"""What every answer carries, whoever asks: nothing inline, nothing framed, nothing kept that is somebody's."""

import json
import os
import subprocess
import sys

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.portal.matrix.ways import PAGES
from tests.portal.matrix.world import signed_in

pytestmark = pytest.mark.django_db
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
API = ("/api/v1/openapi.json", "/api/v1/rules", "/api/v1/applications", "/api/v1/nothing", "/api/v1/arrivals")
STATIC = "/static/built/stamp"


def each_answer(world, role):
    browser = signed_in(world.person(role))
    for name, way in PAGES.items():
        address = reverse(name, kwargs=way.names(world.own) if way.names else None) + way.asked
        with transaction.atomic():
            yield address, browser.get(address)
            transaction.set_rollback(True)
    for address in (*API, "/nothing/here", "/applications/%00/"):
        yield address, browser.get(address)


@pytest.mark.parametrize("role", ["anonymous", "half", "applicant", "validating", "importing", "auditor"])
def test_every_answer_is_guarded(world, role):
    for address, answer in each_answer(world, role):
        for header, value in ALWAYS.items():
            assert answer.headers.get(header) == value, (address, header)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "Server" not in answer.headers
        if role != "anonymous":
            kept = answer.headers.get("Cache-Control", "")
            assert "private" in kept, address
            assert "no-store" in kept, address


def test_an_answer_to_a_token_is_kept_by_nobody(world):
    headers = {"Authorization": f"Bearer {world.token('applicant')}"}
    answer = Client().get("/api/v1/applications", headers=headers)
    assert answer["Cache-Control"] == "private, no-store"


def test_a_page_has_nothing_inline(world):
    for address, answer in each_answer(world, "validating"):
        if answer.headers.get("Content-Type", "").startswith("text/html") and not getattr(answer, "streaming", False):
            body = answer.content.decode()
            assert " style=" not in body, address
            assert "<script" not in body, address
            assert "javascript:" not in body, address
            assert " onclick" not in body, address


def test_a_form_from_elsewhere_is_refused(world):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for address in ("/sign-in/", "/verify/"):
        assert browser.post(address, {"username": "x"}).status_code == 403
    signed = signed_in(world.person("applicant"))
    browser.cookies = signed.cookies
    body = json.dumps({"authority": "SL-NMA", "company": "x"})
    answer = browser.post("/api/v1/applications", body, "application/json", headers={"Idempotency-Key": "forged-0001"})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_without_a_session_the_api_asks_who_you_are(world):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/api/v1/applications", "{}", "application/json", headers={"Idempotency-Key": "nobody-0001"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


LIVE = """
import json, django
django.setup()
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client
names = ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE")
names += ("CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEBUG")
names += ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")
secure = {"secure": True}
french = Client().get("/language/fr/", **secure)
print(json.dumps({
    "checks": [str(m) for m in run_checks(include_deployment_checks=True)],
    "settings": {name: getattr(settings, name) for name in names},
    "plain": Client().get("/help/").status_code,
    "hsts": french["Strict-Transport-Security"],
    "language": french.cookies[settings.LANGUAGE_COOKIE_NAME].OutputString(),
    "csrf": Client().get("/sign-in/", **secure).cookies[settings.CSRF_COOKIE_NAME].OutputString(),
}))
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """A live node behind TLS, as its operator starts it."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("OPENKP_")}
    environment |= {"OPENKP_HOME": str(tmp_path_factory.mktemp("live")), "OPENKP_PROFILE": "live", "PYTHONPATH": "src"}
    environment["DJANGO_SETTINGS_MODULE"] = "openkp.project.settings"
    done = subprocess.run([sys.executable, "-c", LIVE], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_live_node_passes_the_checks_for_deployment(live):
    assert live["checks"] == []


def test_a_live_node_sends_its_cookies_over_tls_only_and_to_no_script(live):
    settings = live["settings"]
    assert settings["SESSION_COOKIE_SECURE"] and settings["SESSION_COOKIE_HTTPONLY"]
    assert settings["CSRF_COOKIE_SECURE"] and settings["CSRF_COOKIE_HTTPONLY"]
    assert {settings["SESSION_COOKIE_SAMESITE"], settings["CSRF_COOKIE_SAMESITE"]} == {"Lax"}
    assert not settings["DEBUG"]
    for cookie in (live["csrf"], live["language"]):
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert cookie.startswith("__Host-")
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_a_live_node_answers_over_tls_only(live):
    assert live["plain"] == 301
    assert live["hsts"] == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize("length", ["21000001", "999999999999999999", "-1", "x"])
@pytest.mark.parametrize("address", ["/verify/", "/api/v1/verify", "/mbx/EU"])
def test_a_huge_request_is_refused_by_its_length_alone(world, address, length):
    browser = Client(raise_request_exception=False)
    answer = browser.generic("POST", address, b"x", content_type="text/plain", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    if address.startswith("/api/"):
        assert answer.json()["code"] == "too-large"
