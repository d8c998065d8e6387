"""Anomalies, questionnaires on both sides, late returns, the sharing of work, and editions."""

import pytest
from django.db import connection

from openkp.figures.anomalies.threshold_words import THRESHOLDS, threshold_words
from openkp.portal.statistics import edition_page
from openkp.registry.statistics.models import Allocation, AnomalyFound, Questionnaire, Release
from openkp.registry.statistics.operations import release
from openkp.scheme.dated import read_data
from tests.factories import FILING_DAY, anomaly_row, filed
from tests.portal.counter import at_counter, main_of, send, words

pytestmark = pytest.mark.django_db


def case_page(row, step=""):
    return f"/statistics/questionnaires/{row.reference}/{step}"


@pytest.fixture
def anomaly(here, desk):
    return anomaly_row()


@pytest.fixture
def asked(analyst, anomaly):
    """A case that was sent."""
    send(
        analyst, f"/statistics/questionnaires/new/?anomaly={anomaly.key}", **{f"question-{anomaly.pk}": "Why so many?"}
    )
    row = Questionnaire.objects.get()
    send(analyst, case_page(row, "send/"))
    row.refresh_from_db()
    return row


def test_the_queue_shows_what_waits_and_is_narrowed(analyst, anomaly):
    anomaly_row("EU", test="mirror")
    said = words(analyst.get("/statistics/anomalies/"))
    assert said.count("Exports rose by 75 percent.") >= 2
    narrowed = words(analyst.get("/statistics/anomalies/?participant=SL"))
    assert "Sierra Leone" in narrowed
    assert "Nothing waits here" in words(analyst.get("/statistics/anomalies/?state=dismissed"))
    assert analyst.get("/statistics/anomalies/?state=none").status_code == 404
    assert analyst.get("/statistics/anomalies/?after=x").status_code == 404


def test_the_facets_count_what_is_in_the_state_that_is_shown(analyst, anomaly):
    anomaly_row("EU", test="mirror")
    send(analyst, f"/statistics/anomalies/{anomaly.key}/dismiss/", reason="A tender of March.")
    page = main_of(analyst.get("/statistics/anomalies/?state=dismissed"))
    assert "?state=dismissed&amp;test=swing" in page and "test=mirror" not in page
    assert "participant=SL" in page and "participant=EU" not in page


def test_thresholds_have_words():
    told = {name for test in read_data("anomalies.yaml")["tests"].values() for each in test for name in each["set"]}
    assert told | {"from", "source"} == set(THRESHOLDS)
    assert threshold_words("new_setting") == "new_setting"


def test_an_anomaly_shows_its_evidence_and_its_picture(analyst, anomaly):
    said = words(analyst.get(f"/statistics/anomalies/{anomaly.key}/"))
    assert "Exports rose by 75 percent." in said and "openkp statistics anomalies --key" in said
    picture = analyst.get(f"/statistics/anomalies/{anomaly.key}/picture.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml") and b"<svg" in picture.content
    assert analyst.get(f"/statistics/anomalies/{anomaly.key}/evidence.json").json() == anomaly.evidence
    assert analyst.get("/statistics/anomalies/0000000000000000/").status_code == 404


def test_evidence_is_read_without_a_code_book(here, desk, analyst, writer):
    filing = filed(here, desk)
    record = f"trade:{bytes(filing.public_hash).hex()}#1"
    row = anomaly_row(
        records=[record],
        sentence={"template": "%(who)s: exports.", "values": {"who": {"country": "SL"}}},
        rows=[
            {"record": record, "table": "trade", "flow": "export", "partner": "EU", "carats": "1250.4", "year": "2026"}
        ],
        series=[{"label": "2025-Q4", "observed": "10.00", "expected": None}],
        thresholds={
            "least_usd": "1000000",
            "limits_usd": ["10000", "50000"],
            "source": "inferred",
            "from": "2003-01-01",
        },
    )
    page = analyst.get(f"/statistics/anomalies/{row.key}/")
    said = words(page)
    for part in ("Sierra Leone (SL): exports.", "Sierra Leone, 2026 (first quarter)", "Measure Carats"):
        assert part in said
    assert "Flow exports Partner European Union Year 2026 Carats 1 250.40" in said
    assert "Return of Sierra Leone for 2026 (first quarter), version 1 #1" in said
    assert f'href="/statistics/filings/{filing.pk}/"' in main_of(page)
    assert "1 000 000" in said and "10 000, 50 000" in said.replace(" , ", ", ")
    assert said.index("Smallest value in US$") < said.index("In force from") < said.index("Source inferred")
    assert "2025 (fourth quarter)" in main_of(page) and "<svg" in main_of(page)


def test_an_anomaly_is_dismissed_with_a_reason_once(analyst, publisher, anomaly):
    address = f"/statistics/anomalies/{anomaly.key}/dismiss/"
    old = publisher.get(address)
    assert send(analyst, address, reason="").status_code == 422
    assert send(analyst, address, reason="A tender of March.").status_code == 302
    assert send(publisher, address, opened=old, reason="Another view.").status_code == 409
    anomaly.refresh_from_db()
    assert (anomaly.state, anomaly.reason) == ("dismissed", "A tender of March.")


def test_only_anomalies_of_one_participant_are_asked_about(analyst, anomaly):
    other = anomaly_row("EU")
    both = f"/statistics/questionnaires/new/?anomaly={anomaly.key}&anomaly={other.key}"
    answer = analyst.get(both)
    assert answer.status_code == 422 and "of one Participant" in words(answer)
    assert analyst.get("/statistics/questionnaires/new/").status_code == 422
    assert analyst.get("/statistics/questionnaires/new/?anomaly=nothing").status_code == 404


def test_a_case_goes_from_question_to_verdict(analyst, writer, asked, here, desk):
    assert asked.stage == "sent"
    assert "Due in" in words(writer.get("/statistics/"))
    opened = writer.get(case_page(asked, "answer/"))
    assert "Why so many?" in words(opened)
    refused = send(writer, case_page(asked, "answer/"))
    assert refused.status_code == 422 and 'href="#id_questions-Q1-answer"' in main_of(refused)
    fields = {"questions-Q1-kind": "corrected", "questions-Q1-answer": "A line was filed twice."}
    refused = send(writer, case_page(asked, "answer/"), **fields)
    assert 'href="#id_correction"' in main_of(refused) and "A line was filed twice." in main_of(refused)
    fields["questions-Q1-kind"] = "explained"
    first, second = (send(writer, case_page(asked, "answer/"), opened=opened, **fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == case_page(asked)
    shown = words(analyst.get(case_page(asked)))
    assert "A line was filed twice." in shown and "Judge the answers" in shown
    assert send(analyst, case_page(asked, "judge/"), text="Good.").status_code == 422
    assert send(analyst, case_page(asked, "judge/"), stage="explained", text="It is plausible.").status_code == 302
    assert send(analyst, case_page(asked, "close/"), text="It is plausible.").status_code == 302
    asked.refresh_from_db()
    assert asked.stage == "closed"
    assert "It is plausible." in words(writer.get(case_page(asked)))
    assert AnomalyFound.objects.get().state == "settled"


def test_a_case_that_moved_on_is_told(analyst, publisher, writer, asked):
    old = writer.get(case_page(asked, "answer/"))
    fields = {"questions-Q1-kind": "explained", "questions-Q1-answer": "A tender."}
    send(writer, case_page(asked, "answer/"), **fields)
    assert send(writer, case_page(asked, "answer/"), opened=old, **fields).status_code == 409
    assert analyst.get(case_page(asked, "close/")).headers["Location"] == case_page(asked)


def test_the_asked_do_not_see_the_analysts_evidence_and_others_see_nothing(writer, here, asked):
    page = main_of(writer.get(case_page(asked)))
    assert "/statistics/anomalies/" not in page
    assert writer.get("/statistics/anomalies/").status_code == 403
    assert at_counter(here.importing).get(case_page(asked)).status_code == 404


def test_late_returns_with_the_steps_and_the_whole_list_as_csv(writer, analyst, here, desk):
    filed(here, desk)
    said = words(analyst.get("/statistics/late/"))
    assert "returns were missing" in said or "return was missing" in said
    assert "For the Chair" in said and "Escalated" not in said
    assert analyst.get("/statistics/late/?on=yesterday").status_code == 422
    lines = b"".join(analyst.get("/statistics/late.csv").streaming_content).decode().splitlines()
    assert lines[0].endswith("due_on,days,step,last_step,last_step_on,next_step,next_step_on")
    assert writer.get("/statistics/late/").status_code == 200


def test_a_day_to_come_is_read_as_today(analyst, here, desk):
    filed(here, desk)
    today = FILING_DAY.date().isoformat()
    assert f"missing on {today}" in words(analyst.get("/statistics/late/?on=2099-12-31"))
    assert today in analyst.get("/statistics/late.csv?on=2099-12-31").headers["Content-Disposition"]
    assert f"On {today}" in words(analyst.get("/figures/late/?on=2099-12-31"))


def test_the_late_list_keeps_what_it_was_narrowed_by(analyst, here, desk):
    filed(here, desk)
    page = main_of(analyst.get("/statistics/late/?on=2026-06-30&participant=SL&kind=trade"))
    assert 'href="?on=2026-06-30&amp;participant=SL"' in page
    assert 'href="?on=2026-06-30&amp;participant=SL&amp;kind=production"' in page
    assert '<input type="hidden" name="kind" value="trade">' in page


def test_the_work_is_shared_out_once(analyst, desk):
    assert "not shared out yet" in words(analyst.get("/statistics/allocations/?year=2026"))
    assert send(analyst, "/statistics/allocations/share-out/", year="26").status_code == 422
    answer = send(analyst, "/statistics/allocations/share-out/", year="2026")
    assert "Sierra Leone" in words(analyst.get(answer.headers["Location"]))
    count = Allocation.objects.count()
    send(analyst, "/statistics/allocations/share-out/", year="2026")
    assert Allocation.objects.count() == count > 50


def test_an_edition_is_built_by_one_and_published_by_another(analyst, publisher, here, desk):
    filed(here, desk)
    build = "/statistics/releases/build/"
    assert send(analyst, build, year="2026", world="", reading="resolved").status_code == 422
    opened = analyst.get(build)
    form = {"year": "2026", "world": "real", "reading": "resolved"}
    first, second = (send(analyst, build, opened=opened, **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    row = Release.objects.get()
    page = f"/statistics/releases/{row.pk}/"
    assert "a colleague must publish it" in words(analyst.get(page))
    assert analyst.get(f"{page}publish/").status_code == 403
    assert "The same, byte for byte" in words(analyst.get(f"{page}check/"))
    assert analyst.get(f"{page}content.json").content == row.content.encode()
    day = {"embargo_until_day": "1", "embargo_until_month": "9", "embargo_until_year": "2026"}
    assert send(publisher, f"{page}publish/", **{**day, "embargo_until_month": "13"}).status_code == 422
    assert send(publisher, f"{page}publish/", **day).headers["Location"] == page
    row.refresh_from_db()
    assert row.status == "published" and row.embargo_until.isoformat() == "2026-09-01T00:00:00+00:00"
    assert "Published" in words(analyst.get("/statistics/releases/"))


def test_an_edition_is_made_before_the_database_is_locked(analyst, here, desk, monkeypatch):
    filed(here, desk)
    made_from, depths = release.made_from, []
    monkeypatch.setattr(
        release, "made_from", lambda *args, **named: (depths.append(savepoints()), made_from(*args, **named))[1]
    )
    send(analyst, "/statistics/releases/build/", year="2026", world="real", reading="resolved")
    assert depths == [savepoints()] and Release.objects.count() == 1


def savepoints():
    """How many transactions are open inside the test's own."""
    return len(connection.savepoint_ids)


def test_a_year_of_which_nothing_is_known_is_refused_at_its_field(analyst, desk):
    form = {"year": "2025", "world": "real", "reading": "as_filed"}
    answer = send(analyst, "/statistics/releases/build/", **form)
    assert answer.status_code == 422 and 'href="#id_year"' in main_of(answer)


def test_an_edition_that_was_not_published_is_dropped(analyst, here, desk):
    filed(here, desk)
    send(analyst, "/statistics/releases/build/", year="2026", world="real", reading="as_filed")
    row = Release.objects.get()
    assert send(analyst, f"/statistics/releases/{row.pk}/drop/").status_code == 302
    row.refresh_from_db()
    assert row.status == "dropped"


ANALYSTS = ("anomalies/", "anomalies/run/", "allocations/", "releases/", "releases/build/", "allocations/share-out/")


@pytest.mark.parametrize("address", ANALYSTS)
def test_only_an_analyst_analyses(writer, here, address):
    assert writer.get(f"/statistics/{address}").status_code == 403
    assert at_counter(here.auditor).get(f"/statistics/{address}").status_code == 403


def test_the_tests_are_run_over_a_year(analyst, here, desk):
    filed(here, desk)
    assert send(analyst, "/statistics/anomalies/run/", year="1999").status_code == 422
    answer = send(analyst, "/statistics/anomalies/run/", year="2026")
    assert answer.headers["Location"].startswith("/statistics/anomalies/ran/")
    assert "found" in words(analyst.get(answer.headers["Location"]))


def test_what_separates_the_readings_is_said_in_words():
    told = {
        "code": "superseded-version",
        "participant": "KR",
        "period": "2024-Q1",
        "flow": "import",
        "text": "KR filed",
    }
    listing = edition_page.differences({"differences": [told]})
    assert [str(cell) for cell in listing.rows[0][:4]] == [
        "South Korea",
        "2024 (first quarter)",
        "Imports",
        "Filed again: the newest version stands.",
    ]
