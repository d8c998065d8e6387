"""Files as filers send them: read in every spelling that means one thing, and everything wrong told at once."""

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from openkp.figures.uploads import empty_template, read_upload
from openkp.figures.uploads import workbook as book_module
from openkp.figures.uploads.sheets import LARGEST_FILE
from openkp.scheme.filings import MOST_LINES
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind

TRADE, PRODUCTION = ReturnKind.TRADE, ReturnKind.PRODUCTION
HEADER = "flow,partner,origin,hs,carats,value_usd,certificates\n"
LINE = {
    "flow": "export",
    "partner": "NA",
    "origin": "",
    "hs": "7102.10",
    "carats": "1234.50",
    "value_usd": "2000.00",
    "certificates": "3",
}


def codes(upload):
    return [each.code for each in upload.findings]


def workbook(rows, change=lambda page: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_spelling_of_csv(encoding, delimiter, end):
    text = HEADER.replace(",", delimiter) + delimiter.join(LINE.values()) + "\n"
    upload = read_upload(text.replace("\n", end).encode(encoding), "return.csv", kind=TRADE)
    assert codes(upload) == []
    assert upload.fields == {"nature": "figures", "trade": [LINE]}


@pytest.mark.parametrize("title", ["Return of Angola, first quarter of 2024, in carats, US dollars", "Angola\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_title_above_the_table_does_not_say_how_it_is_separated(title, delimiter):
    cells = [
        f'"{cell}"' if delimiter in cell else cell
        for cell in ("export", "NA", "", "7102.10", "1,234.50", "2,000.00", "3")
    ]
    text = f"{title}\n\n" + HEADER.replace(",", delimiter) + delimiter.join(cells) + "\n"
    upload = read_upload(text.encode(), "return.csv", kind=TRADE)
    assert upload.fields == {"nature": "figures", "trade": [LINE]}


@pytest.mark.parametrize(
    ("carats", "value"),
    [("1,234.50", "2,000.00"), ("1 234,50", "2 000,00"), ("1.234,50", "2.000,00"), ("1'234.50", "2'000")],
)
def test_the_marks_of_four_countries(carats, value):
    text = f"flow;partner;hs;carats;value;kpc\nexports;Namibia;710210;{carats};{value};3\nImports;EU;71023100;5;6;1\n"
    upload = read_upload(text.encode(), "r.csv", kind=TRADE)
    assert codes(upload) == []
    assert upload.fields["trade"][0] == {k: v for k, v in LINE.items() if k != "origin"} | {"hs": "710210"}


def test_a_mark_settles_the_whole_column():
    text = HEADER + 'export,NA,,7102.10,"1.234","12,50",1\nexport,AE,,7102.10,"2.000,50","1,00",1\n'
    upload = read_upload(text.encode(), "r.csv", kind=TRADE)
    assert [line["carats"] for line in upload.fields["trade"]] == ["1234.00", "2000.50"]


def test_all_findings_with_row_and_column():
    text = "Our return\n\nflow,partner,hs,Weight (kg),value (EUR),kpc,remark\nsell,ZZ,1,5 kg,€3,-1,x\n"
    upload = read_upload(text.encode(), "r.csv", kind=TRADE)
    assert set(codes(upload)) == {
        "column-unknown",
        "column-unit",
        "flow_unknown",
        "partner_not_a_country",
        "hs_unknown",
        "carats_weight",
        "value_usd_currency",
        "certificates_negative",
    }
    assert "Row 4, column Weight (kg): Write the carats in metric carats." in " ".join(
        f.text() for f in upload.findings
    )


def test_a_workbook_is_read_as_it_is_seen():
    header = HEADER.strip().split(",")
    rows = [header, ["export", "NA", None, 7102.10, 1234.5, 2000, 3]]
    upload = read_upload(workbook(rows), "r.xlsx", kind=TRADE)
    assert upload.fields["trade"] == [LINE | {"hs": "7102.1"}]
    assert codes(upload) == ["hs_unknown"]  # a number cannot keep the last 0: the template holds text
    upload = read_upload(workbook([header, ["export", "NA", None, 710210, 0.1 + 0.2, 1 / 4, 3]]), "r.xlsx", kind=TRADE)
    assert codes(upload) == []
    assert (upload.fields["trade"][0]["carats"], upload.fields["trade"][0]["value_usd"]) == ("0.30", "0.25")


def test_merged_cells_formulas_and_euros():
    def change(page):
        page.merge_cells("A2:A3")
        page["E2"] = "=SUM(E5:E9)"
        page["F2"].number_format = "#,##0.00 [$€-407]"

    rows = [HEADER.strip().split(","), *[["export", "NA", "", "7102.10", 5, 6, 1]] * 2]
    upload = read_upload(workbook(rows, change), "r.xlsx", kind=TRADE)
    assert {"merged-cells", "carats_formula", "other-currency", "flow_missing"} <= set(codes(upload))


def test_columns_in_any_order_are_what_they_are_called():
    header, cells = "flow;partner;hs;Value;Weight;kpc", "export;NA;7102.10;2000.00;1234.50;3"
    upload = read_upload(f"{header}\n{cells}\n".encode(), "r.csv", kind=TRADE)
    assert codes(upload) == []
    assert upload.fields["trade"] == [{name: text for name, text in LINE.items() if name != "origin"}]
    missing = read_upload(
        b"flow;partner;hs;Value (CIF);Value (FOB);kpc\nexport;NA;7102.10;1;2;3\n", "r.csv", kind=TRADE
    )
    assert "no column carats" in missing.findings[0].text()


@pytest.mark.parametrize(
    "header", ["value (mio usd)", "value in thousand US$", "USD '000", "value per carat", "US cents"]
)
def test_a_header_with_a_word_of_doubt_is_told(header):
    upload = read_upload(f"mining;carats;{header}\nASM;1;2\n".encode(), "r.csv", kind=PRODUCTION)
    assert codes(upload) == ["column-unit"]


@pytest.mark.parametrize("header", ["Value (US$)", "valeur usd", "US dollars, FOB", "value of rough diamonds in USD"])
def test_a_header_that_says_dollars_is_read(header):
    upload = read_upload(f"mining;weight (ct);{header}\nASM;1;2\n".encode(), "r.csv", kind=PRODUCTION)
    assert (codes(upload), upload.fields["production"][0]["value_usd"]) == ([], "2.00")


def test_nothing_that_stands_in_a_file_is_left_out_silently():
    header, cells = HEADER.strip(), ",".join(LINE.values())
    beyond = read_upload(f"{header}\n{cells},x\n".encode(), "r.csv", kind=TRADE)
    assert "Row 2, column H: x stands under no name" in beyond.findings[0].text()
    twice = read_upload(f"{header},volume\n{cells},7\n".encode(), "r.csv", kind=TRADE)
    assert (codes(twice), "volume says the same as carats" in twice.findings[0].text()) == (["column-twice"], True)


def test_cells_far_to_the_right_and_other_sheets_are_told():
    rows = [HEADER.strip().split(","), list(LINE.values())]

    def far(page):
        page["BX2"] = "secret"

    def others(page):
        for title in ("empty", "imports"):
            page.parent.create_sheet(title)
        page.parent["imports"].append(rows[0])
        page.parent.move_sheet("empty", -1)

    assert codes(read_upload(workbook(rows, far), "r.xlsx", kind=TRADE)) == ["cells-beyond"]
    line = ",".join(LINE.values())
    assert codes(read_upload(f"{HEADER}{line}{',' * 60}x\n".encode(), "r.csv", kind=TRADE)) == ["cells-beyond"]
    assert codes(read_upload(f"{HEADER}{line}{',' * 10**6}\n".encode(), "r.csv", kind=TRADE)) == []
    upload = read_upload(workbook(rows, others), "r.xlsx", kind=TRADE)
    assert [each.text() for each in upload.findings] == [
        "The sheet “imports” is not read, only “Sheet”: put the return on one sheet."
    ]
    assert upload.fields["trade"] == [LINE]


def test_a_cell_shown_in_kilograms_or_summed_as_an_array():
    def change(page):
        page["E2"].number_format = '0.00" kg"'
        page["F2"] = ArrayFormula("F2", "=SUM(F3:F4)")

    upload = read_upload(
        workbook([HEADER.strip().split(","), ["export", "NA", "", "7102.10", 5, 6, 1]], change), "", kind=TRADE
    )
    assert codes(upload) == ["other-currency", "value_usd_formula"]


def test_a_dash_is_no_amount_and_an_amount_of_carats_no_other_currency():
    upload = read_upload(b"mining,carats,usd\nASM,-,1\nLSM,EUR 5,1\n", "r.csv", kind=PRODUCTION)
    assert codes(upload) == ["carats_missing", "carats_not_a_number"]


def test_a_way_of_mining_is_quoted_as_it_was_typed():
    upload = read_upload(b"mining,carats,usd\nasm,5,6\nAlluvial,7,8\n", "r.csv", kind=PRODUCTION)
    assert [line["mining"] for line in upload.fields["production"]] == ["ASM", "Alluvial"]
    assert "one of ASM, LSM. Alluvial is none" in upload.findings[0].text()


def test_a_row_of_totals_is_no_line():
    text = "mining,carats,usd\nASM,5,6\nLSM,7,8\nTotal,12,14\n"
    upload = read_upload(text.encode(), "r.csv", kind=PRODUCTION)
    assert codes(upload) == ["total-row"]
    assert len(upload.fields["production"]) == 2


def test_sdmx_observations_become_lines():
    head = "STRUCTURE,STRUCTURE_ID,ACTION,FLOW,COUNTERPART_AREA,ORIGIN,PRODUCT,INDICATOR,OBS_VALUE\n"
    row = "dataflow,OPENKP:TRADE(1.0),I,EXPORT,NA,_Z,7102.10,"
    text = head + "".join(
        f"{row}{name},{value}\n" for name, value in [("CARATS", "1234.5"), ("USD", "2000"), ("CERTIFICATES", "3")]
    )
    upload = read_upload(text.encode(), "r.csv", kind=TRADE)
    assert codes(upload) == []
    assert upload.fields["trade"] == [LINE]
    again = read_upload((text + f"{row}CARATS,5\n{row}GRAMS,5\n").encode(), "r.csv", kind=TRADE)
    assert codes(again) == ["observation-repeated", "indicator-unknown"]


def test_sdmx_of_two_quarters_in_thousands_to_be_deleted():
    head = "STRUCTURE,ACTION,TIME_PERIOD,MINING,INDICATOR,OBS_VALUE,UNIT_MULT\n"
    rows = "dataflow,I,2024-S1,ASM,CARATS,5,3\ndataflow,D,2024-S2,ASM,USD,6,0\n"
    upload = read_upload((head + rows).encode(), "r.csv", kind=PRODUCTION)
    assert codes(upload) == ["several-returns", "observation-unfit", "observation-unfit"]


def test_sdmx_with_a_total_beside_its_parts():
    rows = [f"dataflow,{mining},{name},5\n" for mining in ("_T", "ASM") for name in ("CARATS", "USD")]
    head = "STRUCTURE,MINING,INDICATOR,OBS_VALUE\n"
    found = [codes(read_upload((head + "".join(part)).encode(), "r.csv", kind=PRODUCTION)) for part in (rows, rows[:2])]
    assert found == [["total-row", "total-row"], []]


def test_sdmx_of_another_period_than_the_return():
    text = (
        "STRUCTURE,TIME_PERIOD,MINING,INDICATOR,OBS_VALUE\ndataflow,2024-S1,ASM,CARATS,5\ndataflow,2024-S1,ASM,USD,6\n"
    )
    found = {
        half: codes(read_upload(text.encode(), "r.csv", kind=PRODUCTION, period=Period(2024, "H", half)))
        for half in (1, 2)
    }
    assert found == {1: [], 2: ["period-other", "period-other"]}


def test_the_corrected_template_can_be_sent_again():
    wrong = HEADER + "export,NA,,7102.10,5 kg,2000,3\n"
    upload = read_upload(wrong.encode(), "r.csv", kind=TRADE)
    book = openpyxl.load_workbook(io.BytesIO(upload.template))
    page = book.worksheets[0]
    assert "metric carats" in page["E2"].comment.text
    assert "metric carats" in page["H2"].value
    page["E2"] = "1234.50"
    written = io.BytesIO()
    book.save(written)
    again = read_upload(written.getvalue(), "template.xlsx", kind=TRADE)
    assert codes(again) == []
    assert again.fields["trade"] == [LINE]


def test_the_template_speaks_the_language_of_who_asked():
    wrong = HEADER + "export,NA,,7102.10,5 kg,2000,3\n"
    made = read_upload(wrong.encode(), "r.csv", kind=TRADE, translate="fr:{}".format)
    book = openpyxl.load_workbook(io.BytesIO(made.template))
    assert book.worksheets[0]["H2"].value.startswith("fr:") and book.worksheets[1]["B1"].value.startswith("fr:")


@pytest.mark.parametrize("kind", list(ReturnKind))
def test_an_empty_template_has_the_header_and_no_line(kind):
    assert codes(read_upload(empty_template(kind), "t.xlsx", kind=kind)) == ["lines_missing"]


def test_no_cell_of_a_template_is_a_formula():
    upload = read_upload((HEADER + '"=1+1","@x","-1","+1","=A1","=B1",1\n').encode(), "r.csv", kind=TRADE)
    page = openpyxl.load_workbook(io.BytesIO(upload.template)).worksheets[0]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04 and no more", "not-a-workbook"),
        (b"\xd0\xcf\x11\xe0", "old-workbook"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"a,b\n1,2\n", "column-missing"),
        (b'flow,"partner\n1', "not-a-table"),
    ],
)
def test_what_is_no_return(data, code):
    upload = read_upload(data, "file", kind=TRADE)
    assert codes(upload) == [code]
    assert upload.fields == {}
    assert upload.template


def test_a_list_of_shipments_is_refused_before_memory_grows():
    line = ",".join(LINE.values()) + "\n"
    assert codes(read_upload((HEADER + line * (MOST_LINES + 200)).encode(), "r.csv", kind=TRADE)) == ["too-many-rows"]
    assert codes(read_upload(b"x" * (LARGEST_FILE + 1), "r.csv", kind=TRADE)) == ["file-too-large"]


def test_a_long_return_comes_as_text(monkeypatch):
    monkeypatch.setattr(book_module, "MOST_IN_BOOK", 3)
    monkeypatch.setattr(book_module, "HEADROOM", 1)
    monkeypatch.setattr("openkp.figures.uploads.MOST_IN_BOOK", 3)
    rows = [HEADER.strip().split(","), *[list(LINE.values())] * 4]
    assert codes(read_upload(workbook(rows[:4]), "r.xlsx", kind=TRADE)) == []
    refused = read_upload(workbook(rows), "r.xlsx", kind=TRADE)
    assert (codes(refused), "Save it as CSV" in refused.findings[0].text()) == (["too-many-rows"], True)
    text = HEADER + (",".join(LINE.values()) + "\n") * 4
    taken = read_upload(text.encode(), "r.csv", kind=TRADE)
    assert (codes(taken), len(taken.fields["trade"]), taken.template) == ([], 4, b"")


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from([b"", HEADER.encode(), b"PK\x03\x04", b"STRUCTURE,OBS_VALUE\n"]))
def test_no_file_makes_it_stumble(data, start):
    upload = read_upload(start + data, "any", kind=TRADE)
    assert upload.findings or upload.fields["trade"]
