"""How what one side says is set beside what the other side says: dated parameters of ``data/reconciliation.yaml``."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from openkp.scheme.dated import first_day, read_data


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What holds on one day, with its source.

    ``cif_fob``: how many times its FOB value a shipment has CIF. ``late_days``: from how many days after issue a
    certificate without confirmation is late. ``not_counted``: statuses of certificates that are not counted (STAT-02).
    ``not_imported``: outcomes of an arrival that brought no goods into the country.
    """

    cif_fob: Decimal
    late_days: int
    not_counted: tuple[str, ...]
    not_imported: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        if not (self.cif_fob.is_finite() and self.cif_fob >= 1) or self.late_days < 1:
            raise ValueError("a CIF value is not below the FOB value, and late is a day at least")


@lru_cache(maxsize=64)
def reconciliation(on: date) -> Reconciliation:
    """The parameters in force on the day ``on``; before the first of them, the first. Raises ``ValueError``."""
    entries = sorted(read_data("reconciliation.yaml"), key=lambda entry: first_day(entry["from"]))
    settings: dict[str, object] = {}
    sources = []
    for place, entry in enumerate(entries):
        if place == 0 or first_day(entry["from"]) <= on:
            settings |= entry["set"]
            sources.append(str(entry["source"]))
    return Reconciliation(
        cif_fob=Decimal(str(settings["cif_fob"])),
        late_days=int(str(settings["late_days"])),
        not_counted=_names(settings["not_counted"]),
        not_imported=_names(settings["not_imported"]),
        source="; ".join(sources),
    )


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of names")
    return tuple(str(name) for name in value)
