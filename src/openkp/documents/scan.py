"""Finding signed documents in what a person has: a file, a PDF, a picture, the text of a QR code.

1. The input is at most 20 MB; what it is follows from its first bytes, never from a name.
2. A document starts with CBOR tag 18 (byte 0xD2) and is at most 64 kB. Nothing here believes it: ``verify`` does.
3. A PDF gives the documents attached to it; only when there are none, those in the QR codes of its pictures
   (first 8 pages, 4 pictures each, 100 million pixels in all). Codes that are drawn as lines are not seen.
4. A picture has at most 50 million pixels, known before it is decoded; every QR code in it is tried.
5. Finding nothing is an error. Each document is given once, in the order found.
6. Whatever a reader of PDF or pictures does on hostile bytes, only ``DocumentError`` leaves.
"""

import io
import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import pypdf
import zxingcpp
from PIL import Image
from pypdf.generic import DictionaryObject, IndirectObject, PdfObject, StreamObject

from openkp.documents.errors import DocumentError, Malformed, Unsupported
from openkp.documents.qr import read_qr_text
from openkp.scheme.words import N_, Sentence

LARGEST_FILE = 20_000_000
LARGEST_DOCUMENT = 65_536
MOST_PIXELS = 50_000_000
MOST_PIXELS_IN_ALL = 100_000_000
MOST_ATTACHMENTS = 32
MOST_PAGES = 8
MOST_PICTURES = 4

_TAG_18 = b"\xd2"
_KNOWN_FILTERS = {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode"}
_QR_TEXTS = (b"https://", b"http://", b"KPC1:")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
_QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_ADVICE = Sentence(N_("Use the certificate's PDF or .kpc file, or take a picture of the QR code in good light."))

T = TypeVar("T")

# What is wrong with a file is said by our own error; hostile files shall not fill a node's log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def find_documents(data: bytes) -> list[bytes]:
    """Every signed document in ``data``: a document itself, a PDF, a PNG, JPEG or WebP picture, or a QR code's text.

    The documents are not verified. Raises ``Unsupported`` for another kind of file or one that is too large, and
    ``Malformed`` for one that is damaged, encrypted or holds no document.
    """
    if len(data) > LARGEST_FILE:
        raise Unsupported(Sentence(N_("The file is larger than 20 MB.")), code="file_too_large")
    found = dict.fromkeys(document for document in _reader_for(data)(data) if _may_be_document(document))
    if not found:
        raise Malformed(Sentence(N_("No signed document was found in this file.")), code="no_document", advice=_ADVICE)
    return list(found)


def _reader_for(data: bytes) -> Callable[[bytes], Iterable[bytes]]:
    if data.startswith(_TAG_18):
        return _itself
    if b"%PDF-" in data[:1024]:
        return _in_pdf
    if data.startswith(_PICTURES):
        return _in_picture
    if data.lstrip().startswith(_QR_TEXTS):
        return _in_text
    raise Unsupported(
        Sentence(N_("This is no document, PDF, picture or text of a QR code.")),
        code="file_kind",
        advice=_ADVICE,
    )


def _may_be_document(data: bytes) -> bool:
    return data.startswith(_TAG_18) and len(data) <= LARGEST_DOCUMENT


def _itself(data: bytes) -> Iterable[bytes]:
    return (data,)


def _in_text(data: bytes) -> Iterable[bytes]:
    try:
        return (read_qr_text(data.strip().decode("ascii")),)
    except UnicodeDecodeError as error:
        raise Malformed(Sentence(N_("The text is not plain digits and letters.")), code="qr_text") from error


def _in_picture(data: bytes) -> Iterable[bytes]:
    """The documents in the QR codes of one picture; codes that say something else are passed over."""
    return _documents_of_codes(_guarded(lambda: _read_codes(io.BytesIO(data)), "picture_damaged"))


def _documents_of_codes(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        try:
            yield read_qr_text(text)
        except DocumentError:
            continue


def _read_codes(source: io.BytesIO) -> list[str]:
    with Image.open(source, formats=("PNG", "JPEG", "WEBP")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Unsupported(Sentence(N_("The picture has more than 50 million pixels.")), code="picture_too_large")
        return _codes_of(_grey(image))


def _grey(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("L")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA")).convert("L")


def _codes_of(image: Image.Image) -> list[str]:
    """The QR codes' texts; a poor picture is looked at a second time, smoothed, and a third time, enlarged."""
    looks: tuple[Callable[[Image.Image], Image.Image], ...] = (Image.Image.copy, _smooth, _enlarged)
    for look in looks:
        codes = zxingcpp.read_barcodes(look(image), formats=_QR_CODES, text_mode=zxingcpp.TextMode.Plain)
        if codes:
            return [code.text for code in codes]
    return []


def _smooth(image: Image.Image) -> Image.Image:
    return image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BOX)


def _enlarged(image: Image.Image) -> Image.Image:
    factor = 2 if image.width * image.height <= MOST_PIXELS // 8 else 1
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.BICUBIC)


def _in_pdf(data: bytes) -> Iterable[bytes]:
    return _guarded(lambda: _attached(data) or _pictured(data), "pdf_damaged")


def _open_pdf(data: bytes) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Malformed(Sentence(N_("The PDF is encrypted; save it without a password.")), code="pdf_encrypted")
    return reader


def _attached(data: bytes) -> list[bytes]:
    found = []
    unpacked = 0
    for count, attachment in enumerate(_open_pdf(data).attachment_list, start=1):
        unpacked += len(attachment.content)
        if count > MOST_ATTACHMENTS or unpacked > LARGEST_FILE:
            raise Unsupported(Sentence(N_("The PDF has too many or too large attachments.")), code="pdf_too_large")
        if _may_be_document(attachment.content):
            found.append(attachment.content)
    return found


def _pictured(data: bytes) -> list[bytes]:
    """The documents in the QR codes of the pictures that the pages show, as in a scanned sheet."""
    found: list[bytes] = []
    left = MOST_PIXELS_IN_ALL
    for page in _open_pdf(data).pages[:MOST_PAGES]:
        for name, picture in islice(_pictures_of(page), MOST_PICTURES):
            left -= _pixels(picture)
            if left < 0:
                return found
            found.extend(_documents_of_codes(_codes_in_page(page, name, picture)))
    return found


def _pixels(picture: StreamObject) -> int:
    """How many pixels looking at a picture costs: those that a JPEG has, not those that the PDF says it has."""
    if "/DCTDecode" not in _filters(picture):
        return int(picture.get("/Width", 0)) * int(picture.get("/Height", 0))
    with Image.open(io.BytesIO(picture.get_data()), formats=("JPEG",)) as image:
        return image.width * image.height


def _pictures_of(page: pypdf.PageObject) -> Iterator[tuple[str, StreamObject]]:
    """Pictures of a bearable size in the encodings of scanners; decoders with a worse past are not called."""
    for name, reference in _resolved(_resolved(page.get("/Resources")).get("/XObject")).items():
        picture = _resolved(reference)
        if not isinstance(picture, StreamObject) or picture.get("/Subtype") != "/Image":
            continue
        small = int(picture.get("/Width", 0)) * int(picture.get("/Height", 0)) <= MOST_PIXELS
        if small and _filters(picture) <= _KNOWN_FILTERS:
            yield str(name), picture


def _filters(picture: StreamObject) -> set[str]:
    named = picture.get("/Filter", [])
    return {str(name) for name in (named if isinstance(named, list) else [named])}


def _codes_in_page(page: pypdf.PageObject, name: str, picture: StreamObject) -> list[str]:
    if "/DCTDecode" in _filters(picture):
        return _read_codes(io.BytesIO(picture.get_data()))
    shown = page.images[name].image
    return _codes_of(_grey(shown)) if shown is not None else []


def _resolved(value: PdfObject | None) -> DictionaryObject:
    target = value.get_object() if isinstance(value, IndirectObject) else value
    return target if isinstance(target, DictionaryObject) else DictionaryObject()


def _guarded(read: Callable[[], T], code: str) -> T:
    """What ``read`` gives. The libraries behind it raise many things on hostile bytes; all become ``Malformed``."""
    try:
        return read()
    except DocumentError:
        raise
    except Exception as error:
        raise Malformed(Sentence(N_("The file is damaged and cannot be read.")), code=code, advice=_ADVICE) from error
