"""What each page of the desk may cost: ten questions to the database, 10 KB on the line, no script."""

from importlib.resources import files

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkp.registry.accounts.actors import NODE
from openkp.registry.statistics.operations.analyse import allocate, run_anomalies
from openkp.registry.statistics.operations.ask import open_questionnaire, send_questionnaire
from openkp.registry.statistics.operations.import_source import import_source
from openkp.registry.statistics.operations.release import build_release
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from tests.factories import FILING_DAY, anomaly_row, draft_at, filed
from tests.portal.counter import at_counter

pytestmark = pytest.mark.django_db

LINES = [
    {
        "flow": "export",
        "partner": partner,
        "origin": "SL",
        "hs": hs,
        "carats": "1000.00",
        "value_usd": "200000.00",
        "certificates": "1",
    }
    for partner in ("EU", "AE", "IN", "IL", "CN")
    for hs in ("7102.10", "7102.21", "7102.31")
]
PAGES = [
    ("writer", "/statistics/"),
    ("writer", "/statistics/start/SL-NMA/trade/2025-Q4/"),
    ("writer", "/statistics/drafts/{draft}/"),
    ("writer", "/statistics/drafts/{draft}/edit/"),
    ("writer", "/statistics/drafts/{draft}/upload/"),
    ("filer", "/statistics/drafts/{prepared}/file/"),
    ("filer", "/statistics/drafts/{prepared}/send-back/"),
    ("writer", "/statistics/filings/"),
    ("writer", "/statistics/filings/{filing}/"),
    ("analyst", "/statistics/filings/{filing}/"),
    ("writer", "/statistics/questionnaires/{case}/"),
    ("writer", "/statistics/questionnaires/{case}/answer/"),
    ("analyst", "/statistics/anomalies/"),
    ("analyst", "/statistics/anomalies/{anomaly}/"),
    ("analyst", "/statistics/anomalies/{anomaly}/dismiss/"),
    ("analyst", "/statistics/questionnaires/"),
    ("analyst", "/statistics/questionnaires/new/?anomaly={anomaly}"),
    ("analyst", "/statistics/questionnaires/{case}/"),
    ("analyst", "/statistics/late/"),
    ("analyst", "/statistics/allocations/"),
    ("analyst", "/statistics/releases/"),
    ("analyst", "/statistics/releases/{release}/"),
    ("publisher", "/statistics/releases/{release}/publish/"),
]


@pytest.fixture
def names(here, desk):
    """Something on every page: the real history, its anomalies, a case, an edition."""
    analyst = {"actor": desk.actor("analyst"), "at": FILING_DAY}
    name = "kp_production_half_yearly.csv"
    data = (files("openkp.project.demo") / "data" / name).read_bytes()
    import_source(data, name, kind="production", actor=NODE, at=FILING_DAY)
    own = anomaly_row()
    found = run_anomalies(2019, **analyst)
    case = send_questionnaire(open_questionnaire([own.pk], **analyst).pk, **analyst)
    allocate(2026, **analyst)
    return {
        "draft": draft_at("draft", here, desk, period=Period(2025, "Q", 3), trade=LINES).pk,
        "prepared": draft_at("prepared", here, desk, kind=ReturnKind.PRODUCTION).pk,
        "filing": filed(here, desk, trade=LINES, certificates_issued="15").pk,
        "anomaly": found[0].key,
        "case": case.reference,
        "release": build_release(2019, **analyst).pk,
    }


def test_no_page_asks_more_than_ten_times_or_weighs_more_than_ten_kilobytes(names, desk):
    visitors = {who: at_counter(getattr(desk, who)) for who in ("writer", "filer", "analyst", "publisher")}
    costs = {}
    for who, page in PAGES:
        address = page.format(**names)
        visitors[who].get(address)
        with CaptureQueriesContext(connection) as asked:
            answer = visitors[who].get(address, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, (address, answer.status_code)
        costs[who, page] = len(asked), len(answer.content)
    assert {where: cost for where, cost in costs.items() if cost[0] > 10 or cost[1] > 10_000} == {}


def test_no_page_carries_a_script_or_a_style(names, desk):
    visitor = at_counter(desk.analyst)
    for who, page in PAGES:
        if who == "analyst":
            text = visitor.get(page.format(**names)).content.decode()
            assert "<script" not in text and " style=" not in text and "onclick" not in text, page
