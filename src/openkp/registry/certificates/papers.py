"""The papers of a certificate: the print with its codes, and the confirmation's."""

from datetime import datetime

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.documents.envelope import public_form
from openkp.documents.pdf import (
    CertificateView,
    ConfirmationView,
    Letterhead,
    certificate_pdf,
    confirmation_pdf,
    languages,
)
from openkp.documents.qr import Form, qr_svg, qr_text
from openkp.registry.certificates.documents import opened
from openkp.registry.certificates.models import Certificate, Confirmation
from openkp.registry.participation.models import Authority
from openkp.registry.participation.operations.publish import certificate_with_receipt
from openkp.registry.participation.queries import participation
from openkp.scheme.countries import codes, country_name


def certificate_paper(row: Certificate, at: datetime) -> bytes:
    """The certificate for the printer, with the signed document inside."""
    proven = read_certificate(opened(row.document, at))
    assert proven.certificate is not None and proven.check_code is not None, "only full forms are stored"
    letterhead = letterhead_of(row.authority_code, row.authority, row.participant)
    view = CertificateView(certificate=proven.certificate, letterhead=letterhead, check_code=proven.check_code)
    data = bytes(row.document.data)
    return certificate_pdf(view, document=data, public=public_form(data), attached=certificate_with_receipt(row))


def confirmation_paper(row: Confirmation, at: datetime) -> bytes:
    """The import confirmation for the printer."""
    proven = read_confirmation(opened(row.document, at)).confirmation
    assert proven is not None, "only full forms are stored"
    here = Authority.objects.filter(code=row.authority_code).first()
    view = ConfirmationView(confirmation=proven, letterhead=letterhead_of(row.authority_code, here, row.participant))
    return confirmation_pdf(view, document=bytes(row.document.data))


def code_picture(row: Certificate) -> str:
    """The certificate's code as an SVG."""
    return qr_svg(qr_text(bytes(row.document.data), verifier_of(row.authority)), Form.FULL)


def verifier_of(authority: Authority | None) -> str:
    """The address that stands before the digits of a code; nobody is ever sent there by our own verifier."""
    return authority.base_url if authority else "https://openkp.invalid"


def letterhead_of(code: str, here: Authority | None, participant: str) -> Letterhead:
    """Who prints: a hosted authority under its own name, another one as the scheme's lists know it."""
    listed = participation().authority(code)
    name = here.name if here else listed.name if listed else code
    language = here.language if here and here.language in languages() else "en"
    return Letterhead(
        participant_name=country_name(participant),
        authority_name=name,
        authority_address=here.city if here else "",
        base_url=verifier_of(here),
        language=language,
        places={place: country_name(place) for place in (*codes(), "EU")},
    )
