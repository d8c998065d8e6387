"""Finding documents in files: every kind, every fault, and frames as a cheap camera sees them."""

import io
import os
import random
import zlib

import pypdf
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from openkp.documents import scan
from openkp.documents.errors import DocumentError, Malformed, Unsupported
from openkp.documents.qr import Form, qr_png, qr_text
from openkp.documents.scan import find_documents
from tests.unit.documents.makers import certificate_document, public_form

DOCUMENT = certificate_document()
PUBLIC = public_form(DOCUMENT)
TEXT = qr_text(DOCUMENT, "https://kp.gov.sl")
PNG = qr_png(TEXT, dpi=300)
FRAMES = int(os.environ.get("OPENKP_FRAMES", "40"))


def picture(data: bytes = PNG) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("L")


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def pdf_with(*attachments: bytes, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    for index, content in enumerate(attachments):
        writer.add_attachment(f"{index}.kpc", content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


# --- every kind of file -------------------------------------------------------------------------


def test_a_document_itself() -> None:
    assert find_documents(DOCUMENT) == [DOCUMENT]


@pytest.mark.parametrize("text", [TEXT, f"{TEXT}\r\n", f"  {TEXT}\n", "KPC1:" + TEXT.partition("#")[2]])
def test_the_text_of_a_code(text: str) -> None:
    assert find_documents(text.encode()) == [DOCUMENT]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture(kind: str) -> None:
    assert find_documents(saved(picture(), kind)) == [DOCUMENT]


def test_a_picture_with_a_transparent_ground() -> None:
    drawn = Image.new("RGBA", picture().size, (0, 0, 0, 0))
    drawn.paste((0, 0, 0, 255), mask=Image.eval(picture(), lambda tone: 255 - tone))
    assert find_documents(saved(drawn, "PNG")) == [DOCUMENT]


def test_several_codes_in_one_picture_and_strangers_are_passed_over() -> None:
    other = picture(qr_png(qr_text(PUBLIC, "https://kp.gov.sl"), Form.PUBLIC, dpi=300))
    file = io.BytesIO()
    segno.make_qr("https://example.org/menu").save(file, kind="png", scale=6)
    sheet = Image.new("L", (1600, 700), 255)
    for at, part in ((20, picture()), (650, other), (1100, picture(file.getvalue()))):
        sheet.paste(part, (at, 60))
    assert sorted(find_documents(saved(sheet, "PNG"))) == sorted([DOCUMENT, PUBLIC])


def test_the_attachments_of_a_pdf_each_once() -> None:
    assert find_documents(pdf_with(DOCUMENT, b"a letter", PUBLIC, DOCUMENT)) == [DOCUMENT, PUBLIC]


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_scanned_sheet_as_pdf_is_read_by_its_picture(mode: str) -> None:
    sheet = Image.new("L", (1240, 1754), 255)
    sheet.paste(picture(), (700, 1200))
    assert find_documents(saved(sheet.convert(mode), "PDF", resolution=150)) == [DOCUMENT]


# --- every fault --------------------------------------------------------------------------------


def bomb() -> bytes:
    return saved(Image.new("1", (9000, 6000)), "PNG")


def sparse_bomb() -> bytes:
    """A small PDF whose attachment unpacks to 30 MB."""
    packed = zlib.compress(bytes(30_000_000))
    plain = pdf_with(b"@" * len(packed)).replace(b"@" * len(packed), packed)
    return plain.replace(b"/Type /EmbeddedFile", b"/Filter /FlateDecode /Type /EmbeddedFile")


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"", Unsupported, "file_kind"),
        (b"GIF89a" + bytes(50), Unsupported, "file_kind"),
        (b"\xd2" + bytes(scan.LARGEST_DOCUMENT), Malformed, "no_document"),
        (bytes(scan.LARGEST_FILE + 1), Unsupported, "file_too_large"),
        (TEXT.encode() + b"x", Malformed, "qr_text"),
        (TEXT.encode() + b"\xff", Malformed, "qr_text"),
        (b"KPC1:999", Malformed, "qr_digits"),
        (b"KPC1:001", Malformed, "no_document"),
        (b"https://example.org/", Malformed, "qr_text"),
        (pdf_with(), Malformed, "no_document"),
        (pdf_with(b"a letter"), Malformed, "no_document"),
        (pdf_with(DOCUMENT, password="secret"), Malformed, "pdf_encrypted"),
        (pdf_with(*[b"x"] * 40), Unsupported, "pdf_too_large"),
        (sparse_bomb(), Unsupported, "pdf_too_large"),
        (b"%PDF-1.7\n", Malformed, "pdf_damaged"),
        (PNG[:200], Malformed, "picture_damaged"),
        (b"\x89PNG\r\n\x1a\n", Malformed, "picture_damaged"),
        (b"RIFF\x00\x00\x00\x00WAVE", Malformed, "picture_damaged"),
        (saved(Image.new("L", (300, 300), 255), "PNG"), Malformed, "no_document"),
        (bomb(), Unsupported, "picture_too_large"),
    ],
)
def test_each_fault_has_its_code(data: bytes, kind: type[DocumentError], code: str) -> None:
    with pytest.raises(kind) as refused:
        find_documents(data)
    assert refused.value.code == code


def test_a_picture_declared_far_too_large_is_not_decoded() -> None:
    data = bytearray(saved(Image.new("L", (8, 8)), "PNG"))
    data[16:24] = (60_000).to_bytes(4) * 2
    with pytest.raises(DocumentError):
        find_documents(bytes(data))


def only_documents_or_refusals(data: bytes) -> None:
    try:
        found = find_documents(data)
    except DocumentError:
        return
    assert found
    assert all(document.startswith(b"\xd2") for document in found)


STARTS = (b"", b"\xd2", b"%PDF-1.7\n", b"KPC1:", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


@given(st.binary(max_size=300), st.sampled_from(STARTS))
@settings(max_examples=150, deadline=None)
def test_random_bytes_are_refused_by_a_document_error(data: bytes, start: bytes) -> None:
    only_documents_or_refusals(start + data)


@pytest.mark.parametrize("name", ["pdf", "png", "jpeg", "webp", "scanned"])
def test_changed_and_cut_files_give_documents_or_a_document_error(name: str) -> None:
    small = picture().resize((300, 300))
    whole = {
        "pdf": lambda: pdf_with(DOCUMENT, b"a letter"),
        "png": lambda: PNG,
        "jpeg": lambda: saved(small, "JPEG"),
        "webp": lambda: saved(small, "WEBP"),
        "scanned": lambda: saved(small, "PDF"),
    }[name]()
    dice = random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        only_documents_or_refusals(bytes(data))
        only_documents_or_refusals(whole[: dice.randrange(len(whole))])


# --- frames as a camera sees them ----------------------------------------------------------------


def frame(dice: random.Random) -> bytes:
    """The printed code turned, tilted, shaded, soiled, blurred, noisy, and saved as JPEG."""
    code = picture()
    sheet = Image.new("L", (900, 900), 235)
    sheet.paste(code, ((900 - code.width) // 2, (900 - code.height) // 2))
    draw = ImageDraw.Draw(sheet)
    for _ in range(dice.randint(0, 3)):
        x, y, size = dice.randint(230, 660), dice.randint(230, 660), dice.randint(4, 12)
        draw.ellipse((x, y, x + size, y + size), fill=dice.choice((40, 120, 220)))
    near = [dice.uniform(0, 45) for _ in range(4)]
    far = [900 - dice.uniform(0, 45) for _ in range(4)]
    quad = (near[0], near[1], near[2], far[0], far[1], far[2], far[3], near[3])
    sheet = sheet.transform(sheet.size, Image.Transform.QUAD, quad, Image.Resampling.BILINEAR, fillcolor=235)
    sheet = sheet.rotate(dice.uniform(-25, 25), Image.Resampling.BILINEAR, fillcolor=235)
    shade = Image.linear_gradient("L").resize(sheet.size).rotate(dice.choice((0, 90, 180, 270)))
    sheet = Image.blend(sheet, shade, dice.uniform(0, 0.35))
    sheet = sheet.filter(ImageFilter.GaussianBlur(dice.uniform(0, 1.4)))
    sheet = Image.blend(sheet, noise(dice, sheet.size), dice.uniform(0, 0.15))
    return saved(sheet, "JPEG", quality=dice.randint(50, 90))


def noise(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("L", size, dice.randbytes(size[0] * size[1]))


def test_at_least_95_of_100_degraded_frames_are_read_and_none_wrongly() -> None:
    """``OPENKP_FRAMES`` sets how many frames (40 here, 400 for the goal of reading QR codes)."""
    dice = random.Random(19)
    read = 0
    for _ in range(FRAMES):
        try:
            found = find_documents(frame(dice))
        except DocumentError:
            continue
        assert found == [DOCUMENT]
        read += 1
    assert read >= 0.95 * FRAMES
