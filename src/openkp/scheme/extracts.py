"""What an authority reports from its register month by month, where its law asks for it (STAT-13)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from openkp.scheme.dated import first_day, in_force, read_data

CERTIFICATE_COLUMNS = (
    *("number", "issuing_authority", "validating_authority", "issued_on", "validated_on", "expires_on"),
    *("provenance", "destination", "origin", "status", "line", "hs", "carats", "value_usd"),
)
"""What a report can say of a certificate; ``hs``, ``carats``, ``value_usd`` are of one of its lines."""
VERIFICATION_COLUMNS = ("verifying_authority", "verified_on", "received_on", "outcome")
"""What a report of imports can say besides."""


@dataclass(frozen=True, kw_only=True)
class MonthlyExtract:
    """The columns of both reports, in their order, and the law that asks for them."""

    source: str
    imports: tuple[str, ...]
    exports: tuple[str, ...]

    def __post_init__(self) -> None:
        known = {*CERTIFICATE_COLUMNS, *VERIFICATION_COLUMNS}
        if not known.issuperset(self.imports) or not set(CERTIFICATE_COLUMNS).issuperset(self.exports):
            raise ValueError("a column that no register has")


def monthly_extract(participant: str, on: date) -> MonthlyExtract | None:
    """What the authorities of a Participant report on a day; None where no law asks for it. Source: STAT-13."""
    found: dict[str, Any] | None = None
    for entry in read_data("extracts.yaml").get(participant, ()):
        if in_force(first_day(entry["from"]), None, on):
            found = entry
    if found is None:
        return None
    imports, exports = tuple(found["imports"]), tuple(found["exports"])
    return MonthlyExtract(source=found["source"], imports=imports, exports=exports)
