"""What the Participants file: production by half-years, trade by quarters, stocks; late, corrected, sometimes wrong.

Trade returns are sums of the Participant's own certificates issued and of what it found in what it received.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from openkp.figures.world.building import Building
from openkp.figures.world.papers import Papers
from openkp.figures.world.parameters import Whole, between, read_world_data
from openkp.figures.world.shipments import HS_CODES, INDUSTRIAL, NONE, VALID
from openkp.scheme.periods import Period
from openkp.scheme.returns import MIXED

EXPORT, IMPORT = 0, 1
_FLOWS = ("export", "import")
_KEYS = 9


@dataclass
class Return:
    """One version of a return as rows of its fact table, without time and source."""

    participant: str
    kind: str
    period: Period
    rows: list[dict[str, Any]]
    version: int = 1
    created: datetime | None = None
    copy: str = ""  # set on a second filing of the same version


@dataclass
class Filings:
    """Everything filed. ``closing``: carats in hundredths by Participant and year, from their own records."""

    returns: list[Return]
    stocks: list[dict[str, Any]]
    capacity: list[dict[str, Any]]
    customs: list[dict[str, Any]]
    closing: dict[str, dict[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sums:
    """Trade added up: one row a reporter, quarter (0..7), flow, partner, HS and origin; amounts in hundredths."""

    reporter: Whole
    quarter: Whole
    flow: Whole
    partner: Whole
    hs: Whole
    origin: Whole
    carats: Whole
    usd: Whole
    certificates: Whole


def file_everything(building: Building, papers: Papers) -> Filings:
    """The filings of both years as they would stand if everybody filed once."""
    sums = add_up(building, papers)
    production = production_returns(building)
    trade = trade_returns(building, sums)
    filings = Filings(production + trade, [], capacity_bands(building), customs_figures(building, sums))
    keep_stocks(building, sums, production, filings)
    return filings


def add_up(building: Building, papers: Papers) -> Sums:
    """Every line of every certificate under the return it belongs to."""
    ships, found = papers.shipments, papers.confirmations
    valid = ships.take(ships.state == VALID)
    known = np.where(found.row == NONE, 0, found.row)
    origin = np.where(found.row == NONE, found.issuer, ships.origin[known])
    starts = building.frame.quarter_starts
    parts = [
        _lines(valid, EXPORT, valid.issuer, valid.destination, valid.origin, valid.day, starts),
        _lines(found, IMPORT, found.receiver, found.issuer, origin, found.arrived, starts),
    ]
    lines = np.concatenate(parts, axis=1)
    lines = lines[:, (lines[1] >= 0) & (lines[1] < 8)]
    return _grouped(lines)


def _lines(rows: Any, flow: int, reporter: Whole, partner: Whole, origin: Whole, day: Whole, starts: Whole) -> Whole:
    """Both lines of each paper as columns; a certificate counts with its first line."""
    quarter = np.searchsorted(starts, day, side="right") - 1
    quarter = np.where(day >= starts[-1], 8, quarter)
    same = [reporter, quarter, np.full(len(day), flow), partner]
    first = [*same, rows.hs, origin, rows.carats, rows.usd, np.ones(len(day), np.int64)]
    two = rows.carats2 > 0
    industrial = np.full(len(day), INDUSTRIAL)
    second = [*same, industrial, origin, rows.carats2, rows.usd2, np.zeros(len(day), np.int64)]
    return np.concatenate([np.array(first), np.array(second)[:, two]], axis=1)


def _grouped(lines: Whole) -> Sums:
    keys, amounts = lines[:6], lines[6:]
    order = np.lexsort(keys[::-1])
    keys, amounts = keys[:, order], amounts[:, order]
    new = np.ones(keys.shape[1], dtype=bool)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    starts = np.flatnonzero(new)
    return Sums(*keys[:, starts], *np.add.reduceat(amounts, starts, axis=1))


def trade_returns(building: Building, sums: Sums) -> list[Return]:
    """One return a Participant and quarter, a nil return where nothing moved."""
    frame, levels = building.frame, building.levels
    noise = read_world_data("noise")["filing"]
    generator = building.random("trade returns")
    cif = generator.random(len(levels)) < noise["cif_share"]
    factor = np.where(cif, between(generator, noise["cif_factor"], len(levels)), 1.0)
    basis = ["CIF" if each else "FOB" for each in cif]
    imported = sums.flow == IMPORT
    usd = np.where(imported, np.rint(sums.usd * factor[sums.reporter]), sums.usd).astype(np.int64)
    cell = sums.reporter * 8 + sums.quarter
    bounds = np.searchsorted(cell, np.arange(len(levels) * 8 + 1))
    found = []
    for place, code in enumerate(levels.codes):
        for quarter in range(8):
            rows = range(*bounds[[place * 8 + quarter, place * 8 + quarter + 1]].tolist())
            period = Period(frame.year - 1 + quarter // 4, "Q", quarter % 4 + 1)
            lines = [_trade_line(building, sums, usd, row) for row in rows] or [_nothing_traded()]
            for line in lines:
                line.update(reporter=code, year=period.year, quarter=period.part, basis=basis[place], authority="")
            found.append(Return(code, "trade", period, lines))
    return found


def _trade_line(building: Building, sums: Sums, usd: Whole, row: int) -> dict[str, Any]:
    codes, origin = building.levels.codes, int(sums.origin[row])
    return {
        "flow": _FLOWS[sums.flow[row]],
        "partner": codes[sums.partner[row]],
        "hs": HS_CODES[sums.hs[row]],
        "origin": MIXED if origin == NONE else codes[origin],
        "carats": int(sums.carats[row]),
        "usd": int(usd[row]),
        "certificates": int(sums.certificates[row]),
    }


def _nothing_traded() -> dict[str, Any]:
    return {"flow": "", "partner": "", "hs": "", "origin": "", "carats": 0, "usd": 0, "certificates": 0}


def production_returns(building: Building) -> list[Return]:
    """Half-yearly production, artisanal and large-scale apart; most others file that they have none."""
    noise = read_world_data("noise")["production"]
    frame, levels = building.frame, building.levels
    generator = building.random("production")
    files_nil = generator.random(len(levels)) < noise["nil_share"]
    found = []
    for place, code in enumerate(levels.codes):
        spread = noise["half_spread_artisanal" if levels.artisanal[place] > 0.5 else "half_spread"]
        carats = levels.carats[place] / 2 * np.exp(generator.normal(0, spread, 4))
        price = levels.price[place] * np.exp(generator.normal(0, noise["price_spread"], 4))
        carats[2:] += building.inflated[place] / 2
        for half in range(4):
            period = Period(frame.year - 1 + half // 2, "H", half % 2 + 1)
            rows = _production_rows(float(carats[half]), float(price[half]), float(levels.artisanal[place]))
            for row in rows:
                row.update(participant=code, year=period.year, half=period.part)
            if rows[0]["carats"] or files_nil[place]:
                found.append(Return(code, "production", period, rows))
    return found


def _production_rows(carats: float, price: float, artisanal: float) -> list[dict[str, Any]]:
    shares = {"ASM": artisanal, "LSM": 1 - artisanal}
    rows = [_mined(mining, carats * share, price) for mining, share in shares.items() if share > 0.02 and carats > 0]
    return rows or [{"mining": "", "nil": True, "carats": 0, "usd": 0}]


def _mined(mining: str, carats: float, price: float) -> dict[str, Any]:
    return {"mining": mining, "nil": False, "carats": round(carats * 100), "usd": round(carats * price * 100)}


def keep_stocks(building: Building, sums: Sums, production: list[Return], filings: Filings) -> None:
    """Opening stocks and what was polished: chosen so that no honest Participant sends out what it does not have."""
    noise = read_world_data("noise")["stocks"]
    frame, levels = building.frame, building.levels
    generator = building.random("stocks")
    flows = np.zeros((len(levels), 2, 3), dtype=np.int64)  # by year: produced, imported, exported
    for each in production:
        place = levels.place(each.participant)
        flows[place, each.period.year - frame.year + 1, 0] += sum(row["carats"] for row in each.rows)
    for flow, column in ((IMPORT, 1), (EXPORT, 2)):
        chosen = sums.flow == flow
        np.add.at(flows, (sums.reporter[chosen], sums.quarter[chosen] // 4, column), sums.carats[chosen])
    for place, code in enumerate(levels.codes):
        made, came, went = flows[place].T
        net = made + came - went
        net[1] += building.unproduced[place]
        share = between(generator, noise["polished_share"], 2)
        polished = np.maximum(np.rint(net * share), 0).astype(np.int64)
        change = net - polished
        law = noise["producers" if levels.carats[place] else "others"]
        usual = round(float(generator.uniform(*law)) * float((made + came).mean()))
        least = -int(np.minimum.accumulate(np.cumsum(change)).min()) + round(0.03 * float((made + came).mean()))
        opening = max(usual, least)
        for year in (0, 1):
            row = {
                "participant": code,
                "year": frame.year - 1 + year,
                "opening": opening,
                "polished": int(polished[year]),
            }
            filings.stocks.append(row)
            opening += int(change[year])
            filings.closing.setdefault(code, {})[frame.year - 1 + year] = opening


def capacity_bands(building: Building) -> list[dict[str, Any]]:
    """What surveys say that mines and diggers can yield: near the real level, with a width."""
    noise = read_world_data("noise")["capacity"]
    levels = building.levels
    generator = building.random("capacity")
    rows = []
    for place in np.flatnonzero(levels.carats):
        low, high = noise["band_artisanal" if levels.artisanal[place] > 0.5 else "band"]
        likely = levels.carats[place] * 100 * np.exp(generator.normal(0, noise["estimate_spread"]))
        amounts = {"low": round(likely * low), "likely": round(likely), "high": round(likely * high)}
        rows += [
            {"participant": levels.codes[place], "year": building.frame.year - 1 + year, **amounts} for year in (0, 1)
        ]
    return rows


def customs_figures(building: Building, sums: Sums) -> list[dict[str, Any]]:
    """The customs' own figures of the same trade, by HS subheading and year."""
    spread = read_world_data("noise")["customs"]["spread"]
    generator = building.random("customs")
    cell = ((sums.reporter * 2 + sums.flow) * 3 + sums.hs) * 2 + sums.quarter // 4
    cells, place = np.unique(cell, return_inverse=True)
    usd = np.bincount(place, sums.usd)
    usd = usd * np.exp(generator.normal(0, spread, len(cells)))
    rows = []
    for each, value in zip(cells.tolist(), usd.tolist(), strict=True):
        rest, year = divmod(each, 2)
        rest, hs = divmod(rest, 3)
        reporter, flow = divmod(rest, 2)
        rows.append(
            {
                "reporter": building.levels.codes[reporter],
                "flow": _FLOWS[flow],
                "hs": HS_CODES[hs],
                "year": building.frame.year - 1 + year,
                "usd_thousand": round(value / 100_000),
            }
        )
    return rows


def lateness(count: int, generator: np.random.Generator) -> Whole:
    """Days from the end of a period to its filing, as measured."""
    measured = read_world_data("noise")["filing"]["lateness"]
    shares, days = list(measured), list(measured.values())
    drawn = np.interp(generator.random(count), shares, days)
    return np.asarray(np.rint(drawn), dtype=np.int64)


def moment(last_day: date, days: int, seconds: int) -> datetime:
    """An instant so many days after a day."""
    return datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(days=days, seconds=seconds)
