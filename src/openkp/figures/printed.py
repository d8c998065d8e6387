"""Printed digits: how exact they are, whether value, weight and price fit each other, what one wrong digit explains."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

EXACT = "exact"
ENOUGH_DIGITS = 5
"""With fewer digits, one that differs proves nothing."""


@dataclass(frozen=True)
class Printed:
    """A printed number. ``unit`` is the worth of its last digit that means something."""

    digits: str
    value: Decimal
    exact: bool

    @property
    def unit(self) -> Decimal:
        """0.01 of ``71.98``; 10,000 of ``9170000`` unless it is exact, for then its noughts were counted too."""
        _whole, _point, fraction = self.digits.partition(".")
        if fraction:
            return Decimal(1).scaleb(-len(fraction))
        if self.exact or not self.value:
            return Decimal(1)
        return Decimal(10) ** (len(self.digits) - len(self.digits.rstrip("0")))

    def shows(self, value: Decimal) -> bool:
        """Whether ``value``, rounded half up to these digits, is what was printed."""
        return (value / self.unit).quantize(Decimal(1), ROUND_HALF_UP) * self.unit == self.value

    def nearly_shows(self, value: Decimal) -> bool:
        """Whether it lies less than one unit away: cut off instead of rounded, or rounded twice."""
        return abs(value - self.value) < self.unit


def closes(carats: Printed, usd: Printed, price: Printed) -> bool:
    """Whether value ÷ weight is the price, each within one unit of its last digit."""
    if carats.value <= carats.unit:
        return False
    low = (usd.value - usd.unit) / (carats.value + carats.unit)
    high = (usd.value + usd.unit) / (carats.value - carats.unit)
    return low <= price.value + price.unit and high >= price.value - price.unit


def one_digit_off(printed: Printed) -> Iterator[Printed]:
    """Every number that one wrong digit, or two neighbours swapped, may have turned into the printed one."""
    digits, seen = printed.digits, {printed.digits}
    for place, digit in enumerate(digits):
        if not digit.isdigit():
            continue
        others = [digits[:place] + other + digits[place + 1 :] for other in "0123456789"]
        after = digits[place + 1 : place + 2]
        swapped = [digits[:place] + after + digit + digits[place + 2 :]] if after.isdigit() else []
        for text in (*others, *swapped):
            if text not in seen and not (text.startswith("0") and len(digits) > 1 and digits[1:2] != "."):
                seen.add(text)
                yield Printed(text, Decimal(text), printed.exact)


def significant(printed: Printed) -> int:
    """How many of the digits mean something."""
    plain = printed.digits.replace(".", "").lstrip("0")
    return len(plain if printed.exact or "." in printed.digits else plain.rstrip("0"))
