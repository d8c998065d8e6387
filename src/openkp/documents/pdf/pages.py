"""The data of each page: every element of Annex I.A and I.B as the text that is printed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from openkp.documents.pdf.labels import ENGLISH, Labels, labels_in
from openkp.documents.pdf.views import CertificateView, ConfirmationView, Letterhead
from openkp.documents.qr import Form, qr_svg, qr_symbol, qr_text
from openkp.scheme.certificates import Certificate, Confirmation
from openkp.scheme.goods import Origin, OriginMode, Party


def certificate_data(view: CertificateView, *, document: bytes, public: bytes) -> dict[str, Any]:
    """The certificate's pages. ``document`` is the full form, ``public`` the public form of the same certificate."""
    certificate, letterhead = view.certificate, view.letterhead
    english, local = labels_in(ENGLISH), labels_in(letterhead.language)
    return (
        _common(letterhead, certificate, document)
        | {
            "title": f"{english.title} {certificate.number}",
            "heading": _pair(english.title, local.title, letterhead),
            "statement": _pair(english.statement, local.statement, letterhead),
            "description": english.statement,
            "attachment": _attachment("certificate.kpc", document, "The signed certificate of which this is a print"),
            "public_qr": _code(public, letterhead, Form.PUBLIC),
            "check_code": view.check_code,
            "validated_at": _moment(certificate.validated_at),
        }
        | _elements(certificate, letterhead)
    )


def _elements(certificate: Certificate, letterhead: Letterhead) -> dict[str, Any]:
    return {
        "issued_on": certificate.issued_on.isoformat(),
        "expires_on": certificate.expires_on.isoformat(),
        "origin": _origin(certificate.origin, letterhead),
        "destination": letterhead.place(certificate.destination),
        "seals": list(certificate.seals),
        "blank_serial": certificate.blank_serial,
        "parcel_reference": certificate.parcel_reference,
        "predecessors": list(certificate.predecessors),
    }


def confirmation_data(view: ConfirmationView, *, document: bytes) -> dict[str, Any]:
    """The confirmation's page; ``document`` is the signed confirmation."""
    confirmation, letterhead = view.confirmation, view.letterhead
    title = labels_in(ENGLISH).words["confirmation"]
    return _common(letterhead, confirmation, document) | {
        "title": f"{title} {confirmation.number}",
        "description": f"{title} {confirmation.number}",
        "attachment": _attachment("confirmation.kpi", document, "The signed confirmation of which this is a print"),
        "destination": letterhead.place(confirmation.importer.country),
        "received_on": confirmation.received_on.isoformat(),
        "confirmed_at": _moment(confirmation.confirmed_at),
        "outcome": confirmation.outcome.value,
        "seals_intact": "yes" if confirmation.seals_intact else "no",
        "fingerprint": confirmation.certificate_hash.hex(),
    }


def _common(letterhead: Letterhead, paper: Certificate | Confirmation, document: bytes) -> dict[str, Any]:
    """What both papers show: who prints, parties, goods, remarks, and the code with the signed document."""
    return {
        "language": letterhead.language,
        "words": dict(_words(labels_in(ENGLISH), labels_in(letterhead.language), letterhead)),
        "specimen": paper.specimen,
        "number": str(paper.number),
        "reference": str(paper.number),
        "author": letterhead.authority_name,
        "participant": letterhead.participant_name,
        "authority": letterhead.authority_name,
        "authority_address": letterhead.authority_address,
        "verifier": letterhead.verifier,
        "exporter": _party(paper.exporter, letterhead),
        "importer": _party(paper.importer, letterhead),
        "lines": [_row(line.parcels, line.carats, line.value) | {"hs": line.hs.value} for line in paper.lines],
        "total": _row(paper.parcels, paper.carats, paper.value),
        "remarks": paper.remarks,
        "qr": _code(document, letterhead, Form.FULL),
    }


def _words(english: Labels, local: Labels, letterhead: Letterhead) -> Iterable[tuple[str, dict[str, str]]]:
    for key, word in english.words.items():
        second = letterhead.words.get(key) or local.words.get(key, "")
        yield key, {"english": word, "local": "" if second == word else second}


def _pair(english: str, local: str, letterhead: Letterhead) -> dict[str, str]:
    return {"english": english, "local": "" if letterhead.language == ENGLISH else local}


def _origin(origin: Origin, letterhead: Letterhead) -> str:
    """A country, countries, or asterisks for mixed origins. Source: CFLD-03."""
    if origin.mode is OriginMode.MIXED:
        return f"{origin.printed()} ({labels_in(ENGLISH).words['mixed']})"
    return ", ".join(letterhead.place(code) for code in origin.countries)


def _party(party: Party, letterhead: Letterhead) -> dict[str, str]:
    return {"name": party.name, "address": party.address, "country": letterhead.place(party.country)}


def _row(parcels: int, carats: object, value: object) -> dict[str, str]:
    return {"parcels": str(parcels), "carats": str(carats), "value": str(value)}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _code(document: bytes, letterhead: Letterhead, form: Form) -> dict[str, Any]:
    text = qr_text(document, letterhead.base_url)
    alternative = labels_in(ENGLISH).words["qr_alt"]
    return {"svg": qr_svg(text, form), "side": qr_symbol(text, form).side_mm, "alt": alternative}


def _attachment(name: str, document: bytes, description: str) -> dict[str, Any]:
    return {"name": name, "bytes": list(document), "description": description}
