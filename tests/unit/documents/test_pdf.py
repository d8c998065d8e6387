"""The printed certificate: nothing of Annex I is missing, it reads back from paper, and it is the same every time."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.pdf import CertificateView, ConfirmationView, Letterhead, certificate_pdf, confirmation_pdf
from openkp.documents.pdf.labels import ENGLISH, labels_in, languages
from openkp.documents.scan import find_documents
from openkp.scheme.certificates import STATEMENT, TITLE, Certificate, Outcome
from openkp.scheme.goods import Carats, HsSubheading, Line, Origin, OriginMode, Party, USDollars
from tests.unit.documents.makers import (
    certificate,
    certificate_document,
    confirmation,
    confirmation_document,
    logged,
    public_form,
)

DOCUMENT = certificate_document()
PUBLIC = public_form(DOCUMENT)
RASTER = shutil.which("pdftoppm")
NOTO = Path("/usr/share/fonts/truetype/noto")


def letterhead(**other: object) -> Letterhead:
    values = {
        "participant_name": "Republic of Sierra Leone",
        "authority_name": "National Minerals Agency",
        "authority_address": "New England Ville, Freetown",
        "base_url": "https://kp.gov.sl",
        "language": "fr",
        "places": {"SL": "Sierra Leone", "BE": "Belgium", "GH": "Ghana"},
    }
    return Letterhead(**(values | other))


def printed(value: Certificate | None = None, *, document: bytes = DOCUMENT, **head: object) -> bytes:
    view = CertificateView(certificate=value or certificate(), letterhead=letterhead(**head), check_code="K7QM29XTRA")
    return certificate_pdf(view, document=document, public=PUBLIC)


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True)


def text_of(pdf: bytes, page: int | None = None) -> str:
    """The text in reading order, spaces and breaks made one."""
    pages = reader(pdf).pages
    chosen = pages if page is None else [pages[page]]
    return " ".join(" ".join(part.extract_text() for part in chosen).split())


def metadata(pdf: bytes) -> str:
    return reader(pdf).trailer["/Root"]["/Metadata"].get_data().decode()


def rendered(pdf: bytes, folder: Path, dpi: int) -> list[bytes]:
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run([RASTER, "-r", str(dpi), "-png", "paper.pdf", "page"], cwd=folder, check=True)
    return [page.read_bytes() for page in sorted(folder.glob("page-*.png"))]


# --- what is on the paper -----------------------------------------------------------------------

WHOLE = certificate(
    parcel_reference="SL/2026/0456", predecessors=("GH000123",), remarks="Returned goods.", specimen=True
)

ANNEX_I_A = {
    "CFLD-01 title": TITLE,
    "CFLD-02 statement": STATEMENT,
    "CFLD-03 origin": "Country of origin / Pays d'origine Sierra Leone (SL)",
    "CFLD-04 number": "SL004911",
    "CFLD-05 issue": "Date of issue / Date de délivrance 2026-03-02",
    "CFLD-06 expiry": "Date of expiry / Date d'expiration 2026-05-01",
    "CFLD-07 authority": "Issuing authority / Autorité de délivrance National Minerals Agency",
    "CFLD-08 exporter": "Exporter / Exportateur Kono Diamonds Ltd 12 Siaka Stevens Street, Freetown Sierra Leone (SL)",
    "CFLD-09 importer": "Importer / Importateur Hoveniers Ruwe Diamant BV Hoveniersstraat 22, Antwerpen Belgium (BE)",
    "CFLD-10..13 goods": "7102.31 Non-industrial / Non industriels 2 1234.56 308640.00",
    "CFLD-10..13 second line": "7102.21 Industrial / Industriels 1 10.05 120.60",
    "CFLD-10..12 total": "Total 3 1244.61 308760.60",
    "CFLD-14 validation": "Signed electronically on / Signé électroniquement le 2026-03-02 10:00:00 UTC",
    "CFLD-16 English": "Rough diamonds in this shipment",
    "second language": "Certificat du processus de Kimberley",
    "destination": "Country of destination / Pays de destination Belgium (BE)",
    "seals": "SL-77120, SL-77121",
    "paper": "B 204417",
    "parcel": "SL/2026/0456",
    "earlier certificate": "GH000123",
    "remarks": "Returned goods.",
    "check code": "K7QM29XTRA",
    "verifier in words": "kp.gov.sl",
}


@pytest.fixture(scope="module")
def first_page() -> str:
    return text_of(printed(WHOLE), 0)


@pytest.mark.parametrize("element", ANNEX_I_A)
def test_every_element_of_the_annex_is_on_the_first_page(element: str, first_page: str) -> None:
    assert ANNEX_I_A[element] in first_page


@pytest.mark.parametrize(
    "element",
    [
        "SL004911",
        "Country of destination / Pays de destination Belgium (BE)",
        "Importer / Importateur Hoveniers Ruwe Diamant BV",
        "7102.31 Non-industrial / Non industriels 2 1234.56 308640.00",
        "Date of receipt / Date de réception",
        "Authentication by the Importing Authority",
        "Container label",
    ],
)
def test_the_second_page_is_the_slip_of_annex_i_b(element: str) -> None:
    pdf = printed(WHOLE)
    assert len(reader(pdf).pages) == 2
    assert element in text_of(pdf, 1)


def test_the_container_label_names_neither_value_nor_parties() -> None:
    label = text_of(printed(WHOLE), 1).partition("Elle n'indique ni la valeur ni les parties.")[2]
    assert "SL004911" in label
    for secret in ("308", "1234", "Kono", "Hoveniers"):
        assert secret not in label


@pytest.mark.parametrize("specimen", [True, False])
def test_specimen_stands_on_every_page_of_a_specimen_only(specimen: bool) -> None:
    pdf = printed(certificate(specimen=specimen))
    for page in range(2):
        assert ("SPECIMEN" in text_of(pdf, page)) is specimen
        assert ("Not a certificate, of no legal effect" in text_of(pdf, page)) is specimen


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        (Origin(OriginMode.MIXED), "*** (mixed origin)"),
        (Origin(OriginMode.MIXED_LISTED, ("GH", "LR", "SL")), "Ghana (GH), LR, Sierra Leone (SL)"),
    ],
)
def test_mixed_origins_are_asterisks_or_all_countries(origin: Origin, shown: str) -> None:
    assert shown in text_of(printed(certificate(origin=origin)), 0)


# --- languages ----------------------------------------------------------------------------------


def test_french_is_complete_and_no_language_has_words_of_its_own() -> None:
    english = set(labels_in(ENGLISH).words)
    assert set(labels_in("fr").words) == english
    assert labels_in(ENGLISH).statement == STATEMENT
    for language in languages():
        assert set(labels_in(language).words) <= english


@pytest.mark.parametrize("language", languages())
def test_english_is_there_beside_any_language(language: str) -> None:
    text = text_of(printed(WHOLE, language=language), 0)
    assert STATEMENT in text
    assert labels_in(language).statement in text
    assert "Date of expiry" in text
    assert labels_in(language).words["issued_on"] in text


def test_english_alone_says_nothing_twice() -> None:
    text = text_of(printed(WHOLE, language=ENGLISH), 0)
    assert text.count(TITLE) == 1
    assert " / " not in text.replace(" / 2", "").replace("SL/2026", "")


def test_an_authority_may_word_the_second_language_itself() -> None:
    assert "Date of issue / Délivré le" in text_of(printed(words={"issued_on": "Délivré le"}), 0)


def test_a_language_without_a_table_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="language"):
        printed(language="tlh")


# --- the file -----------------------------------------------------------------------------------


def test_the_signed_document_is_attached_as_the_source() -> None:
    pdf = printed()
    (attachment,) = reader(pdf).attachment_list
    assert (attachment.name, attachment.content) == ("certificate.kpc", DOCUMENT)
    assert attachment.associated_file_relationship == "/Source"
    assert find_documents(pdf) == [DOCUMENT]


def test_the_file_with_receipts_may_travel_while_the_paper_carries_the_short_one() -> None:
    whole = logged(DOCUMENT)
    view = CertificateView(certificate=certificate(), letterhead=letterhead(), check_code="K7QM29XTRA")
    pdf = certificate_pdf(view, document=DOCUMENT, public=PUBLIC, attached=whole)
    assert find_documents(pdf) == [whole]


def test_archival_and_accessible_by_its_own_metadata() -> None:
    pdf = printed()
    root = reader(pdf).trailer["/Root"]
    assert re.search(r"pdfaid:part>3<", metadata(pdf))
    assert re.search(r"pdfaid:conformance>B<", metadata(pdf))
    assert re.search(r"pdfuaid:part>1<", metadata(pdf))
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader(pdf).metadata.title == "Kimberley Process Certificate SL004911"


def test_every_code_is_described_for_those_who_do_not_see_it() -> None:
    assert printed_alternatives(printed()) == ["QR code holding the signed document"] * 3


def printed_alternatives(pdf: bytes) -> list[str]:
    found = []
    waiting = [reader(pdf).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if "/Alt" in node:
            found.append(node["/Alt"])
        kids = node.get("/K", [])
        waiting += [kid for kid in (kids if isinstance(kids, list) else [kids]) if hasattr(kid.get_object(), "get")]
    return found


def test_the_same_input_gives_the_same_bytes_dated_by_the_document() -> None:
    pdf = printed()
    assert printed() == pdf
    assert "2026-03-02T10:00:00Z" in metadata(pdf)
    assert str(datetime.now(UTC).date()) not in metadata(pdf) or datetime.now(UTC).date() == date(2026, 3, 2)
    assert printed(certificate(remarks="x")) != pdf


# --- what people write --------------------------------------------------------------------------

HOSTILE = '#read("/etc/passwd") #sys.inputs \\ ] [ " $x^2$ *b* _i_ `c` <l> @r // /* = - + ~ \\u{41} #{1+1}'


def test_text_is_printed_and_never_run() -> None:
    hostile = certificate(exporter=Party(name=HOSTILE, address=HOSTILE, country="SL"), remarks=HOSTILE)
    text = text_of(printed(hostile), 0).replace(" ", "")
    assert text.count(HOSTILE.replace(" ", "")) == 3


@given(
    st.text(alphabet="#\\[]{}()\"$*_`<>@/=~-+'&;:,. abR\u00e9\u0416\u0639\u6c49\U0001f48e", min_size=1, max_size=120)
)
@settings(max_examples=30, deadline=None)
def test_no_name_stops_the_press(name: str) -> None:
    party = Party(name=f"x{name}x", address="Freetown", country="SL")
    assert find_documents(printed(certificate(exporter=party))) == [DOCUMENT]


def test_names_in_other_scripts_are_printed_or_spelled_by_number() -> None:
    name = "Алмазы 汉 💎 شركة ألماس Ελλάς ŁódźÞ"
    pdf = printed(certificate(importer=Party(name=name, address="Antwerpen", country="BE")))
    text = text_of(pdf, 0)
    for part in ("Алмазы [U+6C49] [U+1F48E]", "Ελλάς ŁódźÞ", "Characters that no font at hand can print"):
        assert part in text


@pytest.mark.skipif(not NOTO.is_dir(), reason="no Noto fonts here (fonts-noto-core)")
def test_fonts_of_the_node_print_what_typst_alone_cannot() -> None:
    name = "บริษัท เพชร"
    value = certificate(importer=Party(name=name, address="Bangkok", country="TH"))
    assert "[U+" in text_of(printed(value), 0)
    assert "[U+" not in text_of(printed(value, fonts=(str(NOTO),)), 0)


def test_a_full_certificate_loses_nothing() -> None:
    lines = tuple(
        Line(hs=hs, carats=Carats.of("9999999.99"), value=USDollars.of("1234567890.12"), parcels=99_999)
        for hs in HsSubheading
    )
    full = certificate(
        exporter=Party(name="W" * 120, address="Long Street Name, " * 13 + "End", country="SL"),
        lines=lines,
        seals=tuple(f"SEAL-{number:06d}" for number in range(30)),
        predecessors=tuple(f"GH{number:06d}" for number in range(40)),
        remarks="Remarks go on. " * 60 + "The end.",
    )
    text = text_of(printed(full))
    for part in ("SEAL-000029", "GH000039", "The end.", "1234567890.12", "3703703670.36", "Street Name, End"):
        assert part in text
    assert text.count("W") >= 240


# --- back from paper ----------------------------------------------------------------------------


@pytest.mark.skipif(RASTER is None, reason="pdftoppm (poppler-utils) is not here to draw the pages")
@pytest.mark.parametrize("dpi", [100, 200])
def test_the_printed_pages_read_back_to_the_same_bytes(dpi: int, tmp_path: Path) -> None:
    front, slip = rendered(printed(WHOLE), tmp_path, dpi)
    assert find_documents(front) == [DOCUMENT]
    assert find_documents(slip) == [PUBLIC]


# --- the confirmation ---------------------------------------------------------------------------

CONFIRMED = confirmation(outcome=Outcome.ACCEPTED_WITH_DISCREPANCY, remarks="Seal 2 was torn.", specimen=True)
CONFIRMATION = confirmation_document(CONFIRMED)


def confirmed(value: object = CONFIRMED, **head: object) -> bytes:
    values = {"participant_name": "European Union", "authority_name": "Diamond Office Antwerp"}
    return confirmation_pdf(
        ConfirmationView(confirmation=value, letterhead=letterhead(**(values | head))), document=CONFIRMATION
    )


@pytest.mark.parametrize(
    "element",
    [
        "Import confirmation",
        "SL004911",
        "Date of receipt / Date de réception 2026-03-10",
        "Outcome / Décision Accepted with discrepancy / Accepté avec écart",
        "Country of destination / Pays de destination Belgium (BE)",
        "Importer / Importateur Hoveniers Ruwe Diamant BV",
        "7102.31 Non-industrial / Non industriels 2 1234.56 308640.00",
        "Total 3 1244.61 308760.60",
        "Seals intact / Scellés intacts Yes / Oui",
        "Seal 2 was torn.",
        "Importing authority / Autorité importatrice Diamond Office Antwerp",
        "2026-03-11 09:30:00 UTC",
        "00000000000000000000",
        "SPECIMEN",
    ],
)
def test_every_element_of_annex_i_b_is_on_the_confirmation(element: str) -> None:
    assert element in text_of(confirmed())


def test_the_confirmation_is_one_page_and_carries_its_document() -> None:
    pdf = confirmed()
    assert len(reader(pdf).pages) == 1
    assert confirmed() == pdf
    assert find_documents(pdf) == [CONFIRMATION]
    assert reader(pdf).attachment_list.__next__().name == "confirmation.kpi"


def test_a_refusal_without_goods_says_so() -> None:
    refused = replace(CONFIRMED, outcome=Outcome.REFUSED, lines=(), seals_intact=False, remarks="")
    text = text_of(confirmed(refused))
    assert "No goods were weighed." in text
    assert "Refused / Refusé" in text
    assert "Seals intact / Scellés intacts No / Non" in text
