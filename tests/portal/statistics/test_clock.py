"""What the clock of statistics did is told to whom it concerns: what is late, what waits for an answer."""

from datetime import timedelta

import pytest

from openkp.registry.statistics.operations.ask import open_questionnaire, send_questionnaire
from openkp.registry.statistics.operations.remind import remind
from tests.factories import FILING_DAY, QUARTER, anomaly_row, filed
from tests.portal.counter import words

pytestmark = pytest.mark.django_db


def test_who_is_late_is_told_on_the_desk_what_was_done_and_what_comes_next(writer, analyst, here, desk):
    filed(here, desk, period=QUARTER.previous)
    remind(at=FILING_DAY)
    steps = (
        "Step that is due For the Chair Steps taken Reminded on 2026-07-06 Escalated to the Chair on 2026-07-06 "
        "What comes next Listed on 2026-08-29"
    )
    said = words(writer.get("/statistics/"))
    assert "Late returns" in said and steps in said and "European Union" not in said
    assert steps in words(analyst.get("/statistics/late/?participant=SL"))
    assert "Reminded" not in words(analyst.get("/statistics/late/?participant=SL&on=2026-07-05"))
    filed(here, desk)
    assert "Steps taken" not in words(writer.get("/statistics/"))


def test_programs_are_told_the_same_of_what_is_late(writer, here, desk):
    filed(here, desk, period=QUARTER.previous)
    remind(at=FILING_DAY)
    rows = writer.get("/api/v1/statistics/late").json()["rows"]
    own = next(row for row in rows if row["participant"] == "SL" and row["kind"] == "trade")
    day = FILING_DAY.date().isoformat()
    assert own["taken"] == [{"step": "reminder", "on": day}, {"step": "escalated", "on": day}]
    assert own["next"] == {"step": "listed", "on": "2026-08-29"}
    assert not [row for row in rows if row["participant"] != "SL" and row["taken"]]


@pytest.mark.parametrize("who", ["writer", "analyst"])
def test_both_sides_read_the_same_clock_of_a_case(request, here, desk, who):
    row = open_questionnaire([anomaly_row().pk], actor=desk.actor("analyst"), at=FILING_DAY - timedelta(days=40))
    send_questionnaire(row.pk, actor=desk.actor("analyst"), at=FILING_DAY - timedelta(days=40))
    remind(at=FILING_DAY)
    said = words(request.getfixturevalue(who).get(f"/statistics/questionnaires/{row.reference}/"))
    assert "Overdue by 10 days" in said and "If no answer comes Escalated to the Chair on 2026-07-26" in said
