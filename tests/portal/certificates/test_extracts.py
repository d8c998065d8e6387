"""The two monthly extracts of an EU authority: exactly the columns of the law, one row an HS line (STAT-13)."""

import csv
import io

import openpyxl
import pytest

from openkp.registry.accounts.operations.people import add_person, grant
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates import extracts
from openkp.scheme.extracts import monthly_extract
from openkp.scheme.life import Status
from tests.factories import APPLICATION, NOW, PASSWORD, certificate_at
from tests.portal.counter import at_counter, main_of, words

pytestmark = pytest.mark.django_db
FILE = "/certificates/extracts/file"


@pytest.fixture
def antwerp(here):
    return at_counter(here.importing)


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_imports_have_every_line_of_what_was_verified_in_the_month(antwerp, here):
    row = certificate_at(Status.CLOSED, here)
    verified = row.confirmation.confirmed_at
    answer = antwerp.get(FILE, {"flow": "imports", "month": f"{verified:%Y-%m}"})
    assert f'filename="imports-{verified:%Y-%m}.csv"' in answer.headers["Content-Disposition"]
    found = rows_of(answer)
    assert [(line["hs"], line["carats"], line["value_usd"]) for line in found] == [
        (line["hs"], line["carats"], line["value_usd"]) for line in APPLICATION["lines"]
    ]
    assert found[0] | {"hs": "", "carats": "", "value_usd": ""} == {
        "number": row.number,
        "issuing_authority": "SL-NMA",
        "validating_authority": "SL-NMA",
        "issued_on": row.issued_on.isoformat(),
        "validated_on": row.validated_at.date().isoformat(),
        "expires_on": row.expires_on.isoformat(),
        "provenance": "SL",
        "origin": "SL",
        "hs": "",
        "carats": "",
        "value_usd": "",
        "verifying_authority": "EU-ANT",
        "verified_on": verified.date().isoformat(),
    }
    assert rows_of(antwerp.get(FILE, {"flow": "imports", "month": "2026-01"})) == []


def test_exports_are_those_of_the_own_authority_and_not_void(antwerp, here, monkeypatch):
    monkeypatch.setattr(extracts, "monthly_extract", lambda participant, on: monthly_extract("EU", on))
    row = certificate_at(Status.VALIDATED, here)
    certificate_at(Status.VOID, here)
    asked = {"flow": "exports", "month": f"{row.validated_at:%Y-%m}"}
    found = rows_of(at_counter(here.validating).get(FILE, asked))
    assert [line["number"] for line in found] == [row.number] * len(APPLICATION["lines"])
    assert "verified_on" not in found[0]
    assert rows_of(antwerp.get(FILE, asked)) == []


def test_a_workbook_has_its_columns_even_of_a_month_without_a_row(antwerp, here):
    row = certificate_at(Status.CLOSED, here)
    for month, count in ((f"{row.confirmation.confirmed_at:%Y-%m}", len(APPLICATION["lines"])), ("2026-01", 0)):
        answer = antwerp.get(FILE, {"flow": "imports", "month": month, "form": "xlsx"})
        page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        lines = [line for line in page.iter_rows(values_only=True) if any(line)]
        assert (lines[0][0], lines[0][-1], len(lines) - 1) == ("number", "verified_on", count)


def test_the_page_offers_both_as_files(antwerp):
    assert "/certificates/extracts/" in main_of(antwerp.get("/certificates/"))
    page = antwerp.get("/certificates/extracts/?month=2026-02")
    for part in ("flow=imports&amp;month=2026-02&amp;form=csv", "flow=exports&amp;month=2026-02&amp;form=xlsx"):
        assert part in main_of(page)
    assert "2368/2002" in words(page)


@pytest.mark.parametrize(
    ("role", "flows"),
    [
        (Role.PREPARING_OFFICER, {"exports"}),
        (Role.VALIDATING_OFFICER, {"exports"}),
        (Role.STATISTICIAN, {"exports"}),
        (Role.IMPORT_OFFICER, {"imports", "exports"}),
        (Role.AUDITOR, {"imports", "exports"}),
        (Role.ADMINISTRATOR, {"imports", "exports"}),
    ],
)
def test_each_reads_the_reports_of_the_certificates_that_they_may_list(here, role, flows):
    person = add_person("officer", "Officer of Antwerp", password=PASSWORD, at=NOW)
    grant(person, here.antwerp, role, at=NOW)
    officer = at_counter(person)
    page = main_of(officer.get("/certificates/extracts/"))
    for flow in ("imports", "exports"):
        assert (f"flow={flow}" in page) is (flow in flows)
        assert officer.get(FILE, {"flow": flow}).status_code == (200 if flow in flows else 404)


@pytest.mark.parametrize("month", ["9999-12", "2026-13", "March", "2026-3", "2026-03-01"])
def test_no_such_month(antwerp, month):
    assert antwerp.get("/certificates/extracts/", {"month": month}).status_code == 422
    assert antwerp.get(FILE, {"month": month}).status_code == 422


def test_who_owes_none_is_told_and_not_led_there(here):
    officer = at_counter(here.validating)
    assert "/certificates/extracts/" not in main_of(officer.get("/certificates/"))
    for address in ("/certificates/extracts/", FILE):
        assert officer.get(address).status_code == 404
    assert at_counter(here.importing).get(FILE, {"flow": "sideways"}).status_code == 404
