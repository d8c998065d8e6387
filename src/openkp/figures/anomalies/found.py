"""Making an anomaly: how far past its threshold something is, and the words that several tests share."""

from dataclasses import dataclass
from decimal import Decimal

from openkp.scheme.countries import country_name
from openkp.scheme.words import N_, Sentence

CENT = Decimal("0.01")
MOST = Decimal(9999)
SHORT_SPACE = "\u202f"

FLOWS = {"production": N_("production"), "import": N_("imports"), "export": N_("exports")}
OTHER_FLOWS = {
    "import_plus_export": N_("imports and exports"),
    "certificates": N_("certificates"),
    "producing_participants": N_("producing Participants"),
}
"""What else published figures are of."""

TYPING = Sentence(N_("a figure was typed wrongly, or a line was filed in another period"))
CONTRACT = Sentence(N_("one large sale, a tender or the sale of a stock fell into this period"))
ASSORTMENT = Sentence(N_("the goods were of another quality or size than before"))
BASIS = Sentence(N_("one side records values with freight and insurance (CIF), the other without (FOB)"))
TRANSIT = Sentence(N_("goods left in one period and arrived in the next"))
NOT_YET = Sentence(N_("the return of the other side is late or will still be corrected"))
STOCKS = Sentence(N_("goods came from a stock that nobody filed"))
UPLOAD = Sentence(N_("the documents of the other side have not all reached this node"))


def severity(times: Decimal | float | int) -> Decimal:
    """How many times the threshold was passed: from 1 on, two places, with an upper end."""
    value = Decimal(str(times))
    if not value.is_finite():
        return MOST
    return max(Decimal(1), min(value, MOST)).quantize(CENT)


def amount(value: Decimal | int | float) -> str:
    """``1 234 567.89`` with narrow spaces; whole numbers of days or papers without places."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", SHORT_SPACE)
    return f"{Decimal(str(value)):,.2f}".replace(",", SHORT_SPACE)


def measured(value: Decimal, measure: str) -> str:
    """An amount of a measure: certificates are whole."""
    return amount(int(value) if measure == "certificates" else value)


def percent(share: Decimal | float) -> str:
    """``+113 %``."""
    return f"{Decimal(str(share)) * 100:+,.0f}{SHORT_SPACE}%".replace(",", SHORT_SPACE)


@dataclass(frozen=True)
class Called:
    """A country in a sentence: ``Kenya (KE)``, and whoever shows it may use the reader's name for it."""

    code: str

    def __str__(self) -> str:
        return f"{country_name(self.code)} ({self.code})" if self.code else "–"


def called(code: str) -> Called:
    """A country as sentences have it; a partner that nobody stated is a dash."""
    return Called(code)


def flow(code: str) -> Sentence:
    """A flow in words; one that nobody knows as it was written."""
    return Sentence((FLOWS | OTHER_FLOWS).get(code, code))


def change(now: Decimal, before: Decimal) -> Decimal:
    """The change as a share of what was before; from nothing to something it is the upper end."""
    if before:
        return (now - before) / abs(before)
    return MOST if now else Decimal(0)
