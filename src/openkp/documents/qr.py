"""A document as a QR code on paper, and the QR code's text back to the document.

1. The text is ``https://<host>/v#<digits>`` or ``KPC1:<digits>``; only the digits are read, no address is followed.
2. Seven bytes become seventeen digits: a group is one whole number below 2**56, most significant byte first.
3. The last group may be shorter: 1 to 6 bytes become 3, 5, 8, 10, 13 or 15 digits. Leading zeros are written.
4. So every document has one spelling and every spelling one document; any other text is refused.
5. In the symbol the address is a byte segment, the digits a numeric segment.
6. A module is never printed smaller than 0.38 mm; each form has its sides and levels of error correction in order.

Page: docs/formats/paper-qr.md.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import ceil

import segno

from openkp.documents.errors import Malformed, Unsupported
from openkp.scheme.words import N_, Sentence

LARGEST_DOCUMENT = 4096
_GROUP = 7
_DIGITS = (0, 3, 5, 8, 10, 13, 15, 17)
_LONGEST_TEXT = 256 + ceil(LARGEST_DOCUMENT / _GROUP) * _DIGITS[_GROUP]
_BASE_URL = re.compile(r"(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost|\[::1\]))(:[0-9]{1,5})?", re.ASCII)
_TEXT = re.compile(r"(?:KPC1:|https?://[!-\"$-~]{1,200}/v#)([0-9]+)", re.ASCII)

_BYTE, _NUMERIC = 4, 1  # the mode indicators of ISO/IEC 18004, table 2
QUIET_ZONE = 4
SMALLEST_MODULE_MM = 0.38


def digits_of(document: bytes) -> str:
    """``document`` as decimal digits. Raises ``Malformed`` when it is empty or above 4,096 bytes."""
    if not 1 <= len(document) <= LARGEST_DOCUMENT:
        raise Malformed(Sentence(N_("A QR code carries 1 to 4096 bytes.")), code="qr_size")
    groups = (document[start : start + _GROUP] for start in range(0, len(document), _GROUP))
    return "".join(f"{int.from_bytes(group):0{_DIGITS[len(group)]}d}" for group in groups)


def document_of(digits: str) -> bytes:
    """The document that ``digits`` spell. Raises ``Malformed`` for every text that ``digits_of`` never writes."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > _LONGEST_TEXT:
        raise Malformed(Sentence(N_("The QR code does not hold plain digits.")), code="qr_digits")
    document = b"".join(_groups(digits))
    if len(document) > LARGEST_DOCUMENT:
        raise Malformed(Sentence(N_("A QR code carries 1 to 4096 bytes.")), code="qr_size")
    return document


def _groups(digits: str) -> Iterator[bytes]:
    full = _DIGITS[_GROUP]
    for start in range(0, len(digits), full):
        group = digits[start : start + full]
        if len(group) not in _DIGITS:
            raise Malformed(Sentence(N_("The digits of the QR code were cut or padded.")), code="qr_digits")
        length = _DIGITS.index(len(group))
        if int(group) >> (8 * length):
            raise Malformed(Sentence(N_("The digits of the QR code are out of range.")), code="qr_digits")
        yield int(group).to_bytes(length)


def qr_text(document: bytes, base_url: str) -> str:
    """The text of the QR code of ``document``: ``base_url``, ``/v#`` and the digits.

    ``base_url`` is the authority's verifier, ``https://`` and a host in lower case (``http://`` on loopback only), else
    ``ValueError``. Raises ``Malformed`` when the document is empty or above 4,096 bytes.
    """
    if not _BASE_URL.fullmatch(base_url) or len(base_url) > 200:
        raise ValueError("a verifier's address is https:// and a host, without path")
    return f"{base_url}/v#{digits_of(document)}"


def read_qr_text(text: str) -> bytes:
    """The document in a QR code's text. The address before the digits is ignored. Raises ``Malformed``."""
    match = _TEXT.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise Malformed(
            Sentence(N_("This is not the text of a certificate's QR code.")),
            code="qr_text",
            advice=Sentence(N_("Scan the large square on the certificate, not another code on the paper.")),
        )
    return document_of(match[1])


class Form(Enum):
    """Where a code is printed: its sides in millimetres, quiet zone included, and levels, in order of preference."""

    FULL = ((40, "M"), (45, "M"), (45, "L"), (55, "L"), (65, "L"))
    PUBLIC = ((28, "M"), (28, "L"), (34, "L"))


@dataclass(frozen=True)
class Symbol:
    """One QR code ready to print: ``side_mm`` with its quiet zone, ``modules`` across with its quiet zone."""

    code: segno.QRCode
    side_mm: int
    modules: int

    @property
    def module_mm(self) -> float:
        """The width of one module in millimetres, at least 0.38."""
        return self.side_mm / self.modules


def qr_symbol(text: str, form: Form = Form.FULL) -> Symbol:
    """The QR code of ``text`` (from ``qr_text``) that can be read from paper.

    Source: documents.md 2.2, measured. Raises ``Unsupported`` where no permitted side keeps modules of 0.38 mm.
    """
    for side, level in form.value:
        symbol = _symbol(text, side, level)
        if symbol is not None and symbol.module_mm >= SMALLEST_MODULE_MM:
            return symbol
    raise Unsupported(Sentence(N_("The document is too long for a QR code on paper.")), code="qr_size")


def _symbol(text: str, side: int, level: str) -> Symbol | None:
    head, mark, digits = text.partition("#" if "#" in text else ":")
    segments = [(head + mark, _BYTE), (digits, _NUMERIC)]
    try:
        code = segno.make_qr(segments, error=level)  # type: ignore[arg-type]  # its stub omits the list of segments
    except segno.DataOverflowError:
        return None
    return Symbol(code, side, len(code.matrix) + 2 * QUIET_ZONE)


def qr_svg(text: str, form: Form = Form.FULL) -> str:
    """The QR code as an SVG of its printed size. Raises ``Unsupported`` when it would be too fine to read."""
    symbol = qr_symbol(text, form)
    image = io.BytesIO()
    symbol.code.save(
        image, kind="svg", border=QUIET_ZONE, scale=symbol.module_mm, unit="mm", light="white", xmldecl=False, nl=False
    )
    return image.getvalue().decode()


def qr_png(text: str, form: Form = Form.FULL, *, dpi: int = 600) -> bytes:
    """The QR code as a PNG for printing at ``dpi`` with whole dots for each module, so at most its printed size.

    Raises ``Unsupported`` when it would be too fine to read, ``ValueError`` when ``dpi`` gives a module no dot.
    """
    symbol = qr_symbol(text, form)
    dots = int(symbol.module_mm / 25.4 * dpi)
    if dots < 1:
        raise ValueError("too few dots per inch for this code")
    image = io.BytesIO()
    symbol.code.save(image, kind="png", border=QUIET_ZONE, scale=dots, dpi=dpi)
    return image.getvalue()
