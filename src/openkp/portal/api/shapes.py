"""What programs send. Decimals are strings, codes are ISO 3166-1 alpha-2, HS subheadings and our own closed lists."""

from typing import Annotated

from pydantic import Field

from openkp.portal.api.base import Day, Given, Short, Text

MOST_LINES = 200
MOST_TEXTS = 200


class LineIn(Given):
    """Goods of one HS subheading, as typed."""

    hs: Short = ""
    """HS subheading with a point: `7102.10`, `7102.21` or `7102.31`."""
    carats: Short = ""
    """Weight in carats with two decimals, such as `80.25`."""
    value_usd: Short = ""
    """Value in US dollars with two decimals, such as `30125.00`."""
    parcels: Short = ""
    """Number of parcels."""


Lines = Annotated[list[LineIn], Field(max_length=MOST_LINES)]
Texts = Annotated[list[Short], Field(max_length=MOST_TEXTS)]

LINES = [{"hs": "7102.31", "carats": "120.50", "value_usd": "30125.00", "parcels": "2"}]
APPLICATION = {
    "exporter_name": "Kamara & Daughters Diamonds",
    "exporter_address": "12 Siaka Stevens Street, Freetown",
    "exporter_country": "SL",
    "exporter_licence": "EXP-2026-014",
    "importer_name": "Scheldt Rough BV",
    "importer_address": "Hoveniersstraat 22, 2018 Antwerpen",
    "importer_country": "BE",
    "destination": "EU",
    "origin_mode": "single",
    "origin_countries": ["SL"],
    "lines": LINES,
    "non_conflict_declared": "yes",
}
INSPECTION = {
    "lines": LINES,
    "seals": ["SL-88121", "SL-88122"],
    "container": "BOX-0042",
    "blank_serial": "A0012345",
    "parcel_reference": "KDD/GGDO/004911",
    "certificate_location": "inside",
    "goods_presented": "yes",
}
RECEIPT = {
    "received_on": "2026-03-05",
    "outcome": "accepted",
    "lines": LINES,
    "seals": ["SL-88121", "SL-88122"],
    "seals_intact": "yes",
    "original_present": "yes",
}


class ApplicationFields(Given, json_schema_extra={"examples": [APPLICATION]}):
    """What an exporter types; kept right or wrong, and judged when it is submitted."""

    exporter_name: Short = ""
    """Name of the exporter as it is licensed."""
    exporter_address: Text = ""
    """Address of the exporter."""
    exporter_country: Short = ""
    """Country of the exporter."""
    exporter_licence: Short = ""
    """Number of the exporter's licence."""
    importer_name: Short = ""
    """Name of the importer."""
    importer_address: Text = ""
    """Address of the importer."""
    importer_country: Short = ""
    """Country of the importer."""
    destination: Short = ""
    """Participant to which the goods go; `EU` for every member state."""
    origin_mode: Short = ""
    """`single`, `mixed`, or `mixed_listed` with the countries listed."""
    origin_countries: Texts = []
    """Countries of origin."""
    origin_zone: Short = ""
    """Mining zone, only where a measure limits exports to named zones."""
    lines: Lines = []
    """The goods, one line for each HS subheading."""
    predecessors: Texts = []
    """Numbers of the certificates with which the goods came in."""
    non_conflict_declared: Short = ""
    """`yes` where the exporter declares that the diamonds are not conflict diamonds."""
    remarks: Text = ""
    """Anything else."""


class StartIn(
    Given,
    json_schema_extra={
        "examples": [{"authority": "SL-NMA", "company": APPLICATION["exporter_name"], "fields": APPLICATION}]
    },
):
    """A new application at an authority, for a company of the caller."""

    authority: Short
    """Code of the Exporting Authority."""
    company: Short
    """Name of the company as it is registered there."""
    fields: ApplicationFields = ApplicationFields()
    """What is known already."""


class InspectionIn(Given, json_schema_extra={"examples": [INSPECTION]}):
    """What the preparing officer weighed, counted and sealed."""

    lines: Lines = []
    """The goods as they were weighed."""
    seals: Texts = []
    """Numbers of the seals."""
    container: Short = ""
    """Number of the tamper-resistant container."""
    blank_serial: Short = ""
    """Serial number of the blank on which the certificate is printed."""
    parcel_reference: Short = ""
    """The authority's own reference of the parcel."""
    certificate_location: Short = ""
    """Where the certificate travels: `inside`, `outside` or `copy_inside`."""
    goods_presented: Short = ""
    """`yes` where the goods lay before the officer."""
    remarks: Text = ""
    """Anything else."""


class ReceiptIn(Given, json_schema_extra={"examples": [RECEIPT]}):
    """What the Importing Authority found and decided."""

    received_on: Short = ""
    """Day of receipt, `YYYY-MM-DD`."""
    outcome: Short = ""
    """`accepted`, `accepted_with_discrepancy`, `refused` or `detained`."""
    lines: Lines = []
    """The goods as they were found; none where nothing was opened."""
    seals: Texts = []
    """Numbers of the seals as they were read."""
    seals_intact: Short = ""
    """`yes` or `no`."""
    original_present: Short = ""
    """Whether the original certificate came with the goods: `yes` or `no`."""
    remarks: Text = ""
    """What differed, and anything else."""


class ReasonIn(Given, json_schema_extra={"examples": [{"reason": "The importer's address is incomplete."}]}):
    """Why."""

    reason: Text
    """In 3 to 2000 characters that the other side can act on."""


class VoidIn(Given, json_schema_extra={"examples": [{"reason": "other", "note": "The shipment was stolen."}]}):
    """Why a certificate ends: a reason of the closed list, words where it says other."""

    reason: Short
    """`printer_error`, `lost_in_transit`, `transposition_error`, `customer_cancelled`, `shipment_returned`,
    `surrendered` or `other`."""
    note: Text = ""
    """Words, needed with `other`; at most 500 characters."""


class ArrivalIn(Given, json_schema_extra={"examples": [{"arrived_on": "2026-03-05"}]}):
    """The day on which the shipment was presented."""

    arrived_on: Day
    """`YYYY-MM-DD`."""
