"""The private fields of a certificate, version 1: one leaf each, and how a certificate is written in them and read."""

from typing import Any

from openkp.documents.claims import (
    AUTHORITY,
    EXPORTER_NAME,
    EXPORTER_PLACE,
    IMPORTER_NAME,
    IMPORTER_PLACE,
    LINES,
    REMARKS,
    line_values,
    optional_text,
    party_fields,
    plain,
    read_lines,
    read_party,
    texts,
)
from openkp.documents.commitment import Commitment
from openkp.documents.errors import Malformed
from openkp.documents.shapes import Fields, built
from openkp.scheme.certificates import Certificate
from openkp.scheme.goods import Origin, OriginMode
from openkp.scheme.words import N_

ORIGIN, DESTINATION, SEALS, BLANK, PARCEL, PREDECESSORS, ISSUED_ON = 2, 7, 9, 10, 11, 12, 15
FIELDS = Commitment(b"KPC1", tuple(range(2, 16)))
FIELD_NAMES = {
    "origin": ORIGIN,
    "exporter_name": EXPORTER_NAME,
    "exporter_place": EXPORTER_PLACE,
    "importer_name": IMPORTER_NAME,
    "importer_place": IMPORTER_PLACE,
    "destination": DESTINATION,
    "lines": LINES,
    "seals": SEALS,
    "blank_serial": BLANK,
    "parcel_reference": PARCEL,
    "predecessors": PREDECESSORS,
    "remarks": REMARKS,
    "authority": AUTHORITY,
    "issued_on": ISSUED_ON,
}


def private_fields(certificate: Certificate) -> dict[int, Any]:
    """What is committed of ``certificate``; what is empty is left out."""
    fields = {
        ORIGIN: list(certificate.origin.countries),
        DESTINATION: certificate.destination,
        LINES: line_values(certificate.lines),
        SEALS: list(certificate.seals),
        AUTHORITY: certificate.authority,
        ISSUED_ON: certificate.issued_on.isoformat(),
    }
    fields |= party_fields(certificate.exporter, EXPORTER_NAME, EXPORTER_PLACE)
    fields |= party_fields(certificate.importer, IMPORTER_NAME, IMPORTER_PLACE)
    optional = {
        BLANK: certificate.blank_serial,
        PARCEL: certificate.parcel_reference,
        PREDECESSORS: list(certificate.predecessors),
        REMARKS: certificate.remarks,
    }
    return fields | {key: value for key, value in optional.items() if value}


def certificate_from(private: dict[int, Any], public: dict[str, Any]) -> Certificate:
    """The certificate of these private fields and the public values by name. Raises ``Malformed``."""
    fields = Fields(private)
    read: dict[str, Any] = {
        "origin": _origin(fields),
        "exporter": read_party(fields, EXPORTER_NAME, EXPORTER_PLACE),
        "importer": read_party(fields, IMPORTER_NAME, IMPORTER_PLACE),
        "destination": fields.text(DESTINATION),
        "lines": read_lines(fields),
        "seals": texts(fields, SEALS, longest=80),
        "blank_serial": optional_text(fields, BLANK, longest=80),
        "parcel_reference": optional_text(fields, PARCEL, longest=80),
        "predecessors": texts(fields, PREDECESSORS, longest=80),
        "remarks": optional_text(fields, REMARKS, longest=1000),
        "authority": plain(fields.text(AUTHORITY), longest=80),
        "issued_on": fields.day(ISSUED_ON),
    }
    fields.done()
    return built(lambda: Certificate(**public, **read))


def _origin(fields: Fields) -> Origin:
    """One country: of a single origin; several: mixed and listed; none: mixed."""
    countries = fields.items(ORIGIN, most=100)
    if any(type(country) is not str for country in countries):
        raise Malformed(N_("A country of origin cannot be read."), code="field")
    mode = (OriginMode.MIXED, OriginMode.SINGLE, OriginMode.MIXED_LISTED)[min(len(countries), 2)]
    return built(lambda: Origin(mode, tuple(countries)))
