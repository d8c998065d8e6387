"""What people type, read strictly: an application, an inspection, a receipt.

Each ``read_…`` function takes the mapping that forms, the API and drafts share (every scalar is the text
as it was typed) and gives back a value or the findings, all at once. A value is right from birth.
Names may be in any script; spaces around them and decomposed letters are mended, the rest is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openkp.scheme.certificates import Outcome
from openkp.scheme.errors import Finding
from openkp.scheme.goods import Carats, Line, Origin, Party, USDollars
from openkp.scheme.reading import Reader
from openkp.scheme.reading_goods import read_lines, read_origin, read_party
from openkp.scheme.words import N_, Sentence


class CertificateLocation(StrEnum):
    """Where the certificate travels. Source: Core Document Annex II 19; EXP-06."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    COPY_INSIDE = "copy_inside"


@dataclass(frozen=True, kw_only=True)
class _Goods:
    """Lines of goods with their totals."""

    lines: tuple[Line, ...]

    @property
    def carats(self) -> Carats:
        """The weight of all lines. Raises ``ValueError`` beyond what a certificate can carry."""
        return Carats.total(line.carats for line in self.lines)

    @property
    def value(self) -> USDollars:
        """The value of all lines. Raises ``ValueError`` beyond what a certificate can carry."""
        return USDollars.total(line.value for line in self.lines)

    @property
    def parcels(self) -> int:
        """The number of parcels of all lines."""
        return sum(line.parcels for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Application(_Goods):
    """What an exporter asks for. Source: Core Document Annex I.A, Annex II 17-18; certificate-rules 3.2 stage 2.

    ``origin_zone`` is the mining area, needed only while a measure limits exports to named zones (PART-05).
    """

    exporter: Party
    exporter_licence: str = ""
    importer: Party
    destination: str
    origin: Origin
    origin_zone: str = ""
    predecessors: tuple[str, ...] = ()
    non_conflict_declared: bool = False
    remarks: str = ""


@dataclass(frozen=True, kw_only=True)
class Inspection(_Goods):
    """What the authority weighed, counted and sealed. Source: Core Document IV(c), Annex II 17-19."""

    seals: tuple[str, ...] = ()
    container: str = ""
    blank_serial: str = ""
    parcel_reference: str = ""
    certificate_location: CertificateLocation | None = None
    goods_presented: bool = False
    remarks: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt(_Goods):
    """What the Importing Authority found and decided; no lines if nothing was opened. Source: Annex II 22-23."""

    received_on: date
    outcome: Outcome
    seals: tuple[str, ...] = ()
    seals_intact: bool
    original_present: bool
    remarks: str = ""


def read_application(fields: Mapping[str, object]) -> tuple[Application | None, tuple[Finding, ...]]:
    """The application, or everything that keeps it from being one."""
    reader = Reader(fields)
    exporter = read_party(reader, "exporter", Sentence(N_("the exporter")), rule="CFLD-08")
    licence = reader.text("exporter_licence", Sentence(N_("the exporter's licence number")), rule="CFLD-08", longest=60)
    importer = read_party(reader, "importer", Sentence(N_("the importer")), rule="CFLD-09")
    destination = reader.country("destination", Sentence(N_("the destination")), rule="EXP-02", union=True)
    origin = read_origin(reader)
    zone = reader.text("origin_zone", Sentence(N_("the mining zone")), rule="PART-05", longest=80)
    lines = read_lines(reader, needed=True)
    predecessors = reader.numbers("predecessors", Sentence(N_("the earlier certificates' numbers")), rule="CERT-04")
    declared = reader.tick("non_conflict_declared", rule="EXP-05")
    remarks = reader.text("remarks", Sentence(N_("the remarks")), rule="COPT-01", longest=1000)
    if reader.done() or not exporter or not importer or not origin:
        return None, tuple(reader.findings)
    application = Application(
        exporter=exporter,
        exporter_licence=licence,
        importer=importer,
        destination=destination,
        origin=origin,
        origin_zone=zone,
        lines=lines,
        predecessors=predecessors,
        non_conflict_declared=declared,
        remarks=remarks,
    )
    return application, ()


def read_inspection(fields: Mapping[str, object]) -> tuple[Inspection | None, tuple[Finding, ...]]:
    """The inspection, or everything that keeps it from being one."""
    reader = Reader(fields)
    lines = read_lines(reader, needed=True)
    seals = reader.seals()
    container = reader.text("container", Sentence(N_("the container's number")), rule="EXP-03", longest=60)
    blank = reader.text("blank_serial", Sentence(N_("the serial number of the blank")), rule="CERT-05", longest=40)
    parcel = reader.text("parcel_reference", Sentence(N_("the parcel reference")), rule="COPT-01", longest=60)
    location = reader.choice(
        "certificate_location", Sentence(N_("where the certificate travels")), CertificateLocation, rule="EXP-06"
    )
    presented = reader.tick("goods_presented", rule="EXP-04")
    remarks = reader.text("remarks", Sentence(N_("the remarks")), rule="COPT-01", longest=1000)
    if reader.done():
        return None, tuple(reader.findings)
    inspection = Inspection(
        lines=lines,
        seals=seals,
        container=container,
        blank_serial=blank,
        parcel_reference=parcel,
        certificate_location=location,
        goods_presented=presented,
        remarks=remarks,
    )
    return inspection, ()


def read_receipt(fields: Mapping[str, object]) -> tuple[Receipt | None, tuple[Finding, ...]]:
    """The receipt, or everything that keeps it from being one."""
    reader = Reader(fields)
    received_on = reader.day("received_on", Sentence(N_("the day of receipt")), rule="COPT-03e")
    outcome = reader.choice("outcome", Sentence(N_("what you decided")), Outcome, rule="IMP-02", needed=True)
    lines = read_lines(reader, needed=False)
    seals = reader.seals()
    intact = reader.yes_or_no("seals_intact", Sentence(N_("whether the seals were intact")), rule="IMP-07")
    original = reader.yes_or_no(
        "original_present", Sentence(N_("whether the original certificate was there")), rule="IMP-03"
    )
    remarks = reader.text("remarks", Sentence(N_("the remarks")), rule="COPT-01", longest=1000)
    if reader.done() or not received_on or not outcome:
        return None, tuple(reader.findings)
    receipt = Receipt(
        received_on=received_on,
        outcome=outcome,
        lines=lines,
        seals=seals,
        seals_intact=intact,
        original_present=original,
        remarks=remarks,
    )
    return receipt, ()


LINE_FIELDS = ("hs", "carats", "value_usd", "parcels")
APPLICATION_FIELDS = (
    "exporter_name",
    "exporter_address",
    "exporter_country",
    "exporter_licence",
    "importer_name",
    "importer_address",
    "importer_country",
    "destination",
    "origin_mode",
    "origin_countries",
    "origin_zone",
    "lines",
    "predecessors",
    "non_conflict_declared",
    "remarks",
)
INSPECTION_FIELDS = (
    "lines",
    "seals",
    "container",
    "blank_serial",
    "parcel_reference",
    "certificate_location",
    "goods_presented",
    "remarks",
)
RECEIPT_FIELDS = (
    "received_on",
    "outcome",
    "lines",
    "seals",
    "seals_intact",
    "original_present",
    "remarks",
)
