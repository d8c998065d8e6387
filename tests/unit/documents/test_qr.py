"""QR codes: one spelling a document, geometry that paper keeps, and reading back through a real reader."""

import contextlib
import io
import re

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from openkp.documents.errors import DocumentError, Malformed, Unsupported
from openkp.documents.qr import (
    LARGEST_DOCUMENT,
    SMALLEST_MODULE_MM,
    Form,
    digits_of,
    document_of,
    qr_png,
    qr_svg,
    qr_symbol,
    qr_text,
    read_qr_text,
)

HOST = "https://kp.gov.sl"
QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def document(size: int, seed: int = 1) -> bytes:
    """Bytes of ``size`` that begin as a document does and look as random as a signature."""
    return (
        b"\xd2"
        + b"".join(
            (seed * 0x9E3779B97F4A7C15 * (index + 1) & 0xFFFFFFFFFFFFFFFF).to_bytes(8) for index in range(size // 8 + 1)
        )[: size - 1]
    )


def read_back(png: bytes) -> list[str]:
    with Image.open(io.BytesIO(png)) as image:
        return [code.text for code in zxingcpp.read_barcodes(image.convert("L"), formats=QR_CODES)]


# --- the digits ---------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=1500))
@example(b"\x00")
@example(bytes(7))
@example(bytes(8) + b"\xff" * 7)
def test_every_document_comes_back_and_leading_zeros_survive(data: bytes) -> None:
    assert document_of(digits_of(data)) == data
    assert read_qr_text(qr_text(data, HOST)) == data
    assert read_qr_text(f"KPC1:{digits_of(data)}") == data


@given(st.text(alphabet="0123456789", max_size=80))
def test_what_is_read_is_what_would_be_written(digits: str) -> None:
    try:
        data = document_of(digits)
    except Malformed:
        return
    assert digits_of(data) == digits


def test_groups_of_seven_bytes_and_a_shorter_last_one() -> None:
    assert digits_of(b"\x00\x00\x00\x00\x00\x00\x01\xd2") == "00000000000000001" + "210"
    assert digits_of(b"\xff" * 7) == "72057594037927935"
    assert [len(digits_of(bytes(size))) for size in range(1, 8)] == [3, 5, 8, 10, 13, 15, 17]


@pytest.mark.parametrize(
    "digits", ["", "1", "12", "1234", "256", "65536", "72057594037927936", "٣٤٥", "²²²", " 210", "+10"]
)
def test_digits_that_nobody_writes_are_refused(digits: str) -> None:
    with pytest.raises(Malformed):
        document_of(digits)


def test_four_kilobytes_and_no_more() -> None:
    assert document_of(digits_of(bytes(LARGEST_DOCUMENT))) == bytes(LARGEST_DOCUMENT)
    for size in (0, LARGEST_DOCUMENT + 1):
        with pytest.raises(Malformed):
            digits_of(bytes(size))
    longer = digits_of(bytes(LARGEST_DOCUMENT - 1)) + "0" * 100
    with pytest.raises(Malformed):
        document_of(longer)
    with pytest.raises(Malformed):
        document_of("0" * 1_000_000)


# --- the text -----------------------------------------------------------------------------------


def test_the_address_is_ignored_whatever_it_says() -> None:
    digits = digits_of(b"\xd2document")
    for address in ("https://evil.example", "http://localhost:8000", "https://kp.gov.bw/over/there"):
        assert read_qr_text(f"{address}/v#{digits}") == b"\xd2document"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KPC1:",
        "kpc1:210",
        "KPC2:210",
        "KPC1:210 ",
        "KPC1:210\n",
        "https://kp.gov.sl/v#",
        "https://kp.gov.sl/v210",
        "https://kp.gov.sl/w#210",
        "HTTPS://kp.gov.sl/v#210",
        "https://kp.gov.sl/v#210#210",
        "https://kp.gov.sl/v#210?x=1",
        "https://kp gov.sl/v#210",
        "ftp://kp.gov.sl/v#210",
        "https://" + "a" * 300 + "/v#210",
        "https://кп.example/v#210",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_qr_text(text)


@given(st.text(max_size=200))
def test_no_text_does_more_than_refuse(text: str) -> None:
    with contextlib.suppress(DocumentError):
        read_qr_text(text)


@pytest.mark.parametrize(
    "address",
    ["", "kp.gov.sl", "http://kp.gov.sl", "https://kp.gov.sl/x", "https://KP.gov.sl", "https://a#b", "https://a b"],
)
def test_a_verifier_without_a_plain_address_is_our_own_mistake(address: str) -> None:
    with pytest.raises(ValueError, match="verifier"):
        qr_text(b"\xd2", address)


def test_plain_http_on_loopback_only() -> None:
    assert qr_text(b"\xd2", "http://127.0.0.1:8100") == "http://127.0.0.1:8100/v#210"


# --- the symbol ---------------------------------------------------------------------------------


@given(st.integers(100, 1500), st.integers(1, 1_000_000))
@settings(max_examples=25, deadline=None)
def test_mixed_segments_lose_nothing(size: int, seed: int) -> None:
    text = qr_text(document(size, seed), HOST)
    assert read_back(qr_png(text, dpi=300)) == [text]


@pytest.mark.parametrize(
    ("size", "form", "side", "version"),
    [
        (464, Form.FULL, 40, 17),
        (511, Form.FULL, 40, 18),
        (600, Form.FULL, 40, 20),
        (654, Form.FULL, 45, 21),
        (900, Form.FULL, 45, 22),
        (1500, Form.FULL, 55, 29),
        (209, Form.PUBLIC, 28, 11),
    ],
)
def test_sides_as_measured_on_paper(size: int, form: Form, side: int, version: int) -> None:
    symbol = qr_symbol(qr_text(document(size), HOST), form)
    assert (symbol.side_mm, symbol.code.version) == (side, version)


@given(st.integers(1, 2000), st.sampled_from(Form))
@settings(max_examples=40, deadline=None)
def test_no_module_is_finer_than_paper_holds(size: int, form: Form) -> None:
    try:
        symbol = qr_symbol(qr_text(document(size), HOST), form)
    except Unsupported:
        assert size > (500 if form is Form.PUBLIC else 1800)
        return
    assert symbol.module_mm >= SMALLEST_MODULE_MM


@pytest.mark.parametrize(("size", "form"), [(4096, Form.FULL), (2600, Form.FULL), (700, Form.PUBLIC)])
def test_what_is_too_long_for_paper_is_said(size: int, form: Form) -> None:
    with pytest.raises(Unsupported) as refused:
        qr_symbol(qr_text(document(size), HOST), form)
    assert refused.value.code == "qr_size"


def test_the_picture_is_never_larger_than_its_place_and_has_whole_dots() -> None:
    text = qr_text(document(511), HOST)
    symbol = qr_symbol(text)
    for dpi in (150, 300, 600):
        with Image.open(io.BytesIO(qr_png(text, dpi=dpi))) as image:
            assert image.width % symbol.modules == 0
            assert image.width <= symbol.side_mm / 25.4 * dpi
    with pytest.raises(ValueError, match="dots"):
        qr_png(text, dpi=20)


def test_the_drawing_has_its_printed_size() -> None:
    svg = qr_svg(qr_text(document(209), HOST), Form.PUBLIC)
    width = re.search(r'width="([0-9.]+)mm"', svg)
    assert width
    assert float(width[1]) == pytest.approx(28)
