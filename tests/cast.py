"""The same people and countries in every test: Sierra Leone sells, Antwerp buys, Kenya is no Participant.

``application_fields``, ``inspection_fields`` and ``receipt_fields`` are what people type; each test changes
what it is about. ``export_case`` and ``import_case`` are the facts that the rules judge.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from openkp.scheme.applications import read_application, read_inspection, read_receipt
from openkp.scheme.cases import ExportCase, ImportCase
from openkp.scheme.certificates import Certificate
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.participation import load_participation
from openkp.scheme.policies import default_policy

APPLICANT = "fatmata.kamara"  # exporter in Freetown
PREPARING = "mohamed.sesay"  # weighs and seals at the National Minerals Agency
VALIDATING = "isata.conteh"  # signs there
IMPORTER = "sarah.peeters"  # import officer in Antwerp
STRANGER = "wanjiru.otieno"  # in Nairobi, outside the Scheme

EXPORTER = "SL"
EXPORTING_AUTHORITY = "SL-NMA"
IMPORTER_PARTICIPANT = "EU"
IMPORTING_AUTHORITY = "EU-ANT"
OUTSIDER = "KE"
TODAY = date(2026, 3, 2)


def goods(**other):
    """Two lines, as typed."""
    lines = [
        {"hs": "7102.21", "carats": "80.25", "value_usd": "1605.00", "parcels": "1"},
        {"hs": "7102.31", "carats": "120.50", "value_usd": "30125.00", "parcels": "2"},
    ]
    return [line | other for line in lines]


def application_fields(**other):
    """An application that Sierra Leone would accept."""
    fields = {
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
        "lines": goods(),
        "predecessors": [],
        "non_conflict_declared": "yes",
        "remarks": "",
    }
    return fields | other


def inspection_fields(**other):
    """An inspection that found what was declared."""
    fields = {
        "lines": goods(),
        "seals": ["SL-88121", "SL-88122"],
        "container": "BOX-0042",
        "blank_serial": "A0012345",
        "parcel_reference": "KDD/GGDO/004911",
        "certificate_location": "inside",
        "goods_presented": "yes",
        "remarks": "",
    }
    return fields | other


def receipt_fields(**other):
    """A receipt that found what was certified."""
    fields = {
        "received_on": "2026-03-05",
        "outcome": "accepted",
        "lines": goods(),
        "seals": ["SL-88121", "SL-88122"],
        "seals_intact": "yes",
        "original_present": "yes",
        "remarks": "",
    }
    return fields | other


def read(reader, fields):
    """The value, where nothing may be wrong."""
    value, findings = reader(fields)
    assert not findings, [(f.code, f.field) for f in findings]
    return value


def export_case(application=None, inspection=None, policy=None, **other):
    """A shipment from Freetown to Antwerp, inspected and ready for validation."""
    facts = {
        "application": read(read_application, application_fields(**(application or {}))),
        "inspection": read(read_inspection, inspection_fields(**(inspection or {}))),
        "participant": EXPORTER,
        "authority": EXPORTING_AUTHORITY,
        "on": TODAY,
        "participation": load_participation(),
        "applicant": APPLICANT,
        "preparing_officer": PREPARING,
        "validating_officer": VALIDATING,
    } | other
    facts["policy"] = default_policy(facts["participant"], facts["authority"], facts["on"], policy)
    return ExportCase(**facts)


def certificate(**other):
    """The certificate of that shipment."""
    application = read(read_application, application_fields())
    facts = {
        "number": CertificateNumber("SL", "004911"),
        "participant": EXPORTER,
        "authority": EXPORTING_AUTHORITY,
        "issued_on": TODAY,
        "expires_on": date(2026, 5, 1),
        "validated_at": datetime(2026, 3, 2, 10, 30, tzinfo=UTC),
        "origin": application.origin,
        "exporter": application.exporter,
        "importer": application.importer,
        "destination": application.destination,
        "lines": application.lines,
        "seals": ("SL-88121", "SL-88122"),
    }
    return Certificate(**facts | other)


def import_case(receipt=None, certificate_facts=None, policy=None, **other):
    """That shipment in Antwerp three days later; ``receipt=False`` for one not opened yet."""
    known = certificate(**(certificate_facts or {}))
    facts = {
        "certificate": known,
        "status": Status.VALIDATED,
        "notice_received_on": TODAY,
        "arrived_on": date(2026, 3, 5),
        "receipt": None if receipt is False else read(read_receipt, receipt_fields(**(receipt or {}))),
        "participant": IMPORTER_PARTICIPANT,
        "on": date(2026, 3, 5),
        "participation": load_participation(),
    } | other
    facts["policy"] = default_policy(facts["participant"], IMPORTING_AUTHORITY, facts["on"], policy)
    return ImportCase(**facts)


def changed(case, **other):
    """A case with something else in it."""
    return replace(case, **other)
