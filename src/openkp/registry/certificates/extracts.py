"""The monthly reports of an authority from its register, one row an HS line (STAT-13).

Imports are the certificates that the authority verified in the month, whatever it found; exports those that it
validated in it and did not void. What is said of the goods is what the certificate says, read from its document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from openkp.documents.stored import stored_goods
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.roles import OFFICERS, Role
from openkp.registry.certificates.lists import CHUNK
from openkp.registry.certificates.models import Certificate, Confirmation
from openkp.registry.errors import NotFound
from openkp.scheme.dated import in_months
from openkp.scheme.extracts import MonthlyExtract, monthly_extract
from openkp.scheme.life import Status
from openkp.scheme.returns import MIXED
from openkp.scheme.words import N_

FLOWS = {
    "imports": frozenset({Role.IMPORT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}),
    "exports": OFFICERS,
}
"""The two reports, and who reads them: whoever sees the certificates that come, or those that go."""
_OF_CERTIFICATE = (
    *("number", "authority_code", "issued_on", "validated_at", "expires_on", "participant", "destination", "status"),
    "document__data",
)
_OF_VERIFICATION = ("authority_code", "confirmed_at", "received_on", "outcome")
Row = dict[str, Any]


@dataclass(frozen=True)
class Owed:
    """The reports that the actor's authorities owe: their layout, and of each the authorities to read it for."""

    layout: MonthlyExtract
    authorities: Mapping[str, frozenset[int]]


def owed(actor: Actor, month: date) -> Owed | None:
    """The reports of the month that begins with ``month``; None where the actor serves no authority that owes any."""
    for participant in sorted(actor.participants(*OFFICERS)):
        if layout := monthly_extract(participant, month):
            held = [h for h in actor.held if h.participant == participant]
            reads = {flow: frozenset(h.authority_id for h in held if h.role in roles) for flow, roles in FLOWS.items()}
            return Owed(layout, {flow: authorities for flow, authorities in reads.items() if authorities})
    return None


def to_report(actor: Actor, month: date, flow: str = "") -> Owed:
    """The same, of one flow where it is named. Raises ``NotFound`` where there is none."""
    found = owed(actor, month)
    if found is None or (flow and flow not in found.authorities):
        raise NotFound(N_("None of your authorities owes a monthly extract of its register."))
    return found


def extract_rows(found: Owed, flow: str, month: date) -> Iterator[Row]:
    """One of ``FLOWS``, the oldest first, with its columns in their order; memory stays flat."""
    columns = getattr(found.layout, flow)
    rows = _imports(found, month) if flow == "imports" else _exports(found, month)
    for row in rows:
        yield {name: row[name] for name in columns}


def _imports(found: Owed, month: date) -> Iterator[Row]:
    names = [*(f"certificate__{name}" for name in _OF_CERTIFICATE), *_OF_VERIFICATION]
    rows = Confirmation.objects.filter(
        certificate__arrival__authority_id__in=found.authorities["imports"], **_within("confirmed_at", month)
    )
    for row in rows.order_by("confirmed_at", "pk").values(*names).iterator(CHUNK):
        verified = {
            "verifying_authority": row["authority_code"],
            "verified_on": row["confirmed_at"].date(),
            "received_on": row["received_on"],
            "outcome": row["outcome"],
        }
        yield from (line | verified for line in _lines(row, "certificate__"))


def _exports(found: Owed, month: date) -> Iterator[Row]:
    rows = Certificate.objects.filter(authority_id__in=found.authorities["exports"], **_within("validated_at", month))
    ordered = rows.exclude(status=Status.VOID).order_by("validated_at", "pk")
    for row in ordered.values(*_OF_CERTIFICATE).iterator(CHUNK):
        yield from _lines(row, "")


def _within(name: str, month: date) -> Row:
    first, after = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month, in_months(month, 1)))
    return {f"{name}__gte": first, f"{name}__lt": after}


def _lines(row: Mapping[str, Any], prefix: str) -> Iterator[Row]:
    goods = stored_goods(bytes(row[f"{prefix}document__data"]))
    shared = {
        "number": row[f"{prefix}number"],
        "issuing_authority": row[f"{prefix}authority_code"],
        "validating_authority": row[f"{prefix}authority_code"],
        "issued_on": row[f"{prefix}issued_on"],
        "validated_on": row[f"{prefix}validated_at"].date(),
        "expires_on": row[f"{prefix}expires_on"],
        "provenance": row[f"{prefix}participant"],
        "destination": row[f"{prefix}destination"],
        "origin": " ".join(goods.origins) or MIXED,
        "status": row[f"{prefix}status"],
    }
    for place, line in enumerate(goods.lines, start=1):
        amounts = {"hs": line.hs.value, "carats": line.carats.amount, "value_usd": line.value.amount}
        yield {**shared, "line": place, **amounts}
