"""Frauds with papers: certificates that were never issued, altered, cloned; confirmations withheld."""

from typing import Any

import numpy as np

from openkp.figures.world.building import Building
from openkp.figures.world.fraud_goods import how_many, spread_log
from openkp.figures.world.papers import Confirmations, Papers, Texts
from openkp.figures.world.parameters import Whole, read_world_data
from openkp.figures.world.shipments import NONE
from openkp.figures.world.truth import Fraud, Kind
from openkp.scheme.periods import Period


def seed_fakes(building: Building, papers: Papers) -> None:
    """Papers that were presented and are not what they seem; the receivers confirm them in good faith."""
    settings = read_world_data("noise")["frauds"]["fakes"]
    generator = building.random("fakes")
    like = _genuine(building, papers)
    counts = [how_many(settings[name], building.frame.certificates) for name in ("unknown", "altered", "cloned")]
    ends = np.cumsum(counts)
    chosen = generator.permutation(like)[: ends[-1]]
    _unknown(building, papers, chosen[: ends[0]], generator)
    _altered(building, papers, chosen[ends[0] : ends[1]], settings["altered"], generator)
    _cloned(building, papers, chosen[ends[1] :], generator)


def _genuine(building: Building, papers: Papers) -> Whole:
    """Confirmations of honest certificates of the year that arrived in it, of parcels worth a forgery."""
    found, ships = papers.confirmations, papers.shipments
    honest = (ships.mark[found.row] == NONE) & (ships.day[found.row] >= building.frame.turn) & (found.sent == 1)
    return np.flatnonzero(honest & (found.confirmed < building.frame.end) & (found.carats >= 2_000))


def _fake(building: Building, found: Confirmations, at: int, number: str, variant: str, size: str) -> Fraud:
    codes = building.levels.codes
    return Fraud(
        kind=Kind.FAKES,
        variant=variant,
        participant=codes[found.issuer[at]],
        partner=codes[found.receiver[at]],
        period=str(building.frame.year),
        unit=("certificate", number),
        certificates=(number,),
        size=size,
    )


def _unknown(building: Building, papers: Papers, like: Whole, generator: np.random.Generator) -> None:
    """Numbers that their issuer never used: beyond its range, or from a range of years ago."""
    rows = papers.confirmations.take(like)
    numbers = []
    for issuer in building.codes(rows.issuer.tolist()):
        used = papers.numbers[np.char.startswith(papers.numbers, issuer)]
        serials = [int(number[2:]) for number in used.tolist()]
        low, high = min(serials), max(serials)
        beyond = generator.random() < 0.7
        serial = high + generator.integers(3, 900) if beyond else max(low - generator.integers(50, 900), 1)
        numbers.append(f"{issuer}{serial:06}")
    days = generator.integers(-20, 20, len(like))
    delay = rows.confirmed - rows.arrived
    arrived = np.clip(rows.arrived + days, building.frame.turn, building.frame.end - 1 - delay)
    part = np.exp(generator.normal(0, 0.4, len(like)))
    fakes = _scaled(rows, part, generator.uniform(0.7, 1.2, len(like)) * part)
    fakes = Confirmations(
        **{
            **fakes.columns,
            "number": np.array(numbers, dtype=papers.numbers.dtype),
            "row": np.full(len(like), NONE),
            "arrived": arrived,
            "confirmed": arrived + delay,
        }
    )
    papers.confirmations = papers.confirmations.joined(fakes)
    for at, number in enumerate(numbers):
        building.seed(_fake(building, fakes, at, number, "never_issued", f"{fakes.carats[at] / 100:.2f} ct"))


def _altered(
    building: Building, papers: Papers, rows: Whole, settings: dict[str, Any], generator: np.random.Generator
) -> None:
    """A genuine certificate whose weight was raised on the way, and more stones put to it."""
    factors = np.array([spread_log(generator, *settings["by"]) for _row in rows])
    changed = _scaled(papers.confirmations.take(rows), factors, factors * generator.uniform(0.8, 1.1, len(rows)))
    columns = {name: column.copy() for name, column in papers.confirmations.columns.items()}
    for name in ("carats", "usd", "carats2", "usd2"):
        columns[name][rows] = changed.columns[name]
    papers.confirmations = Confirmations(**columns)
    for at, factor in enumerate(factors):
        number = str(changed.number[at])
        building.seed(_fake(building, changed, at, number, "altered_carats", f"carats × {factor:.2f}"))


def _cloned(building: Building, papers: Papers, rows: Whole, generator: np.random.Generator) -> None:
    """A copy of a genuine certificate, presented to somebody else."""
    first = papers.confirmations.take(rows)
    elsewhere = generator.choice(papers.confirmations.receiver, (len(rows), 8))
    fits = (elsewhere != first.receiver[:, None]) & (elsewhere != first.issuer[:, None])
    receiver = np.where(fits.any(axis=1), elsewhere[np.arange(len(rows)), fits.argmax(axis=1)], first.receiver)
    arrived = np.minimum(first.arrived + generator.integers(3, 60, len(rows)), building.frame.end - 2)
    clones = Confirmations(
        **{
            **first.columns,
            "receiver": receiver,
            "arrived": arrived,
            "confirmed": np.minimum(arrived + generator.integers(1, 20, len(rows)), building.frame.end - 1),
        }
    )
    papers.confirmations = papers.confirmations.joined(clones)
    for at, number in enumerate(first.number):
        size = f"{first.carats[at] / 100:.2f} ct twice"
        building.seed(_fake(building, clones, at, str(number), "cloned_number", size))


def _scaled(rows: Confirmations, carats: Any, usd: Any) -> Confirmations:
    def times(amount: Whole, factor: Any) -> Whole:
        return np.asarray(np.maximum(np.rint(amount * factor), np.minimum(amount, 1)), dtype=np.int64)

    columns = {
        "carats": times(rows.carats, carats),
        "carats2": times(rows.carats2, carats),
        "usd": times(rows.usd, usd),
        "usd2": times(rows.usd2, usd),
    }
    return Confirmations(**{**rows.columns, **columns})


def withhold_confirmations(building: Building, papers: Papers) -> None:
    """A receiver tells the issuers nothing, or little, of what came in one quarter."""
    settings = read_world_data("noise")["frauds"]["silence"]
    generator = building.random("withheld confirmations")
    found = papers.confirmations
    quarter = np.searchsorted(building.frame.quarter_starts, found.arrived, side="right") - 1
    faked = [number for fraud in building.frauds if fraud.kind is Kind.FAKES for number in fraud.certificates]
    inside = (quarter >= 4) & (found.arrived < building.frame.end) & ~np.isin(found.number, faked)
    cells, counts = np.unique((found.receiver * 8 + quarter)[inside], return_counts=True)
    chosen = generator.permutation(cells[counts >= 8])[: settings["quarters"]]
    sent = found.sent.copy()
    for cell in chosen:
        rows = np.flatnonzero(inside & (found.receiver * 8 + quarter == cell))
        share = float(generator.uniform(*settings["withheld"]))
        silent = rows[generator.random(len(rows)) < share]
        sent[silent] = 0
        building.seed(_silent(building, int(cell), share, found.number[silent]))
    papers.confirmations = Confirmations(**{**found.columns, "sent": sent})


def _silent(building: Building, cell: int, share: float, numbers: Texts) -> Fraud:
    code = building.levels.codes[cell // 8]
    period = str(Period(building.frame.year, "Q", cell % 8 - 3))
    return Fraud(
        kind=Kind.SILENCE,
        variant="confirmations_withheld",
        participant=code,
        period=period,
        unit=("receiver_quarter", code, period),
        certificates=tuple(sorted(str(each) for each in numbers)),
        size=f"{len(numbers)} confirmations, {share:.2f} of the quarter",
    )
