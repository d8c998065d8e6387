"""What a Participant files: production returns, trade returns with certificate counts, nil returns, notices.

Source: Core Document Annex III; AD 02/2013 (its tables were not found whole). Amounts are metric carats and current
US dollars with two decimal places.
"""

from dataclasses import dataclass
from enum import StrEnum

from openkp.scheme.goods import Carats, HsSubheading, USDollars, country_code, plain_text
from openkp.scheme.periods import Period

MIXED = "***"
"""How a line states that its origins are mixed and not listed (CFLD-03)."""


MOST_CERTIFICATES = 9_999_999
"""How many certificates a line of a return can count."""


class ReturnKind(StrEnum):
    """Which of the two returns. Source: STAT-01 (trade, quarterly), STAT-04 (production, half-yearly)."""

    PRODUCTION = "production"
    TRADE = "trade"

    @property
    def period_kind(self) -> str:
        """The kind of ``Period`` it is filed for: "H" or "Q"."""
        return "H" if self is ReturnKind.PRODUCTION else "Q"


class Nature(StrEnum):
    """What a filing says: figures, that there are none, or that they cannot be published (STAT-05)."""

    FIGURES = "figures"
    NIL = "nil"
    CANNOT_PUBLISH = "cannot_publish"


class Flow(StrEnum):
    """Which way goods went, seen from the reporter."""

    IMPORT = "import"
    EXPORT = "export"


class Mining(StrEnum):
    """How diamonds were mined, where the return says so (the public file does from 2020 on)."""

    ARTISANAL = "ASM"
    LARGE_SCALE = "LSM"
    ALL = ""


class ValueBasis(StrEnum):
    """What the dollars include. Practice differs (STAT-06): a return says which basis it used."""

    FOB = "FOB"
    CIF = "CIF"
    UNSTATED = ""


class Visibility(StrEnum):
    """Who may read a filing. The four classes are inferred (scheme-rules A.3)."""

    PRIVATE = "participant_private"
    WGS = "wgs"
    KP_ONLY = "kp_only"
    PUBLIC = "public"


@dataclass(frozen=True, kw_only=True)
class ProductionLine:
    """Carats and US dollars mined in the period, of one way of mining."""

    mining: Mining = Mining.ALL
    carats: Carats
    value: USDollars


@dataclass(frozen=True, kw_only=True)
class TradeLine:
    """Carats, US dollars and certificates of one flow, partner, origin and HS subheading.

    ``partner`` is provenance on imports and destination on exports; ``origin`` is a country, ``MIXED`` or "" (unknown).
    """

    flow: Flow
    partner: str
    hs: HsSubheading
    carats: Carats
    value: USDollars
    certificates: int
    origin: str = ""

    def __post_init__(self) -> None:
        country_code(self.partner)
        if self.origin not in ("", MIXED):
            country_code(self.origin)
        if not 0 <= self.certificates <= MOST_CERTIFICATES:
            raise ValueError("certificates")


@dataclass(frozen=True, kw_only=True)
class StatisticalReturn:
    """One version of one filing. ``reason`` says why a version above 1 replaces the one before; ``note`` is free.

    Raises ``ValueError`` for a period of the wrong kind, for lines of the other kind, or lines where there are none.
    """

    participant: str
    authority: str
    kind: ReturnKind
    nature: Nature
    period: Period
    version: int = 1
    production: tuple[ProductionLine, ...] = ()
    trade: tuple[TradeLine, ...] = ()
    certificates_issued: int | None = None
    certificates_received: int | None = None
    value_basis: ValueBasis = ValueBasis.UNSTATED
    visibility: Visibility = Visibility.KP_ONLY
    method: str = ""
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        country_code(self.participant)
        if self.period.kind != self.kind.period_kind:
            raise ValueError("production is filed for half-years, trade for quarters")
        if (self.production and self.kind is not ReturnKind.PRODUCTION) or (
            self.trade and self.kind is not ReturnKind.TRADE
        ):
            raise ValueError("lines of the other kind")
        if self.nature is not Nature.FIGURES and (self.production or self.trade):
            raise ValueError("a nil return or a notice has no lines")
        if self.version < 1:
            raise ValueError("version")
        for text in (self.method, self.reason, self.note):
            if text:
                plain_text(text, longest=1000)
