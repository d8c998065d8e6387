"""The papers: certificate, and import confirmation, as PDF/A-3b and PDF/UA-1 with the signed document attached.

Page: docs/formats/certificate-pdf.md.
"""

from openkp.documents.pdf.labels import languages
from openkp.documents.pdf.pages import certificate_data, confirmation_data
from openkp.documents.pdf.typesetting import typeset
from openkp.documents.pdf.views import CertificateView, ConfirmationView, Letterhead

__all__ = ["CertificateView", "ConfirmationView", "Letterhead", "certificate_pdf", "confirmation_pdf", "languages"]


def certificate_pdf(view: CertificateView, *, document: bytes, public: bytes, attached: bytes = b"") -> bytes:
    """The certificate for A4: the certificate itself, then the import confirmation slip and container label to detach.

    ``document`` is the signed full form for the 40 mm QR code, ``public`` its public form for the 28 mm codes;
    ``attached`` is the file that travels in the PDF as ``certificate.kpc`` (the full form with receipts), by default
    ``document``. The same input gives the same bytes. Raises ``Unsupported`` where ``document`` is too long for a
    legible QR code, ``ValueError`` where the language has no printed words.
    """
    data = certificate_data(view, document=document, public=public)
    data["attachment"]["bytes"] = list(attached or document)
    return typeset("certificate", data, at=view.certificate.validated_at, fonts=view.letterhead.fonts)


def confirmation_pdf(view: ConfirmationView, *, document: bytes) -> bytes:
    """The import confirmation on one A4 page, with the signed confirmation attached as ``confirmation.kpi``.

    Raises as ``certificate_pdf`` does.
    """
    data = confirmation_data(view, document=document)
    return typeset("confirmation", data, at=view.confirmation.confirmed_at, fonts=view.letterhead.fonts)
