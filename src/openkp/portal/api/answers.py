"""What programs are answered: decimals as strings, instants in UTC, codes as they are signed."""

from datetime import date, datetime
from typing import Any

from openkp.portal.api.base import Told
from openkp.registry.certificates.models import Application, Arrival, Certificate


class ApplicationOut(Told):
    """An application as it stands."""

    reference: str
    """Its reference, `AUTHORITY-YEAR-ORDINAL`."""
    authority: str
    """Code of the Exporting Authority."""
    company: str
    """Name of the company that applies."""
    status: str
    """Where it stands in the life of a certificate."""
    fields: dict[str, Any]
    """What the exporter typed, field by field."""
    inspection: dict[str, Any]
    """What the preparing officer wrote down; empty before."""
    reason: str
    """Why it was returned, sent back or rejected; empty otherwise."""
    number: str | None
    """Number of the certificate, once it is issued."""
    submitted_at: datetime | None
    """When it was last sent to the authority."""
    changed_at: datetime
    """When it last changed."""
    version: int
    """How often it changed: what `ETag` names."""


class CertificateOut(Told):
    """A certificate as its signed document says, and where it stands."""

    number: str
    """Its number: the Participant's code and up to fourteen characters."""
    participant: str
    """Code of the Participant that issued it."""
    authority: str
    """Code of the Exporting Authority."""
    status: str
    """Where it stands in the life of a certificate."""
    issued_on: date
    """Day of issue."""
    expires_on: date
    """Last day on which it covers a shipment."""
    validated_at: datetime
    """When it was signed."""
    exporter: str
    """Name of the exporter."""
    importer: str
    """Name of the importer."""
    destination: str
    """Code of the Participant to which the goods go."""
    origin: str
    """Countries of origin, or `**` for mixed."""
    carats: str
    """Weight of all lines."""
    value_usd: str
    """Value of all lines in US dollars."""
    parcels: int
    """Number of parcels."""
    seals: list[str]
    """Numbers of the seals."""
    public_hash: str
    """SHA-256 of the document's public form, in hexadecimal."""
    log_index: int | None
    """Its place in the statement log of the Participant."""
    void_reason: str
    """Why it was voided; empty otherwise."""
    version: int
    """How often it changed: what `ETag` names."""


class ArrivalOut(Told):
    """A shipment at the importing side."""

    number: str
    """Number of its certificate."""
    participant: str
    """Code of the Participant to which it goes."""
    authority: str | None
    """Code of the Importing Authority that took it in; none before."""
    status: str
    """`expected`, `arrived`, `received` or `cancelled`."""
    exporter: str
    """Name of the exporter."""
    importer: str
    """Name of the importer."""
    carats: str
    """Weight that is certified."""
    value_usd: str
    """Value that is certified, in US dollars."""
    due_on: date
    """Day after which it is overdue."""
    noticed_at: datetime | None
    """When its certificate came to this node."""
    arrived_on: date | None
    """Day on which it was presented."""
    receipt: dict[str, Any]
    """What was found, field by field; empty before."""
    version: int
    """How often it changed: what `ETag` names."""


def application_out(row: Application) -> ApplicationOut:
    """The row for the wire."""
    number = row.certificate.number if row.status == "issued" else None
    return ApplicationOut(
        reference=row.reference,
        authority=row.authority.code,
        company=row.company.name,
        status=row.status,
        fields=row.fields,
        inspection=row.inspection,
        reason=row.reason,
        number=number,
        submitted_at=row.submitted_at,
        changed_at=row.changed_at,
        version=row.version,
    )


def certificate_out(row: Certificate) -> CertificateOut:
    """The row for the wire."""
    same = ("number", "participant", "status", "issued_on", "expires_on", "validated_at", "exporter", "importer")
    more = ("destination", "origin", "parcels", "seals", "log_index", "void_reason", "version")
    return CertificateOut(
        authority=row.authority_code,
        carats=str(row.carats),
        value_usd=str(row.value),
        public_hash=bytes(row.public_hash).hex(),
        **{name: getattr(row, name) for name in (*same, *more)},
    )


def arrival_out(row: Arrival) -> ArrivalOut:
    """The row for the wire."""
    certificate = row.certificate
    return ArrivalOut(
        number=certificate.number,
        authority=row.authority.code if row.authority else None,
        exporter=certificate.exporter,
        importer=certificate.importer,
        carats=str(certificate.carats),
        value_usd=str(certificate.value),
        **{n: getattr(row, n) for n in ("participant", "status", "due_on", "noticed_at", "arrived_on")},
        receipt=row.receipt,
        version=row.version,
    )
