"""Reading a return as it was typed, uploaded or generated: all findings at once, in the words of the filer."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openkp.scheme.amounts import shown
from openkp.scheme.errors import Finding
from openkp.scheme.goods import LARGEST, Carats, HsSubheading, USDollars
from openkp.scheme.periods import Period
from openkp.scheme.reading import Reader
from openkp.scheme.returns import (
    MIXED,
    MOST_CERTIFICATES,
    Flow,
    Mining,
    Nature,
    ProductionLine,
    ReturnKind,
    StatisticalReturn,
    TradeLine,
    ValueBasis,
    Visibility,
)
from openkp.scheme.rules.base import Problem, problem
from openkp.scheme.typed_amounts import CARATS, COUNT, DOLLARS, read_amount
from openkp.scheme.words import N_, Sentence

MOST_LINES = 50_000
"""More lines than partners, origins and subheadings can give in a quarter: a list of shipments is no return."""
_MOST = {CARATS: LARGEST, DOLLARS: LARGEST, COUNT: Decimal(MOST_CERTIFICATES)}
RETURN_FIELDS = (
    "nature",
    "value_basis",
    "visibility",
    "method",
    "reason",
    "note",
    "certificates_issued",
    "certificates_received",
    "production",
    "trade",
)


@dataclass(frozen=True)
class _Reading:
    """What the readers of lines share: the findings, and the mark that the file uses before decimals."""

    findings: list[Finding]
    decimal: str

    def amount(self, reader: Reader, name: str, what: Sentence, *, unit: str, rule: str) -> Decimal | None:
        """One amount of a line, no larger than the line can hold."""
        typed = reader.raw(name, what, rule=rule)
        read = read_amount(name, name, what, typed, unit=unit, decimal=self.decimal, most=_MOST[unit])
        if isinstance(read, Problem):
            reader.add(rule, read)
            return None
        return read


def read_return(
    fields: Mapping[str, Any],
    *,
    kind: ReturnKind,
    period: Period,
    participant: str,
    authority: str,
    version: int = 1,
    decimal: str = "",
) -> tuple[StatisticalReturn | None, tuple[Finding, ...]]:
    """The return that ``fields`` hold, or None with every finding. All scalars are texts as typed.

    ``production`` is a list of ``mining, carats, value_usd``; ``trade`` of ``flow, partner, origin, hs, carats,
    value_usd, certificates``. ``decimal`` is the mark that the filer's file uses, where it is known.
    Source: STAT-01..06.
    """
    reader = Reader(fields, most=MOST_LINES)
    reading = _Reading(reader.findings, decimal)
    nature = reader.choice("nature", Sentence(N_("what the return holds")), Nature, rule="STAT-04", needed=True)
    said = _said(reader)
    production = _production(reader, reading) if kind is ReturnKind.PRODUCTION else ()
    trade = _trade(reader, reading) if kind is ReturnKind.TRADE else ()
    counts = _counts(reader, reading) if kind is ReturnKind.TRADE else {}
    if nature and nature is not Nature.FIGURES and (production or trade):
        sentence = N_("Take the lines away, or say that the return holds figures. A nil return or a notice has none.")
        reader.add("STAT-04", problem("lines_beside_nil", str(kind), sentence))
    if reader.done() or nature is None:
        return None, tuple(reader.findings)
    made = StatisticalReturn(
        participant=participant,
        authority=authority,
        kind=kind,
        nature=nature,
        period=period,
        version=version,
        production=production,
        trade=trade,
        **counts,
        **said,
    )
    return made, ()


def _said(reader: Reader) -> dict[str, Any]:
    """Everything about the return that is no figure."""
    basis = reader.choice("value_basis", Sentence(N_("the value basis")), ValueBasis, rule="STAT-06")
    seen = reader.choice("visibility", Sentence(N_("who may read it")), Visibility, rule="STAT-09")
    return {
        "value_basis": basis or ValueBasis.UNSTATED,
        "visibility": seen or Visibility.KP_ONLY,
        "method": reader.text("method", Sentence(N_("the method")), rule="STAT-06", longest=1000),
        "reason": reader.text("reason", Sentence(N_("the reason for the correction")), rule="STAT-06", longest=1000),
        "note": reader.text("note", Sentence(N_("the note")), rule="STAT-05", longest=1000),
    }


def _counts(reader: Reader, reading: _Reading) -> dict[str, Any]:
    """The two counts of certificates; where they are left out the rules say so."""
    found: dict[str, Any] = {}
    words = {
        "certificates_issued": Sentence(N_("the number of certificates issued")),
        "certificates_received": Sentence(N_("the number of imports that carried a certificate")),
    }
    for name, what in words.items():
        if not reader.raw(name, what, rule="STAT-02"):
            found[name] = None
            continue
        count = reading.amount(reader, name, what, unit=COUNT, rule="STAT-02")
        found[name] = None if count is None else int(count)
    return found


def _production(reader: Reader, reading: _Reading) -> tuple[ProductionLine, ...]:
    lines = []
    for field, item in reader.items("production", Sentence(N_("the lines of production")), rule="STAT-04"):
        line = Reader(item, prefix=f"{field}.", findings=reading.findings)
        mining = line.choice("mining", Sentence(N_("how it was mined")), Mining, rule="STAT-04")
        carats = reading.amount(line, "carats", Sentence(N_("the carats")), unit=CARATS, rule="STAT-04")
        value = reading.amount(line, "value_usd", Sentence(N_("the value")), unit=DOLLARS, rule="STAT-04")
        line.done()
        if carats is not None and value is not None:
            lines.append(ProductionLine(mining=mining or Mining.ALL, carats=Carats(carats), value=USDollars(value)))
    return tuple(lines)


def _trade(reader: Reader, reading: _Reading) -> tuple[TradeLine, ...]:
    lines = []
    for field, item in reader.items("trade", Sentence(N_("the lines of trade")), rule="STAT-03"):
        line = Reader(item, prefix=f"{field}.", findings=reading.findings)
        before = len(reading.findings)
        flow = line.choice("flow", Sentence(N_("the flow")), Flow, rule="STAT-01", needed=True)
        partner = line.country("partner", Sentence(N_("the partner")), rule="STAT-03", union=True)
        origin = _origin(line)
        hs = _subheading(line)
        carats = reading.amount(line, "carats", Sentence(N_("the carats")), unit=CARATS, rule="STAT-03")
        value = reading.amount(line, "value_usd", Sentence(N_("the value")), unit=DOLLARS, rule="STAT-03")
        what = Sentence(N_("the number of certificates"))
        count = reading.amount(line, "certificates", what, unit=COUNT, rule="STAT-02")
        line.done()
        if len(reading.findings) > before or not (flow and hs) or carats is None or value is None or count is None:
            continue
        lines.append(
            TradeLine(
                flow=flow,
                partner=partner,
                origin=origin,
                hs=hs,
                carats=Carats(carats),
                value=USDollars(value),
                certificates=int(count),
            )
        )
    return tuple(lines)


def _origin(line: Reader) -> str:
    """A country, the sign for mixed origins, or nothing where it is not known."""
    what = Sentence(N_("the country of origin"))
    typed = line.raw("origin", what, rule="STAT-03")
    if typed in ("", MIXED):
        return typed
    return line.country("origin", what, rule="STAT-03", union=True)


def _subheading(line: Reader) -> HsSubheading | None:
    """One of the three subheadings of rough diamonds."""
    typed = line.raw("hs", Sentence(N_("the HS subheading")), rule="STAT-03")
    try:
        return HsSubheading.parse(typed)
    except ValueError:
        sentence = N_("Choose the HS subheading: 7102.10, 7102.21 or 7102.31. %(typed)s is no rough diamond's.")
        line.add("STAT-03", problem("hs_unknown", "hs", sentence, typed=shown(typed or "–")))
    return None
