"""What a verified document says, in one shape for all kinds: for the checks that follow, and as facts to read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from openkp.documents.certificate_v1 import CertificateDocument, StatusPointer, read_certificate
from openkp.documents.confirmation_v1 import ConfirmationDocument, read_confirmation
from openkp.documents.envelope import Opened
from openkp.documents.filing_v1 import read_filing
from openkp.documents.keys import Keys
from openkp.documents.questionnaire_v1 import read_questionnaire
from openkp.documents.receipts import Logged
from openkp.documents.statistics_facts import StatisticsDocument, statistics_facts
from openkp.documents.status_statement_v1 import StatusStatementDocument, read_status_statement
from openkp.documents.total_v1 import read_total
from openkp.scheme.certificates import Certificate, Confirmation
from openkp.scheme.goods import Line, Party
from openkp.scheme.numbers import CertificateNumber

CERTIFICATE, CONFIRMATION, STATEMENT = "certificate", "confirmation", "statement"
FILING, QUESTIONNAIRE, TOTAL = STATISTICS = ("filing", "questionnaire", "total")


Document = CertificateDocument | ConfirmationDocument | StatusStatementDocument | StatisticsDocument


@dataclass(frozen=True, kw_only=True)
class Proven:
    """One verified document. ``complete`` is False for a public form, which shows number and dates only.

    ``day`` is the day on which its issuer had to be a Participant. ``destination``, ``expires_at`` and ``status``
    are there for certificates, the destination in the full form only; ``number`` for what is about one certificate.
    ``document`` is what the reader gave.
    """

    kind: str
    participant: str
    signed_at: datetime
    day: date
    specimen: bool
    complete: bool
    document: Document
    number: CertificateNumber | None = None
    authority: str = ""
    destination: str = ""
    expires_at: datetime | None = None
    status: StatusPointer | None = None
    logged: tuple[Logged, ...] = ()

    def facts(self) -> dict[str, object]:
        """What the signature covers, as JSON values: amounts as text, instants as RFC 3339."""
        if isinstance(self.document, CertificateDocument):
            return _certificate_facts(self.document)
        if isinstance(self.document, ConfirmationDocument):
            return _confirmation_facts(self.document)
        if isinstance(self.document, StatusStatementDocument):
            return _statement_facts(self.document)
        return statistics_facts(self.document)


def read_proven(opened: Opened, keyring: Keys) -> Proven:
    """Read a verified statement of one of the kinds that people hold. Raises a ``DocumentError``."""
    if opened.typ in ("kpf", "kpq", "kpn"):
        return _statistics(opened, keyring)
    if opened.typ == "kpc":
        return _certificate(read_certificate(opened))
    if opened.typ == "kpi":
        return _confirmation(read_confirmation(opened))
    return _statement(read_status_statement(opened), opened)


def _certificate(document: CertificateDocument) -> Proven:
    certificate = document.certificate
    return Proven(
        kind=CERTIFICATE,
        number=document.number,
        participant=document.participant,
        signed_at=document.issued_at,
        day=certificate.issued_on if certificate else document.issued_at.date(),
        specimen=document.specimen,
        complete=certificate is not None,
        document=document,
        authority=certificate.authority if certificate else "",
        destination=certificate.destination if certificate else "",
        expires_at=document.expires_at,
        status=document.status,
        logged=document.logged,
    )


def _certificate_facts(document: CertificateDocument) -> dict[str, object]:
    facts: dict[str, object] = {
        "number": str(document.number),
        "validated_at": written(document.issued_at),
        "expires_at": written(document.expires_at),
    }
    certificate = document.certificate
    return facts | (_private_facts(certificate) if certificate else {})


def _private_facts(certificate: Certificate) -> dict[str, object]:
    return {
        "carats": str(certificate.carats),
        "value_usd": str(certificate.value),
        "parcels": certificate.parcels,
        "seals": list(certificate.seals),
        "exporter": _party(certificate.exporter),
        "importer": _party(certificate.importer),
        "origin": certificate.origin.printed(),
        "destination": certificate.destination,
        "authority": certificate.authority,
        "issued_on": certificate.issued_on.isoformat(),
        "expires_on": certificate.expires_on.isoformat(),
        "lines": [_line(line) for line in certificate.lines],
        "blank_serial": certificate.blank_serial,
        "parcel_reference": certificate.parcel_reference,
        "predecessors": list(certificate.predecessors),
        "remarks": certificate.remarks,
    }


def _confirmation(document: ConfirmationDocument) -> Proven:
    confirmation = document.confirmation
    return Proven(
        kind=CONFIRMATION,
        number=document.number,
        participant=document.participant,
        signed_at=document.confirmed_at,
        day=document.confirmed_at.date(),
        specimen=document.specimen,
        complete=confirmation is not None,
        document=document,
        authority=confirmation.authority if confirmation else "",
        logged=document.logged,
    )


def _confirmation_facts(document: ConfirmationDocument) -> dict[str, object]:
    facts: dict[str, object] = {
        "number": str(document.number),
        "certificate_hash": document.certificate_hash.hex(),
        "confirmed_at": written(document.confirmed_at),
    }
    return facts | (_found_facts(document.confirmation) if document.confirmation else {})


def _found_facts(confirmation: Confirmation) -> dict[str, object]:
    return {
        "outcome": str(confirmation.outcome),
        "carats": str(confirmation.carats),
        "value_usd": str(confirmation.value),
        "parcels": confirmation.parcels,
        "seals_intact": confirmation.seals_intact,
        "exporter": _party(confirmation.exporter),
        "importer": _party(confirmation.importer),
        "authority": confirmation.authority,
        "received_on": confirmation.received_on.isoformat(),
        "lines": [_line(line) for line in confirmation.lines],
        "remarks": confirmation.remarks,
    }


def _statement(document: StatusStatementDocument, opened: Opened) -> Proven:
    return Proven(
        kind=STATEMENT,
        number=document.number,
        participant=document.participant,
        signed_at=document.at,
        day=document.at.date(),
        specimen=document.specimen,
        complete=True,
        document=document,
        logged=opened.logged,
    )


def _statement_facts(document: StatusStatementDocument) -> dict[str, object]:
    return {
        "number": str(document.number),
        "certificate_hash": document.certificate_hash.hex(),
        "states": str(document.kind),
        "reason": document.reason,
        "note": document.note,
        "stated_at": written(document.at),
    }


def _statistics(opened: Opened, keyring: Keys) -> Proven:
    """A return, a questionnaire or a total: about a period, not about one certificate."""
    read: dict[str, tuple[str, Callable[[], StatisticsDocument]]] = {
        "kpf": (FILING, lambda: read_filing(opened)),
        "kpq": (QUESTIONNAIRE, lambda: read_questionnaire(opened)),
        "kpn": (TOTAL, lambda: read_total(opened, keyring)),
    }
    kind, reader = read[opened.typ]
    document = reader()
    return Proven(
        kind=kind,
        participant=opened.key_record.participant,
        signed_at=opened.issued_at,
        day=opened.issued_at.date(),
        specimen=document.specimen,
        complete=kind != FILING or opened.private is not None,
        document=document,
        logged=opened.logged,
    )


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.address, "country": party.country}


def _line(line: Line) -> dict[str, object]:
    return {
        "hs": str(line.hs.value),
        "carats": str(line.carats),
        "value_usd": str(line.value),
        "parcels": line.parcels,
    }


def written(instant: datetime) -> str:
    """An instant in UTC as RFC 3339 writes it."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
