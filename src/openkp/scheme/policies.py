"""What an authority may set for itself: number format, validity, tolerances, deadlines, what it requires.

The Scheme names no tolerance, no period of validity and no deadline for the confirmation. The defaults and
the national values with their sources are in ``data/policies.yaml``; a node keeps its own beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from openkp.scheme.dated import first_day, in_force, in_months, read_data
from openkp.scheme.numbers import NumberFormat


@dataclass(frozen=True, kw_only=True)
class AuthorityPolicy:
    """The settings of one authority on one day. Tolerances: carats absolute and in percent, value in percent.

    Validity is ``validity_months`` if above zero, else ``validity_days``. ``sources`` says where each came from.
    """

    authority: str
    number_format: NumberFormat
    validity_days: int = 60
    validity_months: int = 0
    carat_tolerance: Decimal = Decimal("0.00")
    carat_tolerance_percent: Decimal = Decimal("0.00")
    value_tolerance_percent: Decimal = Decimal("0.00")
    confirmation_due_days: int = 14
    overdue_after_days: int = 30
    second_language: str = ""
    declaration_required: bool = True
    require_blank_serial: bool = False
    require_predecessors: bool = False
    accept_broken_seals: bool = False
    sources: str = ""

    def __post_init__(self) -> None:
        if self.validity_days < 1 or self.validity_months < 0:
            raise ValueError("a certificate is valid for a day at least")
        if self.confirmation_due_days < 1 or self.overdue_after_days < 1:
            raise ValueError("a deadline is a day at least")
        tolerances = (self.carat_tolerance, self.carat_tolerance_percent, self.value_tolerance_percent)
        if any(not tolerance.is_finite() or tolerance < 0 for tolerance in tolerances):
            raise ValueError("a tolerance is zero or more")

    def expires_on(self, issued_on: date) -> date:
        """The day on which a certificate issued on ``issued_on`` expires."""
        if self.validity_months:
            return in_months(issued_on, self.validity_months)
        return issued_on + timedelta(days=self.validity_days)

    def carats_allowed(self, declared: Decimal) -> Decimal:
        """How far the carats found may lie from ``declared``: the wider of the two tolerances."""
        return max(self.carat_tolerance, declared * self.carat_tolerance_percent / 100)

    def value_allowed(self, declared: Decimal) -> Decimal:
        """How far the value found may lie from ``declared``."""
        return declared * self.value_tolerance_percent / 100


def default_policy(participant: str, authority: str, on: date, own: Mapping[str, Any] | None = None) -> AuthorityPolicy:
    """What holds for an authority on a day: general and national values, with its ``own`` settings over them."""
    data = read_data("policies.yaml")
    settings: dict[str, Any] = {}
    sources: list[str] = []
    for entry in [*data["general"], *data["national"].get(participant, [])]:
        if in_force(first_day(entry["from"]), None, on):
            settings |= entry["set"]
            sources.append(entry["source"])
    settings |= {"sources": "; ".join(sources)} | dict(own or {})
    return policy_from(settings, participant=participant, authority=authority)


def policy_from(settings: Mapping[str, Any], *, participant: str, authority: str) -> AuthorityPolicy:
    """A policy from plain settings, as a node stores them. Raises ``ValueError`` or ``TypeError`` for what is none."""
    rest = {name: value for name, value in settings.items() if not name.startswith("number_")}
    number_format = NumberFormat(
        participant=participant,
        width=int(settings.get("number_width", 6)),
        first=int(settings.get("number_first", 1)),
        last=int(settings.get("number_last", 999_999)),
    )
    for name in ("carat_tolerance", "carat_tolerance_percent", "value_tolerance_percent"):
        if name in rest:
            rest[name] = Decimal(str(rest[name]))
    return AuthorityPolicy(authority=authority, number_format=number_format, **rest)
