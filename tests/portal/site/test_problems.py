"""Each error has one answer: status, code, and a page that says what, why and what next."""

import errno
import sqlite3

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory

from openkp.documents.errors import Malformed
from openkp.portal.site import problems
from openkp.portal.site.problems import answer_for
from openkp.registry.errors import BrokenRecord, Conflict, NotAllowed, NotFound
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import Sentence
from tests.portal.site.urls_gallery import TROUBLE

WRONG = Finding("EXP-05", "sum-differs", "lines", Sentence("The lines add up to %(sum)s ct.", {"sum": "889.50"}))


def full_sqlite() -> OperationalError:
    cause = sqlite3.OperationalError("any words")
    cause.sqlite_errorcode = 13
    error = OperationalError("any words")
    error.__cause__ = cause
    return error


CASES = {
    "refused": (Refused([WRONG]), 422, "refused"),
    "not-allowed": (NotAllowed("You prepared it."), 403, "not-allowed"),
    "own-code": (NotAllowed("You prepared it.", code="own-work"), 403, "own-work"),
    "conflict": (Conflict("It was validated a minute ago."), 409, "conflict"),
    "not-found": (NotFound("No such certificate."), 404, "not-found"),
    "document": (Malformed("Trailing bytes."), 400, Malformed("x").code),
    "broken": (BrokenRecord("The index contradicts the document."), 500, "broken-record"),
    "disk-full": (OSError(errno.ENOSPC, "any words"), 507, "no-room"),
    "quota": (OSError(errno.EDQUOT, "any words"), 507, "no-room"),
    "database-full": (full_sqlite(), 507, "no-room"),
    "http404": (Http404(), 404, "not-found"),
    "denied": (PermissionDenied(), 403, "not-allowed"),
    "suspicious": (SuspiciousOperation(), 400, "bad-request"),
    "too-big": (RequestDataTooBig(), 413, "too-large"),
    "fault": (ZeroDivisionError(), 500, "unexpected"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_error_has_its_answer(name):
    error, status, code = CASES[name]
    answer = answer_for(error)
    assert (answer.status, answer.code) == (status, code)
    assert str(answer.title) and str(answer.why)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("name", CASES)
def test_each_answer_is_a_page(visitor, name, language):
    TROUBLE[name], status, code = CASES[name]
    page = visitor.get(f"/trouble/{name}/", headers={"accept-language": language})
    assert page.status_code == status
    assert code in page.content.decode()
    assert "What to do next" in page.content.decode() or language != "en"


def test_a_refusal_lists_every_finding_with_its_rule(visitor):
    TROUBLE["refused"] = CASES["refused"][0]
    page = visitor.get("/trouble/refused/").content.decode()
    assert "The lines add up to 889.50 ct." in page
    assert 'href="/rules/EXP-05/"' in page


def test_words_from_outside_are_escaped(visitor):
    TROUBLE["hostile"] = Conflict("<script>alert(1)</script>")
    assert "<script>" not in visitor.get("/trouble/hostile/").content.decode()


def test_a_fault_is_logged_under_the_reference_that_the_page_shows(visitor, caplog):
    TROUBLE["broken"] = CASES["broken"][0]
    page = visitor.get("/trouble/broken/").content.decode()
    references = [record.args[0] for record in caplog.records if record.name == "openkp.portal"]
    assert len(references) == 1 and references[0] in page


def test_a_form_without_its_proof_is_told_so(visitor, settings):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/design-system/check-answers/")
    assert page.status_code == 403 and "stale-form" in page.content.decode()


def test_the_apology_survives_a_broken_template(monkeypatch, catalogues):
    monkeypatch.setattr(problems, "render", lambda *_, **__: 1 / 0)
    answer = problems.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/plain")
    assert "Something went wrong" in answer.content.decode()


def test_an_absent_ring_harms_nobody():
    absent = problems.class_named("openkp.nowhere.errors.PeerError")
    assert issubclass(absent, Exception) and not isinstance(ValueError(), absent)
