"""Returns as files: taken over whole or not at all, every mistake with its row and column, a template back."""

import io
import re
from base64 import b64decode

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from openkp.figures import uploads
from openkp.portal.statistics import uploading
from tests.factories import draft_at
from tests.portal.counter import at_counter, main_of, send, words

pytestmark = pytest.mark.django_db

TITLES = "flow,partner,origin,hs,carats,value_usd,certificates\n"
GOOD = TITLES + "export,EU,SL,7102.31,1000.00,250000.00,1\nimport,AE,***,7102.10,5.5,100,1\n"
BAD = TITLES + "export,EU,SL,7102.31,-5,250000.00,1\nexport,Nowhere,SL,7102.31,5 kg,EUR 7,one\n"


def file(text, name="return.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def page(here, desk):
    return f"/statistics/drafts/{draft_at('draft', here, desk).pk}/"


def test_a_file_without_a_mistake_takes_the_place_of_the_lines(writer, page):
    answer = send(writer, f"{page}upload/", file=file(GOOD))
    assert answer.headers["Location"] == page
    said = words(writer.get(page)).replace("\u202f", " ")
    assert "Came in: uploaded" in said and "1 000.00" in said and "United Arab Emirates" in said


def test_a_file_is_read_before_the_database_is_locked(writer, page, monkeypatch):
    read_upload, depths = uploads.read_upload, []

    def watched(*args, **named):
        depths.append(len(connection.savepoint_ids))
        return read_upload(*args, **named)

    monkeypatch.setattr(uploads, "read_upload", watched)
    assert send(writer, f"{page}upload/", file=file(GOOD)).headers["Location"] == page
    assert depths == [len(connection.savepoint_ids)]


def test_every_mistake_is_told_at_once_and_the_mended_template_comes_back(writer, page):
    answer = send(writer, f"{page}upload/", file=file(BAD))
    assert answer.status_code == 422
    said = words(answer)
    for place in ("Row 2, column carats", "Row 3, column partner", "Row 3, column carats", "Row 3, column value_usd"):
        assert place in said, place
    assert "Nothing was taken over" in said
    inside = re.search(r'href="data:[^;]*;base64,([^"]*)"', main_of(answer))
    sheet = openpyxl.load_workbook(io.BytesIO(b64decode(inside.group(1)))).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "Nowhere" in cells and "5 kg" in cells
    assert "1 250.40" in words(writer.get(page)).replace("\u202f", " ")


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", "=1+1,x\n".encode("utf-16")])
def test_a_file_that_is_no_return_is_told_so(writer, page, data):
    answer = send(writer, f"{page}upload/", file=file(data))
    assert answer.status_code == 422
    assert ("Nothing was taken over" in words(answer)) == bool(data)
    assert "Download your figures" not in words(answer)


def test_no_file_is_told_at_its_field(writer, page):
    answer = send(writer, f"{page}upload/")
    assert answer.status_code == 422 and 'href="#id_file"' in main_of(answer)


def test_a_file_too_long_for_a_template_says_so(writer, page, monkeypatch):
    monkeypatch.setattr(uploading, "LARGEST_INSIDE", 100)
    said = words(send(writer, f"{page}upload/", file=file(BAD)))
    assert "Nothing was taken over" in said and "too long to come back as a template" in said


def test_a_list_of_mistakes_ends_somewhere(writer, page):
    rows = "export,EU,SL,7102.31,x,y,z\n" * 150
    answer = send(writer, f"{page}upload/", file=file(TITLES + rows))
    assert "more findings are not listed" in words(answer) and main_of(answer).count("Row ") <= 201


@pytest.mark.parametrize("kind", ["trade", "production"])
def test_an_empty_template_is_taken_away(writer, kind):
    answer = writer.get(f"/statistics/templates/{kind}.xlsx")
    titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0][1]]
    assert "carats" in titles
    assert writer.get("/statistics/templates/gold.xlsx").status_code == 404


def test_only_who_writes_the_return_uploads_it(here, desk, page):
    assert at_counter(here.auditor).get(f"{page}upload/").status_code == 403
    assert at_counter(here.preparing).get(f"{page}upload/").status_code == 404
    assert at_counter(here.preparing).get("/statistics/templates/trade.xlsx").status_code == 403
