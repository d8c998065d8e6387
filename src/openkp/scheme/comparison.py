"""Found beside declared: what differs between two sets of lines, beyond what the authority tolerates."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from openkp.scheme.goods import HsSubheading, Line
from openkp.scheme.policies import AuthorityPolicy


class Measured(StrEnum):
    """What was compared; the names are those of the fields."""

    HS = "hs"
    CARATS = "carats"
    VALUE = "value_usd"
    PARCELS = "parcels"


@dataclass(frozen=True)
class Difference:
    """One difference on the goods of one subheading; ``place`` is the line among those found, or after them."""

    measured: Measured
    hs: HsSubheading
    declared: Decimal
    found: Decimal
    place: int


def differences(declared: Iterable[Line], found: Iterable[Line], policy: AuthorityPolicy) -> tuple[Difference, ...]:
    """Every difference beyond the tolerances: a whole line (measured ``HS``, in carats), carats, value, parcels."""
    before = {line.hs: line for line in declared}
    after = {line.hs: (place, line) for place, line in enumerate(found)}
    result: list[Difference] = []
    for hs in sorted({*before, *after}):
        place, now = after.get(hs, (len(after), None))
        then = before.get(hs)
        if then and now:
            result.extend(_on_one_line(then, now, place, policy))
        else:
            carats = [line.carats.amount if line else Decimal(0) for line in (then, now)]
            result.append(Difference(Measured.HS, hs, carats[0], carats[1], place))
    return tuple(result)


def _on_one_line(then: Line, now: Line, place: int, policy: AuthorityPolicy) -> Iterable[Difference]:
    compared = (
        (Measured.CARATS, then.carats.amount, now.carats.amount, policy.carats_allowed(then.carats.amount)),
        (Measured.VALUE, then.value.amount, now.value.amount, policy.value_allowed(then.value.amount)),
        (Measured.PARCELS, Decimal(then.parcels), Decimal(now.parcels), Decimal(0)),
    )
    for measured, declared, found, allowed in compared:
        if abs(found - declared) > allowed:
            yield Difference(measured, now.hs, declared, found, place)
