"""Certificate numbers: a country's prefix, its own serial, and a check character.

The paper carries ``SL004911``; codes and statements carry ``SL0049114``, whose last character
is the ISO 7064 MOD 37,36 check character, so that one wrong keystroke is noticed.
Source: Core Document Annex I.A (alpha-2 prefix, unique); the check character is ours.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SERIAL = re.compile(r"[0-9A-HJ-NP-Z]{1,12}", re.ASCII)
_PREFIX = re.compile(r"[A-Z]{2}", re.ASCII)
_SEPARATORS = str.maketrans("", "", " .-/")


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 check character of ``text`` (digits and capital letters)."""
    remainder = 36
    for character in text:
        remainder = (remainder + _ALPHABET.index(character)) % 36 or 36
        remainder = remainder * 2 % 37
    return _ALPHABET[(37 - remainder) % 36]


@dataclass(frozen=True, order=True)
class CertificateNumber:
    """One certificate's number: ``participant`` is the alpha-2 prefix, ``serial`` the national part."""

    participant: str
    serial: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.participant) or not _SERIAL.fullmatch(self.serial):
            raise ValueError("not a certificate number")
        if self.checked[-1] in "IO":
            raise ValueError("this serial would end in I or O and is never issued")

    @classmethod
    def parse(cls, text: str) -> "CertificateNumber":
        """Read the printed form; spaces, points, hyphens and case do not matter. Raises ``ValueError``."""
        plain = text.upper().translate(_SEPARATORS)
        return cls(plain[:2], plain[2:])

    @classmethod
    def parse_checked(cls, text: str) -> "CertificateNumber":
        """Read the form with its check character, exactly as it is signed. Raises ``ValueError``."""
        number = cls(text[:2], text[2:-1])
        if number.checked != text:
            raise ValueError("the check character does not fit the number")
        return number

    @cached_property
    def checked(self) -> str:
        """The number with its check character, as it is signed."""
        return f"{self}{check_character(str(self))}"

    def __str__(self) -> str:
        return f"{self.participant}{self.serial}"


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """How one authority numbers: prefix, zero-padded digits, first and last serial of its range."""

    participant: str
    width: int
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 12 or not 0 < self.first <= self.last:
            raise ValueError("not a number format")

    def number(self, ordinal: int) -> CertificateNumber:
        """The number of ``ordinal``. Raises ``ValueError`` outside the range or where the serial is skipped."""
        if not self.first <= ordinal <= self.last:
            raise ValueError(f"{ordinal} is outside the range {self.first} to {self.last}")
        return CertificateNumber(self.participant, f"{ordinal:0{self.width}d}")

    def next_after(self, ordinal: int) -> int:
        """The next ordinal that may be issued, skipping those whose check character is I or O."""
        following = max(ordinal + 1, self.first)
        while check_character(f"{self.participant}{following:0{self.width}d}") in "IO":
            following += 1
        return following

    def accepts(self, number: CertificateNumber) -> bool:
        """Whether ``number`` has this prefix and width and lies in the range."""
        return (
            number.participant == self.participant
            and number.serial.isdigit()
            and len(number.serial) >= self.width
            and self.first <= int(number.serial) <= self.last
            and f"{int(number.serial):0{self.width}d}" == number.serial
        )
