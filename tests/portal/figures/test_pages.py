"""The public pages of figures: open, light, without cookies or scripts, and right to the cent."""

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openkp.portal.figures import topics
from openkp.registry.statistics.models import Release
from tests.portal.counter import at_counter, main_of, words
from tests.portal.figures import factory

pytestmark = pytest.mark.django_db

REAL = [
    "/figures/",
    "/figures/2019/",
    "/figures/2019/?reading=as_filed",
    "/figures/participants/AO/",
    "/figures/map/2019/",
    "/figures/2022/CD/production/",
    "/figures/asymmetry/2019/",
    "/figures/late/",
    "/figures/download/",
]
MADE = [
    "/figures/?world=synthetic",
    "/figures/2024/?world=synthetic",
    "/figures/participants/NA/?world=synthetic",
    "/figures/map/2024/?world=synthetic&flow=exports",
    "/figures/2024/NA/exports/?world=synthetic",
    "/figures/asymmetry/2024/?world=synthetic",
]


@pytest.mark.parametrize("page", REAL + MADE)
def test_a_page_is_open_light_and_leaves_nothing_behind(history, synthetic, page):
    browser = Client()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = browser.get(page, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert len(asked) <= 10
    assert not answer.cookies
    assert "<script" not in gzip.decompress(answer.content).decode()
    sheets = sorted((settings.STATIC_ROOT / "built").glob("openkp.*.css.gz"))
    assert len(answer.content) + (sheets[0].stat().st_size if sheets else 0) <= 60_000


@pytest.mark.parametrize("page", [*REAL[:5], MADE[1], "/figures/2019.csv", "/figures/2019.svg"])
def test_whoever_has_a_page_is_told_so(history, synthetic, page):
    browser = Client()
    tag = browser.get(page).headers["ETag"]
    again = browser.get(page, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get(page, headers={"if-none-match": '"other"'}).status_code == 200


def test_the_front_tells_the_newest_whole_year(history):
    said = words(Client().get("/figures/"))
    assert "In 2023 world production was 112.07 million carats worth US$ 12.88 billion" in said
    assert "2024, not complete" in said
    assert "Not complete yet: Global summary 2024" in said
    page = main_of(Client().get("/figures/"))
    assert re.search(r'class="govuk-button" href="/figures/2023/"', page) and 'href="/figures/map/2023/"' in page
    assert "Real figures" not in said and "Synthetic world, for practice" in said


def test_a_year_shows_the_sums_of_the_file_in_both_readings(history):
    page = words(Client().get("/figures/2022/"))
    assert "118 897 227.35" in page
    filed = words(Client().get("/figures/2022/?reading=as_filed"))
    world = json.loads(Client().get("/figures/2022.json").content)["summary"]["as_filed"]["world"]["production"]
    assert f"{float(world['carats']):,.2f}".replace(",", " ") in filed
    assert (
        "What separates the two readings" in page
        and "Congo - Kinshasa , 2022 (first half) , Production: Filed twice" in page
    )


def test_a_year_that_is_not_complete_says_so(history):
    assert "the year is not complete" in words(Client().get("/figures/2024/"))


def test_a_participant_is_told_by_its_last_whole_year(history):
    said = words(Client().get("/figures/participants/AO/"))
    assert "Angola produced 9.75 million carats worth US$ 1.53 billion in 2023." in said


def test_namibia_is_no_missing_value(history):
    assert "Namibia produced" in words(Client().get("/figures/participants/NA/"))
    assert "\r\nNamibia,NA," in Client().get("/figures/2019.csv").content.decode("utf-8-sig")


def test_a_cell_opens_to_its_records_and_says_which_count(history):
    said = words(Client().get("/figures/2022/CD/production/"))
    assert "9.02 million carats" in said
    for part in ("kp_production_half_yearly.csv", "335", "2023-09-07", "No: replaced by what was filed later"):
        assert part in said
    rows = json.loads(Client().get("/figures/2022/CD/production.json").content)["rows"]
    counted = sum(round(100 * float(row["carats"])) for row in rows if row["counted"] == "yes")
    assert counted == 901909531
    every = json.loads(Client().get("/figures/2022/CD/production.json?reading=as_filed").content)["rows"]
    assert {row["counted"] for row in every} == {"yes"}


def test_two_clicks_lead_from_a_figure_to_its_file(history):
    browser = Client()
    assert 'href="/figures/2022/CD/production/"' in main_of(browser.get("/figures/2022/"))
    assert "kp_production_half_yearly.csv" in main_of(browser.get("/figures/2022/CD/production/"))


def test_records_that_do_not_make_the_published_sum_are_told(db, at_noon):
    wrong = factory.real_history(years=[2019])[0]
    content = json.loads(wrong.content)
    content["resolved"]["participants"]["AO"]["production"]["carats"] = "1.00"
    factory.published({**content}, year=2019, edition=2, inputs=wrong.inputs)
    assert "not to what was published" in words(Client().get("/figures/2019/AO/production/"))


def test_what_is_not_shown_is_nowhere(synthetic):
    browser = Client()
    for page in MADE[1:5]:
        assert "Not shown" in words(browser.get(page)) or "not shown" in words(browser.get(page))
    assert "too few certificates" in words(browser.get(MADE[1]))
    rows = browser.get("/figures/2024.csv?world=synthetic").content.decode("utf-8-sig")
    line = next(each for each in rows.splitlines() if ",NA," in each)
    assert "suppressed" in line
    assert browser.get("/figures/2024/NA/exports.csv?world=synthetic").content.decode().count("\n") == 1


def test_the_synthetic_world_never_passes_for_the_real_one(history, synthetic):
    browser = Client()
    for page in MADE:
        assert "This is the synthetic world" in words(browser.get(page))
    assert "synthetic world" not in words(browser.get("/figures/2019/"))
    assert browser.get("/figures/2024.json").json()["world"] == "real"
    assert browser.get("/figures/2024.json?world=synthetic").json()["world"] == "synthetic"
    assert "Synthetic world" in browser.get("/figures/2024.svg?world=synthetic").content.decode()
    assert 'href="/figures/2024/?world=synthetic"' in main_of(browser.get("/figures/?world=synthetic"))


def year_of(carats):
    """An edition in which one Participant declares its production of both halves."""
    cell = {"carats": carats, "usd": carats, "usd_per_carat": "1.00" if float(carats) else None}
    made = {**cell, "nil": not float(carats), "halves": {half: {"carats": carats, "usd": "0.00"} for half in "12"}}
    reading = {"world": {"production": cell}, "participants": {"SL": {"name": "Sierra Leone", "production": made}}}
    return {"year": 2024, "as_filed": reading, "resolved": reading, "inputs": []}


def test_who_alone_produced_little_produced_everything(db, at_noon):
    factory.published(year_of("1.50"))
    said = words(Client().get("/figures/2024/"))
    assert "Sierra Leone produced the most in 2024: 100 % of the carats shown" in said


def test_a_year_in_which_nobody_produced_has_no_picture_and_is_not_whole(db, at_noon):
    factory.published(year_of("0.00"))
    assert "produced the most" not in words(Client().get("/figures/2024/"))
    assert Client().get("/figures/2024.svg").status_code == 404
    assert "No whole year was published yet" in words(Client().get("/figures/"))


def test_the_page_of_downloads_counts_the_cells_and_lays_out_none(history, monkeypatch):
    monkeypatch.setattr(topics, "cell", None)
    nobody = {"world": {}, "participants": {"EU": {"name": "European Union"}}}
    empty = {**factory.by_hand(), "year": 2025, "resolved": nobody, "as_filed": nobody, "suppressed": []}
    factory.published(empty, year=2025)  # has no cell, and is no year of figures
    assert re.search(r"[1-9][0-9]* cells of 4 years", words(Client().get("/figures/download/")))


def test_an_embargo_holds_to_the_minute(db, at_noon):
    at = factory.AT
    factory.published(factory.by_hand(), year=2024, embargo_until=at + timedelta(hours=3))
    assert Client().get("/figures/2024/").status_code == 404
    factory.published(factory.by_hand(), year=2023, embargo_until=at + timedelta(hours=1))
    assert Client().get("/figures/2023/").status_code == 200


def test_what_was_built_and_not_published_is_nobodys(db, at_noon):
    factory.published(factory.by_hand(), status="built")
    assert Client().get("/figures/2024/").status_code == 404
    assert "No whole year was published yet" in words(Client().get("/figures/"))
    assert Client().get("/figures.csv").status_code == 200


def test_each_edition_stays_readable(db, at_noon):
    first = factory.by_hand()
    factory.published(first)
    second = json.loads(json.dumps(first).replace("10000001.00", "10000002.00"))
    factory.published(second, edition=2)
    browser = Client()
    assert "10 000 002.00" in words(browser.get("/figures/2024/"))
    assert "10 000 001.00" in words(browser.get("/figures/2024/?edition=1"))
    assert browser.get("/figures/2024/?edition=3").status_code == 404


def test_a_content_that_was_changed_is_not_shown(db, at_noon):
    row = factory.published(factory.by_hand())
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Release._meta.db_table} SET content = replace(content, '8000000', '9000000')")
    answer = Client(raise_request_exception=False).get("/figures/2024/")
    assert answer.status_code == 500
    assert "9 000 000" not in words(answer), row


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("/figures/?world=mars", "world"),
        ("/figures/2019/?reading=x", "reading"),
        ("/figures/2019/?edition=-1", "edition"),
        ("/figures/map/2019/?flow=x", "flow"),
        ("/figures/late/?on=soon", "on"),
    ],
)
def test_wrong_words_in_an_address_are_told(history, page, field):
    assert Client().get(page).status_code == 422


@pytest.mark.parametrize(
    "page",
    ["/figures/1999/", "/figures/2011/", "/figures/participants/ZZ/", "/figures/2019/US/production/", "/figures/x.csv"],
)
def test_what_was_never_published_is_not_there(history, page):
    assert Client().get(page).status_code == 404


@pytest.mark.parametrize(
    ("page", "words_of_it"),
    [
        ("/figures/1999/", "No figures of 1999 were published. What to do next Years with figures: 2019, 2022–2024."),
        ("/figures/2011.csv", "No figures of 2011 were published."),
        ("/figures/2019/?edition=7", "There is no edition 7 of 2019. What to do next The newest edition"),
        ("/figures/participants/ZZ/", "No figures of “ZZ” were published."),
        ("/figures/participants/ao/", "Codes are written in capitals: AO."),
        ("/figures/2019/ao/production/", "Codes are written in capitals: AO."),
        ("/figures/2019/US/production/", "Nothing was published of this: Production, United States, 2019."),
        ("/figures/2019/AO/gold/", "“gold” is no flow."),
    ],
)
def test_where_no_figures_stand_it_is_told_where_some_do(history, page, words_of_it):
    answer = Client().get(page)
    assert answer.status_code == 404
    assert words_of_it in words(answer)


def test_a_chart_says_why_its_line_breaks(history):
    for page in ("/figures.svg", "/figures/participants/AO.svg"):
        picture = Client().get(page).content.decode()
        assert "The line has gaps where no complete figure was published: 2020–2021." in picture


def test_a_line_without_gaps_says_nothing_of_them(db, at_noon):
    factory.real_history(years=[2022, 2023])
    assert "gaps" not in Client().get("/figures/participants/AO.svg").content.decode()


def test_the_table_beside_the_map_goes_by_name(history):
    page = main_of(Client().get("/figures/map/2019/"))
    assert page.index("Zimbabwe") > page.index("South Africa") > page.index("Angola")
    assert page.index("United Arab Emirates") > page.index("Ukraine")


def test_the_halves_of_a_nil_year_are_nil(history):
    rows = Client().get("/figures/participants/JP.json").json()["rows"]
    assert {row["status"] for row in rows if row["year"] == "2019"} == {"nil"} and len(rows) > 2


def test_who_only_trades_is_told_by_its_trade(synthetic):
    said = words(Client().get("/figures/participants/EU/?world=synthetic"))
    assert "European Union imported 9.00 million carats worth US$ 1.70 billion in 2024." in said


def test_a_year_of_which_a_trade_return_is_missing_is_no_point_of_a_line(db, at_noon):
    content = factory.by_hand()
    content["missing"] = [{"participant": "EU", "kind": "trade", "period": "2024-Q4"}]
    factory.published({**content, "suppressed": []})
    page = words(Client().get("/figures/participants/EU/"))
    assert "2024, not complete Year Imports 9 000 000.00" in page and "No whole year of European Union" in page
    assert Client().get("/figures/participants/EU.svg").status_code == 404
    rows = Client().get("/figures/participants/EU.json").json()["rows"]
    assert {row["flow"]: row["complete"] for row in rows} == {"imports": "no", "exports": "no"}


def test_beside_figures_that_are_not_shown_no_year_is_said_to_be_lacking(db, at_noon):
    content = factory.by_hand()
    content["resolved"]["participants"] = {"NA": {"name": "Namibia", "exports": {"suppressed": "small"}}}
    factory.published(content)
    page = main_of(Client().get("/figures/participants/NA/"))
    assert "Not shown" in page and "No whole year" not in page and "okp-headline" not in page


def test_who_declared_no_production_in_one_year_and_half_of_another_is_not_said_to_have_none(db, at_noon):
    nil = {"production": {"carats": "0.00", "usd": "0.00", "nil": True, "halves": {}}}
    made = {"production": {**factory.amounts(5, 50), "nil": False, "halves": {"1": factory.amounts(5, 50)}}}
    for year, filed in ((2023, nil), (2024, made)):
        reading = {"world": {}, "participants": {"GN": {"name": "Guinea", **filed}}}
        content = {**factory.by_hand(), "year": year, "resolved": reading, "as_filed": reading, "suppressed": []}
        factory.published(content, year=year)
    page = words(Client().get("/figures/participants/GN/"))
    assert "declared no production" not in page and "No whole year of Guinea" in page


def test_a_year_of_which_nothing_is_public_names_nobody(db, at_noon):
    nobody = {"world": {}, "participants": {"EU": {"name": "European Union"}}}
    factory.published({**factory.by_hand(), "resolved": nobody, "as_filed": nobody, "suppressed": []})
    said = words(Client().get("/figures/2024/"))
    assert "Nothing was published here." in said and "empty cell" not in said


def test_the_front_shows_the_flows_of_whole_years_and_the_file_has_all(history):
    content = {**factory.by_hand(), "year": 2025}
    del content["resolved"]["world"]["production"]
    factory.published(content, year=2025)
    page = main_of(Client().get("/figures/"))
    assert "Production: Carats" in page and "Imports: Carats" not in page
    assert "imports_carats" in Client().get("/figures.csv").content.decode().splitlines()[0]


def test_the_pairs_are_beside_each_other(synthetic):
    said = words(Client().get("/figures/asymmetry/2024/?world=synthetic"))
    assert "in the pairs shown here, exporters filed 4.90 million carats, importers 5.00 million" in said
    assert "a question, not a finding" in said
    assert said.index("Asymmetry") < said.index("Exported, certificates")


def test_the_map_counts_those_whose_figures_are_shown(synthetic):
    said = words(Client().get(MADE[3]))
    assert "1 Participant whose figures are shown had 7.90 million carats." in said


def test_a_year_without_partners_says_so(history):
    assert "No trade returns by partner were filed for 2019" in words(Client().get("/figures/asymmetry/2019/"))


def test_the_late_list_is_plain_and_whole(here, history):
    browser = Client()
    said = words(browser.get("/figures/late/"))
    assert "were due and had not come" in said and "Production" in said
    rows = browser.get("/figures/late.json").json()["rows"]
    assert {"participant", "return", "period", "due_on", "days", "step"} <= set(rows[0])
    assert all(row["days"] > 0 for row in rows)
    assert "For the public list" in said and "sent" not in said and "Told" not in said


def test_nothing_is_late_before_it_is_due(history):
    assert "no return known to this node is late" in words(Client().get("/figures/late/?on=2003-01-02"))


@pytest.mark.parametrize("who", ["exporter", "preparing", "auditor"])
def test_whoever_signed_in_reads_the_same_figures(history, here, who):
    answer = at_counter(getattr(here, who)).get("/figures/2019/")
    assert "138.14 million carats" in words(answer)
    assert "no-store" in answer.headers["Cache-Control"]
