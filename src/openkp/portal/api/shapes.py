"""What goes in and out: decimals as strings, instants in UTC, codes as they are signed."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from openkp.registry.certificates.models import Application, Arrival, Certificate


class LineIn(Schema):
    """Goods of one HS subheading, as typed."""

    hs: str = ""
    carats: str = ""
    value_usd: str = ""
    parcels: str = ""


class ApplicationFields(Schema):
    """What an exporter types; judged when it is submitted."""

    exporter_name: str = ""
    exporter_address: str = ""
    exporter_country: str = ""
    exporter_licence: str = ""
    importer_name: str = ""
    importer_address: str = ""
    importer_country: str = ""
    destination: str = ""
    origin_mode: str = ""
    origin_countries: list[str] = []
    origin_zone: str = ""
    lines: list[LineIn] = []
    predecessors: list[str] = []
    non_conflict_declared: str = ""
    remarks: str = ""


class StartIn(Schema):
    """A new application at an authority, for a company of the caller."""

    authority: str
    company: str
    fields: ApplicationFields = ApplicationFields()


class InspectionIn(Schema):
    """What the preparing officer weighed, counted and sealed."""

    lines: list[LineIn] = []
    seals: list[str] = []
    container: str = ""
    blank_serial: str = ""
    parcel_reference: str = ""
    certificate_location: str = ""
    goods_presented: str = ""
    remarks: str = ""


class ReceiptIn(Schema):
    """What the Importing Authority found and decided."""

    received_on: str = ""
    outcome: str = ""
    lines: list[LineIn] = []
    seals: list[str] = []
    seals_intact: str = ""
    original_present: str = ""
    remarks: str = ""


class ReasonIn(Schema):
    """Why."""

    reason: str


class VoidIn(Schema):
    """Why a certificate ends: a reason of the closed list, words where it says other."""

    reason: str
    note: str = ""


class ArrivalIn(Schema):
    """The day on which the shipment was presented."""

    arrived_on: date


class ApplicationOut(Schema):
    """An application as it stands."""

    reference: str
    authority: str
    company: str
    status: str
    fields: dict[str, Any]
    inspection: dict[str, Any]
    reason: str
    number: str | None
    submitted_at: datetime | None
    changed_at: datetime
    version: int


class CertificateOut(Schema):
    """A certificate as its signed document says, and where it stands."""

    number: str
    participant: str
    authority: str
    status: str
    issued_on: date
    expires_on: date
    validated_at: datetime
    exporter: str
    importer: str
    destination: str
    origin: str
    carats: str
    value_usd: str
    parcels: int
    seals: list[str]
    public_hash: str
    log_index: int | None
    void_reason: str
    version: int


class ArrivalOut(Schema):
    """A shipment at the importing side."""

    number: str
    participant: str
    authority: str | None
    status: str
    exporter: str
    importer: str
    carats: str
    value_usd: str
    due_on: date
    noticed_at: datetime | None
    arrived_on: date | None
    receipt: dict[str, Any]
    version: int


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
