"""Files that want to stop the reader, and columns that say what they hold in another language or unit."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from openkp.figures.uploads import read_upload, workbook
from openkp.figures.uploads.workbook import open_book
from openkp.scheme.returns import ReturnKind

HEADER = ("flow", "partner", "origin", "hs", "carats", "value_usd", "certificates")
LINE = ("export", "NA", "", "7102.10", 1234.5, 2000, 3)


def codes(upload):
    return [each.code for each in upload.findings]


def hostile(change: Callable[[bytes], bytes]) -> bytes:
    """A small workbook whose first sheet says something monstrous."""
    book, plain, made = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(HEADER)
    book.active.append(LINE)
    book.save(plain)
    with zipfile.ZipFile(plain) as whole, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            data = whole.read(name)
            archive.writestr(name, change(data) if name == "xl/worksheets/sheet1.xml" else data)
    return made.getvalue()


END = b"</sheetData>"
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
WIDE = b"<row>" + b"<c/>" * 700_000 + b"</row></sheetData>"
EMPTY = b"<x/>" * 2_500_000 + b"</sheetData>"
ALL_MERGED = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("change", "code", "lines"),
    [
        (lambda data: data.replace(END, ALL_MERGED), "merged-cells", 1),
        (lambda data: data.replace(END, FAR), "file-too-large", 0),
        (lambda data: data.replace(END, b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'), "", 1),
        (lambda data: data.replace(END, WIDE), "file-too-large", 0),
        (lambda data: data.replace(END, EMPTY), "file-too-large", 0),
        (lambda data: data.replace(END, b" " * 70_000_000 + END), "file-too-large", 0),
        (lambda data: data.replace(b"<worksheet", ENTITIES, 1), "not-a-workbook", 0),
    ],
    ids=("merged", "far", "formatted", "wide", "empty", "bomb", "entities"),
)
def test_a_workbook_that_claims_to_be_huge_costs_little(change, code, lines):
    upload = read_upload(hostile(change), "f.xlsx", kind=ReturnKind.TRADE)
    assert codes(upload) == ([code] if code else [])
    assert len(upload.fields.get("trade", [])) == lines


def test_a_sheet_without_a_value_is_not_held_while_it_is_read():
    filler = b"<row>" + b'<c r="A1" s="0"/>' * 100_000 + b"</row>"
    data = hostile(lambda data: data[: data.index(b"<sheetData>")] + b"<sheetData>" + filler + data[data.index(END) :])
    tracemalloc.start()
    try:
        assert open_book(data) is None
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_the_cells_of_empty_sheets_are_counted_together(monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_CELLS", 100)
    book, made = openpyxl.Workbook(), io.BytesIO()
    for page in (book.active, book.create_sheet()):
        for row in page.iter_rows(max_row=6, max_col=10):
            for cell in row:
                cell.number_format = "0.00"
    book.save(made)
    assert codes(read_upload(made.getvalue(), "f.xlsx", kind=ReturnKind.TRADE)) == ["file-too-large"]


def test_columns_and_countries_in_french():
    header = "flow;pays partenaire;origine;sh;carats;valeur (usd);certificats"
    data = f"{header}\nexport;Côte d'Ivoire;Sierra Leone;7102.31;1 234,56;12,50;2\n".encode("cp1252")
    upload = read_upload(data, "f.csv", kind=ReturnKind.TRADE)
    assert (codes(upload), upload.fields["trade"][0]["partner"]) == ([], "CI")


@pytest.mark.parametrize("unit", ["weight (kg)", "poids (g)", "weight in grams"])
def test_a_column_of_another_unit(unit):
    data = f"mining,{unit},value ('000 usd)\nASM,1,2\n".encode()
    assert codes(read_upload(data, "f.csv", kind=ReturnKind.PRODUCTION)).count("column-unit") == 2


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("carats,US$/ct", 1),
        ("Volume of production (US$),Value (carats)", 2),
        ("Carats (US$),value in carats", 2),
        ("Weight of rough diamonds (metric carats),Value of production FOB (current US$)", 0),
    ],
)
def test_a_column_of_weights_says_nothing_of_dollars_and_one_of_values_nothing_of_carats(header, wrong):
    upload = read_upload(f"mining,{header}\nASM,1,2\n".encode(), "f.csv", kind=ReturnKind.PRODUCTION)
    assert codes(upload) == ["column-unit"] * wrong


@pytest.mark.parametrize("sign", ["₪", "฿", "₦", "₺", "﷼", "€", "US€"])
def test_a_value_under_the_sign_of_another_currency(sign):
    data = f"mining,carats,Value ({sign})\nASM,1,2\n".encode()
    assert codes(read_upload(data, "f.csv", kind=ReturnKind.PRODUCTION)) == ["column-unit"]


@pytest.mark.parametrize(
    ("number_format", "foreign"),
    [
        ("#,##0.00 [$€-407]", True),
        ("[$R$-416] #,##0.00", True),
        ("[$₪-40D] #,##0.00", True),
        ("#,##0.00 [$Kz-816]", True),
        ("[$EUR] 0.00", True),
        ('"P"#,##0', True),
        ("\\R$#,##0", True),
        ("#,##0 €", True),
        ("0.00 KG", True),
        ("0\\ \\k\\g", True),
        ("General", False),
        ("0.00E+00", False),
        ("[$-409]#,##0.00;[Red]-#,##0.00", False),
        ("[$$-409]#,##0.00", False),
        ("[$US$-409] #,##0.00", False),
        ("[$USD] #,##0.00", False),
        ("\\U\\S$#,##0", False),
        ('0.00" ct"', False),
        ('_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', False),
        ("_-* #,##0.00\\ _€_-;\\-* #,##0.00\\ _€_-", False),  # room for a sign that is not shown
    ],
)
def test_a_number_shown_in_another_currency_or_weight(number_format, foreign):
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEADER)
    book.active.append(LINE)
    book.active["F2"].number_format = number_format
    book.save(made)
    upload = read_upload(made.getvalue(), "f.xlsx", kind=ReturnKind.TRADE)
    assert codes(upload) == ["other-currency"] * foreign
