"""What crosses the border: carats, US dollars, HS subheadings, lines, parties, origin.

Every value is right from birth: the constructor raises ``ValueError`` for what cannot exist.
What people type is read by ``applications``, which turns those errors into findings.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

LARGEST = Decimal("9999999999.99")
_HUNDREDTH = Decimal("0.01")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    r"\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]"
)
_NON_JOINER = "\u200c"
_JOINERS = (_NON_JOINER, "\u200d")
_VIRAMA = 9  # the combining class of the sign after which Indic scripts need a joiner


@dataclass(frozen=True, order=True)
class _Hundredths:
    """A non-negative amount with two decimal places, held exactly."""

    amount: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError("not a number")
        if not 0 <= self.amount <= LARGEST:
            raise ValueError("negative or too large")
        exact = self.amount.quantize(_HUNDREDTH)
        if self.amount != exact:
            raise ValueError("more than two decimal places")
        object.__setattr__(self, "amount", exact)

    @classmethod
    def of(cls, text: str | int | Decimal) -> Self:
        """Read ``"1234.56"``: digits, one point, at most two decimals. Raises ``ValueError``."""
        if isinstance(text, str) and not _PLAIN_NUMBER.fullmatch(text):
            raise ValueError("write a plain number such as 1234.56")
        return cls(Decimal(text))

    @classmethod
    def from_hundredths(cls, hundredths: int) -> Self:
        """The amount that a document holds as a whole number of hundredths."""
        return cls(Decimal(hundredths).scaleb(-2))

    @classmethod
    def total(cls, amounts: Iterable[Self]) -> Self:
        """The exact sum."""
        return cls(sum((a.amount for a in amounts), Decimal(0)))

    @property
    def hundredths(self) -> int:
        """The amount as a whole number of hundredths, as it stands in a document."""
        return int(self.amount.scaleb(2))

    def __str__(self) -> str:
        return f"{self.amount:.2f}"


class Carats(_Hundredths):
    """Metric carats (0.2 g), two decimal places. Source: Core Document Annex I.A; CFLD-10."""


class USDollars(_Hundredths):
    """Current US dollars, two decimal places. Source: Core Document Annex I.A; CFLD-11."""


class HsSubheading(StrEnum):
    """The three subheadings of rough diamonds. Source: Core Document Section I, "rough diamonds"."""

    UNSORTED = "7102.10"
    INDUSTRIAL = "7102.21"
    NON_INDUSTRIAL = "7102.31"

    @classmethod
    def parse(cls, text: str) -> "HsSubheading":
        """Read six or eight digits, with or without points. Raises ``ValueError`` for any other heading."""
        digits = text.replace(".", "").replace(" ", "")
        if len(digits) not in (6, 8) or not digits.isascii():
            raise ValueError("not an HS subheading of six or eight digits")
        return cls(f"{digits[:4]}.{digits[4:6]}")


def plain_text(text: str, *, longest: int) -> str:
    """``text`` if a certificate can carry it: not empty, NFC, printable, not too long. Raises ``ValueError``."""
    if not text.strip() or text != text.strip():
        raise ValueError("empty, or spaces around it")
    if len(text) > longest:
        raise ValueError(f"longer than {longest} characters")
    if text.isascii() and text.isprintable():
        return text  # much the most frequent, and nothing more to look for
    if _UNPRINTABLE.search(text) or text != unicodedata.normalize("NFC", text) or not _joiners_join(text):
        raise ValueError("control, direction or decomposed characters")
    return text


def _joiners_join(text: str) -> bool:
    """Whether each invisible joiner is one that a script needs: after a virama, or between Arabic letters."""
    for at, joiner in enumerate(text):
        if joiner not in _JOINERS:
            continue
        before, after = text[at - 1], text[at + 1 : at + 2]
        between_arabic = [unicodedata.bidirectional(c) for c in (before, after)] == ["AL", "AL"] if after else False
        if unicodedata.combining(before) != _VIRAMA and not (joiner == _NON_JOINER and between_arabic):
            return False
    return True


def country_code(text: str) -> str:
    """``text`` if it has the form of an ISO 3166-1 alpha-2 code (or ``EU``). Raises ``ValueError``."""
    if not _COUNTRY.fullmatch(text):
        raise ValueError("not a two-letter country code")
    return text


@dataclass(frozen=True, kw_only=True)
class Party:
    """An exporter or importer as the certificate names it. Source: Core Document Annex I.A; CFLD-08, CFLD-09."""

    name: str
    address: str
    country: str

    def __post_init__(self) -> None:
        plain_text(self.name, longest=120)
        plain_text(self.address, longest=240)
        country_code(self.country)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Goods of one HS subheading: carats, US dollars, number of parcels. Source: Core Document Annex I.A, Annex III."""

    hs: HsSubheading
    carats: Carats
    value: USDollars
    parcels: int

    def __post_init__(self) -> None:
        if not self.carats.amount or not self.value.amount:
            raise ValueError("carats and value must be above zero")
        if not 1 <= self.parcels <= 99_999:
            raise ValueError("parcels must be between 1 and 99999")


class OriginMode(StrEnum):
    """How a certificate states where the diamonds were mined. Source: CFLD-03."""

    SINGLE = "single"
    MIXED = "mixed"
    MIXED_LISTED = "mixed_listed"


@dataclass(frozen=True)
class Origin:
    """The country of origin, or the fact that origins are mixed. Source: Core Document Section I, Annex I.A."""

    mode: OriginMode
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for country in self.countries:
            country_code(country)
        if list(self.countries) != sorted(set(self.countries)):
            raise ValueError("countries of origin must be sorted and named once")
        count = len(self.countries)
        if self.mode is not (OriginMode.MIXED, OriginMode.SINGLE, OriginMode.MIXED_LISTED)[min(count, 2)]:
            raise ValueError(f"{count} countries of origin do not fit the mode {self.mode}")

    def printed(self) -> str:
        """What the certificate shows: a code, codes, or asterisks for an unlisted mixture."""
        return ", ".join(self.countries) or "***"
