"""The certificate, the confirmation of its receipt, and the life of both.

A ``Certificate`` cannot be wrong: its constructor refuses what Annex I.A does not allow.
What people type is an ``Application`` (see ``applications``), which may be wrong and gets findings.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from openkp.scheme.goods import Carats, Line, Origin, Party, USDollars, country_code
from openkp.scheme.numbers import CertificateNumber

TITLE = "Kimberley Process Certificate"
STATEMENT = (
    "The rough diamonds in this shipment have been handled in accordance with the provisions "
    "of the Kimberley Process Certification Scheme for rough diamonds"
)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A validated certificate: every element of Annex I.A, and the optional ones that are used.

    ``participant`` is the issuer's code (``EU`` for the European Union), ``authority`` the code of its
    Exporting Authority, ``validated_at`` an aware UTC instant, the dates plain dates in UTC.
    """

    number: CertificateNumber
    participant: str
    authority: str
    issued_on: date
    expires_on: date
    validated_at: datetime
    origin: Origin
    exporter: Party
    importer: Party
    destination: str
    lines: tuple[Line, ...]
    seals: tuple[str, ...]
    blank_serial: str = ""
    parcel_reference: str = ""
    predecessors: tuple[str, ...] = ()
    remarks: str = ""
    specimen: bool = False

    def __post_init__(self) -> None:
        country_code(self.participant)
        country_code(self.destination)
        if self.number.participant != self.participant:
            raise ValueError("the number bears another Participant's prefix")
        if self.validated_at.utcoffset() != timedelta(0):
            raise ValueError("validated_at must be in UTC")
        if not self.issued_on < self.expires_on:
            raise ValueError("a certificate expires after it is issued")
        if not self.lines or not self.seals:
            raise ValueError("a certificate names goods and at least one seal")
        if len({line.hs for line in self.lines}) != len(self.lines):
            raise ValueError("one line for each HS subheading")

    @property
    def carats(self) -> Carats:
        """The weight of the whole shipment."""
        return Carats.total(line.carats for line in self.lines)

    @property
    def value(self) -> USDollars:
        """The value of the whole shipment."""
        return USDollars.total(line.value for line in self.lines)

    @property
    def parcels(self) -> int:
        """The number of parcels in the shipment."""
        return sum(line.parcels for line in self.lines)


class Outcome(StrEnum):
    """What an Importing Authority decided about a shipment. Source: Core Document III(b); Annex II 22-23."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_DISCREPANCY = "accepted_with_discrepancy"
    REFUSED = "refused"
    DETAINED = "detained"


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """The import confirmation: what arrived, as it was found. Source: Core Document III(b), Annex I.B; IMP-02.

    ``certificate_hash`` is the SHA-256 of the certificate's public form: the confirmation cannot be
    read as one of another certificate with the same number.
    """

    number: CertificateNumber
    certificate_hash: bytes
    participant: str
    authority: str
    received_on: date
    confirmed_at: datetime
    outcome: Outcome
    exporter: Party
    importer: Party
    lines: tuple[Line, ...]
    seals_intact: bool
    remarks: str = ""
    specimen: bool = False

    def __post_init__(self) -> None:
        country_code(self.participant)
        if len(self.certificate_hash) != 32:
            raise ValueError("certificate_hash is a SHA-256")
        if self.confirmed_at.utcoffset() != timedelta(0) or self.confirmed_at.date() < self.received_on:
            raise ValueError("confirmed_at must be in UTC and not before the day of receipt")
        if not self.lines and self.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_DISCREPANCY):
            raise ValueError("what is accepted was weighed")

    @property
    def carats(self) -> Carats:
        """The weight that was found."""
        return Carats.total(line.carats for line in self.lines)

    @property
    def value(self) -> USDollars:
        """The value that was found."""
        return USDollars.total(line.value for line in self.lines)

    @property
    def parcels(self) -> int:
        """The number of parcels that were found."""
        return sum(line.parcels for line in self.lines)
