"""Who sends how much to whom in an ordinary year: mines and diggers, trading centres, factories.

Goods of the producers go to importers in proportion to their real imports; each importer sends on the share that its
real exports are of its imports. The flows close: what goes round is solved as one linear system.
"""

from dataclasses import dataclass

import numpy as np

from openkp.figures.world.parameters import Flags, Levels, Numbers, Whole, between, read_world_data

MAIN_MARKETS = ("AE", "EU", "IN")
_LARGEST_SHARE_SENT_ON = 0.95


@dataclass(frozen=True)
class Plan:
    """The streams of an ordinary year. ``mined`` streams carry the exporter's own stones, others what came in before.

    ``carats`` and ``value`` (US dollars) are a year's; ``share`` is the stream's part of all certificates.
    """

    exporter: Whole
    importer: Whole
    mined: Flags
    carats: Numbers
    value: Numbers
    share: Numbers


def make_plan(levels: Levels, generator: np.random.Generator) -> Plan:
    """The plan of one world: partners differ from seed to seed, levels stay."""
    noise = read_world_data("noise")
    weights = _partners(levels, noise["trade"], generator)
    mined_carats = levels.carats * noise["production"]["exported_share"] * levels.trades
    mined_value = mined_carats * levels.price
    sent_on = _share_sent_on(levels, mined_value)
    markup = between(generator, noise["trade"]["markup"], len(levels))
    carats_in = _settled(weights, mined_carats, sent_on)
    value_in = _settled(weights, mined_value, np.minimum(sent_on * markup, 0.99))
    mined = _streams(weights, mined_carats, mined_value, mined=True)
    onward = _streams(weights, carats_in * sent_on, value_in * np.minimum(sent_on * markup, 0.99), mined=False)
    count = np.concatenate([mined.value, onward.value]) ** noise["trade"]["count_power"]
    return Plan(
        np.concatenate([mined.exporter, onward.exporter]),
        np.concatenate([mined.importer, onward.importer]),
        np.concatenate([mined.mined, onward.mined]),
        np.concatenate([mined.carats, onward.carats]),
        np.concatenate([mined.value, onward.value]),
        count / count.sum(),
    )


def _partners(levels: Levels, trade: dict[str, float], generator: np.random.Generator) -> Numbers:
    """The share of each importer (column) in what each exporter (row) sends: few partners for small importers."""
    count = len(levels)
    liking = np.exp(generator.normal(0, trade["pair_spread"], (count, count)))
    size = np.maximum(levels.exports, 1.0) * liking
    kept = np.zeros((count, count), dtype=bool)
    imports = np.where(levels.imports_barred | ~levels.trades, 0.0, levels.imports)
    for importer in np.flatnonzero(imports):
        partners = int(np.clip(trade["sources_per_decade"] * (np.log10(imports[importer]) - 4), 1, count - 1))
        kept[np.argsort(-size[:, importer])[:partners], importer] = True
    for market in MAIN_MARKETS:
        kept[:, levels.place(market)] = True
    weights = np.where(kept, liking * imports, 0.0)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _share_sent_on(levels: Levels, mined_value: Numbers) -> Numbers:
    """The part of its imports that each Participant exports again."""
    again = np.maximum(levels.exports - mined_value, 0.0)
    share = np.divide(again, levels.imports, out=np.zeros_like(again), where=levels.imports > 0)
    return np.asarray(np.minimum(share, _LARGEST_SHARE_SENT_ON))


def _settled(weights: Numbers, mined: Numbers, sent_on: Numbers) -> Numbers:
    """What comes into each Participant in a year, once what goes round has gone round."""
    around = np.eye(len(mined)) - weights.T * sent_on
    return np.asarray(np.maximum(np.linalg.solve(around, weights.T @ mined), 0.0))


def _streams(weights: Numbers, carats: Numbers, value: Numbers, *, mined: bool) -> Plan:
    """The streams of one sort, not yet counted."""
    exporter, importer = np.nonzero((weights > 0) & (value[:, None] > 0) & (weights * value[:, None] >= 1000))
    part = weights[exporter, importer]
    own = np.full(len(part), mined)
    return Plan(exporter, importer, own, carats[exporter] * part, value[exporter] * part, part)
