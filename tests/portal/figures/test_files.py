"""Every page as a file: the same numbers, safe in a spreadsheet, with its dictionary."""

import csv
import io
import json
import sqlite3
from decimal import Decimal
from xml.etree import ElementTree

import pyarrow.parquet as parquet
import pytest
from django.test import Client

from openkp.portal.figures.downloads import FORMS

pytestmark = pytest.mark.django_db

PAGES = [
    "/figures",
    "/figures/2019",
    "/figures/participants/AO",
    "/figures/map/2019",
    "/figures/2022/CD/production",
    "/figures/asymmetry/2019",
    "/figures/late",
]


def table(address):
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(Client().get(address).content.decode("utf-8-sig"))))


@pytest.mark.parametrize("page", PAGES)
def test_a_file_has_what_its_dictionary_says(history, page):
    browser = Client()
    data = browser.get(f"{page}.csv")
    assert data.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in data.headers["Content-Disposition"]
    known = browser.get(f"{page}.metadata.json").json()
    assert [each["name"] for each in known["columns"]] == data.content.decode("utf-8-sig").splitlines()[0].split(",")
    assert all(each["meaning"] and each["type"] for each in known["columns"])
    assert known["licence"]["id"] == "NOASSERTION" and known["source"]
    assert known["rows"] == len(table(f"{page}.csv")) == len(browser.get(f"{page}.json").json()["rows"])


def test_the_vintage_names_each_edition_by_its_hash(history):
    known = Client().get("/figures/2019.metadata.json").json()["vintage"]
    edition = next(each for each in history if each.year == 2019)
    assert known == [
        {
            "year": 2019,
            "edition": 1,
            "reading": "resolved",
            "published": "2026-03-02T09:30:00+00:00",
            "sha256": bytes(edition.sha256).hex(),
        }
    ]


def test_no_cell_runs_in_a_spreadsheet(synthetic):
    names = [row["name"] for row in table("/figures/2024.csv?world=synthetic")]
    assert "'=cmd()" in names and "=cmd()" not in names


def test_the_rows_of_a_year_add_up_to_the_world(history):
    rows = table("/figures/2019.csv")
    world = next(row for row in rows if row["participant"] == "WORLD")
    parts = sum(Decimal(row["production_carats"] or 0) for row in rows if row["participant"] != "WORLD")
    assert parts == Decimal(world["production_carats"]) == Decimal("138139370.49")


@pytest.mark.parametrize(
    "page", ["/figures", "/figures/2019", "/figures/participants/AO", "/figures/map/2019", "/figures/participants/NA"]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_picture_stands_alone(history, page, language, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "Arabic")]
    answer = Client().get(f"{page}.svg", headers={"accept-language": language})
    assert answer.headers["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.content)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img" and root.find(f"{space}title").text and root.find(f"{space}desc").text
    assert b"style=" not in answer.content and b"<script" not in answer.content
    assert b"{id}" not in answer.content
    width, height = float(root.get("width")), float(root.get("height"))
    for text in root.iter(f"{space}text"):
        assert 0 <= float(text.get("x")) <= width and 0 <= float(text.get("y")) <= height


def test_a_page_without_a_picture_has_no_svg(history):
    assert Client().get("/figures/2022/CD/production.svg").status_code == 404
    assert Client().get("/figures/asymmetry/2019.svg").status_code == 404


def test_each_picture_of_a_participant_has_its_address(history):
    titles = {
        name: ElementTree.fromstring(Client().get(f"/figures/participants/AO.svg?chart={name}").content)[0].text
        for name in ("production-carats", "production-usd")
    }
    assert "by weight" in titles["production-carats"] and "by value" in titles["production-usd"]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_whole_table_in_each_form(history, form):
    answer = Client().get(f"/figures/download/all.{form}")
    assert answer.status_code == 200 and len(answer.content) > 1000
    assert f"all-real.{form}" in answer.headers["Content-Disposition"]


def test_the_whole_table_is_the_same_in_its_forms(history, tmp_path):
    rows = table("/figures/download/all.csv")
    assert len(rows) == len(Client().get("/figures/download/all.json").json()["rows"])
    data = Client().get("/figures/download/all.parquet").content
    columns = parquet.read_table(io.BytesIO(data))
    assert columns.num_rows == len(rows)
    path = tmp_path / "all.sqlite"
    path.write_bytes(Client().get("/figures/download/all.sqlite").content)
    base = sqlite3.connect(path)
    assert base.execute("SELECT count(*) FROM figures").fetchone() == (len(rows),)
    base.close()
    world = [
        r for r in rows if (r["participant"], r["year"], r["reading"], r["half"]) == ("WORLD", "2019", "resolved", "")
    ]
    assert world[0]["carats"] == "138139370.49"


def test_the_dictionary_of_the_whole_table(history):
    known = json.loads(Client().get("/figures/download/all.metadata.json").content)
    assert {"carats", "usd", "status", "reading"} <= {each["name"] for each in known["columns"]}
    assert len(known["vintage"]) == 4
