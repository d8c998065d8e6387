"""Facts of a node, the late list, runs of tests, shared-out work, and releases that can be made again."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from importlib.resources import files

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkp.figures.anomalies.relations import trade_totals
from openkp.figures.asymmetry import certificates_of_pairs
from openkp.figures.engines import duckdb_engine
from openkp.figures.summary import annual_summary
from openkp.registry.accounts.actors import NODE
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.journal.audit import audit
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.statistics import filing_facts, queries
from openkp.registry.statistics.facts import node_facts
from openkp.registry.statistics.models import AnomalyFound, Reminder
from openkp.registry.statistics.operations.analyse import allocate, run_anomalies, shared_out
from openkp.registry.statistics.operations.draft import correct_return, save_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.registry.statistics.operations.import_source import import_source
from openkp.registry.statistics.operations.release import build_release, drop_release, publish_release, reproduce
from openkp.registry.statistics.operations.remind import remind
from openkp.scheme.errors import Refused
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from tests.factories import FILING_DAY, PRODUCTION, QUARTER, certificate_at, filed, node, statistics

pytestmark = pytest.mark.django_db
AT = FILING_DAY


@pytest.fixture
def here():
    return node()


@pytest.fixture
def desk(here):
    return statistics(here)


def assert_sound():
    assert audit().broken == ()
    assert rebuild() == []


def corrected(first, desk, **fields):
    draft = correct_return(first.pk, reason="Counted twice.", actor=desk.actor("writer"), at=AT)
    save_draft(draft.pk, fields, actor=desk.actor("writer"), at=AT)
    prepare_return(draft.pk, actor=desk.actor("writer"), at=AT)
    return file_return(draft.pk, actor=desk.actor("filer"), at=AT)


def test_filings_and_certificates_are_facts_with_their_sources(here, desk):
    certificate_at(Status.VALIDATED, here)
    trade = filed(here, desk, trade=[{**line, "certificates": "1"} for line in _lines()])
    production = filed(here, desk, kind=ReturnKind.PRODUCTION)
    facts = node_facts()
    rows = facts["trade"].to_pylist()
    assert [(row["reporter"], row["authority"], row["quarter"], str(row["carats"])) for row in rows] == [
        ("SL", "SL-NMA", 1, "1250.40"),
        ("SL", "SL-NMA", 1, "300.00"),
    ]
    assert {row["source"] for row in rows} == {bytes(trade.public_hash).hex()}
    assert [row["record"] for row in rows] == [1, 2]
    counted = [(row["certificates"], row["repeated"], row["certificates_least"]) for row in rows]
    assert counted == [(1, 0, None), (1, 1, None)], "one certificate of two lines is one certificate"
    assert facts["production"].num_rows == 2 and facts["issued"].num_rows == 2
    only = node_facts([bytes(production.public_hash).hex()])
    assert (only["production"].num_rows, only["trade"].num_rows, only["issued"].num_rows) == (2, 0, 0)


@pytest.mark.parametrize(
    ("counts", "stated", "known"),
    [
        ({"AE": [50, 50], "EU": [100, 100]}, 200, {"AE": (50, None), "EU": (100, None)}),
        ({"AE": [50, 50], "EU": [100]}, 150, {"AE": (50, 50), "EU": (100, 100)}),
        ({"AE": [2], "EU": [50, 3]}, 52, {"AE": (2, 2), "EU": (50, 50)}),
        ({"AE": [2, 1], "EU": [50, 3]}, 55, {"AE": (2, None), "EU": (52, None)}),
        ({"AE": [2, 1], "EU": [50, 3]}, 52, {"AE": (2, 2), "EU": (50, 50)}),
        ({"AE": [2, 1], "EU": [50, 3]}, 56, {"AE": (3, 3), "EU": (53, 53)}),
    ],
)
def test_what_is_known_of_the_certificates_of_a_partner(here, desk, counts, stated, known):
    """A return states how many there are of a flow; which partner's stand in several lines, it leaves open."""
    lines = [
        {**line, "partner": partner, "certificates": str(count)}
        for partner, each in counts.items()
        for count, line in zip(each, _lines(), strict=False)
    ]
    filed(here, desk, trade=lines, certificates_issued=str(stated))
    facts = node_facts()
    rows = facts["trade"].to_pylist()
    assert [row["certificates"] for row in rows] == [count for each in counts.values() for count in each]
    engine = duckdb_engine(facts)
    assert annual_summary(engine, 2026)["resolved"]["world"]["certificates"] == {"issued": stated}
    found = {(importer, least, exact) for (_, importer, _), (least, exact) in _bounds(engine)}
    assert found == {(partner, *each) for partner, each in known.items()}
    of_anomalies = engine.rows(trade_totals(engine, "partner"))
    assert {row["partner"]: row["certificates"] for row in of_anomalies} == {
        p: exact for p, (_, exact) in known.items()
    }


def _bounds(engine):
    return [(key, (each["least"], each["exact"])) for key, each in certificates_of_pairs(engine, 2026).items()]


def _lines():
    common = {"flow": "export", "partner": "EU", "origin": "SL"}
    return [
        {**common, "hs": "7102.31", "carats": "1250.40", "value_usd": "312600.00"},
        {**common, "hs": "7102.21", "carats": "300.00", "value_usd": "4500.00"},
    ]


def test_a_release_is_made_again_bit_for_bit_whatever_came_later(here, desk):
    first = filed(here, desk, kind=ReturnKind.PRODUCTION)
    release = build_release(2026, actor=desk.actor("analyst"), at=AT)
    assert release.edition == 1 and bytes(release.sha256) == sha256(release.content.encode()).digest()
    publish_release(release.pk, actor=desk.actor("publisher"), at=AT)
    line = {**PRODUCTION["production"][0], "carats": "1.00"}
    corrected(first, desk, production=[line])
    filed(here, desk)
    release.refresh_from_db()
    assert reproduce(release) == release.content.encode()
    second = build_release(2026, actor=desk.actor("analyst"), at=AT)
    assert second.edition == 2 and second.content != release.content
    assert queries.release(2026, AT).edition == 1
    drop_release(second.pk, actor=desk.actor("analyst"), at=AT)
    with pytest.raises(Conflict):
        publish_release(second.pk, actor=desk.actor("publisher"), at=AT)
    assert_sound()


def test_of_two_editions_built_side_by_side_the_second_is_built_again(here, desk):
    first_filed = filed(here, desk, kind=ReturnKind.PRODUCTION)
    first = build_release(2026, actor=desk.actor("analyst"), at=AT)
    corrected(first_filed, desk, production=[{**PRODUCTION["production"][0], "carats": "1.00"}])
    second = build_release(2026, actor=desk.actor("analyst"), at=AT)
    publish_release(first.pk, actor=desk.actor("publisher"), at=AT)
    with pytest.raises(Conflict) as told:
        publish_release(second.pk, actor=desk.actor("publisher"), at=AT)
    assert told.value.code == "built-before-another"
    third = build_release(2026, actor=desk.actor("analyst"), at=AT)
    assert publish_release(third.pk, actor=desk.actor("publisher"), at=AT).status == "published"
    assert_sound()


def test_building_again_without_any_change_gives_the_edition_that_waits(here, desk):
    filed(here, desk, kind=ReturnKind.PRODUCTION)
    first, again = (build_release(2026, actor=desk.actor("analyst"), at=AT) for _ in range(2))
    other = build_release(2026, actor=desk.actor("publisher"), at=AT)
    assert (again.pk, again.edition, other.edition) == (first.pk, 1, 2)
    publish_release(first.pk, actor=desk.actor("publisher"), at=AT)
    # Built beside an edition that is out since: the waiting one could not be published any more.
    assert build_release(2026, actor=desk.actor("publisher"), at=AT).edition == 3
    assert_sound()


def test_from_a_published_edition_to_what_is_behind_it(here, desk):
    filing = filed(here, desk, kind=ReturnKind.PRODUCTION, visibility="wgs")
    release = build_release(2026, actor=desk.actor("analyst"), at=AT)
    behind = queries.sources_behind(desk.actor("analyst"), release, participant="SL")
    assert behind.filings == (filing,) and behind.withheld == 0
    assert queries.sources_behind(here.actor("importing"), release, participant="SL").withheld == 1
    assert queries.sources_behind(desk.actor("analyst"), release, participant="EU").filings == ()
    with pytest.raises(NotFound):
        queries.sources_behind(here.actor("exporter"), release)


def test_a_release_of_nothing_and_of_an_unknown_reading_is_refused(here, desk):
    with pytest.raises(Refused):
        build_release(2026, actor=desk.actor("analyst"), at=AT)
    with pytest.raises(Refused):
        build_release(2026, reading="best", actor=desk.actor("analyst"), at=AT)


def test_what_is_late_is_listed_and_chased_each_step_once(here, desk):
    filed(here, desk, period=QUARTER.previous, at=datetime(2026, 2, 20, tzinfo=UTC))
    on = date(2026, 6, 1)
    late = [each for each in queries.late(on) if (each.participant, each.kind) == ("SL", "trade")]
    assert [(str(each.period), each.days) for each in late] == [("2026-Q1", 1)]
    assert {each.participant for each in queries.late(on)} > {"EU", "BW"}
    filed(here, desk, at=AT)
    assert not [each for each in queries.late(AT.date()) if each.participant == "SL" and str(each.period) == "2026-Q1"]
    assert [each for each in queries.late(on) if each.participant == "SL"]  # it had not come by then
    steps = []
    for days in (0, 1, 30, 31, 90, 91):
        remind(at=AT + timedelta(days=days))
        found = Reminder.objects.filter(participant="EU", kind="trade", period="2026-Q1")
        steps.append(sorted(found.values_list("step", flat=True)))
    assert steps[0] == ["escalated", "reminder"] and steps[-1] == ["escalated", "listed", "reminder"]
    before = Reminder.objects.count()
    assert remind(at=AT + timedelta(days=91)) == 0 and Reminder.objects.count() == before
    assert_sound()


def test_the_quarter_that_ended_is_worked_out_for_statisticians(here, desk):
    certificate_at(Status.VALIDATED, here)
    remind(at=AT.replace(month=4, day=1))
    (draft,) = queries.drafts(desk.actor("writer"))
    assert (draft.period, draft.came, draft.fields["certificates_issued"]) == ("2026-Q1", "generated", "1")
    remind(at=AT.replace(month=4, day=2))
    assert queries.drafts(desk.actor("writer")).count() == 1


def test_everybody_is_analysed_by_another_and_evenly(here, desk):
    rows = allocate(2025, actor=desk.actor("analyst"), at=AT)
    assert len(rows) == 60 and all(row.subject != row.analyst for row in rows)
    assert sorted(row.analyst for row in rows) == sorted(row.subject for row in rows)
    assert [row.pk for row in allocate(2025, actor=desk.actor("analyst"), at=AT)] == [
        row.pk for row in sorted(rows, key=lambda row: row.subject)
    ]


@pytest.mark.parametrize("year", range(2003, 2031))
def test_few_analysts_share_the_work_evenly(year):
    subjects = [f"{a}{b}" for a in "ABCDEFG" for b in "XYZ"]
    pairs = shared_out(subjects, ["AX", "BY", "CZ", "GX"], year=year)
    assert set(pairs) == set(subjects) and all(subject != analyst for subject, analyst in pairs.items())
    counts = [list(pairs.values()).count(analyst) for analyst in ("AX", "BY", "CZ", "GX")]
    assert max(counts) - min(counts) <= 1
    with pytest.raises(Refused):
        shared_out(subjects, ["AX", "QQ"], year=year)


def test_a_run_keeps_new_anomalies_and_leaves_those_that_were_judged(here, desk):
    filed(here, desk, kind=ReturnKind.PRODUCTION, period=Period(2025, "H", 1), production=[_mined("100000.00")])
    filed(here, desk, kind=ReturnKind.PRODUCTION, period=Period(2025, "H", 2), production=[_mined("900000.00")])
    found = run_anomalies(2025, actor=desk.actor("analyst"), at=AT)
    assert found and {row.state for row in found} == {"computed"}
    assert list(queries.anomalies(desk.actor("analyst")))
    assert run_anomalies(2025, actor=desk.actor("analyst"), at=AT) == []
    assert AnomalyFound.objects.count() == len(found)
    assert_sound()


def _mined(carats):
    return {"mining": "", "carats": carats, "value_usd": "50000000.00"}


def test_the_node_may_import_and_the_file_is_behind_the_release(here, desk):
    history = files("openkp.project.demo") / "data" / "kp_production_half_yearly.csv"
    file, created = import_source(history.read_bytes(), history.name, kind="production", actor=NODE, at=AT)
    assert created
    release = build_release(2019, actor=desk.actor("analyst"), at=AT)
    assert release.inputs["sources"] == [bytes(file.sha256).hex()]
    assert '"138139370.49"' in release.content
    assert reproduce(release) == release.content.encode()


@pytest.mark.parametrize(("written", "meant"), [("BE", "EU"), ("HT", "HT"), ("HK", "HK")])
def test_a_country_of_the_union_is_the_union_as_a_partner(here, desk, written, meant):
    lines = [{**line, "partner": written, "certificates": "1"} for line in _lines()]
    filed(here, desk, trade=lines, note="It is true.")
    assert {row["partner"] for row in node_facts()["trade"].to_pylist()} == {meant}


def test_what_a_participant_keeps_to_itself_is_in_no_release(here, desk):
    kept = filed(here, desk, visibility="participant_private")
    with pytest.raises(Refused):
        build_release(2026, actor=desk.actor("analyst"), at=AT)
    shared = filed(here, desk, kind=ReturnKind.PRODUCTION)
    release = build_release(2026, actor=desk.actor("analyst"), at=AT)
    assert release.inputs["sources"] == [bytes(shared.public_hash).hex()]
    assert bytes(kept.public_hash).hex() not in release.content


def test_what_a_participant_keeps_to_itself_no_analyst_reads_in_an_anomaly(here, desk):
    for half, carats in ((1, "100000.00"), (2, "900000.00")):
        period = Period(2025, "H", half)
        how = {"period": period, "visibility": "participant_private", "production": [_mined(carats)]}
        filed(here, desk, kind=ReturnKind.PRODUCTION, **how)
    assert node_facts()["production"].num_rows == 2 and node_facts(private=False)["production"].num_rows == 0
    assert run_anomalies(2025, actor=desk.actor("analyst"), at=AT) == []
    assert not AnomalyFound.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_filings(here, desk, monkeypatch):
    monkeypatch.setattr(filing_facts, "KEPT", 2)
    filed(here, desk)
    counts = []
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        filed(here, desk, period=Period.parse(quarter))
        filing_facts._kept.clear()
        with CaptureQueriesContext(connection) as asked:
            rows = filing_facts.filing_facts()["trade"].to_pylist()
        counts.append(len(asked))
    assert counts[-1] == counts[0] <= 8 and len(rows) == 5
    assert [row["created"] for row in rows] == sorted(row["created"] for row in rows)
    assert sum(len(each) for each in filing_facts._kept.values()) == 2


def test_where_nothing_of_a_kind_was_filed_nobody_else_is_called_late(here, desk):
    assert queries.late(AT.date()) == ()


def test_a_node_without_an_office_watches_its_own_participants(here):
    late = queries.late(AT.date())
    assert {(each.participant, str(each.period)) for each in late if each.kind == "trade"} == {
        ("EU", "2026-Q1"),
        ("SL", "2026-Q1"),
    }


def test_what_a_participant_filed_itself_is_not_counted_beside_a_file_that_tells_it(here, desk):
    names = "iso2,participant_as_published,year,half,trade_type,production_type,carats,value_usd,usd_per_carat"
    head = f"{names},created,last_modified\n"
    row = "{},{},2026,1,Production,Production,{},100.00,,,\n"
    data = head + row.format("SL", "Sierra Leone", "5.00") + row.format("NA", "Namibia", "7.00")
    import_source(data.encode(), "download.csv", kind="production", actor=NODE, at=AT)
    assert sorted(str(each["carats"]) for each in node_facts()["production"].to_pylist()) == ["5.00", "7.00"]
    filed(here, desk, kind=ReturnKind.PRODUCTION)
    rows = node_facts()["production"].to_pylist()
    assert sorted(f"{each['participant']} {each['carats']}" for each in rows) == [
        "NA 7.00",
        "SL 120000.10",
        "SL 200000.00",
    ]


def test_a_return_corrected_to_nil_takes_its_figures_away(here, desk):
    first = filed(here, desk)
    before = annual_summary(duckdb_engine(node_facts()), 2026)
    assert before["resolved"]["world"]["exports"]["carats"] == "1250.40"
    nil = {"nature": "nil", "trade": [], "certificates_issued": "", "certificates_received": "", "value_basis": ""}
    draft = correct_return(first.pk, reason="Nothing left.", actor=desk.actor("writer"), at=AT)
    save_draft(draft.pk, {**draft.fields, **nil}, actor=desk.actor("writer"), at=AT)
    prepare_return(draft.pk, explanation="Nothing left.", actor=desk.actor("writer"), at=AT)
    file_return(draft.pk, actor=desk.actor("filer"), at=AT)
    after = annual_summary(duckdb_engine(node_facts()), 2026)
    assert after["as_filed"]["world"]["exports"]["carats"] == "1250.40"
    assert after["resolved"]["world"].get("exports", {}).get("carats", "0.00") == "0.00"
